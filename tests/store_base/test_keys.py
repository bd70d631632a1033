"""Keys: where they are kept, that they come back, what is said where they do not; the recovery key."""

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from mneme.errors import StoreError, StoreLocked, WrongKey
from mneme.paths import Profile
from mneme.store import keys, wrapping
from mneme.store.keys import KeyPlace

PASSPHRASE = "correct horse battery staple"


class MemoryKeyring(KeyringBackend):
    """A keyring that lasts as long as the test; `failing` breaks it as a backend would, with an error of its own."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.failing = False
        self.forgets = False

    def get_password(self, service: str, username: str) -> str | None:
        self._maybe_fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._maybe_fail()
        if not self.forgets:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._maybe_fail()
        del self.kept[service, username]

    def _maybe_fail(self) -> None:
        if self.failing:
            raise EOFError("the bus hung up")


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    """The keyring that the package `keyring` uses during the test."""
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def create(profile: Profile, **more: object) -> tuple[bytes, KeyPlace]:
    return keys.create(profile, **{"use_keyring": False, "passphrase": None, **more})


def load(profile: Profile, **more: object) -> tuple[bytes, KeyPlace]:
    return keys.load(profile, **{"use_keyring": False, "passphrase": None, **more})


# ------------------------------------------------------------------ the three places


def test_in_the_file(profile: Profile) -> None:
    made = create(profile)
    assert made[1] == "file"
    assert len(made[0]) == 32
    assert load(profile) == made
    if sys.platform != "win32":
        assert stat.S_IMODE(profile.key_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(profile.root.stat().st_mode) == 0o700
    assert "can read the store" in (keys.notice("file", profile) or "")
    assert keys.notice("keyring", profile) is keys.notice("passphrase", profile) is None


def test_in_the_keyring(profile: Profile, ring: MemoryKeyring) -> None:
    key, place = create(profile, use_keyring=True)
    assert place == "keyring"
    assert list(ring.kept.values()) == [key.hex()]
    assert {service for service, _ in ring.kept} == {"Mneme"}
    assert key.hex() not in profile.key_file.read_text()
    assert load(profile, use_keyring=True) == (key, "keyring")


def test_under_a_passphrase(profile: Profile) -> None:
    key, place = create(profile, passphrase=PASSPHRASE)
    assert place == "passphrase"
    content = profile.key_file.read_text()
    assert key.hex() not in content
    assert PASSPHRASE not in content
    assert load(profile, passphrase=PASSPHRASE) == (key, "passphrase")
    with pytest.raises(StoreLocked, match="protected with a passphrase"):
        load(profile)
    with pytest.raises(WrongKey, match="not the passphrase"):
        load(profile, passphrase=PASSPHRASE + " ")


def test_the_same_letters_typed_otherwise_are_the_same_passphrase() -> None:
    wrapped = wrapping.wrap(b"k" * 32, "caf\u00e9 au lait")
    assert wrapping.unwrap(wrapped, "cafe\u0301 au lait") == b"k" * 32


def test_two_profiles_have_two_keys(tmp_path: Path) -> None:
    assert create(Profile(tmp_path / "a"))[0] != create(Profile(tmp_path / "b"))[0]


def test_making_it_twice_gives_the_first_key(profile: Profile) -> None:
    assert create(profile) == create(profile)


# ------------------------------------------------------------------ keyrings that fail


@pytest.mark.parametrize("trouble", ["failing", "forgets"])
def test_a_keyring_that_does_not_work_gives_way_to_the_file(
        profile: Profile, ring: MemoryKeyring, trouble: str) -> None:
    setattr(ring, trouble, True)
    key, place = create(profile, use_keyring=True)
    assert place == "file"
    assert load(profile) == (key, "file")


def test_a_keyring_that_keeps_plain_text_is_not_used(profile: Profile, ring: MemoryKeyring) -> None:
    ring.priority = 0.5
    assert create(profile, use_keyring=True)[1] == "file"
    assert ring.kept == {}


def test_a_locked_keyring_is_a_sentence(profile: Profile, ring: MemoryKeyring) -> None:
    create(profile, use_keyring=True)
    ring.failing = True
    with pytest.raises(StoreError, match="does not give") as caught:
        load(profile, use_keyring=True)
    assert "key restore" in caught.value.remedy
    with pytest.raises(StoreError, match="cannot keep"):
        keys.save_to(profile, b"k" * 32, "keyring", None)


def test_a_keyring_that_lost_the_key_is_a_sentence(profile: Profile, ring: MemoryKeyring) -> None:
    create(profile, use_keyring=True)
    ring.kept.clear()
    with pytest.raises(StoreError, match="is missing"):
        load(profile, use_keyring=True)


def test_a_keyring_that_is_not_to_be_used(profile: Profile, ring: MemoryKeyring) -> None:
    create(profile, use_keyring=True)
    with pytest.raises(StoreError, match="not to be used"):
        load(profile)


def test_without_keyring_the_package_is_never_imported(profile: Profile) -> None:
    script = """
import sys
from pathlib import Path
from mneme.paths import Profile
from mneme.store import keys
profile = Profile(Path(sys.argv[1]))
keys.create(profile, use_keyring=False, passphrase=None)
keys.load(profile, use_keyring=False, passphrase=None)
keys.save_to(profile, b"k" * 32, "passphrase", "words")
keys.change(profile, b"k" * 32, b"n" * 32, "file", None, lambda new: None)
sys.exit("keyring" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", script, str(profile.root)], timeout=60).returncode == 0


# ------------------------------------------------------------------ key.json


def test_a_lost_key_file_is_a_sentence_and_makes_no_new_key(profile: Profile) -> None:
    create(profile)
    profile.store.write_bytes(b"x" * 4096)
    profile.key_file.unlink()
    for attempt in (create, load):
        with pytest.raises(StoreError, match="is missing") as caught:
            attempt(profile)
        assert "mneme key restore" in caught.value.remedy
    assert not profile.key_file.exists()


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b"\xff\xfe", b'{"current": 5}', b'{"current": {"place": "moon", "check": "", "key": ""}}',
    b'{"current": {"place": "file", "check": "00", "key": "zz"}}',
    b'{"current": {"place": "file", "check": "00", "key": "' + b"0" * 64 + b'"}}',
    b'{"current": {"place": "passphrase", "check": "00"}}'])
def test_a_damaged_key_file_is_a_sentence(profile: Profile, content: bytes) -> None:
    profile.root.mkdir()
    profile.key_file.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged") as caught:
        load(profile, passphrase="words")
    assert "mneme key restore" in caught.value.remedy
    assert profile.key_file.read_bytes() == content
    keys.save_to(profile, b"k" * 32, "file", None)
    assert load(profile) == (b"k" * 32, "file")


@pytest.mark.parametrize(("name", "value"), [("n", 2**40), ("n", 3), ("n", -1), ("p", 99), ("kdf", "md5"),
                                             ("salt", "xyz"), ("nonce", "00"), ("r", None)])
def test_parameters_that_nobody_wrote_are_damage(profile: Profile, name: str, value: object) -> None:
    create(profile, passphrase=PASSPHRASE)
    content = json.loads(profile.key_file.read_text())
    content["current"][name] = value
    profile.key_file.write_text(json.dumps(content))
    with pytest.raises(StoreError, match="is damaged"):
        load(profile, passphrase=PASSPHRASE)


def test_moving_a_key_leaves_it_in_one_place_alone(profile: Profile, ring: MemoryKeyring) -> None:
    key, _ = create(profile, use_keyring=True)
    keys.save_to(profile, key, "passphrase", PASSPHRASE)
    assert ring.kept == {}
    assert load(profile, passphrase=PASSPHRASE) == (key, "passphrase")
    keys.save_to(profile, key, "keyring", None)
    assert load(profile, use_keyring=True) == (key, "keyring")
    assert "wrapped" not in profile.key_file.read_text()


def test_an_empty_passphrase_is_refused(profile: Profile) -> None:
    for attempt in (lambda: create(profile, passphrase=""),
                    lambda: keys.save_to(profile, b"k" * 32, "passphrase", None)):
        with pytest.raises(StoreError, match="cannot be empty"):
            attempt()
    assert not profile.key_file.exists()


@pytest.mark.parametrize(("passphrase", "weak"), [("secret", True), ("aaaaaaaaaaaaaaaa", True), (PASSPHRASE, False)])
def test_a_weak_passphrase_gets_a_word_of_advice(passphrase: str, weak: bool) -> None:
    strength, advice = wrapping.passphrase_strength(passphrase)
    assert (strength < 0.5) == weak and ("Easy to guess" in advice) == weak


# ------------------------------------------------------------------ the recovery key

some_keys = st.binary(min_size=32, max_size=32)


@given(some_keys)
def test_a_recovery_key_gives_the_key_back(key: bytes) -> None:
    text = keys.recovery_text(key)
    assert [len(group) for group in text.split("-")] == [4] * 14
    assert not set(text) & set("ILOU")
    assert keys.from_recovery_text(text) == key


@given(some_keys)
def test_it_is_read_however_it_was_written(key: bytes) -> None:
    text = keys.recovery_text(key)
    sloppy = text.lower().replace("-", " \u2013\n", 5).replace("-", "").replace("0", "o").replace("1", "l", 1)
    assert keys.from_recovery_text(f"  {sloppy.replace('1', 'I')} ") == key


@given(some_keys, st.integers(0, 55), st.integers(1, 31))
def test_one_wrong_letter_is_noticed(key: bytes, at: int, step: int) -> None:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    letters = list(keys.recovery_text(key).replace("-", ""))
    letters[at] = alphabet[(alphabet.index(letters[at]) + step) % 32]
    with pytest.raises(WrongKey, match="mistake in the recovery key"):
        keys.from_recovery_text("".join(letters))


@pytest.mark.parametrize(("text", "words"), [("", "this one has 0"), ("ABCD" * 13, "this one has 52"),
                                             ("UBCD" * 14, "cannot contain U"), ("ÄBCD" * 14, "cannot contain Ä")])
def test_what_is_no_recovery_key_is_a_sentence(text: str, words: str) -> None:
    with pytest.raises(WrongKey, match=words) as caught:
        keys.from_recovery_text(text)
    assert "group by group" in caught.value.remedy

"""The key of the owner's server: kept in a keyring or in the store, given to its own host alone, and forgotten."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from mneme.errors import KnownError, ModelFailed
from mneme.store.database import Database
from mneme.store.serverkeys import server_key, set_server_key
from mneme.testing import FakeClock, decrypted

HOME, OTHER, KEY = "http://127.0.0.1:11434", "https://example.org", "sk-very-secret-ü"


class Keyring(KeyringBackend):
    """A keyring that lasts as long as the test; `broken` is how it fails."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = False

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        del self.kept[service, username]

    def _fail(self) -> None:
        if self.broken:
            raise keyring.errors.KeyringLocked("locked")


@pytest.fixture
def ring() -> Iterator[Keyring]:
    before = keyring.get_keyring()
    made = Keyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_without_a_keyring_it_lies_in_the_encrypted_store_and_in_no_setting(diary) -> None:
    assert server_key(diary.store, HOME) is None
    set_server_key(diary.store, HOME, KEY, use_keyring=False)
    assert server_key(diary.store, HOME) == KEY
    assert server_key(diary.store, OTHER) is None, "another host never gets it"
    assert KEY not in str(diary.engine.settings())
    set_server_key(diary.store, HOME, None, use_keyring=False)
    assert server_key(diary.store, HOME) is None
    assert diary.rows("SELECT 1 FROM meta WHERE instr(value, ?)", KEY) == []


def test_it_is_in_the_keyring_where_there_is_one_and_not_in_the_store(tmp_path: Path, clock: FakeClock,
                                                                      ring: Keyring) -> None:
    store = Database.open(tmp_path / "s.db", b"k" * 32, clock=clock)
    set_server_key(store, HOME, KEY, use_keyring=True)
    assert server_key(store, HOME) == KEY and len(ring.kept) == 1
    set_server_key(store, OTHER, "another", use_keyring=True)
    assert (server_key(store, HOME), server_key(store, OTHER), len(ring.kept)) == (None, "another", 1)
    set_server_key(store, "", None, use_keyring=True)
    assert server_key(store, OTHER) is None and ring.kept == {}
    store.close()
    assert KEY.encode() not in decrypted(tmp_path / "s.db", b"k" * 32)


def test_a_keyring_that_does_not_work(diary, ring: Keyring) -> None:
    set_server_key(diary.store, HOME, KEY, use_keyring=True)
    ring.broken = True
    with pytest.raises(ModelFailed, match="does not give out the key") as failed:
        server_key(diary.store, HOME)
    assert KEY not in str(failed.value)
    set_server_key(diary.store, HOME, "new", use_keyring=True)  # then the store keeps it
    assert server_key(diary.store, HOME) == "new"
    ring.broken = False
    assert server_key(diary.store, HOME) == "new"


def test_a_store_that_is_not_encrypted_keeps_no_key(tmp_path: Path, clock: FakeClock) -> None:
    store = Database.open(tmp_path / "plain.db", None, clock=clock)
    with pytest.raises(KnownError, match="no safe place"):
        set_server_key(store, HOME, KEY, use_keyring=False)
    assert server_key(store, HOME) is None
    store.close()

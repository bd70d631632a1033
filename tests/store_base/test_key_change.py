"""Changing the key: at every point where the process may die, one key opens the store and its slot has it."""

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mneme.errors import StoreBusy, StoreLocked, WrongKey
from mneme.paths import Profile
from mneme.store import keys
from mneme.store.database import Database
from mneme.store.driver import sqlcipher_available
from mneme.store.migrate import Migration
from mneme.testing import FakeClock

pytestmark = pytest.mark.skipif(not sqlcipher_available(), reason="sqlcipher3 is not installed")

NEW = b"n" * 32
ROWS = 4000
NOTES = [Migration(1, "notes", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL);")]

CHANGE = """
profile = Profile(path)
new, point, place, passphrase = bytes.fromhex(sys.argv[3]), sys.argv[4], sys.argv[5], sys.argv[6] or None
path = profile.store
store = opened()
def rekey(new):
    if point == "before":
        die()
    if point.startswith("after "):
        threading.Timer(float(point.split()[1]), die).start()
    store.rekey(new)
    if point == "promote":
        die()
started = time.perf_counter()
keys.change(profile, key, new, place, passphrase, rekey)
print(time.perf_counter() - started)
store.close()
"""

Child = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def old(profile: Profile) -> bytes:
    """The key of a store of a few megabytes, kept in the file."""
    key, _ = keys.create(profile, use_keyring=False, passphrase=None)
    store = Database.open(profile.store, key, migrations=NOTES, clock=FakeClock())
    store.write(lambda db: db["note"].insert_all({"text": f"{n} " * 300} for n in range(ROWS)) and None)
    store.close()
    return key


def change(child: Child, profile: Profile, old: bytes, point: str, new: bytes = NEW, place: str = "file",
           passphrase: str = "") -> "subprocess.Popen[str]":
    process = child(CHANGE, profile.root, old, new.hex(), point, place, passphrase)
    process.wait(60)
    return process


def is_whole(profile: Profile, key: bytes) -> bool:
    store = Database.open(profile.store, key, migrations=NOTES, clock=FakeClock())
    try:
        return (store.query("SELECT count(*) FROM note")[0][0] == ROWS
                and store.query("PRAGMA integrity_check")[0][0] == "ok"
                and store.query("PRAGMA cipher_integrity_check") == [])
    finally:
        store.close()


def slots(profile: Profile) -> set[str]:
    return set(json.loads(profile.key_file.read_text())) - {"format"}


def load(profile: Profile, passphrase: str | None = None) -> bytes:
    return keys.load(profile, use_keyring=False, passphrase=passphrase)[0]


def test_undisturbed(profile: Profile, old: bytes, child: Child) -> None:
    process = change(child, profile, old, "never")
    assert process.returncode == 0, process.stderr.read()
    assert load(profile) == NEW
    assert slots(profile) == {"current"}
    assert old.hex() not in profile.key_file.read_text()
    assert is_whole(profile, NEW)


def test_killed_before_the_store_changes(profile: Profile, old: bytes, child: Child) -> None:
    assert change(child, profile, old, "before").returncode == -9
    assert slots(profile) == {"current", "pending"}
    assert load(profile) == old
    assert slots(profile) == {"current"}
    assert is_whole(profile, old)


def test_killed_before_the_new_key_becomes_current(profile: Profile, old: bytes, child: Child) -> None:
    assert change(child, profile, old, "promote").returncode == -9
    assert slots(profile) == {"current", "pending"}
    assert load(profile) == NEW
    assert slots(profile) == {"current"}
    assert is_whole(profile, NEW)


def test_killed_in_the_middle_of_the_change(profile: Profile, old: bytes, child: Child) -> None:
    """Until three deaths have left a half-changed file behind, at different points of the change."""
    process = change(child, profile, old, "never")
    took, key, cut_off = float(process.stdout.read()), NEW, 0
    for attempt in range(1, 40):
        other = old if key == NEW else NEW
        part = 0.1 + 0.8 * (attempt * 0.382 % 1.0)
        killed = change(child, profile, key, f"after {took * part:.4f}", other).returncode == -9
        cut_off += killed and Path(f"{profile.store}-journal").exists()
        key = load(profile)
        assert key in (old, NEW)
        assert slots(profile) == {"current"}
        assert is_whole(profile, key)
        if cut_off == 3:
            break
    assert cut_off == 3


def test_a_passphrase_that_was_about_to_hold(profile: Profile, old: bytes, child: Child) -> None:
    """The new key is under a passphrase, and the process died before it became current."""
    change(child, profile, old, "promote", place="passphrase", passphrase="some good words")
    with pytest.raises(StoreLocked):
        load(profile)
    with pytest.raises(WrongKey):
        load(profile, "other words")
    assert load(profile, "some good words") == NEW
    assert slots(profile) == {"current"}


def test_neither_key_fits(profile: Profile, old: bytes, child: Child) -> None:
    change(child, profile, old, "before")
    store = Database.open(profile.store, old, migrations=NOTES, clock=FakeClock())
    store.rekey(b"t" * 32)
    store.close()
    with pytest.raises(WrongKey, match="Neither") as caught:
        load(profile)
    assert "mneme key restore" in caught.value.remedy
    assert slots(profile) == {"current", "pending"}


def test_a_change_that_is_refused_can_be_tried_again(profile: Profile, old: bytes) -> None:
    def busy(_: bytes) -> None:
        raise StoreBusy("busy")

    for _ in range(2):
        with pytest.raises(StoreBusy):
            keys.change(profile, old, NEW, "file", None, busy)
    store = Database.open(profile.store, old, migrations=NOTES, clock=FakeClock())
    keys.change(profile, old, NEW, "file", None, store.rekey)
    store.close()
    assert load(profile) == NEW


def test_a_new_change_after_a_cut_off_one_keeps_the_key_in_use(profile: Profile, old: bytes, child: Child) -> None:
    """The store has the pending key; the next change must not take `current` for it."""
    change(child, profile, old, "promote")
    third = b"3" * 32

    def fail(_: bytes) -> None:
        raise StoreBusy("busy")

    with pytest.raises(StoreBusy):
        keys.change(profile, NEW, third, "file", None, fail)
    assert load(profile) == NEW


def test_loading_waits_while_a_key_is_being_changed(profile: Profile, old: bytes, child: Child) -> None:
    script = """
profile = Profile(path)
path = profile.store
store = opened()
def rekey(new):
    print("changing", flush=True)
    time.sleep(0.5)
    store.rekey(new)
keys.change(profile, key, b"n" * 32, "file", None, rekey)
store.close()
"""
    process = child(script, profile.root, old)
    assert process.stdout.readline() == "changing\n"
    started = time.perf_counter()
    assert load(profile) == NEW
    assert time.perf_counter() - started > 0.3

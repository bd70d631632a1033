"""Files that cannot be opened: each gets its own sentence, and stays exactly as it was."""

import hashlib
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mneme.errors import StoreBusy, StoreDamaged, StoreError, StoreTooNew, WrongKey
from mneme.store import driver
from mneme.store.database import Database
from mneme.store.migrate import Migration

Opener = Callable[..., Database]

KEY, OTHER = bytes(range(32)), b"o" * 32
MORE = Migration(2, "more", "CREATE TABLE more (id INTEGER PRIMARY KEY);")

needs_sqlcipher = pytest.mark.skipif(not driver.sqlcipher_available(), reason="sqlcipher3 is not installed")


def state(folder: Path, *, index: bool = True) -> dict[str, str]:
    """The digest of every file; without `index`, of all but the WAL's index, which holds no data."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.rglob("*"))
            if file.is_file() and (index or not file.name.endswith("-shm"))}


def refuse(open_store: Opener, folder: Path, error: type[StoreError], words: str, key: bytes | None = KEY,
           **more: object) -> StoreError:
    before = state(folder)
    with pytest.raises(error, match=words) as caught:
        open_store(key, **more)
    assert state(folder) == before
    assert caught.value.remedy
    return caught.value


@pytest.fixture
def closed(open_store: Opener, path: Path) -> Path:
    """An encrypted store with content, closed."""
    store = open_store(KEY)
    store.write(lambda db: db["note"].insert_all({"text": "some words " * 30} for _ in range(60)) and None)
    store.close()
    return path


@needs_sqlcipher
def test_a_wrong_key(open_store: Opener, closed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    error = refuse(open_store, closed.parent, WrongKey, "key does not fit", OTHER)
    assert "mneme key restore" in error.remedy
    assert OTHER.hex() not in str(error)
    assert capfd.readouterr() == ("", "")  # SQLCipher's own log is off


@needs_sqlcipher
def test_a_wrong_key_beside_the_wal_of_a_killed_process(open_store: Opener, path: Path, child) -> None:
    kill_while_writing(child, path, KEY)
    before = state(path.parent, index=False)
    with pytest.raises(WrongKey):
        open_store(OTHER)
    assert state(path.parent, index=False) == before
    assert open_store(KEY).query("SELECT count(*) FROM note")[0][0] == 30


def test_a_newer_store_beside_the_wal_of_a_killed_process(open_store: Opener, path: Path, child, kind) -> None:
    script = """
store = opened(migrations=[NOTES, Migration(2, "more", "CREATE TABLE more (id INTEGER PRIMARY KEY);")])
store.write(lambda db: db["note"].insert({"text": "x"}))
die()
"""
    child(script, path, kind.key).wait()
    assert path.with_name("memory.db-wal").stat().st_size > 0
    before = state(path.parent, index=False)
    with pytest.raises(StoreTooNew):
        open_store(kind.key)
    assert state(path.parent, index=False) == before


@needs_sqlcipher
@pytest.mark.parametrize("at", [100, 4000, 20])
def test_a_damaged_first_page_is_told_from_a_wrong_key(open_store: Opener, closed: Path, at: int) -> None:
    flip(closed, at)
    refuse(open_store, closed.parent, StoreDamaged, "damaged")


@needs_sqlcipher
def test_a_damaged_salt_leaves_both_open(open_store: Opener, closed: Path) -> None:
    flip(closed, 3)
    refuse(open_store, closed.parent, WrongKey, "or the file is damaged at its beginning")


@needs_sqlcipher
@pytest.mark.parametrize("length", [2, 100, 4095])  # SQLite itself takes one byte for an empty file
def test_a_file_cut_short(open_store: Opener, closed: Path, length: int) -> None:
    os.truncate(closed, length)
    refuse(open_store, closed.parent, StoreDamaged, "damaged")


@pytest.mark.parametrize("key", [pytest.param(KEY, marks=needs_sqlcipher), None])
def test_a_page_that_is_damaged_inside_fails_the_query(open_store: Opener, path: Path, key: bytes | None) -> None:
    store = open_store(key)
    store.write(lambda db: db["note"].insert_all({"text": "some words " * 30} for _ in range(60)) and None)
    store.close()
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096))
    store = open_store(key)
    with pytest.raises(StoreDamaged, match="damaged"):
        store.query("SELECT text FROM note")
    with pytest.raises(StoreDamaged, match="damaged"):
        store.write(lambda db: list(db["note"].rows))


@needs_sqlcipher
def test_a_plain_store_opened_with_a_key(open_store: Opener, path: Path) -> None:
    open_store(None).close()
    refuse(open_store, path.parent, WrongKey, "is not encrypted, but there is a key")


@pytest.mark.parametrize("chosen", [None, driver.STANDARD])
@needs_sqlcipher
def test_an_encrypted_store_opened_without_a_key(open_store: Opener, closed: Path, chosen) -> None:
    refuse(open_store, closed.parent, WrongKey, "is encrypted, and there is no key", None, driver=chosen)


def test_a_driver_that_cannot_encrypt(open_store: Opener) -> None:
    with pytest.raises(StoreError, match="cannot open encrypted stores"):
        open_store(KEY, driver=driver.STANDARD)


def test_a_newer_store(open_store: Opener, path: Path, kind, store: Database) -> None:
    store.close()
    open_store(kind.key, driver=kind.driver, migrations=[*notes(), MORE]).close()
    error = refuse(open_store, path.parent, StoreTooNew, "newer Mneme", kind.key, driver=kind.driver)
    assert "nothing was changed" in error.remedy


def test_another_programs_database(open_store: Opener, path: Path) -> None:
    path.parent.mkdir()
    conn = sqlite3.connect(path)
    conn.executescript("PRAGMA journal_mode = DELETE; CREATE TABLE bookmark (url TEXT); PRAGMA user_version = 75;")
    conn.close()
    path.chmod(0o600)
    refuse(open_store, path.parent, StoreError, "of another program", None)


@pytest.mark.parametrize("content", [b"%PDF-1.7 not a database" * 400, b"SQLite format 3\0" + b"\xff" * 9000])
def test_what_is_no_database(open_store: Opener, path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    refuse(open_store, path.parent, StoreError, "damaged|encrypted", None)


def test_an_empty_file_becomes_a_store(open_store: Opener, path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert open_store().query("SELECT count(*) FROM note")[0][0] == 0


def test_an_emptied_file_with_a_wal_does_not(open_store: Opener, path: Path, child) -> None:
    kill_while_writing(child, path, None)
    os.truncate(path, 0)
    before = state(path.parent)
    with pytest.raises(StoreDamaged):
        open_store(None)
    assert state(path.parent) == before


def test_a_folder_where_the_file_should_be(open_store: Opener, path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError) as caught:
        open_store()
    assert caught.value.remedy


def test_a_file_where_the_folder_should_be(open_store: Opener, path: Path) -> None:
    path.parent.write_text("in the way")
    with pytest.raises(StoreError, match="cannot be used") as caught:
        open_store()
    assert str(path.parent) in caught.value.remedy


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere; modes are POSIX")
def test_a_folder_that_cannot_be_written(open_store: Opener, closed: Path) -> None:
    closed.parent.chmod(0o500)
    closed.chmod(0o400)
    try:
        with pytest.raises(StoreError, match="cannot be"):
            open_store(KEY)
    finally:
        closed.parent.chmod(0o700)


@pytest.mark.parametrize("name", ["50% off?#&.db", "Ünïcode – 森田.db", "a'b\".db"])
def test_odd_names(tmp_path: Path, clock, name: str) -> None:
    if sys.platform == "win32" and set(name) & set('?"'):
        pytest.skip("not a file name here")
    path = tmp_path / "odd 100%?" / name if sys.platform != "win32" else tmp_path / name
    store = Database.open(path, None, migrations=notes(), clock=clock)
    store.copy_to(path.with_name("copy of " + name))
    store.close()
    assert sorted(file.name for file in path.parent.iterdir()) == sorted([name, "copy of " + name])


def test_locked_while_opening(open_store: Opener, path: Path, child) -> None:
    """Another process is in the middle of making the store."""
    script = """
store = opened(migrations=[])
store.write(lambda db: (print("locked", flush=True), sys.stdin.readline()))
"""
    process = child(script, path, None)
    assert process.stdout.readline() == "locked\n"
    with pytest.raises(StoreBusy, match="locked for too long"):
        open_store(None, busy_seconds=0.2)


def notes() -> list[Migration]:
    return [Migration(1, "notes", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL);")]


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x40
    path.write_bytes(data)


def kill_while_writing(child, path: Path, key: bytes | None) -> None:
    child("""
store = opened()
store.write(lambda db: db["note"].insert_all({"text": "x" * 500} for _ in range(30)) and None)
die()
""", path, key).wait()
    assert path.with_name("memory.db-wal").stat().st_size > 0

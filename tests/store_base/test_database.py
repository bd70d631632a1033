"""Writing and reading: transactions, snapshots, threads, functions, and what is left of a deleted word."""

import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlite_utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from mneme.errors import DiskFull, StoreBusy, StoreError
from mneme.store.database import Database
from mneme.store.driver import DatabaseError, IntegrityError, sqlcipher_available

Opener = Callable[..., Database]

needs_sqlcipher = pytest.mark.skipif(not sqlcipher_available(), reason="sqlcipher3 is not installed")


def note(text: str) -> Callable[[sqlite_utils.Database], int]:
    return lambda db: int(db["note"].insert({"text": text}).last_pk)


def texts(store: Database) -> list[str]:
    return [row["text"] for row in store.query("SELECT text FROM note ORDER BY id")]


def test_what_is_written_is_read_and_is_there_after_opening_again(store: Database, open_store: Opener, kind) -> None:
    assert store.write(note("first")) == 1
    assert texts(store) == ["first"]
    store.close()
    assert texts(open_store(kind.key, driver=kind.driver)) == ["first"]


def test_the_store_says_whether_it_is_encrypted_and_overwrites(store: Database, kind, path: Path) -> None:
    assert store.encrypted == (kind.key is not None)
    assert store.secure_delete
    store.write(note("a plain word"))
    store.checkpoint()
    assert (b"a plain word" in path.read_bytes()) == (kind.key is None)


def test_an_exception_rolls_back_and_reaches_the_caller(store: Database) -> None:
    def fail(db: sqlite_utils.Database) -> None:
        db["note"].insert({"text": "half"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(fail)
    assert texts(store) == []
    assert store.write(note("whole")) == 1


def test_a_failing_statement_rolls_back_what_came_before_it(store: Database) -> None:
    def clash(db: sqlite_utils.Database) -> None:
        db["note"].insert({"id": 1, "text": "one"})
        db["note"].insert({"id": 1, "text": "again"})

    with pytest.raises(IntegrityError):
        store.write(clash)
    assert texts(store) == []


def test_work_that_ends_its_transaction_is_a_bug(store: Database) -> None:
    with pytest.raises(RuntimeError, match="ended the transaction"):
        store.write(lambda db: db.conn.execute("COMMIT"))


def test_a_write_inside_a_write_is_a_bug_and_does_not_hang(store: Database) -> None:
    with pytest.raises(RuntimeError, match="inside write"):
        store.write(lambda db: store.write(note("never")))


@pytest.mark.parametrize("sql", ["INSERT INTO note (text) VALUES ('x')", "DELETE FROM note", "DROP TABLE note",
                                 "PRAGMA user_version = 7"])
def test_readers_cannot_write(store: Database, sql: str) -> None:
    store.write(note("kept"))
    with pytest.raises(DatabaseError, match="readonly"):
        store.query(sql)
    with pytest.raises(DatabaseError, match="readonly"), store.reader() as db:
        db.execute(sql)
    assert texts(store) == ["kept"]


def test_a_reader_sees_one_state_while_others_write(store: Database) -> None:
    store.write(note("before"))
    with store.reader() as db:
        assert db["note"].count == 1
        store.write(note("during"))
        assert db["note"].count == 1
        assert len(texts(store)) == 1  # a query inside joins the snapshot
    assert len(texts(store)) == 2


def test_parameters_by_place_and_by_name(store: Database) -> None:
    store.write(note("x"))
    assert store.query("SELECT id, text FROM note WHERE text = ?", ["x"])[0][1] == "x"
    assert store.query("SELECT text FROM note WHERE text = :t", {"t": "x"})[0].keys() == ["text"]


def test_threads_write_at_once_and_nothing_is_lost(store: Database) -> None:
    def add_many() -> None:
        for n in range(25):
            store.write(note(str(n)))
            assert store.query("SELECT count(*) FROM note")[0][0] > n

    threads = [threading.Thread(target=add_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts(store)) == 100


def test_a_read_connection_goes_with_its_thread(store: Database) -> None:
    texts(store)
    thread = threading.Thread(target=texts, args=(store,))
    thread.start()
    thread.join()
    assert len(store._readers) == 1  # this thread's own


def test_close_waits_for_readers_and_leaves_one_file(store: Database, path: Path) -> None:
    store.write(note("x"))
    inside, go_on = threading.Event(), threading.Event()

    def read_slowly() -> None:
        with store.reader() as db:
            inside.set()
            go_on.wait(5)
            seen.extend(db["note"].rows)

    seen: list[object] = []
    thread = threading.Thread(target=read_slowly)
    thread.start()
    inside.wait(5)
    closing = threading.Thread(target=store.close)
    closing.start()
    closing.join(0.1)
    assert closing.is_alive()
    go_on.set()
    thread.join()
    closing.join()
    assert len(seen) == 1
    assert [file.name for file in path.parent.iterdir()] == ["memory.db"]
    store.close()
    with pytest.raises(RuntimeError, match="closed"):
        store.query("SELECT 1")


def test_functions_are_on_every_connection(open_store: Opener) -> None:
    store = open_store(functions={"twice": lambda x: 2 * x})
    assert store.query("SELECT twice(21)")[0][0] == 42
    assert store.write(lambda db: db.execute("SELECT twice(4)").fetchone()[0]) == 8


def test_a_full_disk_is_a_sentence_and_changes_nothing(store: Database) -> None:
    store.write(note("kept"))

    def fill(db: sqlite_utils.Database) -> None:
        db.execute("PRAGMA max_page_count = 10").fetchone()
        db["note"].insert_all({"text": "x" * 3000} for _ in range(50))

    with pytest.raises(DiskFull, match="no space left") as caught:
        store.write(fill)
    assert caught.value.remedy
    assert texts(store) == ["kept"]


def test_a_lock_held_too_long_is_a_sentence(open_store: Opener) -> None:
    holder, other = open_store(), open_store(busy_seconds=0.1)

    def try_other(_: sqlite_utils.Database) -> None:
        with pytest.raises(StoreBusy, match="locked for too long"):
            other.write(note("no"))

    holder.write(try_other)
    assert other.write(note("yes")) == 1


def test_data_version_changes_with_others_commits_alone(open_store: Opener) -> None:
    store, other = open_store(), open_store()
    before = store.data_version()
    store.write(note("mine"))
    assert store.data_version() == before
    other.write(note("another's"))
    assert store.data_version() != before


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_files_and_folders_are_the_owners_alone(store: Database, path: Path) -> None:
    store.write(note("x"))
    store.copy_to(path.parent / "copy.db")
    modes_of = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes_of == dict.fromkeys(("memory.db", "memory.db-wal", "memory.db-shm", "copy.db"), 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_a_file_open_to_others_is_closed_to_them(open_store: Opener, path: Path) -> None:
    open_store().close()
    path.chmod(0o644)
    open_store()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_copy_is_whole_and_under_the_same_key(store: Database, open_store: Opener, kind, path: Path,
                                                tmp_path: Path) -> None:
    store.write(note("copied"))
    target = tmp_path / "it's a copy.db"
    store.copy_to(target)
    store.write(note("later"))
    assert not target.with_name(target.name + ".part").exists()
    store.close()
    target.replace(path)
    assert texts(open_store(kind.key, driver=kind.driver)) == ["copied"]


def test_a_copy_into_a_missing_folder_is_a_sentence(store: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used"):
        store.copy_to(tmp_path / "nowhere" / "copy.db")


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_deleted_word_is_in_no_page(store: Database, kind, path: Path, overwrite: bool) -> None:
    """Without secure_delete the word stays: so the search for it does find what is there."""
    if not overwrite:
        on_writer(store, "PRAGMA secure_delete = OFF")
    store.write(lambda db: db["note"].insert_all({"text": f"UNUTTERABLE{n} " * 40} for n in range(100)) and None)
    store.checkpoint()
    assert b"UNUTTERABLE50 " in pages(path, kind.key)
    store.write(lambda db: db.execute("DELETE FROM note WHERE id BETWEEN 20 AND 80") and None)
    store.checkpoint()
    assert path.with_name("memory.db-wal").stat().st_size == 0
    assert (b"UNUTTERABLE50 " in pages(path, kind.key)) == (not overwrite)


def test_vacuum_gives_pages_back(store: Database, path: Path) -> None:
    store.write(lambda db: db["note"].insert_all({"text": "x" * 3000} for _ in range(100)) and None)
    store.write(lambda db: db.execute("DELETE FROM note") and None)
    store.checkpoint()
    before = path.stat().st_size
    store.vacuum()
    assert path.stat().st_size < before / 4


@needs_sqlcipher
def test_after_rekey_only_the_new_key_opens(open_store: Opener, path: Path) -> None:
    new = b"n" * 32
    store = open_store()
    store.write(note("kept"))
    texts(store)  # a read connection under the old key
    store.rekey(new)
    assert texts(store) == ["kept"]
    assert store.write(note("more")) == 2
    store.close()
    with pytest.raises(StoreError, match="does not fit"):
        open_store()
    assert texts(open_store(new)) == ["kept", "more"]


@needs_sqlcipher
def test_rekey_is_refused_while_another_has_the_store_open(open_store: Opener) -> None:
    store, other = open_store(busy_seconds=0.2), open_store()
    store.write(note("kept"))
    with pytest.raises(StoreBusy):
        store.rekey(b"n" * 32)
    assert texts(store) == texts(other) == ["kept"]
    assert store.write(note("goes on")) == 2
    assert other.write(note("there too")) == 3


def test_a_store_without_key_has_none_to_change(open_store: Opener) -> None:
    with pytest.raises(StoreError, match="not encrypted"):
        open_store(None).rekey(b"n" * 32)


@needs_sqlcipher
def test_sqlite_utils_catches_the_drivers_errors(open_store: Opener) -> None:
    store = open_store()
    store.write(lambda db: db["nothing"].drop(ignore=True))
    store.write(lambda db: db["note"].insert({"text": "x", "colour": "red"}, alter=True) and None)
    assert store.query("SELECT colour FROM note")[0]["colour"] == "red"


def on_writer(store: Database, pragma: str) -> None:
    """Set what can be set outside a transaction alone."""
    store._on_writer(lambda: store._writer.execute(pragma).fetchall())


def pages(path: Path, key: bytes | None) -> bytes:
    """All pages of the file, decrypted (SQLCipher 4: AES-256-CBC, an IV and an HMAC at each page's end)."""
    data = path.read_bytes()
    if key is None:
        return data
    plain = []
    for at in range(0, len(data), 4096):
        page = data[at:at + 4096]
        cipher = Cipher(algorithms.AES256(key), modes.CBC(page[-80:-64])).decryptor()
        plain.append(cipher.update(page[16 if at == 0 else 0:-80]) + cipher.finalize())
    return b"".join(plain)


def test_a_transaction_takes_the_write_lock_before_it_reads(open_store: Opener) -> None:
    """Two that read first and then write: a deferred transaction would fail at once, with no waiting."""
    one, two = open_store(), open_store()
    one.write(note("0"))

    def raise_by_one(db: sqlite_utils.Database) -> None:
        value = int(db.execute("SELECT text FROM note").fetchone()[0])
        db.execute("UPDATE note SET text = ?", [str(value + 1)])

    threads = [threading.Thread(target=lambda s=s: [s.write(raise_by_one) for _ in range(40)]) for s in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts(one) == ["80"]

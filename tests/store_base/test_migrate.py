"""Migrations: all or nothing, a copy first, newer files refused; a store of an older version keeps its content."""

import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mneme.errors import StoreError
from mneme.store import browsing, health, memories, migrate
from mneme.store.database import Database
from mneme.store.driver import DatabaseError
from mneme.store.migrate import APPLICATION_ID, Migration
from mneme.testing import FakeClock
from mneme.types import Kind, MemoryFilter

Opener = Callable[..., Database]

NOTES = Migration(1, "notes", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL);")
TITLES = Migration(2, "titles", """
-- A title for each note; what had none gets its first word.
ALTER TABLE note ADD COLUMN title TEXT;
UPDATE note SET title = substr(text, 1, 5);
CREATE TRIGGER note_titled AFTER INSERT ON note WHEN new.title IS NULL BEGIN
    UPDATE note SET title = 'none; yet' WHERE id = new.id;
END;
""")
BROKEN = Migration(3, "broken", "CREATE TABLE extra (id INTEGER PRIMARY KEY); INSERT INTO nowhere VALUES (1);")


@pytest.fixture
def old(store: Database, path: Path) -> Path:
    """A store of version 1 with three notes, of each kind."""
    store.write(lambda db: db["note"].insert_all({"text": f"hello {n}"} for n in range(3)) and None)
    store.close()
    return path


def version(store: Database) -> int:
    return int(store.query("PRAGMA user_version")[0][0])


def tables(store: Database) -> set[str]:
    return {row["name"] for row in store.query("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_an_old_store_is_brought_up_to_date(old: Path, open_store: Opener, kind) -> None:
    store = open_store(kind.key, driver=kind.driver, migrations=[TITLES, NOTES])
    assert version(store) == 2
    assert [row["title"] for row in store.query("SELECT title FROM note")] == ["hello"] * 3
    store.write(lambda db: db["note"].insert({"text": "new"}))
    assert store.query("SELECT title FROM note WHERE text = 'new'")[0]["title"] == "none; yet"
    assert store.query("PRAGMA application_id")[0][0] == APPLICATION_ID


def test_a_copy_of_the_old_store_is_kept(old: Path, open_store: Opener, kind) -> None:
    open_store(kind.key, driver=kind.driver, migrations=[NOTES, TITLES]).close()
    [backup] = migrate.backups(old)
    assert backup.name == "memory-v1-20250615T120000Z.db"
    if sys.platform != "win32":
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    backup.replace(old)
    store = open_store(kind.key, driver=kind.driver)
    assert (version(store), len(store.query("SELECT * FROM note"))) == (1, 3)


def test_a_new_store_makes_no_copy_and_an_open_one_takes_no_step_twice(open_store: Opener, path: Path) -> None:
    open_store(migrations=[NOTES, TITLES]).close()
    assert version(open_store(migrations=[NOTES, TITLES])) == 2
    assert [file.name for file in path.parent.iterdir() if file.is_dir()] == []


def test_a_bad_statement_leaves_everything_as_it_was(old: Path, open_store: Opener, kind) -> None:
    with pytest.raises(DatabaseError, match="nowhere"):
        open_store(kind.key, driver=kind.driver, migrations=[NOTES, TITLES, BROKEN])
    store = open_store(kind.key, driver=kind.driver)
    assert version(store) == 1
    assert tables(store) == {"note"}
    assert list(store.query("SELECT * FROM note")[0]) == [1, "hello 0"]


def test_a_process_killed_in_the_middle_leaves_everything_as_it_was(old: Path, open_store: Opener, kind, child) -> None:
    script = """
steps = [NOTES, Migration(2, "killed", "ALTER TABLE note ADD COLUMN title TEXT; SELECT die(); DROP TABLE note;")]
opened(migrations=steps, functions={"die": die})
"""
    process: subprocess.Popen[str] = child(script, old, kind.key)
    assert process.wait() == -9
    store = open_store(kind.key, driver=kind.driver)
    assert version(store) == 1
    assert [tuple(row) for row in store.query("SELECT * FROM note")] == [(n + 1, f"hello {n}") for n in range(3)]
    store.close()
    assert version(open_store(kind.key, driver=kind.driver, migrations=[NOTES, TITLES])) == 2


def test_where_no_copy_can_be_made_nothing_is_changed(old: Path, open_store: Opener, kind) -> None:
    (old.parent / "backups").write_text("in the way")
    with pytest.raises(StoreError, match="backups"):
        open_store(kind.key, driver=kind.driver, migrations=[NOTES, TITLES])
    assert version(open_store(kind.key, driver=kind.driver)) == 1


def test_three_copies_are_kept(open_store: Opener, path: Path, clock: FakeClock) -> None:
    store = open_store()
    for n in range(5):
        migrate.back_up(store._writer.conn, path, n, clock)
        clock.advance(timedelta(seconds=1))
    migrate.back_up(store._writer.conn, path, 4, clock)
    clock.advance(timedelta(seconds=-1))
    names = [file.name for file in migrate.backups(path)]
    assert names == [f"memory-v{v}-20250615T12000{s}Z.db" for v, s in ((4, 5), (4, 4), (3, 3))]
    assert migrate.back_up(store._writer.conn, path, 4, clock).name != "memory-v4-20250615T120004Z.db"


def test_rows_that_refer_to_nothing_are_found_before_the_commit(old: Path, open_store: Opener, kind) -> None:
    step = Migration(2, "links", """
        CREATE TABLE link (note_id INTEGER NOT NULL REFERENCES note (id));
        INSERT INTO link VALUES (1), (77);""")
    with pytest.raises(RuntimeError, match="1 rows"):
        open_store(kind.key, driver=kind.driver, migrations=[NOTES, step])
    assert tables(open_store(kind.key, driver=kind.driver)) == {"note"}


def test_a_table_others_refer_to_can_be_rebuilt_and_the_links_are_checked_ever_after(open_store: Opener) -> None:
    linked = Migration(2, "links", """
        CREATE TABLE link (note_id INTEGER NOT NULL REFERENCES note (id) ON DELETE CASCADE);""")
    store = open_store(migrations=[NOTES, linked])
    store.write(lambda db: db["note"].insert({"text": "x"}) and None)
    store.write(lambda db: db["link"].insert({"note_id": 1}) and None)
    rebuilt = Migration(3, "rebuilt", """
        CREATE TABLE fresh (id INTEGER PRIMARY KEY, text TEXT NOT NULL, colour TEXT);
        INSERT INTO fresh (id, text) SELECT id, text FROM note;
        DROP TABLE note;
        ALTER TABLE fresh RENAME TO note;""")
    store = open_store(migrations=[NOTES, linked, rebuilt])
    assert len(store.query("SELECT * FROM link")) == 1
    with pytest.raises(DatabaseError, match="FOREIGN KEY"):
        store.write(lambda db: db["link"].insert({"note_id": 2}) and None)


def test_numbers_without_gaps() -> None:
    with pytest.raises(ValueError, match=r"\[1, 3\]"):
        migrate.checked([NOTES, BROKEN])


def test_scripts_fall_into_statements_that_sqlite_takes() -> None:
    script = "CREATE TABLE t (a); -- a; b\nINSERT INTO t VALUES (';'); /* c; */ SELECT 1;\n-- end"
    conn = sqlite3.connect(":memory:")
    for statement in migrate.statements(script):
        conn.execute(statement)
    assert conn.execute("SELECT a FROM t").fetchall() == [(";",)]
    conn.close()


def test_a_script_that_ends_inside_a_statement_is_a_bug() -> None:
    with pytest.raises(ValueError, match="ends inside"):
        list(migrate.statements("CREATE TABLE t (a TEXT DEFAULT 'open);"))


def test_the_steps_that_ship_are_numbered_and_work(open_store: Opener, kind) -> None:
    steps = migrate.read_migrations()
    store = open_store(kind.key, driver=kind.driver, migrations=None)
    assert version(store) == len(steps) >= 1
    assert {"item", "memory", "memory_fts"} <= tables(store)
    assert not any(word in step.sql.upper() for step in steps for word in ("BEGIN IMMEDIATE", "COMMIT;", "VACUUM"))


STORES = Path(__file__).parent / "stores"
RELEASED = STORES / "v1.db"
KEPT = ("entry", "thread", "item", "memory", "evidence", "revision", "use", "tombstone", "setting", "vector", "model")


def rows_of(conn: sqlite3.Connection, columns: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """The rows of these columns, by table."""
    quoted = {table: ", ".join(f'"{name}"' for name in names) for table, names in columns.items()}
    return {table: conn.execute(f"SELECT {names} FROM {table} ORDER BY {names}").fetchall()
            for table, names in quoted.items()}


def test_a_store_of_the_first_release_becomes_one_of_today_with_all_that_was_in_it(tmp_path: Path,
                                                                                  clock: FakeClock) -> None:
    path = tmp_path / "profile" / "memory.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy(RELEASED, path)
    conn = sqlite3.connect(path)
    columns = {table: [row[1] for row in conn.execute(f"PRAGMA table_info({table})")] for table in KEPT}
    before = rows_of(conn, columns)
    conn.close()
    assert len(before["memory"]) == 4 and len(before["item"]) == 3
    store = Database.open(path, None, clock=clock)
    with store.reader() as db:
        assert health.examine(db) == []
        assert {table: [tuple(row) for row in rows] for table, rows in rows_of(db.conn, columns).items()} == before
        assert {row[0] for row in db.execute("SELECT nature FROM memory")} == {"ordinary"}
        live = [row[0] for row in db.execute("SELECT id FROM memory WHERE retired_at IS NULL AND forgotten_at IS NULL")]
        assert [one.id for one in memories.load(db, live, clock.now())] == live
        assert health.counts(db)["full_text"] == len(live)
    [copy] = migrate.backups(path)
    store.close()
    old = sqlite3.connect(copy)
    assert old.execute("PRAGMA user_version").fetchone() == (1,)
    assert rows_of(old, columns) == before
    old.close()
    again = Database.open(path, None, clock=clock)
    assert version(again) == len(migrate.read_migrations())
    assert len(migrate.backups(path)) == 1
    again.close()


@pytest.mark.parametrize("file", sorted(STORES.glob("v*.db")), ids=lambda file: file.stem)
def test_every_released_schema_upgrades_with_every_row_in_it(file: Path, tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "profile" / "memory.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy(file, path)
    conn = sqlite3.connect(path)
    named = [row[0] for row in conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%' AND name NOT LIKE 'sqlite%'")]
    columns = {table: [row[1] for row in conn.execute(f"PRAGMA table_info({table})")] for table in named}
    before = rows_of(conn, columns)
    released = conn.execute("PRAGMA user_version").fetchone()[0]
    conn.close()
    assert released == int(file.stem.removeprefix("v")) and sum(map(len, before.values())) > 20
    store = Database.open(path, None, clock=clock)
    with store.reader() as db:
        assert health.examine(db) == []
        assert {table: [tuple(row) for row in rows] for table, rows in rows_of(db.conn, columns).items()} == before
        shown = browsing.ids(db, browsing.Sought(MemoryFilter(faded=None, kinds=frozenset(Kind)), clock.now())).tolist()
        assert shown and [one.id for one in memories.load(db, shown, clock.now())] == shown
    assert version(store) == len(migrate.read_migrations())
    store.close()

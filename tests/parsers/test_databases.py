"""Databases of other programs: opened in memory with their log, never trusted; messages and visits out of them."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mneme.errors import Skipped, Unreadable
from mneme.parsers.anydatabase import AnyDatabase
from mneme.parsers.chats.imessage import IMessage
from mneme.parsers.chats.typedstream import NoTypedStream, text_in
from mneme.parsers.databases import _checksum, _committed, opened, tables_in
from mneme.parsers.detect import Detector
from mneme.parsers.records.browsers import Chromium, Firefox, Safari
from mneme.parsers.records.visits import shown
from mneme.ports import ParseInput, Parser
from mneme.testing import FakeClock
from mneme.types import Conversation, Document, Mark, Origin, Role

ROME = ZoneInfo("Europe/Rome")
SAMPLES = Path(__file__).parent / "samples"
ROOT = b"\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85"
ARCHIVED = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@" + ROOT + b"\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+"
BARE = ARCHIVED.replace(ROOT + b"\x92", b"").replace(b"\x94", b"\x84\x84\x08NSObject\x00\x85")


def made(folder: Path, script: str) -> bytes:
    """The bytes of a database made by a script."""
    file = folder / "made.db"
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()
    return file.read_bytes()


def with_log(folder: Path, committed: int) -> tuple[bytes, bytes]:
    """A database with 3 rows, and its log with as many more committed, one transaction each."""
    file = folder / "wal.db"
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t (a);"
                             "INSERT INTO t VALUES (1), (2), (3); PRAGMA wal_checkpoint(TRUNCATE);")
    for number in range(committed):
        connection.execute("INSERT INTO t VALUES (?)", [f"{number} {'x' * 3000}"])
    both = file.read_bytes(), (folder / "wal.db-wal").read_bytes()
    connection.close()
    return both


def count(data: bytes, log: bytes = b"") -> int:
    with opened(data, log) as database:
        return len(list(database.rows("t", "a")))


# ------------------------------------------------------------------ opening


def test_what_the_log_has_committed_is_there(tmp_path: Path) -> None:
    data, log = with_log(tmp_path, 20)
    assert (count(data), count(data, log)) == (3, 23)
    assert data[18:20] == b"\x02\x02"


def test_of_a_damaged_log_the_good_beginning_counts(tmp_path: Path) -> None:
    data, log = with_log(tmp_path, 20)
    counts = [count(data, log[:length]) for length in range(0, len(log), 2000)]
    assert counts == sorted(counts)
    assert counts[0] == 3
    flipped = bytearray(log)
    flipped[len(log) // 2] ^= 1
    assert 3 < count(data, bytes(flipped)) < 23
    assert count(data, b"\x00" * 100) == 3


def test_a_log_that_promises_too_many_pages_fills_no_memory(tmp_path: Path) -> None:
    data, log = with_log(tmp_path, 1)
    size, sums = int.from_bytes(log[8:12], "big"), (0, 0)
    order = ">" if log[3] & 1 else "<"
    lying = log[:32] + log[32:36] + b"\xff\xff\xff\xff" + log[40:48]
    for part in (log[:24], lying[32:40], log[56:56 + size]):
        sums = _checksum(part, sums, order)
    lying += b"".join(number.to_bytes(4, "big") for number in sums) + log[56:56 + size]
    assert _committed(lying)[1] == 0xFFFFFFFF
    with opened(data, lying) as database:
        assert database.has(t="a")


@pytest.mark.parametrize("schema", [
    "CREATE TABLE t (a, b AS (zeroblob(a)) VIRTUAL); INSERT INTO t VALUES (1e9);",
    "CREATE TABLE u (a); INSERT INTO u VALUES (1); CREATE VIEW t AS SELECT * FROM u;",
    "CREATE VIEW t AS WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n) SELECT a FROM n;",
    "CREATE VIRTUAL TABLE t USING fts5(a); INSERT INTO t VALUES ('x');"])
def test_only_values_in_real_tables_are_read(tmp_path: Path, schema: str) -> None:
    with opened(made(tmp_path, schema)) as database:
        assert list(database.rows("t", "a b")) in ([], [(1e9, None)])


def test_a_database_cannot_be_changed_or_left(tmp_path: Path) -> None:
    with opened(made(tmp_path, "CREATE TABLE t (a); INSERT INTO t VALUES (1);")) as database:
        connection = database._connection
        for sql in ("DELETE FROM t", "ATTACH '/tmp/x.db' AS x", "SELECT load_extension('x')", "PRAGMA query_only=OFF",
                    "CREATE TABLE u (a)", "SELECT abs(a) FROM t",
                    "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n) SELECT a FROM n"):
            with pytest.raises(sqlite3.DatabaseError):
                connection.execute(sql)


def test_a_walk_without_end_is_ended(tmp_path: Path) -> None:
    data = made(tmp_path, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2);")
    with opened(data) as database:
        database._connection.set_progress_handler(lambda: True, 1)
        with pytest.raises(Unreadable):
            list(database.rows("t", "a"))


def test_tables_of_any_make_are_read(tmp_path: Path) -> None:
    data = made(tmp_path, 'CREATE TABLE "odd ""name" (k TEXT PRIMARY KEY, "a b" TEXT) WITHOUT ROWID;'
                          "INSERT INTO \"odd \"\"name\" VALUES ('k', CAST(X'ff41' AS TEXT));")
    with opened(data) as database:
        assert list(database.rows('odd "name', "k missing")) == [("k", None)]
        assert not database.has(nothing="a")
        assert list(database.rows("nothing", "a")) == []


@pytest.mark.parametrize("data", [
    b"SQLite format 3\x00", b"SQLite format 3\x00" + b"\xff" * 2000, b"no", b"\x00" * 4096])
def test_what_is_no_database_is_said(data: bytes) -> None:
    with pytest.raises(Unreadable, match="no database"), opened(data) as database:
        list(database.rows("t", "a"))


def test_a_log_beside_nothing_is_damage() -> None:
    with pytest.raises(Unreadable, match="damaged"), opened(b"", b"no log at all"):
        pass


def test_the_first_page_tells_tables(tmp_path: Path) -> None:
    data = made(tmp_path, 'CREATE TABLE "One" (a); create table if not exists two (b);')
    assert tables_in(data[:8192]) == {"one", "two"}
    assert tables_in(b"CREATE TABLE one (a)") == frozenset()


# ------------------------------------------------------------------ messages


def chats(data: bytes, since: str | None = None) -> tuple[dict[str, Conversation], str]:
    *found, mark = IMessage().parse(ParseInput(data, "chat.db", FakeClock(zone=ROME), since))
    assert isinstance(mark, Mark)
    return {c.key: c for c in found if isinstance(c, Conversation)}, mark.cursor


@pytest.fixture
def messages() -> bytes:
    return (SAMPLES / "imessage.db").read_bytes()


def test_messages_of_one_person_are_one_conversation(messages: bytes) -> None:
    found, _cursor = chats(messages)
    person = found["imessage:+15550100"]
    assert [(m.key, m.text, m.reply_to) for m in person.messages] == [
        ("g1", "Who has the key?", None), ("g2", "I do. Grüße 🙂", "g1"), ("g3", "by SMS", None),
        ("g9", "xxxxxxxxxx end", "g1")]
    assert {p.name: p.role for p in person.participants} == {"+15550100": Role.OTHER, "Me": Role.OWNER}
    assert [m.at.iso() for m in person.messages if m.at][:2] == [
        "2023-03-08T21:26:40+01:00", "2023-03-08T21:27:40+01:00"]


def test_a_group_has_its_name_its_files_and_its_newest_words(messages: bytes) -> None:
    group = chats(messages)[0]["imessage:chat42"]
    assert group.title == "Cabin"
    assert [(m.sender, m.text) for m in group.messages][:3] == [
        ("ines@example.org", "[key plan.pdf]\nthe plan"), ("system", "Cabin"), ("owner", "See you at 8")]
    assert len(group.messages[3].text) == 200


def test_only_what_came_later_is_given_again(messages: bytes, tmp_path: Path) -> None:
    _all, cursor = chats(messages)
    assert chats(messages, cursor) == ({}, cursor)
    (tmp_path / "more.db").write_bytes(messages)
    connection = sqlite3.connect(tmp_path / "more.db")
    connection.execute("INSERT INTO message (ROWID, guid, text, handle_id, date) VALUES (20, 'g20', 'new', 1, 1)")
    connection.execute("UPDATE message SET text = 'Who had it?', date_edited = 900000000000000000 WHERE guid = 'g1'")
    connection.commit()
    connection.close()
    found, later = chats((tmp_path / "more.db").read_bytes(), cursor)
    assert [(m.key, m.text) for c in found.values() for m in c.messages] == [("g20", "new"), ("g1", "Who had it?")]
    assert later == "20 900000000000000000 g20"
    assert len(chats(messages, later)[0]) == 2, "another database is read from its beginning"


@pytest.mark.parametrize(("data", "text"), [
    (ARCHIVED + b"\x03abc\x86\x84", "abc"), (ARCHIVED + b"\x81\xc8\x00" + b"y" * 200, "y" * 200),
    (ARCHIVED + b"\x00\x86", ""), (BARE + b"\x02ok\x86", "ok")])
def test_the_string_in_a_typedstream(data: bytes, text: str) -> None:
    assert text_in(data) == text


@pytest.mark.parametrize("data", [
    b"", b"bplist00", ARCHIVED[:40], ARCHIVED[:-1], b"\x04\x0bstreamtyped" + b"\x84" * 200])
def test_another_stream_is_none(data: bytes) -> None:
    with pytest.raises(NoTypedStream):
        text_in(data)


# ------------------------------------------------------------------ visits


def visits(parser: Parser, data: bytes, since: str | None = None) -> tuple[list[Document], str]:
    *found, mark = parser.parse(ParseInput(data, "history", FakeClock(zone=ROME), since))
    assert isinstance(mark, Mark)
    return [d for d in found if isinstance(d, Document)], mark.cursor


def test_firefox_gives_days_and_folders() -> None:
    found, _cursor = visits(Firefox(), (SAMPLES / "firefox.sqlite").read_bytes())
    assert [(d.key, d.text) for d in found] == [
        ("visits:2024-05-07", "16:00 Cabins by the lake - https://example.org/cabins?q=lake\n"
                              "16:01 Sign in - https://example.org/login"),
        ("visits:2024-05-08", "01:00 Bread - https://example.org/bread"),
        ("bookmarks:food", "Rye bread - https://example.org/bread (2024-05-07)"),
        ("bookmarks:toolbar_____", "Cabins by the lake - https://example.org/cabins?q=lake (2024-05-07)")]
    assert {d.origin for d in found} == {Origin.OTHER}
    assert found[0].happened_at is not None
    assert found[0].happened_at.iso() == "2024-05-07"


def test_chromium_gives_where_redirects_ended_and_no_frames() -> None:
    found, cursor = visits(Chromium(), (SAMPLES / "chromium.db").read_bytes())
    assert [d.text for d in found] == ["16:00 A page - https://example.org/a\n16:01 B page - https://example.org/b",
                                       "16:00 A page - https://example.org/a"]
    assert cursor == "6 13359650400000000"


def test_safari_gives_where_redirects_ended() -> None:
    [day], _cursor = visits(Safari(), (SAMPLES / "safari.db").read_bytes())
    assert (day.key, day.text) == ("visits:2024-05-07", "16:00 Tea - https://example.org/tea")


def test_only_days_with_newer_visits_are_given_again(tmp_path: Path) -> None:
    data = (SAMPLES / "chromium.db").read_bytes()
    _all, cursor = visits(Chromium(), data)
    assert visits(Chromium(), data, cursor) == ([], cursor)
    (tmp_path / "more.db").write_bytes(data)
    connection = sqlite3.connect(tmp_path / "more.db")
    connection.execute("INSERT INTO visits VALUES (7, 5, 13359650460000000, 0, 805306369, 0, 0)")
    connection.commit()
    connection.close()
    [day], later = visits(Chromium(), (tmp_path / "more.db").read_bytes(), cursor)
    assert (day.key, len(day.text.split("\n"))) == ("visits:2024-05-08", 2)
    assert len(visits(Chromium(), data, later)[0]) == 2, "the last visit is gone: from the beginning"


@pytest.mark.parametrize(("url", "kept"), [
    ("https://example.org/a?b=1#c", "https://example.org/a?b=1#c"), ("HTTP://u:p@example.org", "http://example.org"),
    ("https://example.org/oauth/callback?code=1", "https://example.org/oauth/callback"),
    ("https://example.org/#access_token=1", "https://example.org/"),
    ("https://example.org/x?password=1", "https://example.org/x"),
    ("file:///etc/passwd", None), ("about:blank", None), ("chrome://version", None), ("javascript:alert(1)", None),
    ("data:text/html,x", None), ("moz-extension://x/y", None), ("https://", None), ("https://[bad", None), (None, None),
    (f"https://example.org/{'a?b' * 400}", "https://example.org/a")])
def test_addresses_keep_no_secrets(url: object, kept: str | None) -> None:
    assert shown(url) == kept


# ------------------------------------------------------------------ recognising


def found_formats(detector: Detector) -> Iterator[tuple[str, str]]:
    for file in ("imessage.db", "firefox.sqlite", "chromium.db", "safari.db", "slack-database.sqlite"):
        yield file.rpartition(".")[0], detector.choose((SAMPLES / file).read_bytes(), "a copy").format


def test_databases_are_recognised_by_their_tables(detector: Detector) -> None:
    assert all(wanted == got for wanted, got in found_formats(detector))


def test_a_schema_far_behind_is_looked_for(tmp_path: Path, detector: Detector) -> None:
    (tmp_path / "far.db").write_bytes((SAMPLES / "chromium.db").read_bytes())
    connection = sqlite3.connect(tmp_path / "far.db")
    connection.executescript("PRAGMA page_size=65536; VACUUM;")
    connection.close()
    data = (tmp_path / "far.db").read_bytes()
    assert tables_in(data[:8192]) == frozenset()
    format_name, given = detector.parse(ParseInput(data, "old history.db", FakeClock(zone=ROME)))
    assert (format_name, len(list(given))) == ("database", 3)
    assert detector.choose(data, "History").format == "chromium"


def test_a_database_of_anybody_else_is_left_out(tmp_path: Path) -> None:
    data = made(tmp_path, "CREATE TABLE message (a);")
    with pytest.raises(Skipped, match="does not know"):
        list(AnyDatabase().parse(ParseInput(data, "a.db", FakeClock())))
    assert AnyDatabase().recognises(b"words", "a.db") == 0

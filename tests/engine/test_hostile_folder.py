"""A folder made by somebody who means harm: nothing is written outside, everything else in it is taken in."""

import gzip
import io
import json
import os
import sqlite3
import stat
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mneme.types import AddReport

GOOD = "# A good note\n\nThe spare key hangs behind the {} rain barrel.\n"
SECRET = "The outside is nobody's business."
LAUGHS = '<!DOCTYPE l [<!ENTITY a "haha">' + "".join(
    f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)) + "]>"
posix = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and holes in files are POSIX here")


class Trap:
    """A folder, and beside it what nothing may touch."""

    def __init__(self, diary: Any, root: Path, scratch: Path) -> None:
        self.folder: Path = diary.folder
        self.engine = diary.engine
        self.diary = diary
        self._root, self._scratch = root, scratch
        self.beside = root / "beside"
        self.beside.mkdir()
        (self.beside / "secret.md").write_text(SECRET)
        self.put("a first.md", GOOD.format("blue"))
        self.put("z last.md", GOOD.format("green"))
        self._before = self._outside()

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def sprung(self) -> Mapping[str, str]:
        """The reasons for what was not taken in; nothing was written outside, and the good notes are there."""
        report: AddReport = self.engine.add([self.folder])
        assert self._outside() == self._before, "something was written outside"
        assert list(self._scratch.iterdir()) == [], "something was left where passing files lie"
        assert self.engine.doctor().findings == ()
        texts = "\n".join(str(text) for (text,) in self.diary.rows("SELECT text FROM memory"))
        assert "blue rain barrel" in texts
        assert "green rain barrel" in texts
        assert SECRET not in texts
        reasons = {Path(one.path).name: one.reason for one in (*report.skipped, *report.failed)}
        for reason in reasons.values():
            assert reason
            assert reason.isprintable()
            assert "crashed" not in reason
            assert "longer than" not in reason
        return reasons

    def _outside(self) -> set[tuple[str, int, int]]:
        """Everything below the test's root but the folder and the profile, with its size and time."""
        kept = {self.folder, self._root / "profile", self._scratch}
        found = set()
        for where, folders, names in os.walk(self._root):
            folders[:] = [name for name in folders if Path(where, name) not in kept]
            for name in (*folders, *names):
                told = Path(where, name).lstat()
                found.add((str(Path(where, name)), told.st_size, told.st_mtime_ns))
        return found


@pytest.fixture
def trap(diary: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trap]:
    """With a place of its own for passing files."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for variable in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(variable, str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield Trap(diary, tmp_path, scratch)
    monkeypatch.setattr(tempfile, "tempdir", None)


def zipped(members: Mapping[str, str | bytes], *links: tuple[str, str]) -> bytes:
    """A zip file with these members, and these links (name, target)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
        for name, target in links:
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            package.writestr(info, target)
    return buffer.getvalue()


def test_names_that_lead_out_of_a_zip(trap: Trap, tmp_path: Path) -> None:
    inside = {"../../escaped.md": "# Up\n\nUp and out.", f"{tmp_path}/absolute.md": "# Root\n\nFrom the root.",
              "..\\..\\back.md": "# Back\n\nWith backslashes.", "C:\\drive.md": "# Drive\n\nOn a drive.",
              "a/../../../b.md": "# Around\n\nRound about.", "good.md": GOOD.format("zipped")}
    links = ("link.md", str(trap.beside / "secret.md")), ("folder", str(trap.beside))
    trap.put("slip.zip", zipped(inside, *links))
    trap.put("slip.docx", zipped({"[Content_Types].xml": "<Types/>", "../word/document.xml": "<a/>", **inside}, *links))
    trap.put("slip.epub", zipped({"mimetype": "application/epub+zip", "META-INF/container.xml":
                                  '<container><rootfile full-path="../../../../etc/passwd"/></container>', **inside}))
    trap.put("export.zip", zipped({"../../conversations.json": "[]", "../../users.json": "[]", "../chat.html": "x"}))
    reasons = trap.sprung()
    assert {"slip.docx", "slip.epub"} <= reasons.keys()
    assert trap.diary.rows("SELECT id FROM memory WHERE instr(text, 'behind the zipped rain barrel')")


def test_entities(trap: Trap) -> None:
    outside = f'<!DOCTYPE l [<!ENTITY j SYSTEM "{(trap.beside / "secret.md").as_uri()}">]>'
    for number, head in enumerate((LAUGHS, outside)):
        trap.put(f"laughs {number}.html", f"{head}<html><body><p>Words &j;</p></body></html>")
        trap.put(f"laughs {number}.svg", f"{head}<svg><text>&j;</text></svg>")
        trap.put(f"laughs {number}.enex", f'<?xml version="1.0"?>{head}<en-export><note><title>&j;</title><content>'
                                          "&j;</content></note></en-export>")
        trap.put(f"laughs {number}.note", f'<?xml version="1.0"?>{head}<note xmlns="http://beatniksoftware.com/tomboy">'
                                          "<title>&j;</title><text><note-content>&j;</note-content></text></note>")
        trap.put(f"laughs {number}.xml", f'<?xml version="1.0"?>{head}<smses><sms address="1" body="&j;"/></smses>')
        document = ('<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>'
                    "<w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>")
        trap.put(f"laughs {number}.docx", zipped({"[Content_Types].xml": "<Types/>",
                                                 "word/document.xml": head + document}))
        trap.put(f"laughs {number}.xlsx", zipped({"[Content_Types].xml": f"{head}<Types>&j;</Types>",
                                                 "xl/workbook.xml": f"{head}<workbook>&j;</workbook>"}))
    trap.sprung()
    assert trap.diary.rows("SELECT max(length(text)) FROM memory")[0][0] < 10_000


def test_nesting(trap: Trap) -> None:
    depth = 1_000_000
    deep = "[" * depth + "]" * depth
    trap.put("deep.json", deep)
    trap.put("deep chat.json", '[{"mapping": ' + '{"a":' * 2_000 + "1" + "}" * 2_000 + "}]")
    trap.put("deep.canvas", f'{{"nodes": {deep}, "edges": []}}')
    trap.put("deep.ipynb", f'{{"cells": {deep}}}')
    trap.put("deep.md", "---\na: " + "[" * 100_000 + "\n---\n" + ">" * 100_000 + " words\n")
    trap.put("deep.html", "<div>" * 200_000 + "words")
    trap.put("deep.rtf", r"{\rtf1 " + "{" * 200_000 + "words")
    trap.put("deep.org", "".join(f"{'*' * n} head\n" for n in range(1, 1000)))
    trap.put("deep.ics", "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 20_000)
    trap.put("deep.eml", "From: a@b.example\nDate: Mon, 6 May 2024 10:00:00 +0200\nContent-Type: multipart/mixed; "
                         'boundary="x"\n\n' + '--x\nContent-Type: multipart/mixed; boundary="x"\n\n' * 20_000)
    trap.sprung()


def test_bombs(trap: Trap) -> None:
    nothing = bytes(200_000_000)
    trap.put("bomb.json.gz", gzip.compress(nothing, 1))
    trap.put("bomb.gz", gzip.compress(nothing, 1))
    trap.put("bomb.zip", zipped({"a.md": nothing, "b.md": nothing}))
    trap.put("bomb.docx", zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": nothing}))
    trap.put("bomb in bomb.zip", zipped({f"{n}.zip": zipped({"a.txt": nothing[:50_000_000]}) for n in range(9)}))
    slack = {"users.json": "[]", "channels.json": '[{"id": "C1", "name": "a"}]', "a/2024-01-01.json": nothing}
    trap.put("slack.zip", zipped(slack))
    trap.put("dump.zip", zipped({"users.json.gz": gzip.compress(nothing, 1), "channels.json.gz": b"\x1f\x8b"}))
    reasons = trap.sprung()
    assert {"bomb.zip", "bomb.docx", "slack.zip", "bomb.gz", "bomb.json.gz", "bomb in bomb.zip"} <= reasons.keys()


@posix
def test_what_is_no_plain_file(trap: Trap) -> None:
    with (trap.folder / "hole.md").open("wb") as hole:
        hole.truncate(2 << 30)
    os.mkfifo(trap.folder / "pipe.md")
    (trap.folder / "out").symlink_to(trap.beside, target_is_directory=True)
    (trap.folder / "itself.md").symlink_to(trap.folder / "itself.md")
    (trap.folder / "device.md").symlink_to("/dev/zero")
    export = trap.folder / "export"
    trap.put("export/users.json", "[]")
    trap.put("export/channels.json", '[{"id": "C1", "name": "a"}]')
    (export / "a").symlink_to(trap.beside, target_is_directory=True)
    (export / "b.json").symlink_to(trap.beside / "secret.md")
    os.mkfifo(export / "c.json")
    reasons = trap.sprung()
    assert reasons["hole.md"].startswith("is larger than")
    assert "pipe.md" in reasons


@posix
def test_names_that_lie(trap: Trap) -> None:
    names = ("two\nlines.md", "\x1b[2J\x1b]0;owned\x07.md", "gnp.\u202edm.md", "\u2066a\u2069.md", "-rf.md", " .md",
             "$(touch owned).md", "%s%n.md", "a" * 250 + ".md", "CON.md", "\u0301.md", "'\"`.md")
    for number, name in enumerate(names):
        trap.put(name, GOOD.format(f"lying{number}"))
    raw = os.path.join(os.fsencode(trap.folder), b"\xff\xfe\x80.md")  # noqa: PTH118 -- the name is bytes on purpose
    Path(os.fsdecode(raw)).write_text(GOOD.format("raw"))
    trap.sprung()
    read = trap.diary.rows("SELECT DISTINCT text FROM memory WHERE kind = 'passage' AND instr(text, 'hangs behind')")
    assert len(read) == len(names) + 3


def test_a_file_that_grows_while_it_is_read(trap: Trap) -> None:
    growing, ended = trap.put("growing.md", GOOD.format("growing") * 40), threading.Event()

    def grow() -> None:
        with growing.open("a") as file:
            while not ended.wait(0.0005):
                file.write("More and more.\n")
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        reasons = trap.sprung()
    finally:
        ended.set()
        writer.join()
    assert reasons.get("growing.md", "is being written just now") == "is being written just now"
    trap.sprung()


def test_databases_that_never_end(trap: Trap) -> None:
    endless = ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
               "SELECT n AS id, n AS url, n AS title FROM r")
    for name, tables in {
        "History": ("CREATE TABLE visits (id INTEGER PRIMARY KEY, url, visit_time, from_visit, transition)",
                    f"CREATE VIEW urls AS {endless}"),
        "places.sqlite": ("CREATE TABLE moz_historyvisits (id INTEGER PRIMARY KEY, place_id, visit_date, visit_type)",
                          f"CREATE VIEW moz_places AS {endless}"),
        "any.db": (f"CREATE VIEW message AS {endless}", "CREATE TABLE chat (b, a AS (zeroblob(999999999)))"),
    }.items():
        path = trap.folder / name
        with sqlite3.connect(path) as database:
            for statement in tables:
                database.execute(statement)
        database.close()
        trap.put(f"{name}-wal", os.urandom(5000))
    trap.put("writes.db", _attaching(trap))
    trap.sprung()


def _attaching(trap: Trap) -> bytes:
    """A database whose views and triggers would write beside it, if anybody let them."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE message (ROWID INTEGER PRIMARY KEY, text)")
    target = json.dumps(str(trap.beside / "written.db"))
    database.execute(f"CREATE VIEW chat AS SELECT writefile({target}, 'x'), load_extension('x')")
    data = database.serialize()
    database.close()
    return data

"""A folder of everything that goes wrong with files, and what Mneme must say to each.

    python tests/hard/broken_inputs.py [--megabytes 60]

Builds the folder, takes it in with the command line, and prints the state and reason of every place, the time, and
the most memory that all processes together held.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import psutil

GOOD = "# A good note\n\nThe spare key hangs behind the blue rain barrel.\n"


def build(folder: Path, megabytes: int) -> None:
    """Write the broken files among good ones."""
    folder.mkdir(parents=True, exist_ok=True)
    _texts(folder, megabytes)
    _containers(folder)
    _names(folder)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.md")
    (folder / "loop").mkdir()
    (folder / "loop" / "again").symlink_to(folder / "loop", target_is_directory=True)
    (folder / "to itself.md").symlink_to(folder / "to itself.md")
    (folder / "first.md").symlink_to(folder / "second.md")
    (folder / "second.md").symlink_to(folder / "first.md")
    (folder / "no permission.md").write_text(GOOD)
    (folder / "no permission.md").chmod(0)
    (folder / "closed").mkdir()
    (folder / "closed" / "inside.md").write_text(GOOD)
    (folder / "closed").chmod(0)
    (folder / "z last good.md").write_text(GOOD.replace("spare", "last"))


def _texts(folder: Path, megabytes: int) -> None:
    line = "the same line again and again, without an end\n"
    (folder / "a good.md").write_text(GOOD)
    (folder / "empty.md").write_bytes(b"")
    (folder / "white.txt").write_text(" \n\t\n" * 100)
    (folder / "huge.txt").write_text(line * (megabytes * 1_000_000 // len(line)))
    (folder / "under the limit.txt").write_text(line * (min(megabytes, 12) * 1_000_000 // len(line)))
    (folder / "one line.txt").write_text("x" * min(megabytes * 100_000, 4_000_000))
    (folder / "binary.md").write_bytes(bytes(range(256)) * 400)
    (folder / "utf16.txt").write_bytes("Grüße aus Åre. The boat is called Möwe.".encode("utf-16"))
    (folder / "utf16 no mark.txt").write_bytes(("The ferry leaves at noon. " * 20).encode("utf-16-le"))
    (folder / "latin1.txt").write_bytes("Der Schlüssel hängt überm Küchenschrank, sagte Jörg.".encode("latin-1"))
    (folder / "nul.txt").write_bytes(b"The code\x00 of the gate\x00 is four.\n")
    (folder / "nested.html").write_text("<html><body>" + "<div>" * 20_000 + "deep words" + "</div>" * 20_000)
    (folder / "nested.json").write_text("[" * 20_000 + "1" + "]" * 20_000)
    (folder / "broken.json").write_text('{"a": [1, 2, ')
    (folder / "aliases.md").write_text("---\na: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "---\nText.\n")
    (folder / "chat.jsonl").write_text('{"mneme": "conversation", "version": 1, "title": "T", "participants": []}\n'
                                       '{"id": "1", "from": "x", "text": "The first message is whole."}\n{"broken\n')


def _containers(folder: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as inside:
            for _ in range(3000):
                inside.write(b"<a>" * 350_000)
    (folder / "bomb.docx").write_bytes(bomb.getvalue())
    (folder / "no zip.docx").write_text("this is no archive")
    (folder / "cut.pdf").write_bytes(_pdf()[: len(_pdf()) // 2])
    (folder / "no pdf.pdf").write_bytes(b"%PDF-1.7\n" + os.urandom(5000))
    entities = "".join(f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    (folder / "laughs.html").write_text(f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">{entities}]><l>&i;</l>')


def _pdf() -> bytes:
    content = b"BT /F1 12 Tf 72 700 Td (The invoice is paid.) Tj ET"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
               b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table, len(data))


def _names(folder: Path) -> None:
    (folder / "emoji 🗝️ key.md").write_text(GOOD.replace("blue", "emoji"))
    (folder / "two\nlines.md").write_text(GOOD.replace("blue", "two-line"))
    (folder / ("long" * 50 + ".md")).write_text(GOOD.replace("blue", "long"))
    raw = os.fsencode(folder) + b"/not utf\xff8.md"
    with open(raw, "w", encoding="utf-8") as file:  # noqa: PTH123 -- the name is bytes on purpose
        file.write(GOOD.replace("blue", "raw"))


def take_in(folder: Path, profile: Path) -> tuple[dict, float, float]:
    """The report, the seconds it took, and the most megabytes all processes held together."""
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "mneme.cli", "--profile", str(profile), "--no-keyring", "add", "--json", str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    most, stop = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, most, stop))
    watcher.start()
    out, err = process.communicate()
    stop.set()
    watcher.join()
    if process.returncode != 0:
        raise SystemExit(f"ended with {process.returncode}: {out.decode()} {err.decode()}")
    return json.loads(out), time.monotonic() - start, most[0]


def _watch(pid: int, most: list[float], stop: threading.Event) -> None:
    while not stop.wait(0.05):
        total = 0
        try:
            family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for one in family:
            try:
                total += one.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        most[0] = max(most[0], total / 1e6)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=60)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mneme-broken-") as scratch:
        folder = Path(scratch, "broken")
        build(folder, wish.megabytes)
        report, seconds, megabytes = take_in(folder, Path(scratch, "profile"))
        for kind in ("skipped", "failed"):
            for one in report["files"][kind]:
                print(f"{kind:8} {Path(one['path']).name[:44]!r:50} {one['reason']}")
        print(f"{report['files']['seen']} places, {report['files']['done']} done, {seconds:.0f} s, "
              f"at most {megabytes:.0f} MB in all processes")
        (folder / "closed").chmod(0o700)
    return 0


if __name__ == "__main__":
    sys.exit(main())

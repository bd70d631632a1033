"""Exports of note apps, counted with the standard library alone: how many notes there are to be taken in."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from exports import Case


def evernote(path: Path) -> int:
    """Notes by their tags; what looks like one inside CDATA is text."""
    text = re.sub(r"<!\[CDATA\[.*?\]\]>", "", path.read_text(encoding="utf-8"), flags=re.S)
    return len(re.findall(r"<note[\s>]", text)) or len(re.findall(r"<en-note[\s>]", text))


def keep(path: Path) -> int | None:
    note = loaded(path.read_bytes())
    return 1 if isinstance(note, dict) and not note.get("isTrashed") else None


def roam(path: Path) -> int:
    """Pages with a word in them, found in the raw text of each page."""
    pages = json.loads(path.read_text(encoding="utf-8"))
    return sum(bool(re.search(r'"string": "\s*[^"\s]', json.dumps(page))) for page in pages)


def tomboy(path: Path) -> int | None:
    return None if "system:template" in path.read_text(encoding="utf-8") else 1


def one(path: Path) -> int:
    return 1


def left_out(path: Path) -> None:
    """OneNote's own files are left out with the reason."""


def bundles(path: Path) -> int:
    """Texts in a zip, or a folder, of TextBundles, without those in the bin or encrypted."""
    if path.is_dir():
        return len(list(path.rglob("text.*")))
    with zipfile.ZipFile(path) as package:
        texts = [n for n in package.namelist() if re.search(r"(^|/)text\.\w+$", n) and "__MACOSX" not in n]
        return sum(kept(package, name) for name in texts)


def kept(package: zipfile.ZipFile, text: str) -> bool:
    info = text.rpartition("/")[0] + "/info.json"
    said = package.read(info.lstrip("/")).decode("utf-8")
    return not re.search(r'"(trashed|encrypted)"\s*:\s*1', said)


def notion(path: Path) -> int:
    """Pages and databases by the different ids in the names."""
    with zipfile.ZipFile(path) as outer:
        [part] = outer.namelist()
        with zipfile.ZipFile(io.BytesIO(outer.read(part))) as package:
            named = [re.search(r"([0-9a-f]{32})(_all)?\.(md|html|csv)$", name) for name in package.namelist()]
    return len({found[1] for found in named if found})


def markdown(path: Path) -> int | None:
    return 1 if path.read_bytes().strip() else None


def loaded(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


IMPORTER = "obsidian_importer"
CASES = [
    Case("evernote", "evernote/**/*.enex", evernote, "documents"),
    Case("evernote", "evernote/**/*-enex.xml", evernote, "documents"),
    Case("evernote", f"{IMPORTER}/evernote/**/*.enex", evernote, "documents"),
    Case("google-keep", f"{IMPORTER}/keep/**/*.json", keep, "documents"),
    Case("roam", f"{IMPORTER}/roam/*.json", roam, "documents"),
    Case("tomboy", f"{IMPORTER}/tomboy/*.note", tomboy, "documents"),
    Case("apple-journal", f"{IMPORTER}/journal/*.html", one, "documents"),
    Case("notion", f"{IMPORTER}/notion/*.zip", notion, "documents"),
    Case("notion", f"{IMPORTER}/notion/*.html", one, "documents"),
    Case("textbundle", f"{IMPORTER}/bear/*.bear2bk", bundles, "documents"),
    Case("textbundle", f"{IMPORTER}/textbundle/*.textbundle", bundles, "documents"),
    Case("textbundle", f"{IMPORTER}/textbundle/*.textpack", bundles, "documents"),
    Case("textbundle", f"{IMPORTER}/textbundle/*.zip", bundles, "documents"),
    Case("onenote", f"{IMPORTER}/onenote-file/fixtures/*.one*", left_out, "documents"),
    Case("markdown", "obsidian_vaults/**/*.md", markdown, "documents"),
]

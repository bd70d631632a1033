"""Folders that are one export: recognised by the names in them, and read as the zip file they might have been."""

import io
import os
import zipfile
from pathlib import Path

from mneme.errors import Skipped
from mneme.expressions import expression
from mneme.messages import _

_MARKS: tuple[frozenset[str], ...] = (
    frozenset({"users.json", "channels.json"}),  # Slack
    frozenset({"users.json.gz"}),  # Slack, as slackdump archives it
    frozenset({"conversations.json", "users.json"}),  # Claude
    frozenset({"conversations.json", "chat.html"}),  # ChatGPT
)
_SUFFIXES = (".textbundle",)
_DISCORD = expression(r"c\d{15,20}")
_JOPLIN = expression(r"[0-9a-f]{32}\.md")
_BESIDE_JOPLIN = frozenset({"resources", ".resource", ".sync", ".lock", "locks", "temp", "info.json", ".DS_Store"})
_NOTION = expression(r"(.+?)( ?[0-9a-f]{32})(?:_all)?\.(?:md|html|csv)")
_BESIDE_NOTION = frozenset({"index.html", ".DS_Store"})
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes, whenever they were unpacked


def is_bundle(name: str, names: frozenset[str]) -> bool:
    """Whether a folder called `name`, with entries of these names, is one export."""
    return (name.casefold().endswith(_SUFFIXES) or any(marks <= names for marks in _MARKS) or _is_joplin(names)
            or _is_notion(names) or _is_discord(names))


def _is_discord(names: frozenset[str]) -> bool:
    """The messages in Discord's package: a list of the channels, and a folder for each. The rest of it can be huge."""
    return "index.json" in names and any(map(_DISCORD.fullmatch, names))


def _is_joplin(names: frozenset[str]) -> bool:
    """Joplin's RAW export: nothing but items that are called by their ids, and a folder of attachments."""
    items = {name for name in names if _JOPLIN.fullmatch(name)}
    return bool(items) and names - items <= _BESIDE_JOPLIN


def _is_notion(names: frozenset[str]) -> bool:
    """The top of an unpacked export of Notion: nothing but pages with their ids, and the folders of their subpages."""
    pages = [found for name in names if (found := _NOTION.fullmatch(name))]
    folders = {name for page in pages for name in (page[1], page[1] + page[2])}
    return bool(pages) and names <= {page[0] for page in pages} | folders | _BESIDE_NOTION


def pack(folder: Path, most: int = 1 << 30) -> bytes:
    """A folder's files as a zip without compression, links left out. Raises: Skipped beyond `most` bytes; OSError."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
        for path in sorted(_files(folder)):
            with path.open("rb") as file:
                data = file.read(most - packed.tell() + 1)
            if packed.tell() + len(data) > most:
                raise Skipped(_("is larger than {limit} MB").format(limit=most // 1_000_000))
            package.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH), data)
    return packed.getvalue()


def _files(folder: Path) -> list[Path]:
    return [Path(where, name) for where, _folders, names in os.walk(folder) for name in names
            if not Path(where, name).is_symlink() and Path(where, name).is_file()]

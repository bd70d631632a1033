"""What the readers of other note apps share: their JSON, their times, their Markdown, and saying what they left out."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from mneme.clock import Clock
from mneme.errors import Skipped, Unreadable
from mneme.messages import _, ngettext
from mneme.parsers.archives import each_file
from mneme.parsers.building import one_line, paragraphs, unique
from mneme.parsers.documents.markdown import Markdown
from mneme.parsers.encoding import clean, decode, suffix_of
from mneme.parsers.moments import EARLIEST, LATEST, moment_of
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Document, Moment

_DOCUMENTS = frozenset({".pdf", ".docx", ".pptx", ".xlsx", ".odt", ".rtf", ".epub", ".txt"})
LONGEST = 200_000_000  # characters of one export's JSON; the worker's limit of memory is nearer
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARKDOWN = Markdown()


def json_of(data: bytes) -> Any:
    """The value in an export's JSON. Raises: Skipped, Unreadable."""
    text = decode(data, "utf-8", LONGEST).text
    try:
        return json.JSONDecoder(strict=False).decode(text.strip())
    except (ValueError, RecursionError):
        raise Unreadable(_("is no valid JSON"), _("Export it again.")) from None


def words(value: Any) -> str:
    """A string or a figure as text; anything else counts as missing."""
    return clean(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def moment_after(value: Any, zone: tzinfo, *, units: int = 1) -> Moment | None:
    """The moment so many units (of which a second has `units`) after 1970; None for what is no such figure."""
    try:
        at = (_EPOCH + timedelta(seconds=float(value) / units)).astimezone(zone)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment_of(at, zone) if float(value) > 0 and EARLIEST <= at.year <= LATEST else None


def markdown(text: str, clock: Clock) -> Document:
    """A note's Markdown with its structure, tags and links; an empty document for empty text."""
    text = clean(text)
    if not text.strip():
        return Document("")
    try:
        [document] = _MARKDOWN.parse(ParseInput(text.encode("utf-8", "replace"), "note.md", clock))
    except Skipped:  # words that look like something else to who knows only their bytes
        return Document(text, tuple(paragraphs(text)))
    assert isinstance(document, Document), "Markdown is one document"
    return document


def with_more(document: Document, *, title: str = "", happened_at: Moment | None = None, key: str = "",
              tags: Iterable[str] = (), links: Iterable[str] = (), authors: Iterable[str] = (),
              properties: Mapping[str, str] | None = None, notes: Iterable[str] = ()) -> Document:
    """The same with what the app knew beside the text; a title and a time that are given here win."""
    added = {name: clean(value) for name, value in (properties or {}).items() if value.strip()}
    return replace(
        document, title=one_line(title) or document.title, happened_at=happened_at or document.happened_at,
        key=key or document.key, tags=unique((*document.tags, *tags)), links=unique((*document.links, *links)),
        authors=unique((*authors, *document.authors)), properties={**document.properties, **added},
        notes=(*document.notes, *notes))


def attachments(files: Package, source: ParseInput, top: str, besides: Collection[str] = ()) -> Iterator[Parsed]:
    """The documents that were attached to an export's notes; pictures and sound are passed over.

    Keys are their names without the folders at the `top` (a pattern), which are called after the day of the export.
    """
    wanted = [name for name in files.names if suffix_of(name) in _DOCUMENTS and name not in besides
              and not name.rpartition("/")[2].startswith("._")]
    if not wanted:
        return
    with suppress(Skipped):
        for one in each_file(files, wanted, source):
            yield replace(one, key=re.sub(top, "", one.key)) if isinstance(one, Document) else one


class LeftOut:
    """Counts the notes of an export that are left out on purpose, with the reason of each."""

    def __init__(self) -> None:
        self._reasons: Counter[str] = Counter()

    def add(self, reason: str) -> None:
        """One more, for this reason."""
        self._reasons[reason] += 1

    def say(self) -> None:
        """To be called when everything else was given. Raises: Skipped where anything was left out."""
        count = self._reasons.total()
        if count:
            said = ngettext("{n} note in it was left out: {why}", "{n} notes in it were left out: {why}", count)
            raise Skipped(said.format(n=count, why="; ".join(self._reasons)))


def in_the_bin() -> str:
    """Why a note that its owner threw away is left out."""
    return _("in the app's bin")


def locked() -> str:
    """Why a note is left out that only the app can decrypt."""
    return _("encrypted by the app")

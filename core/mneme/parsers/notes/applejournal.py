"""Apple's Journal: an entry is one web page, with the day above it and what was attached."""

from collections.abc import Iterator

from mneme.parsers.building import TextBuilder
from mneme.parsers.documents.html import add_pieces
from mneme.parsers.encoding import decode, looks_like_text, suffix_of
from mneme.parsers.moments import parse_date
from mneme.parsers.notes.note_html import Rules, read_note
from mneme.ports import Parsed, ParseInput

_DAY, _TITLE = 6, 1  # levels of the headings that these become
_CLASSES = {"pageHeader": f"h{_DAY}", "title": f"h{_TITLE}", "reflectionPrompt": "blockquote", "gridItem": "p"}


class AppleJournal:
    """Entries/*.html of the Journal app's "Export All Entries" (iOS 17.2 and later)."""

    format = "apple-journal"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        fits = b"pageContainer" in head and (b"pageHeader" in head or b"reflectionPrompt" in head)
        is_page = suffix_of(name) in (".html", ".htm") and b"<body" in head
        return 0.95 if fits and is_page and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        zone = source.clock.zone()
        read = read_note(decode(source.data, "utf-8").text, zone, Rules(classes=_CLASSES))
        days = [p.text for p in read.pieces if p.kind == "heading" and p.level == _DAY]
        titles = [p.text for p in read.pieces if p.kind == "heading" and p.level == _TITLE]
        builder = TextBuilder()
        add_pieces(builder, [p for p in read.pieces if p.text not in days[:1] or p.kind != "heading"])
        yield builder.build(title=next(iter(titles), next(iter(days), None)), links=read.page.links,
                            happened_at=next((m for day in days[:3] if (m := parse_date(day, zone))), None))

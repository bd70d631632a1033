"""Plain text: paragraphs between blank lines; also what is text under a name that nobody claims."""

import re
from collections.abc import Iterator
from datetime import tzinfo

from mneme.expressions import expression
from mneme.parsers.building import paragraphs
from mneme.parsers.encoding import decode, looks_like_text, suffix_of
from mneme.parsers.moments import parse_date
from mneme.ports import Parsed, ParseInput
from mneme.types import Document, Moment

# Text that only programs read, or that needs its own reader (mail, calendars, contacts, exports): as plain
# text it would fill the memory with base64 and markup.
NOT_PROSE = frozenset({
    ".eml", ".mbox", ".mbx", ".msg", ".ics", ".ical", ".ifb", ".vcf", ".vcard", ".enex", ".opml", ".plist", ".svg",
    ".tcx", ".gpx", ".kml", ".mht", ".mhtml", ".map", ".lock", ".ipynb", ".base", ".canvas", ".drawio", ".pem", ".key",
    ".crt", ".asc", ".gpg", ".age", ".ps", ".eps", ".xsd", ".dtd", ".wsdl", ".rss", ".atom", ".po", ".pot", ".srt",
    ".scpt", ".b64", ".uue", ".hex"})
_DATE_LINE = expression(r"^\s*(?:date|datum|data|fecha|dato|päivämäärä)\s*:\s*(\S[^\n]{3,78})$", re.I | re.M)


class PlainText:
    """.txt, .log and whatever else is text."""

    format = "text"
    suffixes = frozenset({".txt", ".text", ".log"})
    isolated = False

    def recognises(self, head: bytes, name: str) -> float:
        suffix = suffix_of(name)
        if suffix in NOT_PROSE or not looks_like_text(head):
            return 0.0
        return 0.7 if suffix in self.suffixes else 0.1

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        decoded = decode(source.data)
        yield Document(decoded.text, tuple(paragraphs(decoded.text)), notes=decoded.notes,
                       happened_at=date_line(decoded.text, source.clock.zone()))


def date_line(text: str, zone: tzinfo) -> Moment | None:
    """The date of a line "Date: …" among the first ones."""
    found = _DATE_LINE.search(text[:1000])
    return parse_date(found.group(1), zone) if found else None

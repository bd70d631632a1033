"""Tables as text: commas, semicolons, tabs or bars between cells, found by trying."""

import csv
import io
from collections.abc import Iterator

from mneme.messages import _
from mneme.parsers.building import TextBuilder, paragraphs
from mneme.parsers.documents.tables import as_lines
from mneme.parsers.encoding import decode, looks_like_text, suffix_of
from mneme.ports import Parsed, ParseInput
from mneme.types import Document

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 50


class Csv:
    """.csv and .tsv; each row becomes a line "header: value; header: value"."""

    format = "csv"
    suffixes = frozenset({".csv", ".tsv", ".tab"})
    isolated = False

    def recognises(self, head: bytes, name: str) -> float:
        return 0.7 if suffix_of(name) in self.suffixes and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        decoded = decode(source.data)
        builder = TextBuilder()
        for note in decoded.notes:
            builder.note(note)
        try:
            rows = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=delimiter_of(decoded.text))
            builder.lines("table", as_lines(rows))
        except csv.Error:
            note = _("It is not a regular table; it was read as plain text.")
            yield Document(decoded.text, tuple(paragraphs(decoded.text)), notes=(*decoded.notes, note))
            return
        yield builder.build()


def delimiter_of(text: str) -> str:
    """The mark that cuts the first lines into most and evenly many cells."""
    lines = [line for line in text[:65_536].split("\n") if line.strip()][:_SAMPLE_LINES]
    return max(_DELIMITERS, key=lambda mark: _evenness(lines, mark))


def _evenness(lines: list[str], mark: str) -> float:
    """Cells a row times the share of rows that have just as many as most have; 0 where nothing is cut."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
    except csv.Error:
        return 0.0
    usual = max(set(widths), key=widths.count, default=1)
    return (usual - 1) * widths.count(usual) / max(len(widths), 1)

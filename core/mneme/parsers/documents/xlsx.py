"""Excel files: each sheet a heading and its rows as "header: value" lines."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from mneme.parsers.building import TextBuilder
from mneme.parsers.documents.office import core_properties
from mneme.parsers.documents.tables import as_lines
from mneme.parsers.encoding import suffix_of
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput

MAX_COLUMNS = 1_000  # of one row; a sheet has 16,384 and hardly anybody uses them
_MAX_ROWS = 1_048_576  # a sheet has no more; openpyxl would make up all that lie before a row numbered 2**63


class Xlsx:
    """.xlsx and .xlsm; formulas show the value they had when the file was saved."""

    format = "xlsx"
    suffixes = frozenset({".xlsx", ".xlsm", ".xltx"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if not head.startswith(b"PK\x03\x04"):
            return 0.0
        return 0.95 if suffix_of(name) in self.suffixes else 0.6 if b"xl/" in head else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        package = Package(source.data, "Excel")
        if "xl/workbook.xml" not in package.names:
            raise package.broken()
        package.verify()  # openpyxl unpacks by itself, without limits
        builder = TextBuilder()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of decorations it does not know
            _read(source.data, package, builder)
        core = core_properties(package, source.clock.zone())
        yield builder.build(title=core.title, authors=core.authors, happened_at=core.happened_at, tags=core.tags,
                            properties=dict(core.properties))


def _read(data: bytes, package: Package, builder: TextBuilder) -> None:
    import openpyxl  # noqa: PLC0415 -- slow import
    from lxml import etree  # noqa: PLC0415 -- slow import
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 -- slow import

    # openpyxl lets through whatever a malformed part makes its code trip over
    tripped = (etree.XMLSyntaxError, SyntaxError, InvalidFileException, zipfile.BadZipFile, ValueError, TypeError,
               LookupError, AttributeError, OSError, AssertionError, OverflowError)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            _sheet(sheet, builder)
    except tripped as error:
        raise package.broken() from error


def _sheet(sheet: Any, builder: TextBuilder) -> None:
    lines = as_lines(_rows(sheet))
    first = next(lines, None)
    if first is not None:
        builder.add("heading", sheet.title, 2)
        builder.lines("table", _chain(first, lines))


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _rows(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows(values_only=True, max_row=_MAX_ROWS):
        yield [_shown(value) for value in row[:MAX_COLUMNS]]


def _shown(value: object) -> str:
    """A cell as a person would write it: whole numbers without ".0", dates as ISO without an empty time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)

"""Rows as lines that read like sentences: "Name: Anna; City: Rome"."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

from mneme.expressions import expression

_NUMBER = expression(r"[\s\d.,:;/%+()€$£¥-]*\d[\s\d.,:;/%+()€$£¥-]*")
LONGEST_NAME = 80  # characters of a column's name

Row = Sequence[str]


def as_lines(rows: Iterable[Row]) -> Iterator[str]:
    """A line for each row that holds anything; with "header: value" where the first row names the columns."""
    filled = (cells for row in rows if any(cells := [" ".join(cell.split()) for cell in row]))
    first, second = next(filled, None), next(filled, None)
    while first and second and _width(first) == 1 < _width(second):  # a caption above the table
        yield _joined(first)
        first, second = second, next(filled, None)
    if first is None:
        return
    if second is None or not _names_columns(first, second):
        yield from map(_joined, itertools.chain([first], [second] if second else [], filled))
        return
    names = [name.rstrip(":") for name in first]
    for row in itertools.chain([second], filled):
        yield _named(names, row)


def _width(row: Row) -> int:
    return sum(1 for cell in row if cell)


def _names_columns(first: Row, second: Row) -> bool:
    """Whether the first row is a header: short, different words without figures, as many as the row below has."""
    names = [name for name in first if name]
    if len(names) < 2 or len(set(names)) != len(names) or len(names) < _width(second) - 1:
        return False
    return all(len(name) <= LONGEST_NAME and not _NUMBER.fullmatch(name) for name in names)


def _named(names: Row, row: Row) -> str:
    cells = itertools.zip_longest(names[:len(row)], row, fillvalue="")
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in cells if cell)


def _joined(row: Row) -> str:
    return "; ".join(cell for cell in row if cell)



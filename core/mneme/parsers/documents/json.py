"""JSON and JSON lines as "path: value" lines; a list of flat objects reads as table rows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mneme.messages import _
from mneme.parsers.building import TextBuilder, paragraphs
from mneme.parsers.encoding import Decoded, decode, looks_like_text, suffix_of
from mneme.ports import Parsed, ParseInput
from mneme.types import Document

STRUCTURED_UP_TO = 10_000_000  # characters; a tree of objects takes some thirty times its text


class Json:
    """.json, .jsonl: strings and figures exactly as typed, each after the way that leads to it.

    What is no valid JSON, is nested too deep or is too long stays plain text, with a note. Worked on in the
    worker process: a tree of tiny lists needs much memory.
    """

    format = "json"
    suffixes = frozenset({".json", ".jsonl", ".ndjson", ".geojson", ".json5", ".webmanifest"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        return 0.7 if suffix_of(name) in self.suffixes and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        decoded = decode(source.data)
        try:
            values = list(_values(decoded.text))
        except (ValueError, RecursionError):
            yield _as_text(decoded)
            return
        builder = TextBuilder()
        for note in decoded.notes:
            builder.note(note)
        for value in values:
            for lines in _groups(value):
                builder.lines("table", lines)
        yield builder.build(title=_title(values))


def _as_text(decoded: Decoded) -> Document:
    note = _("It is not valid JSON; it was read as plain text.")
    if len(decoded.text) > STRUCTURED_UP_TO:
        note = _("It is very long; it was read as plain text.")
    return Document(decoded.text, tuple(paragraphs(decoded.text)), notes=(*decoded.notes, note))


def _values(text: str) -> Iterator[Any]:
    """The one value, or the value of each line. Figures stay strings, so that no digit is lost."""
    if len(text) > STRUCTURED_UP_TO:
        raise ValueError("too long to be read as a tree")
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
    try:
        yield decoder.decode(text)
    except ValueError:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2:
            raise
        values = [decoder.decode(line) for line in lines]
        yield values


@dataclass(slots=True)
class _Branch:
    """A value that is still to be said, and the way to it."""

    way: str
    value: Any


def _groups(value: Any) -> Iterator[list[str]]:
    """Lines, in groups that belong together. Walks with its own stack: nesting may be deep."""
    stack = [iter([_Branch("", value)])]
    group: list[str] = []
    while stack:
        branch = next(stack[-1], None)
        if branch is None:
            stack.pop()
        elif _is_flat(branch.value):
            group += _flat(branch)
        else:
            if group:
                yield group
                group = []
            stack.append(_inside(branch))
    yield group


def _is_flat(value: Any) -> bool:
    """Whether nothing in a value holds other values."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not any(isinstance(one, dict | list) and one for one in inner)


def _inside(branch: _Branch) -> Iterator[_Branch]:
    prefix = f"{branch.way}." if branch.way else ""
    pairs = branch.value.items() if isinstance(branch.value, dict) else enumerate(branch.value, 1)
    return (_Branch(f"{prefix}{key}", value) for key, value in pairs)


def _flat(branch: _Branch) -> Iterator[str]:
    """A list of plain values on one line, an object that is a row of a list too; else a line for each value."""
    if isinstance(branch.value, list):
        yield from _said(branch.way, ", ".join(filter(None, map(_plain, branch.value))))
    elif not isinstance(branch.value, dict):
        yield from _said(branch.way, branch.value)
    elif branch.way.rpartition(".")[2].isdigit():
        row = "; ".join(line for key, value in branch.value.items() for line in _said(key, value))
        yield from _said("", row)
    else:
        for one in _inside(branch):
            yield from _said(one.way, one.value)


def _said(way: str, value: Any) -> Iterator[str]:
    if said := _plain(value):
        yield f"{way}: {said}" if way else said


def _plain(value: Any) -> str:
    """A value in words; nothing for null and for what is blank or empty."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split())


def _title(values: list[Any]) -> str | None:
    first = values[0] if len(values) == 1 else None
    title = first.get("title") or first.get("name") if isinstance(first, dict) else None
    return title if isinstance(title, str) else None

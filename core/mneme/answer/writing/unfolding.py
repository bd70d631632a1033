"""A text as a language model writes it, taken apart into sentences with their [n] while it still comes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.memory.sentences import sentences

MOST_CITED = 50  # numbers of one sentence; a range can name thousands

_GROUP = r"\[\s*\d{1,6}(?:\s*(?:[,;]|-|–)\s*\d{1,6})*\s*\]"
_CITES = expression(rf"\s*({_GROUP})")
_LEADING = expression(rf"(?:\s*{_GROUP})+[.!?]?")
_BEGUN = expression(r"\[[\d\s,;–-]*")  # the beginning of a [n], which belongs to the sentence before
_THOUGHT = expression(r"\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_THINKING = ("<think>", "<thinking>")


@dataclass(frozen=True, slots=True)
class Raw:
    """A sentence as it was written, without its [n], and the numbers that stood in it, each once."""

    text: str
    numbers: tuple[int, ...]


class Unfolding:
    """Collects the pieces of a text; a sentence is whole when the next one has begun."""

    def __init__(self) -> None:
        self._text = ""
        self._taken = 0

    @property
    def draft(self) -> str:
        """The words of the sentence that is still being written."""
        return _without_thoughts(self._text)[self._taken:].strip()

    def add(self, piece: str) -> list[Raw]:
        """The sentences that this piece made whole."""
        self._text += piece
        return self._whole(last=False)

    def end(self) -> list[Raw]:
        """What is left: the text is over."""
        return self._whole(last=True)

    def _whole(self, *, last: bool) -> list[Raw]:
        text = _without_thoughts(self._text)
        spans = list(_with_citations(text, self._taken))
        held = 0 if last else 2 if spans and _BEGUN.fullmatch(text, *spans[-1]) else 1
        whole = spans[:len(spans) - held]
        if whole:
            self._taken = whole[-1][1]
        return [raw for start, end in whole if (raw := raw_of(text[start:end])).text]


def raw_of(text: str) -> Raw:
    """A sentence taken apart. "[1, 3-5]" are four numbers."""
    numbers = [number for found in _CITES.finditer(text) for number in _numbers(found[1])]
    words = _CITES.sub("", text).strip()
    return Raw(re.sub(r"\s+([.,;:!?])", r"\1", words), tuple(dict.fromkeys(numbers))[:MOST_CITED])


def _without_thoughts(text: str) -> str:
    """The text without what a model thinks aloud before it speaks; nothing while that may still begin."""
    head = text.lstrip()
    if head and any(mark.startswith(head) or head.startswith(mark) for mark in _THINKING):
        return _THOUGHT.sub("", text, count=1) if head.startswith(_THINKING) else ""
    return text


def _with_citations(text: str, start: int) -> Iterator[tuple[int, int]]:
    """The sentences from `start` on; "[1]" after a full stop belongs to the sentence before it."""
    found = [(start + a, start + b) for a, b in sentences(text[start:])]
    held: tuple[int, int] | None = None
    for begin, end in found:
        lead = _LEADING.match(text, begin, end)
        if held is not None and lead is not None:
            held = (held[0], lead.end())
            if not text[lead.end():end].strip():
                continue
            begin = lead.end()
        if held is not None:
            yield held
        held = (begin, end)
    if held is not None:
        yield held


def _numbers(group: str) -> Iterator[int]:
    for part in re.split(r"[,;]", group.strip()[1:-1]):
        first, _dash, last = (one.strip() for one in re.sub("–", "-", part).partition("-"))
        low = int(first)
        yield from range(low, min(int(last or first), low + MOST_CITED) + 1)

"""A text with what it leaves out filled in ("Porto" as "I live in Porto"), and the way back to its own places."""

from collections.abc import Iterable
from dataclasses import dataclass

from mneme.types import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Words that stand for text[start:end] where it is read; nothing is taken away where both are the same."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the completed text, and where it comes from."""

    start: int
    end: int
    source: Span
    is_own: bool


class Completed:
    """`text` with its edits made. `own` and `evidence` take places in it back to the text as it was written."""

    def __init__(self, written: str, edits: Iterable[Edit] = ()) -> None:
        self._written = written
        self._parts: list[_Part] = []
        words: list[str] = []
        at = 0
        for edit in sorted(edits, key=lambda one: (one.start, one.end)):
            if edit.start >= at:
                words.append(self._add(written[at:edit.start], (at, edit.start), True))
                words.append(self._add(edit.words, (edit.start, edit.end), False))
                at = edit.end
        words.append(self._add(written[at:], (at, len(written)), True))
        self.text = "".join(words)

    def _add(self, words: str, source: Span, is_own: bool) -> str:
        start = self._parts[-1].end if self._parts else 0
        self._parts.append(_Part(start, start + len(words), source, is_own))
        return words

    def own(self, span: Span) -> Span | None:
        """Where the words of text[span] stand in what was written; None where some of them do not."""
        for part in self._parts:
            if part.is_own and part.start <= span[0] and span[1] <= part.end:
                shift = part.source[0] - part.start
                return span[0] + shift, span[1] + shift
        return None

    def evidence(self, span: Span) -> Span | None:
        """What was written for text[span], without white space around it; None where that is nothing."""
        touched = [part for part in self._parts if part.start < span[1] and span[0] < part.end]
        if not touched:
            return None
        first, last = touched[0], touched[-1]
        start = first.source[0] + (max(span[0] - first.start, 0) if first.is_own else 0)
        end = last.source[1] - (max(last.end - span[1], 0) if last.is_own else 0)
        words = self._written[start:end]
        start += len(words) - len(words.lstrip())
        return (start, start + len(words.strip())) if words.strip() else None

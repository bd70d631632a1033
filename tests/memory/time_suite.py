"""Runs a file of time expressions, one JSON a line: `python tests/memory/time_suite.py FILE`.

A line is {"text", "said": ISO 8601 with offset, "expression": its exact words or null where the text holds none,
"start", "end" (exclusive), "precision"} and may have "kind" (date, duration, recurrence) and "day_first". Times without
an offset are on the speaker's clock. Where a boundary falls is a matter of taste: a preposition or an article before
the expression does not count.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from mneme.memory.times.expressions import TimeExpression, expressions
from mneme.types import Moment

OWN = Path(__file__).with_name("time_expressions.jsonl")
_LEAD = re.compile(r"^(?:(?:on|in|at|by|during|over|for|about|around|the|am|le|la|el|på)\s+)+", re.IGNORECASE)


@dataclass(frozen=True)
class Case:
    """A text, when it was said, and what should be found in it."""

    line: int
    text: str
    said: Moment
    expression: str | None
    start: date | datetime | None
    end: date | datetime | None
    precision: str | None
    kind: str | None
    day_first: bool | None

    @classmethod
    def of(cls, line: int, row: dict[str, Any]) -> "Case":
        at = datetime.fromisoformat(row["said"])
        times = [_time(row.get(side), at) for side in ("start", "end")]
        return cls(line, row["text"], Moment.of(at, at.tzinfo or UTC, "minute"), row.get("expression"), times[0],
                   times[1], row.get("precision"), row.get("kind"), row.get("day_first"))

    def found(self) -> list[TimeExpression]:
        return expressions(self.text, self.said, day_first=self.day_first)

    def misses(self) -> list[str]:
        """What is wrong, in words; empty where nothing is."""
        found = self.found()
        if self.expression is None:
            return [f"no time is meant, found {one.text!r}" for one in found]
        named = [one for one in found if bare(one.text) == bare(self.expression)]
        if not named:
            return [f"{self.expression!r} is not found; found: {[one.text for one in found]}"]
        return self._differences(named[0])

    def _differences(self, one: TimeExpression) -> list[str]:
        pairs = [("start", self.start, one.start), ("end", self.end, one.end),
                 ("precision", self.precision, one.precision)]
        if self.kind is not None:
            pairs.append(("kind", self.kind, one.kind))
        return [f"{name} is {is_}, should be {should}" for name, should, is_ in pairs
                if should != is_ or isinstance(should, datetime) != isinstance(is_, datetime)]


def bare(words: str) -> str:
    """The words without the prepositions and articles before them."""
    return " ".join(_LEAD.sub("", words.strip()).lower().split())


def _time(text: str | None, said: datetime) -> date | datetime | None:
    if text is None:
        return None
    if len(text) <= 10:
        return date.fromisoformat(text)
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=said.tzinfo)


def cases(file: Path) -> Iterator[Case]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            yield Case.of(number, json.loads(line))


def main(file: Path) -> int:
    total = missed = 0
    for case in cases(file):
        total += 1
        misses = case.misses()
        missed += bool(misses)
        if misses:
            print(f"{file.name}:{case.line}: {case.text!r} ({case.said.local().isoformat()}): {'; '.join(misses)}")
    print(f"{total - missed} of {total} as expected")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else OWN))

"""Look for statements in mixed chat, mail, ads, logs and verse, of which few tell anything, and count what is wrong.

    python tests/memory/facts/junk_lines.py | python tests/benchmarks/junk.py -
    python tests/benchmarks/junk.py LINES.jsonl [--held true|false] [--sample 200] [--seed 1] [--verbose]

Each line goes through `mneme.memory.facts.extracting.statements` by itself. One JSON object a line:

    {"id": "17", "text": "Tea is made. I live in Oslo.", "origin": "owner", "speaker": "Robin Hale",
     "said": "2024-03-05T18:20", "context": "16", "kind": "facts", "owner": "Robin Hale", "held": false,
     "expected": [{"subject": "me", "relation": "lives_in", "object": "Oslo"}]}

Only `text` and `origin` (owner, other, assistant, derived) must be there. `speaker` is null for a document; `context`
is the id of the line that was said before; `owner` is the owner's name, `kind` any word to report by, and lines with
`held` true are kept back from those who tune. `expected` is all that the line tells: the subject ("me" is the owner),
the relation, and words of the object or its topic, compared without case, punctuation and articles; each may be a
list, of which one is enough. "mode" narrows it, and with "optional": true it may be found or not.

A line without `expected` is not judged; then only these are: spans lie in the text and the object's span holds the
object; nothing is stated by an assistant or derived; nothing is stated twice. `--sample` prints so many statements
with their lines, to be read by hand.
"""

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mneme.answer.judging import normal_form
from mneme.memory.facts.extracting import statements
from mneme.memory.facts.statements import Saying, Statement
from mneme.types import Moment, Origin

MUTE = (Origin.ASSISTANT, Origin.DERIVED)  # those who state nothing, whatever they say


@dataclass(frozen=True, slots=True)
class Checked:
    """A line, the statements found in it, and what is wrong with them. `missed` are expected and not found.

    `unexpected` and `missed` are empty where nobody says what is expected.
    """

    line: Mapping[str, Any]
    found: tuple[Statement, ...]
    broken: tuple[str, ...]
    unexpected: tuple[Statement, ...]
    missed: tuple[Mapping[str, Any], ...]

    @property
    def kind(self) -> str:
        return str(self.line.get("kind", "lines"))

    @property
    def judged(self) -> bool:
        return "expected" in self.line

    @property
    def required(self) -> int:
        """How many statements have to be found."""
        return sum(not one.get("optional") for one in self.line.get("expected", ()))


def checked(line: Mapping[str, Any], found: Sequence[Statement]) -> Checked:
    """What is wrong with the statements that were found in a line."""
    expected = line.get("expected", ())
    unexpected = [one for one in found if "expected" in line and not any(fits(one, wanted) for wanted in expected)]
    missed = [wanted for wanted in expected
              if not wanted.get("optional") and not any(fits(one, wanted) for one in found)]
    return Checked(line, tuple(found), tuple(_broken(line, found)), tuple(unexpected), tuple(missed))


def saying(line: Mapping[str, Any]) -> Saying:
    said = line.get("said")
    at = Moment.of(datetime.fromisoformat(said), UTC, "minute") if said else None
    return Saying(line["text"], Origin(line["origin"]), line.get("speaker"), at, line.get("owner") or "")


def fits(one: Statement, wanted: Mapping[str, Any]) -> bool:
    """Whether a statement says what is wanted: the same subject and relation, and the words in its topic and object."""
    given = f" {normal_form(f'{one.topic} {one.object}')} "
    return (normal_form(one.subject) in map(normal_form, _either(wanted["subject"]))
            and one.relation in _either(wanted["relation"]) and wanted.get("mode", one.mode) == one.mode
            and any(not words or f" {normal_form(words)} " in given for words in _either(wanted["object"])))


def _either(words: str | Sequence[str]) -> Sequence[str]:
    return [words] if isinstance(words, str) else words


def _broken(line: Mapping[str, Any], found: Sequence[Statement]) -> Iterator[str]:
    """What must never be, whatever the line says."""
    text = line["text"]
    if found and Origin(line["origin"]) in MUTE:
        yield f"stated by {line['origin']}"
    for one in found:
        start, end = one.span
        if not 0 <= start < end <= len(text):
            yield f"the span {one.span} is not in the text"
        if one.object_span is not None and text[slice(*one.object_span)] != one.object:
            yield f"{one.object!r} does not stand at {one.object_span}"
    counted = Counter((one.subject, one.relation, one.topic, one.object) for one in found)
    yield from (f"stated {times} times: {key}" for key, times in counted.items() if times > 1)


# ------------------------------------------------------------------ telling


def table(results: Sequence[Checked]) -> str:
    """By kind: lines, statements, how many are unexpected, how many lines have such, and what part was missed."""
    kinds: dict[str, list[Checked]] = defaultdict(list)
    for one in results:
        kinds[one.kind].append(one)
    head = f"{'':16}{'lines':>7}{'stated':>8}{'unexpected':>12}{'in lines':>10}{'missed':>16}"
    return "\n".join([head, *(_row(kind, of_kind) for kind, of_kind in kinds.items()), _row("all", results)])


def _row(name: str, results: Sequence[Checked]) -> str:
    stated = sum(len(one.found) for one in results if one.judged)
    unexpected = sum(len(one.unexpected) for one in results)
    missed, required = sum(len(one.missed) for one in results), sum(one.required for one in results)
    return (f"{name:16}{len(results):7}{sum(len(one.found) for one in results):8}"
            f"{f'{unexpected} {_share(unexpected, stated)}':>12}{sum(bool(one.unexpected) for one in results):10}"
            f"{f'{missed} of {required} {_share(missed, required)}':>16}")


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.0f}%" if total else "-"


def told(one: Statement) -> str:
    words = " ".join(part for part in (one.topic, one.object) if part)
    return f"{one.subject} {one.relation} {words!r} ({one.mode}, {one.certainty:.2f})"


def wrong(one: Checked) -> Iterator[str]:
    """What is wrong with a line, in words."""
    yield from one.broken
    yield from (f"unexpected: {told(statement)}" for statement in one.unexpected)
    yield from (f"missed: {wanted['subject']} {wanted['relation']} {wanted['object']}" for wanted in one.missed)


def sample(results: Sequence[Checked], size: int, seed: int) -> list[str]:
    """So many statements with their lines, drawn by `seed`."""
    every = [f"{told(statement)}\n    {one.line['text']!r}" for one in results for statement in one.found]
    return random.Random(seed).sample(every, min(size, len(every)))


def read_lines(text: str, held: bool | None) -> list[dict[str, Any]]:
    """The lines of a file; of all, or (true, false) of those that are held back, or that are not."""
    rows = [json.loads(line) for line in text.split("\n") if line.strip()]
    return [row for row in rows if held in (None, bool(row.get("held")))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", help="a file of lines; - is the standard input")
    parser.add_argument("--held", choices=("true", "false"), help="only the lines that are held back, or that are not")
    parser.add_argument("--sample", type=int, default=0, help="print so many statements, to be read")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="say what went wrong")
    given = parser.parse_args()
    text = sys.stdin.read() if given.lines == "-" else Path(given.lines).read_text(encoding="utf-8")
    lines = read_lines(text, None if given.held is None else given.held == "true")
    results = [checked(line, statements(saying(line))) for line in lines]
    for number, one in enumerate(results, start=1):
        for what in wrong(one) if given.verbose else one.broken:
            print(f"{one.line.get('id', number)} {what}\n    {one.line['text']!r}")
    print(*sample(results, given.sample, given.seed), table(results), sep="\n")
    broken = sum(len(one.broken) for one in results)
    print(f"{broken} broken: spans that do not fit, statements of an assistant or of what was derived, duplicates")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

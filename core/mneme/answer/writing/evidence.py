"""Memories as a language model reads them: numbered, dated, in an outline by place and day, fenced as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mneme.answer import when
from mneme.answer.voices import who
from mneme.answer.weighing import Weighed
from mneme.recall.ports import Said
from mneme.types import Hit, Memory

LEAST_RELEVANCE, SHARE_OF_BEST = 0.03, 0.15  # what bears less on the question is not read by the model
ALWAYS = 3  # of the best, whatever the reader holds of them
LONGEST = 1500  # code points of one memory


@dataclass(frozen=True, slots=True)
class Shown:
    """A memory with its number, what was said right before it, and how much it bears on the question (0..1)."""

    number: int
    memory: Memory
    before: Said | None
    relevance: float
    confidence: float = 0.0  # of the reader, that it answers the question


@dataclass(frozen=True, slots=True)
class Bearing:
    """A memory that may be shown, best first in a sequence of them."""

    hit: Hit
    before: Said | None
    relevance: float
    confidence: float


def bearing(read: Sequence[Weighed], before: Mapping[int, Said], most: int) -> list[Bearing]:
    """What of that which was read bears on the question, best first; near misses are left out, never all."""
    ranked = sorted(read, key=lambda one: -max(one.reading.relevance, one.reading.confidence))
    best = max((one.reading.relevance for one in ranked), default=0.0)
    least = max(LEAST_RELEVANCE, SHARE_OF_BEST * best)
    kept = [one for place, one in enumerate(ranked) if place < ALWAYS or one.reading.relevance >= least]
    return [Bearing(one.hit, before.get(one.hit.memory.id), one.reading.relevance, one.reading.confidence)
            for one in kept[:most]]


def outline(shown: Sequence[Shown], *, flat: bool = False) -> str:
    """The memories as text: by place and day, the group with the best of them last, in a group by time.

    `flat`: one after the other as they are ranked, the best last (`without` "outline").
    """
    if flat:
        return "\n".join(_entry(one, "") for one in reversed(shown))
    groups: dict[tuple[str, str], list[Shown]] = {}
    for one in shown:
        groups.setdefault(_group(one.memory), []).append(one)
    lines: list[str] = []
    for (place, day), members in reversed(list(groups.items())):
        lines.append(f"{day} - {place}" if day else place)
        lines += [_entry(one, "  ") for one in sorted(members, key=_order)]
    return "\n".join(lines)


def _entry(one: Shown, indent: str) -> str:
    said = " ".join(one.memory.text[:LONGEST].split())
    if len(one.memory.text) > LONGEST:
        said += " …"
    said += _dates(one.memory)
    speaker = who(one.memory) if one.memory.speaker else ""
    line = f"{indent}[{one.number}] {speaker}: {said}" if speaker else f"{indent}[{one.number}] {said}"
    if not indent and one.memory.happened_at is not None and one.memory.dated:
        line = f"[{one.number}] ({when.shown(one.memory.happened_at)}) {line.split('] ', 1)[1]}"
    if one.before is None:
        return line
    asked = " ".join(one.before.text.split())
    return f"{indent}    ({one.before.speaker or '…'}, right before: {asked})\n{line}"


def _dates(memory: Memory) -> str:
    """What "yesterday" and the like mean there, counted by Mneme: a model is not to count."""
    if memory.happened_at is None or not memory.dated:
        return ""
    meant = [(memory.text[one.span[0]:one.span[1]], one.text)
             for one in when.resolved(memory.text[:LONGEST], memory.happened_at)]
    return f" ({'; '.join(f'{words} = {date}' for words, date in dict(meant).items())})" if meant else ""


def _group(memory: Memory) -> tuple[str, str]:
    day = when.shown(memory.happened_at) if memory.happened_at is not None and memory.dated else ""
    return " ".join((memory.title or Path(memory.source).name).split()), day  # where on the disk is nobody's business


def _order(one: Shown) -> tuple[float, int]:
    at = one.memory.happened_at
    return (at.utc.timestamp() if at is not None else 0.0, one.memory.id)

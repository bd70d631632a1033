"""Fill a fresh profile for each LoCoMo conversation, ask its questions, and write what came back for a scorer.

    python tests/benchmarks/locomo.py DATA.json --out PREDICTIONS.jsonl [--limit N] [--caution C] [--models FOLDER]
        [--vectors FILE] [--rerank] [--oracle]

Everything goes through the façade: conversations as neutral JSONL with their real times, the bare question, nothing
recorded, `now` one day after the last session. Only the conversation and the questions are read: the run is the same
on data without answers, evidence, observations and summaries. A turn's own id never reaches the program: its key is
a number. `--oracle` gives each question a profile of its own with nothing but its evidence turns, to see reading
without retrieval (this reads the evidence, so its figures are no result).
One line a question: {"sample_id", "qa", "retrieved": [turn ids, best first], "answer": text or null, "confidence"}.
"""

import argparse
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from haystack import Setup, add_options, checked, setup_of, write_line

from mneme.engine import Engine
from mneme.parsers.chats.conversation import write_conversation
from mneme.types import Conversation, Message, Moment, Participant

K = 30


class Turn(NamedTuple):
    """One turn: the benchmark's id, who says what, and the session's time."""

    id: str
    speaker: str
    text: str
    at: datetime


def turns_of(conversation: Mapping[str, Any]) -> list[Turn]:
    """All turns in order; a shared picture is told by its caption, as the benchmark does."""
    numbers = sorted(int(key.removeprefix("session_")) for key in conversation if re.fullmatch(r"session_\d+", key))
    return [Turn(turn["dia_id"], turn["speaker"], spoken(turn), session_time(conversation[f"session_{n}_date_time"]))
            for n in numbers for turn in conversation[f"session_{n}"]]


def spoken(turn: Mapping[str, Any]) -> str:
    caption = turn.get("blip_caption")
    return str(turn["text"]) + (f" [shares {caption}]" if caption else "")


def session_time(text: str) -> datetime:
    return datetime.strptime(text, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)


def as_conversation(turns: Sequence[Turn]) -> Conversation:
    people = tuple(Participant(name, name) for name in dict.fromkeys(turn.speaker for turn in turns))
    messages = tuple(Message(str(number), turn.speaker, turn.text, Moment(turn.at, 0, "minute"))
                     for number, turn in enumerate(turns, start=1))
    return Conversation("chat", " and ".join(person.name for person in people), people, messages)


def evidence_of(qa: Mapping[str, Any], turns: Sequence[Turn]) -> set[str]:
    """The turns that answer a question; some data name several in one string, or one that does not exist."""
    named = {one for place in qa.get("evidence", []) for one in re.split(r"[;,\s]+", place)}
    return named & {turn.id for turn in turns}


class Told:
    """The turns of one conversation, taken in by an engine, and the way back from a memory to its turn."""

    def __init__(self, engine: Engine, folder: Path, turns: Sequence[Turn], rerank: bool = False,
                 upkeep: bool = False) -> None:
        self._engine = engine
        self._rerank = rerank
        self._ids: dict[int, str] = {}
        self._by_place = {(plain(turn.text), turn.at): turn.id for turn in turns}
        path = folder / "chat.jsonl"
        path.write_text(write_conversation(as_conversation(turns)), encoding="utf-8")
        report = engine.add([path], as_format="conversation")
        if report.added != len(turns):
            raise SystemExit(f"{report.added} of {len(turns)} turns were taken in: {report}")
        if upkeep:
            engine.upkeep_now()

    def asked(self, question: str, now: datetime) -> dict[str, Any]:
        hits = self._engine.search(question, k=K, now=now, rerank=self._rerank).hits
        answer = checked(question, self._engine.ask(question, now=now, record=False))
        return {"retrieved": self.turns(hit.memory.id for hit in hits),
                "answer": answer.text, "confidence": answer.confidence}

    def turns(self, memories: Iterable[int]) -> list[str]:
        """The turns that memories stand in, each once (a long one has several passages)."""
        return list(dict.fromkeys(map(self._turn, memories)))

    def _turn(self, memory: int) -> str:
        if memory not in self._ids:
            detail = self._engine.show(memory)
            assert detail.memory.happened_at is not None
            self._ids[memory] = self._by_place[plain(detail.item_text), detail.memory.happened_at.utc]
        return self._ids[memory]


def predictions(sample: Mapping[str, Any], setup: Setup) -> Iterator[dict[str, Any]]:
    turns = turns_of(sample["conversation"])
    with setup.fresh() as (engine, folder):
        told = Told(engine, folder, turns, setup.rerank, setup.upkeep)
        for number, qa in enumerate(sample["qa"]):
            line = told.asked(qa["question"], turns[-1].at + timedelta(days=1))
            yield {"sample_id": sample["sample_id"], "qa": number, **line}


def with_evidence(sample: Mapping[str, Any], setup: Setup) -> Iterator[dict[str, Any]]:
    """As `predictions`, with nothing to search but the question's evidence."""
    turns = turns_of(sample["conversation"])
    for number, qa in enumerate(sample["qa"]):
        named = evidence_of(qa, turns)
        evidence = [turn for turn in turns if turn.id in named]
        line: dict[str, Any] = {"retrieved": [], "answer": None, "confidence": 0.0}
        if evidence:
            with setup.fresh() as (engine, folder):
                line = Told(engine, folder, evidence).asked(qa["question"], turns[-1].at + timedelta(days=1))
        yield {"sample_id": sample["sample_id"], "qa": number, **line}


def plain(text: str) -> str:
    return " ".join(text.split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--oracle", action="store_true", help="each question over its evidence turns alone")
    given = parser.parse_args()
    setup = setup_of(given)
    samples = json.loads(given.data.read_text(encoding="utf-8"))[:given.limit]
    with given.out.open("w", encoding="utf-8") as out:
        for sample in samples:
            began, count = time.perf_counter(), 0
            for line in (with_evidence if given.oracle else predictions)(sample, setup):
                write_line(out, line)
                count += 1
            print(f"{sample['sample_id']}: {count} questions, {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()

"""Does forgetting help? Half of the questions are asked as life goes on, the other half is measured at the end.

    python tests/benchmarks/forgetting.py DATA.json [--limit N] [--models FOLDER] [--vectors FILE] [--floor F...]

DATA is LoCoMo's form. Each conversation is lived through with a clock of its own: every session is taken in at its
time, and every other question (by its place in the list) is asked a week after the last of its evidence, which counts
as a use of what the answer cites. Then, one day after the last session and once more half a year later, the questions
that were never asked are measured: the recall of their evidence among the first 5, 10 and 20 turns (categories 1 to 4),
the set-F1 of their answers, and the share of category 5 that is refused.

Arms: off (retention is no factor of the ranking), exponential and power (the curve that is chosen, with the factor's
floor as it ships). --floor tries other floors of the factor for the power law.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from caution import set_f1
from haystack import KeptReadings, Setup, add_models, checked, setup_of
from locomo import K, Turn, as_conversation, evidence_of, plain, turns_of

from mneme.engine import Engine
from mneme.memory import retention
from mneme.parsers.chats.conversation import write_conversation
from mneme.store import forgetting
from mneme.testing import FakeClock
from mneme.types import AnswerState

LATER = (timedelta(days=1), timedelta(days=182))  # after the last session
ASKED_AFTER = timedelta(days=7)
DEPTHS = (5, 10, 20)
ABSENT = 5


class Arm(NamedTuple):
    """How forgetting acts: the curve's shape and the floor of its factor; without a shape not at all."""

    name: str
    shape: str
    floor: float


class Score(NamedTuple):
    """One question measured: recall at each depth (empty where it has no evidence), set-F1, refused or not."""

    category: int
    recall: tuple[float, ...]
    f1: float
    refused: bool


class Lived:
    """One conversation, lived through under one arm."""

    def __init__(self, engine: Engine, clock: FakeClock, folder: Path, arm: Arm) -> None:
        self._engine = engine
        self._clock = clock
        self._path = folder / "chat.jsonl"
        self._without = frozenset() if arm.shape else frozenset(("retention",))
        self._ids: dict[int, str] = {}
        self._places: dict[tuple[str, datetime], str] = {}
        if arm.shape:
            engine.set_setting("forgetting.curve", arm.shape)

    def told(self, turns: Sequence[Turn]) -> None:
        """Everything said so far; only what is new is taken in."""
        self._until(turns[-1].at)
        self._places |= {(plain(turn.text), turn.at): turn.id for turn in turns}
        self._path.write_text(write_conversation(as_conversation(turns)), encoding="utf-8")
        self._engine.add([self._path], as_format="conversation")

    def asked(self, question: str, at: datetime) -> None:
        """Asked in the course of life: what the answer cites is used."""
        self._until(at)
        checked(question, self._engine.ask(question, without=self._without))

    def measured(self, qa: Mapping[str, Any], turns: Sequence[Turn], at: datetime) -> Score:
        """Asked at the end; nothing is recorded."""
        question, evidence = qa["question"], evidence_of(qa, turns)
        hits = self._engine.search(question, k=K, now=at, without=self._without).hits
        found = list(dict.fromkeys(self._turn(hit.memory.id) for hit in hits))
        answer = checked(question, self._engine.ask(question, now=at, record=False, without=self._without))
        recall = tuple(len(evidence & set(found[:depth])) / len(evidence) for depth in DEPTHS) if evidence else ()
        return Score(qa["category"], recall, set_f1(answer.text or "", str(qa.get("answer", ""))),
                     answer.state is AnswerState.NOT_FOUND)

    def _until(self, at: datetime) -> None:
        self._clock.advance(max(at - self._clock.now(), timedelta(0)))

    def _turn(self, memory: int) -> str:
        if memory not in self._ids:
            detail = self._engine.show(memory)
            assert detail.memory.happened_at is not None
            self._ids[memory] = self._places[plain(detail.item_text), detail.memory.happened_at.utc]
        return self._ids[memory]


def lived(sample: Mapping[str, Any], setup: Setup, arm: Arm) -> Iterator[tuple[int, Score]]:
    """(which of LATER, score) of every question that was not asked before the end."""
    turns = turns_of(sample["conversation"])
    said = {turn.id: turn.at for turn in turns}
    asked = [(max(said[one] for one in evidence) + ASKED_AFTER, qa["question"]) for qa in sample["qa"][::2]
             if (evidence := evidence_of(qa, turns))]
    sessions = [(at, [turn for turn in turns if turn.at <= at]) for at in sorted({turn.at for turn in turns})]
    clock = FakeClock(turns[0].at)
    with setup.fresh(clock) as (engine, folder):
        life = Lived(engine, clock, folder, arm)
        course: list[tuple[datetime, int, Any]] = sorted(
            [(at, 0, so_far) for at, so_far in sessions] + [(at, 1, question) for at, question in asked],
            key=lambda one: (one[0], one[1]))
        for at, kind, what in course:
            if kind == 0:
                life.told(what)
            else:
                life.asked(what, at)
        for when, later in enumerate(LATER):
            for qa in sample["qa"][1::2]:
                yield when, life.measured(qa, turns, turns[-1].at + later)


def line(scores: Sequence[Score]) -> str:
    present = [one for one in scores if one.category != ABSENT]
    recalls = [float(np.mean([one.recall[n] for one in present if one.recall])) for n in range(len(DEPTHS))]
    f1 = float(np.mean([one.f1 for one in present]))
    refused = float(np.mean([one.refused for one in scores if one.category == ABSENT] or [np.nan]))
    return "  ".join(f"{value:6.3f}" for value in (*recalls, f1, refused))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_models(parser)
    parser.add_argument("--floor", type=float, nargs="*", default=[], help="other floors of the power law's factor")
    given = parser.parse_args()
    setup = setup_of(given)
    setup = replace(setup, plugins=replace(setup.plugins, reader=KeptReadings(setup.plugins.reader)))
    samples = json.loads(given.data.read_text(encoding="utf-8"))[:given.limit]
    shipped = retention.POWER.floor
    arms = [Arm("off", "", shipped), Arm("exponential", "exponential", shipped), Arm("power", "power", shipped),
            *(Arm(f"power, floor {floor}", "power", floor) for floor in given.floor)]
    columns = (*(f"R@{depth}" for depth in DEPTHS), "set-F1", "ref. 5")
    print(f"{'':24}" + "  ".join(f"{name:>6}" for name in columns), flush=True)
    for arm in arms:
        forgetting.FLOOR = arm.floor
        found: dict[int, list[Score]] = {}
        for sample in samples:
            for when, score in lived(sample, setup, arm):
                found.setdefault(when, []).append(score)
        for when, later in enumerate(LATER):
            print(f"{arm.name:18} {later.days:3} d " + line(found[when]), flush=True)


if __name__ == "__main__":
    main()

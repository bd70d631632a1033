"""What each part of recall and of answering is worth: the same questions with one part left out after the other.

    python tests/benchmarks/ablation.py DATA.json [--limit N] [--models FOLDER] [--vectors FILE] [--answers]
        [--only PART...] [--out FILE.json]

DATA is LoCoMo's form. A profile is filled once for each conversation and asked every question with everything, and
with each part of `types.PARTS` left out; "a+b" leaves both out, as one line. Of the search are told the evidence
recall among the first 5, 10 and 20 turns (categories 1 to 4) and at 10 by category, as fused and as reading the best
puts them in order; with --answers the set-F1 of categories 1 to 4 and the shares refused. Each number stands beside
its difference to that of everything, and the last column is the standard error of the difference at 10 (of the set-F1
of answers), paired by question. A part of answering has no line in the tables of the search, which it does not touch.
Nothing is read twice, so what a run costs grows far less than its lines.
"""

import argparse
import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from caution import set_f1
from haystack import KeptReadings, Setup, add_models, checked, setup_of
from locomo import K, Told, evidence_of, turns_of

from mneme.engine import Engine
from mneme.recall.search import WEIGHTS
from mneme.types import PARTS, AnswerState

EVERYTHING = "everything"
OF_SEARCH = frozenset(WEIGHTS) | {"retention"}  # parts that the search has
TOGETHER = ("words+words nearby", "meaning+meaning nearby")
DEPTHS = (5, 10, 20)
CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open", 4: "single-hop"}
PLAIN = frozenset(("+-", "scanned"))  # columns whose difference to everything says nothing
ABSENT = 5  # the category of questions that have no answer


class Score(NamedTuple):
    """What one question scored under one name: its place, its category, one value a measure."""

    question: tuple[str, int]
    category: int
    values: tuple[float, ...]


Scores = dict[str, list[Score]]  # by line; the same questions in the same order in all of them
Line = dict[str, float]  # a number for each column


# ------------------------------------------------------------------ measures


def recall_at(evidence: set[str], retrieved: Sequence[str]) -> tuple[float, ...]:
    """The share of the evidence among the first of each of DEPTHS; what is retrieved twice counts once."""
    distinct = list(dict.fromkeys(retrieved))
    return tuple(len(evidence & set(distinct[:depth])) / len(evidence) for depth in DEPTHS)


def of_search(scores: Sequence[Score]) -> Line:
    """Recall of categories 1 to 4 at each depth, and at 10 by category."""
    line = {f"R@{depth}": mean([one.values[n] for one in scores]) for n, depth in enumerate(DEPTHS)}
    return line | {f"@10 {name}": mean([one.values[1] for one in scores if one.category == category])
                   for category, name in CATEGORIES.items()}


def of_answers(scores: Sequence[Score]) -> Line:
    """The values are set-F1 and whether it was refused, as 0 or 1."""
    present = [one for one in scores if one.category != ABSENT]
    return {"set-F1": mean([one.values[0] for one in present]),
            "refused": mean([one.values[1] for one in present]),
            "refused of 5": mean([one.values[1] for one in scores if one.category == ABSENT])}


def mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else math.nan


def doubt(scores: Sequence[Score], base: Sequence[Score], value: int) -> float:
    """The standard error of the mean difference, question by question, of the categories that have an answer."""
    apart = [one.values[value] - other.values[value] for one, other in zip(scores, base, strict=True)
             if one.category != ABSENT]
    return float(np.std(apart) / math.sqrt(len(apart))) if apart else math.nan


# ------------------------------------------------------------------ asking


def lines_wanted(only: Sequence[str] | None) -> list[str]:
    """Everything first, then each line of what is left out. Raises: ValueError for a part that there is not."""
    order = [*sorted(frozenset(WEIGHTS)), *TOGETHER, *sorted(PARTS - frozenset(WEIGHTS))]
    wanted = order if only is None else only
    if unknown := {part for line in wanted for part in left_out(line)} - PARTS:
        raise ValueError(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(sorted(PARTS))}")
    return list(dict.fromkeys([EVERYTHING, *wanted]))


def left_out(line: str) -> frozenset[str]:
    return frozenset() if line == EVERYTHING else frozenset(line.split("+"))


class Ablation:
    """Asks the questions of conversations, and keeps what each line scored."""

    def __init__(self, lines: Sequence[str], setup: Setup, *, answers: bool) -> None:
        self._lines = lines
        self._setup = setup
        self._answers = answers
        self.found: dict[str, Scores] = {"search": {}, "search, reranked": {}, "answers": {}}

    def add(self, sample: Mapping[str, Any]) -> None:
        turns = turns_of(sample["conversation"])
        now = turns[-1].at + timedelta(days=1)
        with self._setup.fresh() as (engine, folder):
            told = Told(engine, folder, turns, upkeep=self._setup.upkeep)
            for number, qa in enumerate(sample["qa"]):
                place, evidence = (sample["sample_id"], number), evidence_of(qa, turns)
                if evidence and qa["category"] != ABSENT:
                    self._search(engine, told, place, qa, evidence, now)
                if self._answers:
                    self._ask(engine, place, qa, now)

    def _search(self, engine: Engine, told: Told, place: tuple[str, int], qa: Mapping[str, Any], evidence: set[str],
                now: datetime) -> None:
        for line in self._lines:
            if line != EVERYTHING and not left_out(line) & OF_SEARCH:
                continue
            for table, rerank in (("search", False), ("search, reranked", True)):
                hits = engine.search(qa["question"], k=K, now=now, rerank=rerank, without=left_out(line)).hits
                values = recall_at(evidence, told.turns(hit.memory.id for hit in hits))
                self.found[table].setdefault(line, []).append(Score(place, qa["category"], values))

    def _ask(self, engine: Engine, place: tuple[str, int], qa: Mapping[str, Any], now: datetime) -> None:
        for line in self._lines:
            answer = checked(qa["question"], engine.ask(qa["question"], now=now, record=False, without=left_out(line)))
            refused = answer.state is AnswerState.NOT_FOUND
            values = (set_f1(answer.text or "", str(qa.get("answer", ""))), float(refused))
            self.found["answers"].setdefault(line, []).append(Score(place, qa["category"], values))


# ------------------------------------------------------------------ telling


def tables(found: Mapping[str, Scores]) -> dict[str, dict[str, Line]]:
    """Of each table each line's numbers; the tables that have none are left out."""
    told = {}
    for table, scores in found.items():
        measure, value = (of_answers, 0) if table == "answers" else (of_search, 1)
        if scores:
            told[table] = {line: measure(some) | {"+-": doubt(some, scores[EVERYTHING], value)}
                           for line, some in scores.items()}
    return told


def shown(title: str, lines: Mapping[str, Line], first: str = EVERYTHING) -> str:
    """A table: each number with its difference to that of the line `first`."""
    base, width = lines[first], max(24, *(len(name) for name in lines)) + 1
    head = f"{title:<{width}}" + "".join(f"{column:>16}" for column in base)
    return "\n".join([head, *(f"{name:<{width}}" + "".join(cell(column, value, None if name == first else base[column])
                                                         for column, value in line.items())
                              for name, line in lines.items())])


def cell(column: str, value: float, base: float | None) -> str:
    if column in PLAIN:
        return f"{value:>16.4f}"
    apart = "" if base is None else f"{value - base:+.4f}"
    return f"{value:>8.4f}{apart:>8}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_models(parser)
    parser.add_argument("--answers", action="store_true", help="ask every question, too")
    parser.add_argument("--only", nargs="+", metavar="PART", help="only without these parts; a+b: without both")
    parser.add_argument("--out", type=Path, help="a file for the numbers, as JSON")
    given = parser.parse_args()
    try:
        lines = lines_wanted(given.only)
    except ValueError as error:
        parser.error(str(error))
    setup = setup_of(given)
    setup = replace(setup, plugins=replace(setup.plugins, reader=KeptReadings(setup.plugins.reader)))
    run = Ablation(lines, setup, answers=given.answers)
    for sample in json.loads(given.data.read_text(encoding="utf-8"))[:given.limit]:
        began = time.perf_counter()
        run.add(sample)
        print(f"{sample['sample_id']}: {len(sample['qa'])} questions, {time.perf_counter() - began:.0f} s", flush=True)
    told = tables(run.found)
    for table, numbers in told.items():
        print(f"\n{shown(f'{table}, without', numbers)}")
    if given.out is not None:
        given.out.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

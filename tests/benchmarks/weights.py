"""Fit what the parts of an answer count, and what its doubts count, to conversations with known answers.

    python tests/benchmarks/weights.py DATA.json [--rows FILE] [--models FOLDER] [--vectors FILE] [--passages N]

DATA is LoCoMo's form. `--rows` keeps what was read (or uses what is kept there). Printed are, for weights fitted on all
conversations but one and tried on that one, the set-F1 without refusing and the share of unanswerable questions refused
where one in seven answerable ones is; then the weights fitted on all, as core/mneme/answer keeps them.

Weights: a softmax over a question's candidates makes the expected set-F1 as large as it gets (policy gradient, exact,
since all candidates are known). Doubts: logistic regression of whether the answer given is right, where a wrong answer
to an answerable question counts for a little; then scaled so that confidence means how right an answer is.
"""

import argparse
import json
import pickle
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from caution import set_f1
from haystack import Setup, setup_of
from locomo import Told, turns_of
from numpy.typing import NDArray

from mneme.answer import choosing, doubting, judging
from mneme.answer.doubting import Doubts
from mneme.answer.extractive import Wish
from mneme.answer.weighing import Candidate, Weighed, Weights, weighed
from mneme.recall.understanding.question import Question, understood
from mneme.types import Moment

Floats = NDArray[np.float64]
NAMES = [one.name for one in fields(Weights) if one.name != "agreement"]
SIGNS = [one.name for one in fields(Doubts) if not one.name.startswith("unknown")]  # these come from other data
L2, STEPS, RATE = 0.02, 300, 0.05
WRONG_BUT_ANSWERABLE = 0.6  # how much such an answer counts as right when doubts are fitted


@dataclass(frozen=True)
class Row:
    """A question, its right answer (None: it has none), and everything that was read for it."""

    sample: str
    question: Question
    gold: str | None
    read: tuple[Weighed, ...]

    def score(self, text: str) -> float:
        return 0.0 if self.gold is None else set_f1(text, self.gold)


def rows(samples: Sequence[dict[str, Any]], setup: Setup, passages: int) -> list[Row]:
    found = []
    for sample in samples:
        turns = turns_of(sample["conversation"])
        now = Moment.of(turns[-1].at + timedelta(days=1), UTC, "minute")
        wish = Wish(passages, 0.0, lambda _progress: None, lambda: False)
        with setup.fresh() as (engine, folder):
            Told(engine, folder, turns)
            for qa in sample["qa"]:
                question = understood(qa["question"], now)
                read = engine._mind.answerer.weigh(question, now, wish)
                gold = None if qa["category"] == 5 else str(qa["answer"])
                found.append(Row(sample["sample_id"], question, gold, tuple(read)))
    return found


# ------------------------------------------------------------------ weights


def table(row: Row) -> tuple[Floats, Floats]:
    """Features (n, parts) and set-F1 (n,) of the candidates of a question."""
    kept = [one for one in row.read if one.candidate is not None]
    known = np.array([[one.features[name] for name in NAMES] for one in kept], float).reshape(-1, len(NAMES))
    return known, np.array([row.score(one.candidate.text) for one in kept if one.candidate is not None])


def fitted(data: Sequence[Row]) -> Weights:
    tables = [table(row) for row in data]
    every = np.concatenate([x for x, _ in tables])
    spread = every.std(0) + 1e-6
    useful = [(x / spread, y) for x, y in tables if len(y) and y.max() > y.min()]
    w, m, v = np.zeros(len(NAMES)), np.zeros(len(NAMES)), np.zeros(len(NAMES))
    w[0] = 1.0
    for step in range(1, STEPS + 1):
        slope = sum((gradient(x, y, w) for x, y in useful), np.zeros(len(NAMES))) / len(useful) - L2 * w
        m, v = 0.9 * m + 0.1 * slope, 0.99 * v + 0.01 * slope * slope
        w += RATE * (m / (1 - 0.9 ** step)) / (np.sqrt(v / (1 - 0.99 ** step)) + 1e-8)
    return replace(Weights(), **{name: round(float(x), 3) for name, x in zip(NAMES, w / spread, strict=True)})


def gradient(x: Floats, y: Floats, w: Floats) -> Floats:
    """Of the expected F1 under a softmax over twice the scores."""
    score = 2.0 * (x @ w)
    chance = np.exp(score - score.max())
    chance /= chance.sum()
    return 2.0 * (x.T @ (chance * (y - chance @ y)))


# ------------------------------------------------------------------ doubts


@dataclass(frozen=True)
class Given:
    """What is answered to a question: the signs to doubt it by, and how right it is."""

    signs: Floats
    score: float
    answerable: bool


def given(row: Row, weights: Weights) -> Given | None:
    read = [again(one, weights) for one in row.read]
    groups = judging.joined([one.candidate for one in read if one.candidate is not None], weights)
    if not groups:
        return None
    signs = doubting.signs(row.question, groups, read)
    chosen = choosing.chosen(row.question, groups)
    text = "" if chosen is None else chosen.text
    return Given(np.array([signs[name] for name in SIGNS]), row.score(text), row.gold is not None)


def again(one: Weighed, weights: Weights) -> Weighed:
    """The same with other weights."""
    if one.candidate is None:
        return one
    parts = weighed(one.features, weights)
    candidate: Candidate = replace(one.candidate, parts=parts, score=sum(parts.values()))
    return replace(one, candidate=candidate)


def doubted(data: Sequence[Given], l2: float = 1.0) -> Doubts:
    """Logistic regression by Newton's method."""
    x = np.array([one.signs for one in data])
    y = np.array([max(one.score, WRONG_BUT_ANSWERABLE) if one.answerable else 0.0 for one in data])
    spread = x.std(0) + 1e-6
    spread[0] = 1.0
    z, w = x / spread, np.zeros(x.shape[1])
    ridge = np.full(len(w), l2)
    ridge[0] = 0.0
    for _ in range(30):
        p = 1.0 / (1.0 + np.exp(-z @ w))
        slope = z.T @ (y - p) - ridge * w
        bend = (z * (p * (1 - p))[:, None]).T @ z + np.diag(ridge + 1e-9)
        w = w + np.linalg.solve(bend, slope)
    slope, offset = scaled(z @ w, np.array([one.score for one in data]))
    w *= slope
    w[0] += offset
    return Doubts(**{name: round(float(value), 3) for name, value in zip(SIGNS, w / spread, strict=True)})


def scaled(logits: Floats, right: Floats) -> tuple[float, float]:
    """Platt scaling: the slope and offset by which the logits mean how right an answer is."""
    x, w = np.stack([logits, np.ones(len(logits))], axis=1), np.array([1.0, 0.0])
    for _ in range(30):
        p = 1.0 / (1.0 + np.exp(-x @ w))
        w = w + np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + 1e-9 * np.eye(2), x.T @ (right - p))
    return float(w[0]), float(w[1])


def sure(one: Given, doubts: Doubts) -> float:
    return doubting.confidence(dict(zip(SIGNS, one.signs, strict=True)), doubts)


# ------------------------------------------------------------------ trying


def tried(data: Sequence[Row]) -> list[tuple[Given, float]]:
    """Each question's answer and confidence, by weights and doubts fitted on the other conversations."""
    out = []
    for held in sorted({row.sample for row in data}):
        others = [row for row in data if row.sample != held]
        weights = fitted(others)
        doubts = doubted([one for row in others if (one := given(row, weights)) is not None])
        out += [(one, sure(one, doubts)) for row in data if row.sample == held
                and (one := given(row, weights)) is not None]
    return out


def told(name: str, answers: Sequence[tuple[Given, float]]) -> None:
    present = [(one.score, p) for one, p in answers if one.answerable]
    absent = [p for one, p in answers if not one.answerable]
    line = f"{name}: set-F1 {np.mean([score for score, _ in present]):.4f} without refusing"
    for share in (0.05, 0.10, 0.14):
        least = float(np.quantile([p for _, p in present], share))
        kept = np.mean([score * (p >= least) for score, p in present])
        line += f"; refusing {share:.0%}: {np.mean([p < least for p in absent]):.3f} of absent, {kept:.4f}"
    print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--passages", type=int, default=16)
    options = parser.parse_args()
    if options.rows is not None and options.rows.exists():
        data = pickle.loads(options.rows.read_bytes())  # noqa: S301 -- our own file
    else:
        options.caution, options.rerank = None, False
        samples = json.loads(options.data.read_text(encoding="utf-8"))
        data = rows(samples, setup_of(options), options.passages)
        if options.rows is not None:
            options.rows.write_bytes(pickle.dumps(data))
    told("tried on the conversation left out", tried(data))
    weights = fitted(data)
    answers = [one for row in data if (one := given(row, weights)) is not None]
    doubts = doubted(answers)
    told("fitted on all", [(one, sure(one, doubts)) for one in answers])
    print(asdict(weights))
    print(asdict(doubts))
    print("confidence below which so many answerable questions are refused:", {
        f"{share:.0%}": round(float(np.quantile([sure(one, doubts) for one in answers if one.answerable], share)), 3)
        for share in (0.02, 0.05, 0.07, 0.1, 0.14, 0.2, 0.3, 0.5)})


if __name__ == "__main__":
    main()

"""What each degree of caution gives and costs, from one run of locomo.py with --caution 0.

    python tests/benchmarks/caution.py DATA.json PREDICTIONS.jsonl

For each threshold of confidence: the share of unanswerable questions (category 5) refused, the share of answerable
ones refused, the set-F1 of the answerable ones, and how often what was answered is right (set-F1 above one half).
Then the same for caution 0 to 1 as the lines that core/mneme/answer/judging.py keeps. An answer that was counted from
dates is given up here where its confidence is too low; the program would read the passages for another.
"""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mneme.answer import judging
from mneme.types import CautionPoint

RIGHT = 0.5  # an answer is right where its set-F1 is above


class Shares(NamedTuple):
    """Shares 0..1 at one threshold: of present and absent answers given, of right ones among the former; set-F1."""

    answered: float
    invented: float
    right: float
    f1: float


def set_f1(guess: str, gold: str) -> float:
    """F1 of the two sets of words, lower case, without `.,!?`."""
    one, two = (set(re.sub(r"[.,!?]", " ", text.lower()).split()) for text in (guess, gold))
    return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0


def shares(lines: Sequence[Mapping[str, Any]], threshold: float) -> Shares:
    """`lines` are predictions with the question's "category" and "gold"."""
    given = [line for line in lines if line["answer"] is not None and line["confidence"] >= threshold]
    present = [line for line in lines if line["category"] != 5]
    scores = [set_f1(line["answer"], line["gold"]) for line in given if line["category"] != 5]
    invented, absent = len(given) - len(scores), len(lines) - len(present)
    return Shares(len(scores) / max(len(present), 1), invented / max(absent, 1),
                  sum(score > RIGHT for score in scores) / max(len(scores), 1), sum(scores) / max(len(present), 1))


def row(lines: Sequence[Mapping[str, Any]], threshold: float) -> str:
    at = shares(lines, threshold)
    return f"{threshold:>9.2f} {1 - at.invented:>18.3f} {1 - at.answered:>18.3f} {at.f1:>9.3f} {at.right:>14.3f}"


def curve(lines: Sequence[Mapping[str, Any]], steps: int = 10) -> list[CautionPoint]:
    """What caution 0, .1, ... 1 means, boldest first."""
    found = []
    for step in range(steps + 1):
        at = shares(lines, judging.threshold(step / steps))
        found.append(CautionPoint(step / steps, round(at.answered, 3), round(at.invented, 3), round(at.right, 3)))
    return found


def as_code(points: Sequence[CautionPoint]) -> str:
    inside = ",\n".join(f"    CautionPoint({p.caution}, {p.answered}, {p.invented}, {p.right})" for p in points)
    return f"CURVE: tuple[CautionPoint, ...] = (\n{inside})"


def with_gold(data: Sequence[Mapping[str, Any]], predictions: str) -> list[dict[str, Any]]:
    """The lines of a file of predictions, with category and right answer of their questions."""
    questions = {(sample["sample_id"], n): qa for sample in data for n, qa in enumerate(sample["qa"])}
    lines = []
    for text in predictions.splitlines():
        line = json.loads(text)
        qa = questions[line["sample_id"], line["qa"]]
        lines.append(line | {"category": qa["category"], "gold": str(qa.get("answer", ""))})
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("predictions", type=Path)
    given = parser.parse_args()
    lines = with_gold(json.loads(given.data.read_text(encoding="utf-8")), given.predictions.read_text(encoding="utf-8"))
    print(f"{'threshold':>9} {'refused of absent':>18} {'refused of present':>18} {'set-F1':>9} {'right if given':>14}")
    for step in range(0, 100, 5):
        print(row(lines, step / 100))
    print()
    print(as_code(curve(lines)))


if __name__ == "__main__":
    main()

"""What each degree of caution gives and costs, from one run of locomo.py with --caution 0.

    python tests/benchmarks/caution.py DATA.json PREDICTIONS.jsonl

For each threshold of confidence: the share of unanswerable questions (category 5) refused, the share of answerable
ones refused, the set-F1 of the answerable ones, and how often what was answered is right (set-F1 above one half).
"""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def set_f1(guess: str, gold: str) -> float:
    """F1 of the two sets of words, lower case, without `.,!?`."""
    one, two = (set(re.sub(r"[.,!?]", " ", text.lower()).split()) for text in (guess, gold))
    return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0


def row(lines: Sequence[Mapping[str, Any]], threshold: float) -> str:
    absent = [line for line in lines if line["category"] == 5]
    present = [line for line in lines if line["category"] != 5]
    given = [line for line in present if line["confidence"] >= threshold]
    right = [set_f1(str(line["answer"]), line["gold"]) for line in given]
    refused = sum(line["confidence"] < threshold for line in absent) / max(len(absent), 1)
    missed = 1 - len(given) / max(len(present), 1)
    f1, precise = sum(right) / max(len(present), 1), sum(f > 0.5 for f in right) / max(len(given), 1)
    return f"{threshold:>9.2f} {refused:>18.3f} {missed:>18.3f} {f1:>9.3f} {precise:>14.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("predictions", type=Path)
    given = parser.parse_args()
    questions = {(sample["sample_id"], n): qa for sample in json.loads(given.data.read_text(encoding="utf-8"))
                 for n, qa in enumerate(sample["qa"])}
    lines = []
    for text in given.predictions.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        qa = questions[line["sample_id"], line["qa"]]
        lines.append(line | {"category": qa["category"], "gold": str(qa.get("answer", ""))})
    print(f"{'threshold':>9} {'refused of absent':>18} {'refused of present':>18} {'set-F1':>9} {'right if given':>14}")
    for step in range(0, 100, 5):
        print(row(lines, step / 100))


if __name__ == "__main__":
    main()

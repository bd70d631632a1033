"""Check honest sentences about a conversation, and lies made of them, and count what comes through.

    MNEME_EVAL_DATA=FOLDER python tests/benchmarks/lying.py [--data FILE] [--seed 1] [--reach 1] [--models FOLDER]
        [--among 0] [--vectors FILE] [--samples conv-26,conv-30] [--show KIND]

The data is LoCoMo's form (by default FOLDER/locomo_dev.json). Honest sentences are its observations, its answers made
whole sentences, and what was said with the pronouns turned; `lies.py` says how lies are made of them, by chance with a
printed seed. Each is checked against the turns that it rests on and `--reach` turns before and after, as an answer
cites several; lies of a wrong turn get as many. `--among N` adds N other turns, by chance, to all of them, none of
which holds half of the sentence's words. Some honest sentences say more than their turns, and some lies happen to be
true: they are counted as what they were made as.

Printed, for each conversation and all: the share of lies that come through unmarked, marked, and dropped; that of
honest sentences; by kind; and milliseconds a sentence on one core. `--show KIND` prints what went wrong of a kind.
"""

import argparse
import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from haystack import KeptVectors
from lies import Case, cases

import mneme_resources
from mneme.answer.checking import Near, Verdict, check
from mneme.models.embedder import OnnxEmbedder
from mneme.ports import Embedder, Vectors
from mneme.types import Support

PLAIN = (Support.SUPPORTED, Support.COMPUTED)


def near_by(embedder: Embedder) -> Near:
    """Cosines by an embedder, on one core."""
    def near(these: Sequence[str], those: Sequence[str]) -> Vectors:
        one = embedder.embed(these, kind="passage", threads=1)
        return one @ embedder.embed(those, kind="passage", threads=1).T
    return near


Judged = tuple[Case, Verdict]


def judged(sample: dict[str, Any], seed: int, reach: int, among: int, near: Near | None) -> tuple[list[Judged], float]:
    """Every sentence of a conversation with its verdict, and the milliseconds that one took."""
    told = list(cases(sample, seed, reach, among))
    began = time.perf_counter()
    out = [(case, check(case.sentence, case.evidence, asked=case.asked, near=near)) for case in told]
    return out, (time.perf_counter() - began) * 1000 / max(len(told), 1)


def shares(rows: Iterable[Judged]) -> dict[str, tuple[int, float, float, float]]:
    """By kind: how many, and which part is shown plainly, marked, and dropped."""
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for case, verdict in rows:
        way = "plain" if verdict.support in PLAIN else str(verdict.support)
        for name in (("honest" if case.honest else "lies"), f"  {case.kind}"):
            by[name][way] += 1
    return {name: (many := sum(ways.values()), ways["plain"] / many, ways["unsure"] / many, ways["unsupported"] / many)
            for name, ways in by.items()}


def printed(title: str, rows: Sequence[Judged]) -> None:
    print(f"\n{title:24}{'sentences':>10}{'unmarked':>10}{'marked':>10}{'dropped':>10}")
    for honest in (True, False):
        for name, (many, plain, marked, dropped) in shares(row for row in rows if row[0].honest is honest).items():
            print(f"{name:24}{many:>10}{plain:>10.1%}{marked:>10.1%}{dropped:>10.1%}")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reach", type=int, default=1)
    parser.add_argument("--among", type=int, default=0)
    parser.add_argument("--models", type=Path, default=Path(mneme_resources.__file__).parent / "models")
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--samples", default="")
    parser.add_argument("--show", default="")
    return parser.parse_args()


def main() -> None:
    chosen = options()
    if chosen.data is None and "MNEME_EVAL_DATA" not in os.environ:
        raise SystemExit("MNEME_EVAL_DATA names the folder of locomo_dev.json, or --data the file.")
    path = chosen.data or Path(os.environ["MNEME_EVAL_DATA"]) / "locomo_dev.json"
    samples = json.loads(path.read_text(encoding="utf-8"))
    embedder: Embedder = OnnxEmbedder(chosen.models / "embedder")
    if chosen.vectors is not None:
        embedder = KeptVectors(embedder, chosen.vectors)
    near, every = near_by(embedder), []
    print(f"seed {chosen.seed}, {chosen.reach} turns before and after, {chosen.among} others")
    for sample in samples:
        if chosen.samples and sample["sample_id"] not in chosen.samples.split(","):
            continue
        rows, took = judged(sample, chosen.seed, chosen.reach, chosen.among, near)
        printed(f"{sample['sample_id']} ({took:.1f} ms)", rows)
        every += rows
    printed("all", every)
    for case, verdict in every:
        if case.kind == chosen.show and (verdict.support not in PLAIN) is case.honest:
            print(f"\n{verdict.support}: {case.sentence}  [{verdict.why}]")
            for one in case.evidence:
                print(f"    {one.speaker}: {one.text}")


if __name__ == "__main__":
    main()

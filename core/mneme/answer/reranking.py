"""Puts hits into the order in which they bear on the question, by what the reader says of each."""

from collections.abc import Sequence
from dataclasses import replace

from mneme.answer.weighing import logit
from mneme.ports import Reading
from mneme.types import Hit

RECALL = 4.0  # what the best hit's place in recall is worth, in units of the reader's logit of relevance


def reranked(hits: Sequence[Hit], readings: Sequence[Reading]) -> list[Hit]:
    """`hits`, of which the first len(readings) were read, best first; the others stay behind these, as they were.

    The score of recall, relative to the best, and the logit of the reader's relevance are added: either alone
    finds less (tests/benchmarks/ablation.py). `why` of the hits that were read tells their new rank.
    """
    top = max((hit.score for hit in hits), default=1.0) or 1.0
    read = sorted(zip(hits, readings, strict=False),
                  key=lambda pair: -(RECALL * pair[0].score / top + logit(pair[1].relevance)))
    first = [replace(hit, why={**hit.why, "rerank": float(rank)}) for rank, (hit, _) in enumerate(read, start=1)]
    return [*first, *hits[len(readings):]]

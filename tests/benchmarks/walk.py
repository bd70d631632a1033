"""Is a memory found by walking down the tree of topics? Events are looked for from the root, one child at a time.

    python tests/benchmarks/walk.py FOLDER... [--models FOLDER] [--vectors FILE]

The folders are taken in and put in order. For each event (of at most 1,000) its own sentences are the goal: at every
node the walker takes the child whose centroid is nearest to the goal's vector, and has arrived where the leaf holds the
event. Told are the share that arrives at once, that which arrives with one step back (the second child at any one
node), what chance would do, and how many choices a walk takes.
"""

import argparse
from pathlib import Path

import numpy as np
from haystack import setup_of

from mneme.engine import Engine
from mneme.store import outlines

MOST = 1000


def walked(engine: Engine, texts: list[str], homes: list[int]) -> tuple[float, float, float, float]:
    """(arrived at once, with one step back, by chance, choices a walk) for goals with their leaf's topic."""
    with engine._store.reader() as db:
        rows = outlines.topics(db)
    children: dict[int | None, list[outlines.TopicRow]] = {}
    for row in rows:
        children.setdefault(row.parent, []).append(row)
    goals = engine.models.current()[1].embed(texts, kind="passage")
    at_once = back = choices = 0
    for goal, home in zip(goals, homes, strict=True):
        node, spare = children[None][0], list[int]()
        while below := children.get(node.id):
            order = sorted(below, key=lambda child: -float(child.centroid @ goal))
            spare += [child.id for child in order[1:2]]
            node, choices = order[0], choices + 1
        at_once += node.id == home
        back += node.id == home or any(_leads(children, one, goal) == home for one in spare)
    leaves = sum(row.id not in children for row in rows)
    return at_once / len(homes), back / len(homes), 1 / max(leaves, 1), choices / len(homes)


def _leads(children: dict[int | None, list[outlines.TopicRow]], node: int, goal: np.ndarray) -> int:
    while below := children.get(node):
        node = max(below, key=lambda child: float(child.centroid @ goal)).id
    return node


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--models", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.set_defaults(caution=None, rerank=False, upkeep=True)
    given = parser.parse_args()
    with setup_of(given).fresh() as (engine, _files):
        engine.add([folder.absolute() for folder in given.folders])
        engine.upkeep_now()
        with engine._store.reader() as db:
            found = db.execute("""SELECT m.text, s.topic_id FROM membership s JOIN memory m ON m.id = s.memory_id
                                  WHERE m.kind = 'event' ORDER BY m.id LIMIT ?""", [MOST]).fetchall()
        texts, homes = [row[0] for row in found], [row[1] for row in found]
        at_once, back, chance, choices = walked(engine, texts, homes)
        print(f"{len(homes)} events, {len(engine.life.topics())} topics: {at_once:.0%} arrive at once, {back:.0%} with "
              f"one step back, {chance:.0%} by chance; {choices:.1f} choices a walk")


if __name__ == "__main__":
    main()

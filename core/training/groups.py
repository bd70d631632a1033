"""Groups of passages for one question, as the reader meets them in use: the one that answers among those found with it.

    python groups.py --data DIR --prepared DIR [--embedder FOLDER] [--seed 7]

Reads what data.py reads and writes `reader_groups.jsonl` into `--prepared`: {"q", "source", "passages": [{"header",
"text", "start", "end", "relevant"}]}; start = end = -1 where a passage does not answer; `groups.json`: how many of each
source have an answer, and how many have none. The passages beside the right one are some of those of its source that
the embedder (the one that ships, unless a folder is given) finds nearest to the question. In groups without an answer
the right passage is left out, or stands under the name of another speaker. The same data, seed and vectors give the
same bytes; another kind of processor may round vectors otherwise, and then a few neighbours differ.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import data
import numpy as np
import synth

from mneme import builtin
from mneme.models.embedder import OnnxEmbedder
from mneme.ports import Embedder

Example = dict[str, Any]
SIZE = 6  # passages of a group
POOL = 16  # nearest passages that the others are drawn from
LONG, CUT = 500, 420  # characters: other passages beyond the first are cut to the second
LEFT_OUT, OTHER_SPEAKER = 0.18, 0.35  # shares of the groups; the latter where the question names the speaker
TOLD, DATED = 0.75, 0.7  # shares with what was said before, where it is known, and with a date
SELF_MADE = "first-person"
# questions asked of each source, and groups kept of them: what people say to each other counts most
ASKED = {SELF_MADE: 9000, "squad": 6000, "qamr": 5000}
MOST = {SELF_MADE: 2400, "friendsqa-run": 900, "friendsqa-turn": 1500, "squad": 1300, "qamr": 900, "fairytaleqa": 600,
        "timeqa": 500, "molweni": 400, "xquad-de": 80, "xquad-es": 80}
OTHERWISE_ASKED, OTHERWISE_KEPT = 4000, 250


class Passage(NamedTuple):
    """A text under a speaker's name ("": nobody's), and who said what before it; start = end = -1: no answer."""

    text: str
    start: int
    end: int
    speaker: str
    before: tuple[str, str] | None


def key(row: Example) -> str:
    """Rows of one key are searched together."""
    source = str(row["source"])
    if source.startswith("friendsqa"):
        return "friendsqa-run" if source.endswith("run") else "friendsqa-turn"
    return SELF_MADE if "talk" in row else source


def groups(rows: Sequence[Example], embedder: Embedder, rng: random.Random) -> Iterator[Example]:
    """The groups of rows of one key, in random order."""
    asked = [row for row in rows if row["start"] >= 0 and len(row["q"].split()) > 2]
    rng.shuffle(asked)
    asked = asked[:ASKED.get(key(rows[0]), OTHERWISE_ASKED)]
    spoken = {row["text"]: row["speaker"] for row in rows if row["speaker"]}
    before = {row["text"]: row["before"] for row in rows if "before" in row}
    golds: dict[str, set[str]] = {}
    for row in rows:
        if row["start"] >= 0:
            golds.setdefault(row["q"], set()).add(row["text"][row["start"]:row["end"]].lower())
    texts = list(dict.fromkeys(row["text"] for row in rows))
    for row, found in zip(asked, nearest(asked, texts, spoken, embedder), strict=True):
        near = [text for text in found
                if text != row["text"] and not any(gold in text.lower() for gold in golds[row["q"]])]
        yield group(row, near[:POOL], spoken, before, rng)


def nearest(
    asked: Sequence[Example], texts: Sequence[str], spoken: Mapping[str, str], embedder: Embedder
) -> Iterator[list[str]]:
    """For each row the texts nearest to its question, nearest first: more than the pool, as some hold an answer."""
    if not asked:
        return
    passages = embedded(embedder, [f"{spoken[text]}: {text}" if text in spoken else text for text in texts], "passage")
    for question in embedded(embedder, [row["q"] for row in asked], "query"):
        distance = -(passages @ question)
        order = np.argpartition(distance, min(4 * POOL, len(texts) - 1))[:4 * POOL]
        yield [texts[n] for n in order[np.argsort(distance[order])]]


def embedded(embedder: Embedder, texts: Sequence[str], kind: Literal["query", "passage"]) -> Any:
    return np.concatenate([embedder.embed(texts[i:i + 256], kind=kind) for i in range(0, len(texts), 256)])


def group(
    row: Example, near: Sequence[str], spoken: Mapping[str, str], before: Mapping[str, tuple[str, str]],
    rng: random.Random,
) -> Example:
    """The row's question over its passage and some of those `near`; sometimes with no answer in it."""
    chosen = rng.sample(near, min(SIZE - 1, len(near)))
    texts = [data.crop(rng, text, -1, -1, CUT)[0] if len(text) > LONG else text for text in chosen]
    mine, other, speakers = row["speaker"], "Sam", [spoken.get(text, "") for text in chosen]
    if mine and chosen:  # a talk has two voices
        other = another(mine, speakers, rng)
        speakers = [rng.choice([mine, other]) for _ in chosen]
    passages = [Passage(text, -1, -1, speaker, before.get(whole))
                for text, speaker, whole in zip(texts, speakers, chosen, strict=True)]
    text, start, end = data.crop(rng, row["text"], row["start"], row["end"], CUT)
    draw = rng.random()
    if draw >= LEFT_OUT + (OTHER_SPEAKER if mine and names(mine, row["q"]) else 0):
        passages.append(Passage(text, start, end, mine, row.get("before")))
    elif draw >= LEFT_OUT:
        passages.append(Passage(text, -1, -1, other, row.get("before")))
    rng.shuffle(passages)
    day = synth.date(rng) if rng.random() < DATED else ""
    return {"q": row["q"], "source": key(row), "passages": [written(p, day, row["title"], rng) for p in passages]}


def another(speaker: str, speakers: Sequence[str], rng: random.Random) -> str:
    """One of the speakers who is not this one; anybody where there is none.

    A known fault: anybody may by chance be the speaker again. So it was in 18 of the 9,410 groups of the reader that
    ships, and so it stays until groups are made for another one, so that these can be made again byte for byte.
    """
    others = [name for name in dict.fromkeys(speakers) if name and name != speaker]
    return rng.choice(others or [rng.choice(synth.PEOPLE)[0]])


def names(speaker: str, question: str) -> bool:
    """Does the question name the speaker?"""
    return speaker.split()[0].lower() in question.lower()


def written(passage: Passage, day: str, title: str, rng: random.Random) -> Example:
    """A passage as the program hands it to the reader: with what was said before it, where it was said to somebody."""
    text, start, end, speaker, before = passage
    who, said = before or ("", "")
    relevant = int(start >= 0)
    if not (speaker and said and rng.random() < TOLD):
        header = ", ".join(part for part in (speaker, day, title) if part)
        return {"text": text, "start": start, "end": end, "relevant": relevant, "header": header}
    if who == speaker:  # a line and its answer have two speakers
        who = "Sam"
    lines = f"{who}: {said}\n{speaker}: "
    shift = len(lines) if start >= 0 else 0
    return {"header": day, "text": lines + text, "start": start + shift, "end": end + shift, "relevant": relevant}


def kept(made: Iterable[Example]) -> Iterator[Example]:
    """The first groups of each source, as many as are wanted of it."""
    counts: Counter[str] = Counter()
    for one in made:
        counts[one["source"]] += 1
        if counts[one["source"]] <= MOST.get(one["source"], OTHERWISE_KEPT):
            yield one


def counted(made: Iterable[Example]) -> dict[str, list[int]]:
    """Groups with an answer, and without one, by source."""
    out: dict[str, list[int]] = {}
    for one in made:
        out.setdefault(one["source"], [0, 0])[all(p["start"] < 0 for p in one["passages"])] += 1
    return out


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--prepared", type=Path, required=True)
    args.add_argument("--embedder", type=Path, help="a model folder instead of the one that ships")
    args.add_argument("--seed", type=int, default=7)
    given = args.parse_args()
    data.check(given.data)
    embedder = OnnxEmbedder(given.embedder) if given.embedder else builtin.plugins().embedder
    rng = random.Random(given.seed)
    by_key: dict[str, list[Example]] = {}
    for row in data.reader_sets(given.data, rng)[0]:
        by_key.setdefault(key(row), []).append(row)
    made = [one for rows in by_key.values() for one in groups(rows, embedder, rng)]
    rng.shuffle(made)
    chosen = list(kept(made))
    data.write(given.prepared / "reader_groups.jsonl", chosen)
    counts = counted(chosen)
    (given.prepared / "groups.json").write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    print(len(chosen), "groups", counts)


if __name__ == "__main__":
    main()

"""Groups of passages for one question, as the reader meets them in use: the one that answers among those found with it.

    python groups.py --data DIR --prepared DIR [--embedder FOLDER] [--seed 7]

Reads what data.py reads and writes `reader_groups.jsonl` into `--prepared`: {"q", "source", "passages": [{"header",
"text", "start", "end", "relevant"}]}; start = end = -1 where a passage does not answer. The passages beside the right
one are those that the embedder finds nearest to the question in the same source. In groups without an answer the right
passage is left out, or stands under the name of another speaker.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import data
import numpy as np
import synth

from mneme import builtin
from mneme.models.embedder import OnnxEmbedder
from mneme.ports import Embedder

Example = dict[str, Any]
SIZE = 6  # passages of a group
POOL = 16  # nearest passages that the others are drawn from
LEFT_OUT, OTHER_SPEAKER = 0.18, 0.35  # of the groups; the latter of those whose passage has a speaker
SELF_MADE = "first-person"
# groups kept of each source: what people say to each other counts most
MOST = {SELF_MADE: 2400, "friendsqa-run": 900, "friendsqa-turn": 1500, "squad": 1300, "qamr": 900, "fairytaleqa": 600,
        "timeqa": 500, "molweni": 400, "xquad-de": 80, "xquad-es": 80}
OTHERWISE = 250


def key(row: Example) -> str:
    """Rows of one key are searched together."""
    source = str(row["source"])
    if source.startswith("friendsqa"):
        return "friendsqa-run" if source.endswith("run") else "friendsqa-turn"
    return SELF_MADE if "talk" in row else source


def groups(rows: list[Example], embedder: Embedder, rng: random.Random) -> Iterator[Example]:
    """The groups of one key, in the order of `rows`."""
    texts = list(dict.fromkeys(row["text"] for row in rows))
    place = {text: n for n, text in enumerate(texts)}
    spoken = {row["text"]: row["speaker"] for row in rows if row["speaker"]}
    talk = {row["text"]: row["before"] for row in rows if "before" in row}
    said = [f"{spoken[text]}: {text}" if text in spoken else text for text in texts]
    passages = embedded(embedder, said, "passage")
    asked = [row for row in rows if row["start"] >= 0 and len(row["q"].split()) > 2]
    rng.shuffle(asked)
    asked = asked[:{"qamr": 5000, "squad": 6000, SELF_MADE: 9000}.get(key(rows[0]), 4000)]
    answers: dict[str, set[str]] = {}
    for row in rows:
        if row["start"] >= 0:
            answers.setdefault(row["q"], set()).add(row["text"][row["start"]:row["end"]].lower())
    questions = embedded(embedder, [row["q"] for row in asked], "query")
    for row, question in zip(asked, questions, strict=True):
        order = np.argpartition(-(passages @ question), min(4 * POOL, len(texts) - 1))[:4 * POOL]
        order = order[np.argsort(-(passages[order] @ question))]
        near = [texts[n] for n in order if n != place[row["text"]]
                and not any(gold in texts[n].lower() for gold in answers[row["q"]])]
        yield group(row, near[:POOL], spoken, talk, rng)


def group(row: Example, near: list[str], spoken: dict[str, str], talk: dict[str, Any], rng: random.Random) -> Example:
    """The row's question over its passage and some of those `near`; sometimes with no answer in it."""
    chosen = rng.sample(near, min(SIZE - 1, len(near)))
    others = [data.crop(rng, text, -1, -1, 420)[0] if len(text) > 500 else text for text in chosen]
    people = [name for name in dict.fromkeys(spoken.get(text, "") for text in chosen) if name]
    heads = [spoken.get(text, "") for text in chosen]
    if row["speaker"] and heads:  # a talk has two or three voices
        pair = [row["speaker"], rng.choice([n for n in people if n != row["speaker"]] or [rng.choice(synth.PEOPLE)[0]])]
        heads = [rng.choice(pair) for _ in heads]
    passages = [part(text, -1, -1, 0, head, row) | {"before": talk.get(whole)}
                for text, head, whole in zip(others, heads, chosen, strict=True)]
    text, start, end = data.crop(rng, row["text"], row["start"], row["end"], 420)
    mine = {"before": row.get("before")}
    draw = rng.random()
    if draw < LEFT_OUT:
        pass
    elif row["speaker"] and draw < LEFT_OUT + OTHER_SPEAKER * (names(row["speaker"], row["q"])):
        passages.append(part(text, -1, -1, 0, pair[1] if heads else "Sam", row) | mine)
    else:
        passages.append(part(text, start, end, 1, row["speaker"], row) | mine)
    rng.shuffle(passages)
    day = synth.date(rng) if rng.random() < 0.7 else ""
    return {"q": row["q"], "source": key(row), "passages": [written(p, day, rng) for p in passages]}


def written(part: Example, day: str, rng: random.Random) -> Example:
    """A passage as the program hands it to the reader: with what was said before it, where it was said to somebody."""
    who, said = part["before"] or ("", "")
    speaker, title = part["header"], part["title"]
    if not (speaker and said and rng.random() < 0.75):
        header = ", ".join(x for x in (speaker, day, title) if x)
        return {**{k: part[k] for k in ("text", "start", "end", "relevant")}, "header": header}
    if who == speaker:
        who = "Sam"
    prefix = f"{who}: {said}\n{speaker}: "
    shift = len(prefix) if part["start"] >= 0 else 0
    return {"header": day, "text": prefix + part["text"], "start": part["start"] + shift, "end": part["end"] + shift,
            "relevant": part["relevant"]}


def names(speaker: str, question: str) -> bool:
    """Does the question name the speaker?"""
    return speaker.split()[0].lower() in question.lower()


def part(text: str, start: int, end: int, relevant: int, speaker: str, row: Example) -> Example:
    return {"header": speaker, "title": row["title"], "text": text, "start": start, "end": end, "relevant": relevant}


def embedded(embedder: Embedder, texts: list[str], kind: Any) -> Any:
    return np.concatenate([embedder.embed(texts[i:i + 256], kind=kind) for i in range(0, len(texts), 256)])


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
    counts: Counter[str] = Counter()
    with (given.prepared / "reader_groups.jsonl").open("w", encoding="utf-8") as out:
        made = [one for rows in by_key.values() for one in groups(rows, embedder, rng)]
        rng.shuffle(made)
        for one in made:
            source = one["source"]
            if counts[source, True] + counts[source, False] >= MOST.get(source, OTHERWISE):
                continue
            counts[source, any(p["start"] >= 0 for p in one["passages"])] += 1
            out.write(json.dumps(one, ensure_ascii=False) + "\n")
    print(sum(counts.values()), dict(sorted(counts.items())))


if __name__ == "__main__":
    main()

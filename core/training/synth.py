"""Questions made by rule from what people write about themselves, with the speaker in the header.

"I just bought a new lens last week" under the header "Maya" answers "What did Maya buy?" and "When did Maya buy a new
lens?"; under the header "Tom" it answers neither: this is what a reader of chats has to know.
"""

import random
import re
from collections.abc import Iterator
from typing import Any

from mneme.memory.asking import MONTHS, sentence_spans, told_in, worded

Talk = tuple[str, list[tuple[str, str]]]  # a key, and (role, text) turns

HERS = "Maya Ines Sofia Hannah Lucy Yuki Anna Grace Nadia Clara Priya Emma Olivia Zoe Laura Julia Mei Rosa"
HIS = "Tom Ravi Daniel Omar Peter Marco Jonas Samuel Felix Hugo Leo Karim Ethan Victor Simon Ahmed Patrick Liam"
PEOPLE = [
    (name, her)
    for pair in zip(HERS.split(), HIS.split(), strict=True)
    for name, her in zip(pair, ("her", "his"), strict=True)
]
TITLES = re.findall(
    r"[^;]+",
    "Cabin log;Notes;Meeting notes;Diary;Chat with the family;Holiday plans;Reading list;Work journal;Garden diary;"
    "Letter;Project log;Group chat;Recipes;Travel journal;Health notes;inbox.md",
)


def date(rng: random.Random) -> str:
    """A day as headers write it."""
    d, m, y = rng.randint(1, 28), rng.randrange(12), rng.randint(2015, 2026)
    form = rng.random()
    if form < 0.6:
        return f"{d} {MONTHS[m]} {y}"
    if form < 0.75:
        return f"{MONTHS[m]} {d}, {y}"
    return f"{y}-{m + 1:02d}-{d:02d}" if form < 0.9 else f"{MONTHS[m]} {y}"


def questions(text: str, name: str, her: str, rng: random.Random) -> list[tuple[str, int, int]]:
    """(question, start, end) that `text`, written by `name`, answers; a third of them asked by the writer."""
    out = []
    for told in told_in(text):
        own = rng.random() < (0.3 if told.auxiliary else 0.35)
        out.append((worded(told, None if own else name, her), *told.answer))
    return out


def around(text: str, start: int, end: int, rng: random.Random) -> tuple[str, int, int]:
    """The sentences about [start, end), at most some 500 characters."""
    spans = sentence_spans(text)
    first = max(i for i, (a, _) in enumerate(spans) if a <= start)
    last = first
    limit = int(rng.triangular(60, 600, 220))
    while first > 0 and spans[last][1] - spans[first - 1][0] < limit and rng.random() < 0.6:
        first -= 1
    while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] < limit and rng.random() < 0.7:
        last += 1
    a, b = spans[first][0], spans[last][1]
    return text[a:b].rstrip(), start - a, end - a


def row(q: str, text: str, start: int, end: int, source: str, speaker: str) -> dict[str, Any]:
    out = {
        "q": q,
        "header": "",
        "title": "",
        "speaker": speaker,
        "text": text,
        "start": start,
        "end": end,
        "source": source,
        "relevant": int(start >= 0),
    }
    return out | {"golds": [text[start:end]] if start >= 0 else []}


def talk_rows(talk: Talk, rng: random.Random) -> Iterator[dict[str, Any]]:
    """At most three questions of a talk, each with what answers it and what does not."""
    (name, her), (other, _) = rng.sample(PEOPLE, 2)
    turns = [t for t in talk[1] if len(t[1]) < 4000]
    mine = [t for role, t in turns if role == "user" and len(t) < 1500]
    found = [(t, *q) for t in mine for q in questions(t, name, her, rng)]
    for text, q, start, end in rng.sample(found, min(3, len(found))):
        own = " I " in q or " my " in q
        cut, s, e = around(text, start, end, rng)
        speaker = rng.choice([name, "user", "me", ""]) if own else name
        draw = rng.random()
        if draw < 0.2:
            cut, s, e = among(turns, (text, cut, s, e), name, other)
            speaker = ""
        yield row(q, cut, s, e, "first-person", speaker) | {"before": before(turns, text, other)}
        if not own and rng.random() < 0.45:
            yield (
                row(q, cut.replace(name, other), -1, -1, "first-person-other-speaker", other)
                if speaker
                else row(q, cut, s, e, "first-person", speaker)
            )
        if rng.random() < 0.6:
            rest = [t for t in turns if t[1] != text and text[start:end].lower() not in t[1].lower()]
            if rest:
                role, wrong = rng.choice(rest)
                spans = sentence_spans(wrong)
                at = rng.choice(spans)[0] if spans else 0
                wrong = around(wrong, at, at, rng)[0] if spans else wrong
                yield row(
                    q,
                    wrong,
                    -1,
                    -1,
                    "first-person-elsewhere",
                    name if role == "user" else rng.choice([other, "assistant"]),
                )


def before(turns: list[tuple[str, str]], text: str, other: str) -> tuple[str, str]:
    """The other, and the end of what was said before `text`, less a word that may be cut; ("", "") at the beginning."""
    at = next(i for i, t in enumerate(turns) if t[1] == text)
    return (other, " ".join(turns[at - 1][1][-200:].split(" ")[1:])) if at else ("", "")


def among(turns: list[tuple[str, str]], said: tuple[str, str, int, int], name: str, other: str) -> tuple[str, int, int]:
    """The words with the turn after them, each line after its speaker's name."""
    text, cut, s, e = said
    at = next(i for i, t in enumerate(turns) if t[1] == text)
    shift = len(name) + 2
    lines = f"{name}: {cut}"
    if at + 1 < len(turns):
        reply = turns[at + 1][1]
        lines += f"\n{other}: {reply[:150].rsplit(' ', 1)[0]}"
    return lines, s + shift, e + shift


def rows(talks: Iterator[Talk], rng: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Training rows, and those of every twentieth talk, held out."""
    train, held = [], []
    for i, talk in enumerate(talks):
        (held if i % 20 == 0 else train).extend(row | {"talk": talk[0]} for row in talk_rows(talk, rng))
    return train, held

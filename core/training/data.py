"""Prepares the training and held-out examples of the reader and the embedder from the permitted sets.

    python data.py --data DIR --out DIR [--seed 7]

`--data` (or MNEME_EVAL_DATA) is the folder with `reader_train/`, `longmemeval_s_dev.json.gz`, `memorybank_en/` and
`lifebench_dev/`.
Writes `reader_train.jsonl` and `reader_heldout.jsonl`: {"q", "header", "text", "start", "end", "source", "relevant"},
offsets in code points of `text`, -1 where there is no answer; `relevant` is 1 where the text bears on the question, 0
where it does not, -1 where that is not known. `pairs.jsonl`: {"q", "p", "n", "source"} for the embedder, which never
sees LongMemEval, so that it can be measured on it. `counts.json`: how many of each. LoCoMo is never opened here.
Every file read is checked against the sha256 in `sources.json` beside this script.
"""

import argparse
import csv
import gzip
import hashlib
import itertools
import json
import os
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import synth

Example = dict[str, Any]
HELD_ARTICLES = {"Warsaw", "Steam_engine", "Islamism", "Packet_switching", "Harvard_University"}
HELD_XQUAD = HELD_ARTICLES | {"Teacher", "Pharmacy", "Rhine", "Kenya", "Oxygen"}
SENTENCE = re.compile(r"(?<=[.!?。])[\"')\]]*\s+|\n+")


# ------------------------------------------------------------------ small tools


def example(q: str, text: str, start: int, end: int, source: str, *, title: str = "", speaker: str = "") -> Example:
    """One question with one passage; start = end = -1 means that the passage has no answer."""
    return {
        "q": " ".join(q.split()),
        "header": "",
        "title": title,
        "speaker": speaker,
        "text": text,
        "start": start,
        "end": end,
        "source": source,
        "relevant": int(start >= 0),
    }


def sentences(text: str) -> list[tuple[int, int]]:
    """[start, end) of the sentences of `text`."""
    cuts = [0] + [m.end() for m in SENTENCE.finditer(text)] + [len(text)]
    return [(a, b) for a, b in itertools.pairwise(cuts) if text[a:b].strip()]


def crop(rng: random.Random, text: str, start: int, end: int, limit: int) -> tuple[str, int, int]:
    """A random run of whole sentences of at most `limit` characters that holds [start, end) (or any, if -1)."""
    spans = sentences(text)
    if not spans:
        return text, start, end
    if start < 0:
        first = last = rng.randrange(len(spans))
    else:
        first = max(i for i, (a, _) in enumerate(spans) if a <= start)
        last = max(first, max(i for i, (a, _) in enumerate(spans) if a < end))
    while True:
        grow = []
        if first > 0 and spans[last][1] - spans[first - 1][0] <= limit:
            grow.append("left")
        if last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= limit:
            grow.append("right")
        if not grow:
            break
        if rng.choice(grow) == "left":
            first -= 1
        else:
            last += 1
    a, b = spans[first][0], spans[last][1]
    cut = text[a:b].rstrip()
    return (cut, start - a, end - a) if start >= 0 else (cut, -1, -1)


def limit_of(rng: random.Random) -> int:
    """How many characters a context may have: mostly short, as messages and notes are."""
    return int(rng.triangular(60, 720, 260))


def detokenise(tokens: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Tokens of a treebank as a plain sentence, and where each token lies in it."""
    brackets = {
        "-LRB-": "(",
        "-RRB-": ")",
        "-LSB-": "[",
        "-RSB-": "]",
        "``": '"',
        "''": '"',
        "-LCB-": "{",
        "-RCB-": "}",
    }
    text, spans, glue = "", [], True
    for token in tokens:
        t = brackets.get(token, token)
        near = t in ",.;:?!)]}%" or t.startswith("'") or t == "n't" or token == "''"
        text += "" if glue or near or not text else " "
        spans.append((len(text), len(text) + len(t)))
        text += t
        glue = t in "([{$" or token == "``"
    return text, spans


def find_answer(text: str, answer: str) -> int:
    """Where `answer` stands in `text` as whole words, ignoring case; -1 if nowhere."""
    m = re.search(r"(?<!\w)" + re.escape(answer.strip()) + r"(?!\w)", text, re.IGNORECASE)
    return m.start() if m and answer.strip() else -1


# ------------------------------------------------------------------ the sets, one function each


def squad_like(path: Path, source: str, held: set[str]) -> Iterator[tuple[bool, str, list[Example]]]:
    """(held out?, article, examples of one paragraph) of a file in SQuAD's form."""
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        name = article.get("title", "")
        title = name.replace("_", " ")
        for p in article["paragraphs"]:
            rows = []
            for qa in p["qas"]:
                start = end = -1
                golds = [a["text"] for a in qa["answers"]]
                if golds:
                    start = qa["answers"][0]["answer_start"]
                    end = start + len(golds[0])
                    if p["context"][start:end] != golds[0]:
                        continue
                # people who write unanswerable questions write them about the passage
                asked = example(qa["question"], p["context"], start, end, source, title=title)
                rows.append(asked | {"golds": golds, "relevant": 1})
            yield name in held, name, rows


def covid(path: Path) -> Iterator[Example]:
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for p in article["paragraphs"]:
            for qa in p["qas"]:
                a = qa["answers"][0]
                if len(a["text"]) <= 160:
                    start = a["answer_start"]
                    yield example(qa["question"], p["context"], start, start + len(a["text"]), "covidqa")


def qamr(folder: Path) -> Iterator[Example]:
    """QAMR's validated questions whose answer is one run of tokens."""
    lines = (folder / "wiki-sentences.tsv").read_text(encoding="utf-8").splitlines()
    table = dict(line.split("\t", 1) for line in lines)
    for part in ("dev", "test"):
        for line in (folder / "filtered" / f"{part}.tsv").read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if cells[0] not in table or "Invalid" in line or len(cells[5].split()) < 3:
                continue
            text, spans = detokenise(table[cells[0]].split(" "))
            ids = sorted(int(i) for i in cells[6].split())
            if ids and ids == list(range(ids[0], ids[-1] + 1)) and ids[-1] < len(spans) and len(ids) <= 12:
                yield example(cells[5], text, spans[ids[0]][0], spans[ids[-1]][1], "qamr")


def fairytale(folder: Path) -> Iterator[Example]:
    """FairytaleQA's explicit questions whose answer stands word for word in its section."""
    for path in sorted((folder / "questions").glob("*/*-questions.csv")):
        story = folder / "section-stories" / path.parent.name / path.name.replace("-questions", "-story")
        with story.open(encoding="utf-8", newline="") as f:
            sections = {row["section"]: row["text"] for row in csv.DictReader(f)}
        title = path.name.removesuffix("-questions.csv").replace("-", " ").capitalize()
        with path.open(encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f):
                text = sections.get(row["cor_section"].strip(), "")
                for n in (1, 2, 3):
                    answer = (row.get(f"answer{n}") or "").strip().rstrip(".")
                    at = find_answer(text, answer)
                    if at >= 0 and len(answer) <= 100:
                        yield example(row["question"], text, at, at + len(answer), "fairytaleqa", title=title)
                        break


def plain(text: str) -> str:
    """FriendsQA's tokenised words without the blanks before punctuation."""
    text = re.sub(r" (n't|'\w+)\b", r"\1", text)
    text = re.sub(r"\b(gon|wan|got) (na|ta)\b", r"\1\2", text)
    return re.sub(r" ([,.?!;:%)])", r"\1", text)


def friends(path: Path, rng: random.Random) -> Iterator[tuple[bool, Example]]:
    """FriendsQA: single utterances under a speaker's header, runs of the scene, and the wrong speaker's header."""
    for scene in json.loads(path.read_text(encoding="utf-8"))["data"]:
        held = sum(map(ord, scene["title"])) % 5 == 0
        for p in scene["paragraphs"]:
            said = {u["uid"]: u for u in p["utterances:"]}
            names = sorted({s for u in said.values() for s in u["speakers"]})
            for qa in p["qas"]:
                for row in friends_rows(plain(qa["question"]), qa["answers"], said, names, rng):
                    yield held, row


def friends_rows(
    question: str, answers: list[dict[str, Any]], said: dict[int, dict[str, Any]], names: list[str], rng: random.Random
) -> Iterator[Example]:
    placed = [a for a in answers if a["utterance_id"] in said]
    if not placed:
        return
    a = placed[0]
    uid = a["utterance_id"]
    yield from friends_run(question, a, said, rng)
    if a["is_speaker"]:
        return
    who = ", ".join(said[uid]["speakers"])
    text, start, end = friends_span(said[uid]["utterance"], a)
    if start < 0:
        return
    golds = [plain(x["answer_text"]) for x in placed]
    row = example(question, text, start, end, "friendsqa-turn", speaker=who)
    yield row | {"golds": golds, "before": before(said, uid)}
    asked = [n for n in names if n.split()[0].lower() in question.lower()]
    if len(asked) == 1 and asked[0] in who:
        other = rng.choice([n for n in names if n not in who] or ["Sam Miller"])
        yield example(question, text, -1, -1, "friendsqa-other-speaker", speaker=other) | {"golds": []}
    answered = {x["utterance_id"] for x in placed}
    far = [u for u in said if u not in answered and len(said[u]["utterance"]) > 25]
    for u in rng.sample(far, min(2, len(far))):
        row = example(
            question, plain(said[u]["utterance"]), -1, -1, "friendsqa-turn", speaker=", ".join(said[u]["speakers"])
        )
        yield row | {"golds": [], "before": before(said, u)}


def before(said: dict[int, dict[str, Any]], uid: int) -> tuple[str, str]:
    """Who spoke before an utterance, and what they said; ("", "") at the beginning of a scene."""
    last = said.get(uid - 1)
    return (", ".join(last["speakers"]), plain(last["utterance"])[-200:]) if last else ("", "")


def friends_span(utterance: str, answer: dict[str, Any]) -> tuple[str, int, int]:
    """The plain utterance and the place of the answer's tokens in it."""
    tokens = utterance.split(" ")
    text = plain(utterance)
    words = plain(" ".join(tokens[answer["inner_start"] : answer["inner_end"] + 1])).strip(" .,!?")
    before = len(plain(" ".join(tokens[: answer["inner_start"]])))
    at = text.find(words, max(0, before - 2)) if words else -1
    return text, at, at + len(words)


def friends_run(
    question: str, answer: dict[str, Any], said: dict[int, dict[str, Any]], rng: random.Random
) -> Iterator[Example]:
    """A run of utterances, each after its speaker's name, around the one with the answer."""
    uid, reach, text = answer["utterance_id"], rng.randint(0, 5), ""
    first = max(0, uid - rng.randint(0, reach))
    start = end = -1
    for u in range(first, first + reach + 1):
        if u not in said:
            continue
        head = ", ".join(said[u]["speakers"])
        line, at, stop = (
            friends_span(said[u]["utterance"], answer) if u == uid else (plain(said[u]["utterance"]), -1, -1)
        )
        text += "\n" if text else ""
        if u == uid and answer["is_speaker"]:
            start, end = len(text), len(text) + len(head)
        elif u == uid and at >= 0:
            start, end = len(text) + len(head) + 2 + at, len(text) + len(head) + 2 + stop
        text += f"{head}: {line}"
    if start >= 0:
        yield example(question, text, start, end, "friendsqa-run") | {"golds": [text[start:end]]}


def molweni(path: Path) -> Iterator[Example]:
    for d in json.loads(path.read_text(encoding="utf-8"))["data"]["dialogues"]:
        for qa in d["qas"]:
            start = end = -1
            if qa["answers"]:
                start = qa["answers"][0]["answer_start"]
                end = start + len(qa["answers"][0]["text"])
                if d["context"][start:end] != qa["answers"][0]["text"].lower():
                    continue
            yield example(qa["question"], d["context"], start, end, "molweni") | {"relevant": 1}


def qed(path: Path) -> Iterator[Example]:
    for line in path.read_text(encoding="utf-8").splitlines():
        d = json.loads(line)
        spans = [a for group in d["original_nq_answers"] for a in group]
        spans = [a for a in spans if d["paragraph_text"][a["start"] : a["end"]] == a["string"]]
        if spans:
            a = min(spans, key=lambda s: s["end"] - s["start"])
            yield example(d["question_text"], d["paragraph_text"], a["start"], a["end"], "qed", title=d["title_text"])


def sleep(folder: Path) -> Iterator[Example]:
    for name in ("sleep-dev.json", "sleep-test.json"):
        for d in json.loads((folder / "oracle" / name).read_text(encoding="utf-8")):
            for ctx in d["ctxs"][:1]:
                for answer in d["answers"][:1]:
                    at = find_answer(ctx["text"], answer)
                    if at >= 0 and len(answer) < 150:
                        yield example(d["question"], ctx["text"], at, at + len(answer), "sleepqa", title=ctx["title"])


def timeqa(folder: Path, rng: random.Random) -> Iterator[Example]:
    """Questions with a time; other paragraphs of the same page are hard passages without an answer."""
    for name in ("human_annotated_train.json", "human_annotated_test.json"):
        for page in json.loads((folder / name).read_text(encoding="utf-8")):
            title = page["link"].removeprefix("/wiki/").replace("_", " ")
            for question, answers in page["questions"]:
                real = [a for a in answers if a["answer"]]
                far = [t for i, t in enumerate(page["paras"]) if i not in {a["para"] for a in real} and len(t) > 80]
                for text in rng.sample(far, min(1, len(far))):
                    yield example(question, text, -1, -1, "timeqa", title=title)
                if real and page["paras"][real[0]["para"]][real[0]["from"] : real[0]["end"]] == real[0]["answer"]:
                    a = real[0]
                    yield example(question, page["paras"][a["para"]], a["from"], a["end"], "timeqa", title=title)


# ------------------------------------------------------------------ turning them into windows


def shaped(rng: random.Random, row: Example, others: list[str]) -> Example:
    """The row cut to a random length, sometimes with a distractor passage before or after it."""
    text, start, end = crop(rng, row["text"], row["start"], row["end"], limit_of(rng))
    if others and len(text) < 350 and rng.random() < 0.25:
        other = crop(rng, rng.choice(others), -1, -1, 300)[0]
        if rng.random() < 0.5:
            text = text + "\n" + other
        else:
            shift = len(other) + 1
            text, start, end = (
                other + "\n" + text,
                start + shift if start >= 0 else -1,
                end + shift if start >= 0 else -1,
            )
    return row | {"text": text, "start": start, "end": end}


def unanswerable(rng: random.Random, row: Example, others: list[str]) -> Example | None:
    """The row's question with another context of the same source that does not hold the answer's words."""
    gold = row["text"][row["start"] : row["end"]].lower()
    for _ in range(4):
        text = crop(rng, rng.choice(others), -1, -1, limit_of(rng))[0]
        if gold not in text.lower() and len(text) > 20:
            return row | {"text": text, "start": -1, "end": -1, "golds": [], "relevant": 0}
    return None


def elsewhere(rng: random.Random, row: Example) -> Example | None:
    """The row's question with the rest of its own context, the answer's sentence taken out: the hardest pair."""
    spans = sentences(row["text"])
    gold = row["text"][row["start"] : row["end"]].lower()
    rest = [row["text"][a:b].strip() for a, b in spans if not (a < row["end"] and row["start"] < b)]
    text = crop(rng, " ".join(rest), -1, -1, limit_of(rng))[0] if rest else ""
    if len(text) < 40 or gold in text.lower():
        return None
    # the rest of a passage may or may not bear on the question
    return row | {"text": text, "start": -1, "end": -1, "golds": [], "relevant": -1}


def windows(rng: random.Random, rows: list[Example], negatives: float, hard: float = 0.0) -> Iterator[Example]:
    """Windows of one source: `negatives` of the answerable rows get another context, `hard` the rest of their own."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(row["title"], []).append(row["text"])
    every = list(dict.fromkeys(row["text"] for row in rows))
    for row in rows:
        near = [t for t in dict.fromkeys(groups[row["title"]]) if t != row["text"]] or every
        draw = rng.random()
        made: Example | None = None
        if row["start"] >= 0 and draw < negatives:
            made = unanswerable(rng, row, near if rng.random() < 0.6 else every)
        elif row["start"] >= 0 and draw < negatives + hard:
            made = elsewhere(rng, row)
        yield made or shaped(rng, row, near)


def reader_sets(data: Path, rng: random.Random) -> tuple[list[Example], list[Example]]:
    """Training windows and held-out windows of the reader."""
    root = data / "reader_train"
    train: list[Example] = []
    held: list[Example] = []
    squad: list[Example] = []
    for out, _, rows in squad_like(root / "squad2_half_dev" / "dev-v2.0.json", "squad", HELD_ARTICLES):
        (held if out else squad).extend(rows)
    for _ in range(2):
        train += windows(rng, squad, 0.05, 0.05)
    for lang in ("de", "es"):
        rows = [
            r
            for out, _, p in squad_like(root / "xquad" / f"xquad.{lang}.json", f"xquad-{lang}", HELD_XQUAD)
            for r in p
            if not out
        ]
        train += windows(rng, rng.sample(rows, min(500, len(rows))), 0.2, 0.1)
    train += windows(rng, list(covid(root / "covidqa" / "200423_covidQA.json"))[:900], 0.15, 0.15)
    train += windows(rng, rng.sample(rows := list(qamr(root / "qamr")), min(18000, len(rows))), 0.3)
    train += windows(rng, list(fairytale(root / "fairytaleqa" / "data-by-train-split")), 0.2, 0.2)
    talks = list(friends(root / "friendsqa" / "friendsqa_dev.json", rng))
    talks += list(friends(root / "friendsqa" / "friendsqa_dev.json", rng))
    train += [r for out, r in talks if not out]
    held += [r for out, r in talks[: len(talks) // 2] if out]
    rows = list(molweni(root / "molweni" / "MRC(withDiscourse)" / "test.json"))
    train += windows(rng, rng.sample(rows, min(1500, len(rows))), 0.0)
    train += windows(rng, list(qed(root / "qed" / "qed-dev.jsonlines")), 0.2, 0.1)
    train += windows(rng, list(sleep(root / "sleepqa")), 0.2, 0.1)
    train += windows(rng, list(timeqa(root / "timeqa", rng)), 0.0)
    first_person, held_first = synth.rows(user_turns(data), rng)
    train += first_person
    held += held_first
    return train, held


def user_turns(data: Path) -> Iterator[synth.Talk]:
    """What people wrote to an assistant, and what it answered; turns that hold a benchmark answer are left out."""
    with gzip.open(data / "longmemeval_s_dev.json.gz", "rt", encoding="utf-8") as f:
        sessions = json.load(f)["sessions"]
    for key in sorted(sessions):
        if not any(t.get("has_answer") for t in sessions[key]):
            yield key, [(t["role"], t["content"]) for t in sessions[key]]
    people = json.loads((data / "memorybank_en" / "memory_bank_en.json").read_text(encoding="utf-8"))
    for person in people.values():
        for day, talk in person["history"].items():
            turns = [
                (role, t[key]) for t in talk for role, key in (("user", "query"), ("assistant", "response")) if key in t
            ]
            yield f"memorybank-{person['name']}-{day}", turns


# ------------------------------------------------------------------ what may be read


def check(data: Path) -> None:
    """Every file that is read is the one the licences were read for. Exits with the first that is not."""
    for source in json.loads(Path(__file__).with_name("sources.json").read_text(encoding="utf-8")):
        for name, known in source["files"].items():
            path = data / name
            if not path.exists():
                raise SystemExit(f"{source['name']}: {name} is not there")
            if fingerprint(path) != known:
                raise SystemExit(f"{source['name']}: {name} is not the file whose licence was read")


def fingerprint(path: Path) -> str:
    """sha256 of a file; of a folder, that of its files' names and sums in order."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    files = sorted(p for p in path.rglob("*") if p.is_file())
    lines = "".join(f"{p.relative_to(path).as_posix()} {fingerprint(p)}\n" for p in files)
    return hashlib.sha256(lines.encode()).hexdigest()


# ------------------------------------------------------------------ writing


def with_header(rng: random.Random, row: Example) -> Example:
    """The row with a header of the form "speaker, date, title", each part there or not."""
    parts = []
    if row["speaker"]:
        parts.append(row["speaker"])
    elif row["source"] not in ("friendsqa-run", "molweni") and rng.random() < 0.12:
        parts.append(rng.choice(synth.PEOPLE)[0])
    if rng.random() < 0.45:
        parts.append(synth.date(rng))
    if row["title"] and rng.random() < 0.5:
        parts.append(row["title"])
    elif rng.random() < 0.15:
        parts.append(rng.choice(synth.TITLES))
    out = {k: row[k] for k in ("q", "text", "start", "end", "source", "relevant")}
    return out | {"header": ", ".join(parts)} | ({"golds": row["golds"]} if "golds" in row else {})


def write(path: Path, rows: Iterable[Example]) -> None:
    with path.open("w", encoding="utf-8") as f:
        for row in rows:
            f.write(json.dumps(row, ensure_ascii=False) + "\n")


def pairs(rows: list[Example], rng: random.Random) -> Iterator[dict[str, str]]:
    """Question, its passage, and another passage of the same source (and title) as the hard one."""
    groups: dict[tuple[str, str], list[str]] = {}
    for r in rows:
        groups.setdefault((r["source"], r["title"]), []).append(r["text"])
    for r in rows:
        ours = r.get("talk", "memorybank").startswith("memorybank")
        if r["start"] >= 0 and ours and r["source"] not in ("molweni", "xquad-de", "xquad-es"):
            near = [t for t in groups[(r["source"], r["title"])] if t != r["text"]]
            if near:
                said = f"{r['speaker']}: " if r["speaker"] and rng.random() < 0.7 else ""
                yield {"q": r["q"], "p": said + r["text"], "n": rng.choice(near), "source": r["source"]}


RECORDS = {
    "calendar": "description", "note": "content", "sms": "message_content", "push": "content", "photo": "caption"
}


def statements(folder: Path, rng: random.Random) -> Iterator[dict[str, str]]:
    """Two records of LifeBench about one event (a text message and a note, say), and one of another event."""
    events: dict[str, list[tuple[str, str]]] = {}
    for kind, field in RECORDS.items():
        for record in json.loads((folder / "phone_data" / f"{kind}.json").read_text(encoding="utf-8")):
            title = record.get("title", "") if kind in ("calendar", "note") else ""
            text = " ".join(f"{title}. {record[field]}".removeprefix(". ").split())
            if len(text) > 30:
                events.setdefault(str(record["event_id"]), []).append((kind, text[:600]))
    keys = sorted(events)
    for key in keys:
        told = events[key]
        for kind, text in told:
            same = [t for k, t in told if k != kind]
            other = [t for _, t in events[rng.choice(keys)] if t not in (x for _, x in told)]
            if same and other:
                yield {"q": text, "p": rng.choice(same), "n": rng.choice(other), "source": "lifebench"}


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument(
        "--data", type=Path, default=os.environ.get("MNEME_EVAL_DATA"), required="MNEME_EVAL_DATA" not in os.environ
    )
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--seed", type=int, default=7)
    given = args.parse_args()
    rng = random.Random(given.seed)
    check(given.data)
    given.out.mkdir(parents=True, exist_ok=True)
    train, held = reader_sets(given.data, rng)
    about_life = statements(given.data / "lifebench_dev", random.Random(given.seed))
    write(given.out / "pairs.jsonl", [*pairs(train, rng), *about_life])
    write(given.out / "reader_train.jsonl", (with_header(rng, r) for r in train))
    write(given.out / "reader_heldout.jsonl", (with_header(rng, r) for r in held))
    told = {"train": counts(train), "held out": counts(held)}
    (given.out / "counts.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    for name, sources in told.items():
        print(name, sum(map(sum, sources.values())), "windows")
        for source, (yes, no) in sources.items():
            print(f"  {source:26} {yes:6} answerable {no:6} not")


def counts(rows: list[Example]) -> dict[str, list[int]]:
    """Answerable and unanswerable windows by source."""
    out: dict[str, list[int]] = {}
    for row in rows:
        out.setdefault(row["source"], [0, 0])[row["start"] < 0] += 1
    return out


if __name__ == "__main__":
    main()

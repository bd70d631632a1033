"""Measures the models in the folders that ship, through the run-time code.

    python evaluate.py heldout   --reader FOLDER --prepared DIR       held-out F1, no-answer, relevance, reliability
    python evaluate.py calibrate --reader FOLDER --prepared DIR --out FILE       fits the confidence on half of them
    python evaluate.py reading   --reader FOLDER --embedder FOLDER --data DIR    LoCoMo: evidence in hand, and retrieved
    python evaluate.py recall    --embedder FOLDER [FOLDER ...] --data DIR       LoCoMo and LongMemEval evidence recall
    python evaluate.py languages --reader FOLDER --embedder FOLDER --data DIR    XQuAD, articles held out, by language

Each prints JSON; `--out` also writes it to a file.

LoCoMo is only measured, never trained on. The package `mneme` has to be importable (PYTHONPATH=core).
"""

import argparse
import gzip
import json
import math
import os
import re
import string
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from data import HELD_XQUAD, squad_like

from mneme.models.embedder import OnnxEmbedder
from mneme.models.reader import OnnxReader
from mneme.ports import Extract, Reading

STOP = frozenset(
    re.findall(
        r"\w+",
        """a an the and or of to in on at for with is are was were be been do does did has have had i you he she it
        they we my your his her its their our me him them us this that what when where who which how why""",
    )
)


# ------------------------------------------------------------------ answers


def words(text: str) -> list[str]:
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def f1(guess: str, gold: str) -> float:
    a, b = words(guess), words(gold)
    same = sum((Counter(a) & Counter(b)).values())
    return 2 * same / (len(a) + len(b)) if same else float(a == b)


def best_f1(guess: str, golds: Sequence[str]) -> float:
    return max((f1(guess, g) for g in golds), default=0.0)


def readings(reader: OnnxReader, rows: list[dict[str, Any]]) -> list[Reading]:
    return [reader.read(r["q"], [Extract(r["header"], r["text"])])[0] for r in rows]


def auc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The chance that a true one scores above a false one."""
    order = np.argsort(np.argsort(np.asarray(scores))) + 1
    yes = np.asarray(labels)
    n, m = int(yes.sum()), int((~yes).sum())
    return float((order[yes].sum() - n * (n + 1) / 2) / (n * m)) if n and m else math.nan


def best_threshold(scores: np.ndarray, worth: np.ndarray, without: np.ndarray) -> tuple[float, float]:
    """The threshold below which refusing scores best over all, and that score."""
    order = np.argsort(-scores)
    total = without.sum() + np.concatenate([[0.0], np.cumsum(worth[order] - without[order])])
    k = int(total.argmax())
    return float(scores[order[k - 1]]) if k else math.inf, float(total[k] / len(scores))


def heldout(reader: OnnxReader, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """By source: F1 and exact match of answerable ones without refusal, and SQuAD 2 F1 at the best threshold."""
    read = readings(reader, rows)
    said = [r["text"][g.start : g.end] for r, g in zip(rows, read, strict=True)]
    out = {}
    groups = {
        "squad": ("squad",),
        "friendsqa": ("friendsqa",),
        "friends turns": ("friendsqa-turn", "friendsqa-other"),
        "first person": ("first-person",),
        "all": ("",),
    }
    for name, prefixes in groups.items():
        ids = [i for i, r in enumerate(rows) if r["source"].startswith(prefixes)]
        yes = np.array([rows[i]["start"] >= 0 for i in ids])
        scores = np.array([read[i].score for i in ids])
        f = np.array([best_f1(said[i], rows[i]["golds"]) if rows[i]["start"] >= 0 else 0.0 for i in ids])
        exact = [any(words(said[i]) == words(g) for g in rows[i]["golds"]) for i in ids if rows[i]["start"] >= 0]
        threshold, total = best_threshold(scores, f, (~yes).astype(float))
        out[name] = {
            "n": len(ids),
            "answerable f1": f[yes].mean(),
            "exact": np.mean(exact),
            "auc answerable": auc(scores, yes),
            "auc relevant": auc(
                [read[i].relevance for i in ids if rows[i]["relevant"] >= 0],
                [rows[i]["relevant"] == 1 for i in ids if rows[i]["relevant"] >= 0],
            ),
            "f1 with refusal": total,
            "threshold": threshold,
            "refused of unanswerable": (scores[~yes] < threshold).mean(),
        }
        for kind in sorted({rows[i]["source"] for i in ids if rows[i]["start"] < 0}):
            part = [read[i].score for i in ids if rows[i]["source"] == kind and rows[i]["start"] < 0]
            out[name][f"refused {kind}"] = np.mean(np.array(part) < threshold)
    told: dict[str, Any] = {name: {k: round(float(v), 4) for k, v in row.items()} for name, row in out.items()}
    told["confidence"] = reliability([(g.confidence, is_right(r, g)) for r, g in zip(rows, read, strict=True)])
    told["relevance"] = reliability(
        [(g.relevance, r["relevant"] == 1) for r, g in zip(rows, read, strict=True) if r["relevant"] >= 0]
    )
    return told


def is_right(row: dict[str, Any], reading: Reading) -> bool:
    """Whether the span is an answer: F1 of at least one half to a gold one."""
    return row["start"] >= 0 and best_f1(row["text"][reading.start : reading.end], row["golds"]) >= 0.5


def platt(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and offset of the logistic curve of `y` (0 or 1) over `x`, by Newton's method (Platt, 1999)."""
    w = np.zeros(2)
    design = np.stack([x, np.ones_like(x)], 1)
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ w))
        step = np.linalg.solve((design.T * (p * (1 - p))) @ design + 1e-6 * np.eye(2), design.T @ (y - p))
        w += step * min(1.0, 1.0 / float(np.abs(step).max()))
    return round(float(w[0]), 5), round(float(w[1]), 5)


def calibrate(reader: OnnxReader, rows: list[dict[str, Any]]) -> dict[str, float]:
    """The score as the chance that the span is right, the relevance as the chance that the passage bears on it.

    The reader is one that was exported without calibration, so that its relevance is the bare logistic function.
    """
    read = readings(reader, rows)
    slope, offset = platt(
        np.array([g.score for g in read]), np.array([is_right(r, g) for r, g in zip(rows, read, strict=True)], float)
    )
    known = [(g.relevance, r["relevant"]) for r, g in zip(rows, read, strict=True) if r["relevant"] >= 0]
    chance = np.clip(np.array([x for x, _ in known]), 1e-7, 1 - 1e-7)
    tilt, shift = platt(np.log(chance / (1 - chance)), np.array([y for _, y in known], float))
    return {"confidence_slope": slope, "confidence_offset": offset, "relevance_slope": tilt, "relevance_offset": shift}


def reliability(said: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """Ten bins of equal width, each (mean of what was said, share that was true, how many), and their mean distance."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, true in said:
        bins.setdefault(min(9, int(chance * 10)), []).append((chance, true))
    rows = [
        (sum(c for c, _ in b) / len(b), sum(t for _, t in b) / len(b), len(b)) for _, b in sorted(bins.items())
    ]
    error = sum(abs(mean - share) * n for mean, share, n in rows) / len(said)
    return {"expected calibration error": round(error, 4),
            "bins": [[round(mean, 3), round(share, 3), n] for mean, share, n in rows]}


# ------------------------------------------------------------------ LoCoMo


def tokens(text: str, stop: frozenset[str] = frozenset()) -> list[str]:
    return [w for w in re.findall(r"\w+", text.lower()) if w not in stop]


class Bm25:
    """Okapi BM25 with k1 = 1.2 and b = 0.75."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.docs = [Counter(tokens(t)) for t in texts]
        self.lengths = np.array([sum(d.values()) for d in self.docs], float)
        self.df = Counter(w for d in self.docs for w in d)

    def scores(self, query: str) -> np.ndarray:
        out, n, mean = np.zeros(len(self.docs)), len(self.docs), self.lengths.mean()
        for w in set(tokens(query, STOP)):
            if self.df[w]:
                tf = np.array([d[w] for d in self.docs], float)
                out += (
                    math.log(1 + (n - self.df[w] + 0.5) / (self.df[w] + 0.5))
                    * tf
                    * 2.2
                    / (tf + 1.2 * (0.25 + 0.75 * self.lengths / mean))
                )
        return out


def fused(*rankings: np.ndarray, k: int = 20) -> np.ndarray:
    """Reciprocal rank fusion of score arrays: higher is better."""
    return sum(1 / (k + 1 + np.argsort(np.argsort(-scores, kind="stable"), kind="stable")) for scores in rankings)  # type: ignore[return-value]


def conversations(data: Path) -> list[tuple[list[dict[str, str]], list[dict[str, Any]]]]:
    """(turns with id, speaker, text and date; questions) of each LoCoMo conversation."""
    out = []
    for sample in json.loads((data / "locomo_dev.json").read_text(encoding="utf-8")):
        talk, turns = sample["conversation"], []
        for key in sorted((k for k in talk if re.fullmatch(r"session_\d+", k)), key=lambda k: int(k[8:])):
            for t in talk[key]:
                shared = f" [shares {t['blip_caption']}]" if t.get("blip_caption") else ""
                turns.append(
                    {
                        "id": t["dia_id"],
                        "speaker": t["speaker"],
                        "text": t["text"] + shared,
                        "date": talk[f"{key}_date_time"].split(" on ")[-1],
                    }
                )
        out.append((turns, sample["qa"]))
    return out


def evidence_of(qa: dict[str, Any], ids: set[str]) -> set[str]:
    return {e for x in qa.get("evidence", []) for e in re.split(r"[;,\s]+", x)} & ids


def recall(embedder: OnnxEmbedder, data: Path) -> dict[str, float]:
    """Fraction of evidence turns found, categories 1 to 4: dense alone, BM25 alone, both fused."""
    rows: dict[str, list[float]] = {}
    for turns, questions in conversations(data):
        said = [f"{t['speaker']}: {t['text']}" for t in turns]
        vectors, index = embedder.embed(said, kind="passage"), Bm25(said)
        asked = [q for q in questions if q["category"] != 5 and evidence_of(q, {t["id"] for t in turns})]
        for qa, vector in zip(asked, embedder.embed([q["question"] for q in asked], kind="query"), strict=True):
            dense, sparse = vectors @ vector, index.scores(qa["question"])
            gold = evidence_of(qa, {t["id"] for t in turns})
            for name, scores in (("dense", dense), ("bm25", sparse), ("fused", fused(dense, sparse))):
                order = np.argsort(-scores, kind="stable")
                for k in (5, 10, 20):
                    rows.setdefault(f"{name}@{k}", []).append(
                        len(gold & {turns[i]["id"] for i in order[:k]}) / len(gold)
                    )
    return {name: round(float(np.mean(values)), 4) for name, values in rows.items()}


def longmemeval(embedder: OnnxEmbedder, data: Path, limit: int | None) -> dict[str, float]:
    """Sessions by their best user turn, dense alone, `limit` questions (None: all): recall_all@5 and @10.

    "strict" is the benchmark's own protocol: only sessions in which a user turn holds the answer count.
    """
    with gzip.open(data / "longmemeval_s_dev.json.gz", "rt", encoding="utf-8") as f:
        told = json.load(f)
    rows: dict[str, list[float]] = {}
    for q in [q for q in told["questions"] if not q["question_id"].endswith("_abs")][:limit]:
        keys = q["haystack_session_ids"]
        turns = [(i, t["content"]) for i, key in enumerate(keys) for t in told["sessions"][key] if t["role"] == "user"]
        near = embedder.embed([t for _, t in turns], kind="passage") @ embedder.embed([q["question"]], kind="query")[0]
        best = np.full(len(keys), -1.0)
        np.maximum.at(best, [i for i, _ in turns], near)
        order = [keys[i] for i in np.argsort(-best)]
        every = set(q["answer_session_ids"])
        told_by_user = {
            s for s in every if any(t["role"] == "user" and t.get("has_answer") for t in told["sessions"][s])
        }
        for name, gold in (("", every), ("strict ", told_by_user)):
            for k in (5, 10) if gold else ():
                rows.setdefault(f"{name}recall_all@{k}", []).append(gold <= set(order[:k]))
    return {name: round(float(np.mean(values)), 4) for name, values in rows.items()}


def reading(reader: OnnxReader, embedder: OnnxEmbedder, data: Path) -> dict[str, float]:
    """F1 by category with the evidence turns in hand and with the fused 12 best turns; how category 5 scores."""
    rows: dict[str, list[float]] = {}
    scores: list[float] = []
    answerable: list[bool] = []
    for turns, questions in conversations(data):
        said = [f"{t['speaker']}: {t['text']}" for t in turns]
        extracts = [Extract(f"{t['speaker']}, {t['date']}", t["text"]) for t in turns]
        index, vectors = Bm25(said), embedder.embed(said, kind="passage")
        asked = embedder.embed([q["question"] for q in questions], kind="query")
        for qa, vector in zip(questions, asked, strict=True):
            together = fused(vectors @ vector, index.scores(qa["question"]))
            top = list(np.argsort(-together)[:12])
            found = reader.read(qa["question"], [extracts[i] for i in top])
            worth = [r.score + 6 * together[i] / together.max() for r, i in zip(found, top, strict=True)]
            k = int(np.argmax(worth))
            scores.append(worth[k])
            answerable.append(qa["category"] != 5)
            if qa["category"] == 5:
                continue
            text = extracts[top[k]].text[found[k].start : found[k].end]
            rows.setdefault(f"retrieved f1 {qa['category']}", []).append(f1(text, str(qa["answer"])))
            gold = [i for i, t in enumerate(turns) if t["id"] in evidence_of(qa, {t["id"] for t in turns})]
            if gold:
                best, i = max(
                    zip(reader.read(qa["question"], [extracts[i] for i in gold]), gold, strict=True),
                    key=lambda x: x[0].score,
                )
                rows.setdefault(f"evidence f1 {qa['category']}", []).append(
                    f1(extracts[i].text[best.start : best.end], str(qa["answer"]))
                )
    out = {name: round(float(np.mean(values)), 4) for name, values in sorted(rows.items())}
    for kind in ("evidence", "retrieved"):
        out[f"{kind} f1 1-4"] = round(
            float(np.mean([x for name, v in rows.items() if name.startswith(kind) for x in v])), 4
        )
    return out | {"auc 1-4 against 5": round(auc(scores, answerable), 4)}


# ------------------------------------------------------------------ languages


def languages(reader: OnnxReader, embedder: OnnxEmbedder, data: Path) -> dict[str, dict[str, float]]:
    """By language, on the articles of XQuAD that no training saw: reading the right paragraph, and finding it.

    German and Spanish were trained on other articles of this set, the other languages on none.
    """
    out = {}
    for path in sorted((data / "reader_train" / "xquad").glob("xquad.*.json")):
        paragraphs = [p for held, _, p in squad_like(path, "xquad", HELD_XQUAD) if held and p]
        rows = [r for p in paragraphs for r in p]
        read = readings(reader, rows)
        f = [best_f1(r["text"][g.start : g.end], r["golds"]) for r, g in zip(rows, read, strict=True)]
        passages = embedder.embed([p[0]["text"] for p in paragraphs], kind="passage")
        near = embedder.embed([r["q"] for r in rows], kind="query") @ passages.T
        places = [i for i, p in enumerate(paragraphs) for _ in p]
        rank = [int((row > row[i]).sum()) for row, i in zip(near, places, strict=True)]
        out[path.name.split(".")[1]] = {
            "reader f1": round(float(np.mean(f)), 3),
            "embedder recall@1": round(float(np.mean([r < 1 for r in rank])), 3),
            "embedder recall@5": round(float(np.mean([r < 5 for r in rank])), 3),
            "paragraphs": len(paragraphs),
            "questions": len(rows),
        }
    return out


def load(prepared: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The held-out rows in two halves, by question: one to fit on, one to measure on."""
    with (prepared / "reader_heldout.jsonl").open(encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    return [r for r in rows if len(r["q"]) % 2 == 0], [r for r in rows if len(r["q"]) % 2]


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("what", choices=["heldout", "calibrate", "reading", "recall", "languages"])
    for name in ("reader", "prepared", "out"):
        args.add_argument(f"--{name}", type=Path)
    args.add_argument("--embedder", type=Path, nargs="+", default=[])
    args.add_argument("--data", type=Path, default=os.environ.get("MNEME_EVAL_DATA"))
    args.add_argument("--questions", type=int, help="of LongMemEval, with `recall`; 0: none; all by default")
    given = args.parse_args()
    reader = OnnxReader(given.reader) if given.reader else None
    embedders = [OnnxEmbedder(folder) for folder in given.embedder]
    told: dict[str, Any]
    if given.what == "recall" and embedders:
        told = {str(folder): recalled(embedder, Path(given.data), given.questions)
                for folder, embedder in zip(given.embedder, embedders, strict=True)}
    elif given.what == "reading" and reader and embedders:
        told = reading(reader, embedders[0], Path(given.data))
    elif given.what == "languages" and reader and embedders:
        told = languages(reader, embedders[0], Path(given.data))
    elif given.what == "calibrate" and reader:
        told = calibrate(reader, load(given.prepared)[0])
    elif given.what == "heldout" and reader:
        told = heldout(reader, load(given.prepared)[1])
    else:
        sys.exit(__doc__)
    text = json.dumps(told, indent=1)
    print(text)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")


def recalled(embedder: OnnxEmbedder, data: Path, questions: int | None) -> dict[str, Any]:
    told: dict[str, Any] = {"locomo": recall(embedder, data)}
    return told if questions == 0 else told | {"longmemeval": longmemeval(embedder, data, questions)}


if __name__ == "__main__":
    main()

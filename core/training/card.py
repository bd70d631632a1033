"""Writes the cards of the models that are in the folder of make.py, from what their making left there.

    python card.py --work WORK

Nothing in a card is typed by hand but its sentences: counts, steps, sums and measures are read from the files. Where
WORK holds locomo.txt, oracle.txt, longmemeval.txt or speed.txt (see README.md for the commands), they are shown as they are;
again.json, former.txt, languages.txt and fitted.txt are sentences about a second run, the reader before, the table by language and
what was fitted on LoCoMo, where there is something to say.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BASE = """- **Base**: sentence-transformers/all-MiniLM-L6-v2, Apache License 2.0, by the sentence-transformers project; it comes from
  MiniLM-L6-H384-uncased (nreimers) and MiniLM (Microsoft, MIT License)."""
# the sources of the prepared windows, as sources.json names their sets
SETS = {
    "squad": "SQuAD 2.0, half of its development part", "xquad": "XQuAD", "qamr": "QAMR", "fairytaleqa": "FairytaleQA",
    "friendsqa": "FriendsQA, development part", "molweni": "Molweni, test part", "covidqa": "COVID-QA",
    "qed": "QED, development part", "sleepqa": "SleepQA", "timeqa": "TimeQA, human part",
    "first-person": "LongMemEval-S, development part", "lifebench": "LifeBench, development part",
}


def told(path: Path) -> Any:
    """The JSON in a file; None where there is none yet."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def sums(folder: Path) -> str:
    files = told(folder / "model.json")["files"]
    return "- **sha256**: " + ", ".join(f"`{name}` `{about['sha256']}`" for name, about in files.items()) + "."


def licences() -> Mapping[str, Mapping[str, str]]:
    return {source["name"]: source for source in told(HERE / "sources.json")}


def by_set(counts: Mapping[str, Sequence[int]]) -> dict[str, tuple[int, int]]:
    """The answerable and those without an answer, by set instead of by source."""
    out: dict[str, tuple[int, int]] = {}
    for source, (yes, no) in counts.items():
        name = next(SETS[start] for start in SETS if source.startswith(start))
        before = out.get(name, (0, 0))
        out[name] = (before[0] + yes, before[1] + no)
    return out


def data_table(windows: Mapping[str, Sequence[int]], groups: Mapping[str, Sequence[int]]) -> str:
    """One row a set: what was made of it, its licence and its makers."""
    known, grouped = licences(), by_set(groups)
    rows = [[name, *(f"{n:,}" for n in (yes, no, *grouped.get(name, (0, 0)))), known[name]["licence"], known[name]["by"]]
            for name, (yes, no) in by_set(windows).items()]
    return table(["set", "answerable", "without an answer", "groups with", "without", "licence", "by"], rows)


def share(counts: Mapping[str, Sequence[int]]) -> tuple[str, str]:
    """How many there are, and what share of them is without an answer."""
    total = sum(map(sum, counts.values()))
    return f"{total:,}", f"{sum(no for _yes, no in counts.values()) / total:.0%}"


def verbatim(work: Path, name: str, before: str) -> str:
    path = work / name
    if not path.exists():
        return ""
    text = path.read_text(encoding="utf-8").strip("\n")
    return f"{before}\n\n```\n{text}\n```\n"


def reader_card(work: Path, name: str) -> str:
    windows, groups = told(work / "data" / "counts.json")["train"], told(work / "data" / "groups.json")
    (total, without), (total_groups, unanswered) = share(windows), share(groups)
    trained, further = told(work / "reader" / "reader.json"), told(work / "groups" / "reader.json")
    held = told(work / "heldout.json")
    parts = [[part, int(row["n"]), row["answerable f1"], row["exact"], row["auc answerable"],
              "" if row["auc relevant"] != row["auc relevant"] else row["auc relevant"],
              row["f1 with refusal"], row["refused of unanswerable"]]
             for part, row in held.items() if part not in ("confidence", "relevance")]
    fit = told(work / "calibration.json")
    return f"""# {told(work / name / 'model.json')['id']}

An extractive reader: for a question and a passage ("header: text", where the header says who, when, where, or who spoke before
and what), the logits of every token to begin and to end the answer, with `[CLS]` for "no answer here", and one logit that says
whether the passage bears on the question at all: one pass reads and reranks. English; other languages as the table below says.

- **Form**: `model.onnx` (opset 17; `input_ids`, `attention_mask`, `token_type_ids` to `start_logits`, `end_logits`,
  `relevance`), weights in half precision, cast to single at load; windows of at most 192 tokens; `tokenizer.json`
  (lower-case WordPiece, 30,522 pieces).
{BASE} 22.6 million weights, all trained further, with a new linear head of 3 x 384.
{sums(work / name)}

## Data

{data_table(windows, groups)}

{total} windows, {without} without an answer; and {total_groups} groups of at most six of their passages, {unanswered} without an answer:
the passage that answers a question with those that the embedder finds nearest to it in the same source. In these,
passages of a talk stand after what was said before them, and under the other speaker's name too. "LongMemEval" are questions
made by rule from what people wrote in its sessions that hold no benchmark answer, and from MemoryBank (MIT License, Zhong et
al. 2023): so this reader's answers are not reported on LongMemEval. LoCoMo is not among the data; it is only measured on.

## Training

`python make.py --data DATA --base BASE --out WORK` in core/training, seed 7, in three steps:

1. On windows: {trained['steps']:,} steps of 32 ({trained['passes']} passes), AdamW, peak rate 1.5e-4, 150 steps of warm-up, linear decay, no
   dropout, single precision, cross entropies of start and end, and 0.3 of the relevance's. {trained['seconds'] / 60:.0f} minutes on two processor
   cores that did other work at the same time. Sum over all weights: `{trained['weights']}`.
2. From there on groups: {further['steps']:,} steps of 6 groups ({further['passes']} passes), peak rate 6e-5, 50 steps of warm-up, the rest as before; one
   softmax over the tokens of all passages of a group and one "no answer" (shared normalisation), and half of the losses of
   step 1. {further['seconds'] / 60:.0f} minutes on the same cores. Sum over all weights: `{further['weights']}`.
3. The weights of both are averaged: 0.4 of step 1, 0.6 of step 2.

{again(work, 'reader')}

## Measured

Through the run-time code, with the file that ships. Held out from training (five articles of SQuAD, a fifth of FriendsQA's
scenes, every twentieth talk of the self-made questions), the half that nothing was fitted on; "with refusal" is SQuAD 2's F1 at the
best threshold of each row:

{table(['held-out part', 'questions', 'F1 where answerable', 'exact', 'AUC answerable', 'AUC relevant', 'F1 with refusal', 'refused of unanswerable'], parts)}

The self-made questions follow the patterns they were made by, so their row says that the pattern was learned, not how
well people's own questions are read. {note(work, 'former.txt')}

Confidence is a logistic function of span minus no-answer logit (slope {fit['confidence_slope']}, offset {fit['confidence_offset']}, fitted on the
other half). Reliability: what it said, how often it was right, over how many; expected calibration error
**{held['confidence']['expected calibration error']}** (relevance: {held['relevance']['expected calibration error']}).

{table(['said', 'right', 'questions'], held['confidence']['bins'])}

By language, on articles of XQuAD that nothing was trained on (German and Spanish were trained on other articles, the others
on none): F1 of reading the right paragraph. {note(work, 'languages.txt')}

{language_table(work)}

{verbatim(work, 'locomo.txt', "Through the whole program, LoCoMo's three development conversations (`tests/benchmarks/locomo.py --rerank`, then score.py). " + note(work, 'fitted.txt'))}
{verbatim(work, 'oracle.txt', 'The same with nothing but the evidence to search (`--oracle`), which isolates reading:')}
## What it cannot do

It reads one passage at a time and copies words: no counting, no joining of passages, no dates worked out from "last week".
Where a short note holds two statements it sometimes marks both. It answers in the speaker's own words ("my slipper"). Its
scores were trained to be compared between passages of one question, not between questions. Passages under another speaker's name
score lower, but not always low enough. The words of a header, and what was said before a passage, are never an answer. It knows
other alphabets by single letters only.
"""


def language_table(work: Path) -> str:
    rows = [[lang, row["reader f1"], row["embedder recall@1"], row["embedder recall@5"]]
            for lang, row in told(work / "languages.json").items()]
    return table(["language", "reader F1", "embedder recall@1", "embedder recall@5"], rows)


def again(work: Path, name: str) -> str:
    """What is known of a second run with the same seed."""
    seen = told(work / "again.json")
    return "" if seen is None else str(seen[name])


def embedder_card(work: Path, name: str) -> str:
    pairs: dict[str, int] = {}
    with (work / "data" / "pairs.jsonl").open(encoding="utf-8") as f:
        for line in f:
            source = json.loads(line)["source"]
            pairs[source] = pairs.get(source, 0) + 1
    sets: dict[str, int] = {}
    for source, n in pairs.items():
        name_of = "MemoryBank" if source == "first-person" else next(SETS[s] for s in SETS if source.startswith(s))
        sets[name_of] = sets.get(name_of, 0) + n
    known = licences()
    rows = [[one, f"{n:,}", known[one]["licence"], known[one]["by"]] for one, n in sets.items()]
    measured = [[Path(folder).name, *(row["locomo"][f"{kind}@{k}"] for kind in ("dense", "fused") for k in (5, 10, 20)),
                 *(row.get("longmemeval", {}).get(key, "") for key in ("recall_all@5", "recall_all@10", "strict recall_all@5"))]
                for folder, row in (told(work / "recall.json") | told(work / "precisions.json")).items()]
    return f"""# {told(work / name / 'model.json')['id']}

A sentence embedder: text to a vector of 384 numbers and length 1, so that a dot product is a cosine. English above all.

- **Form**: `model.onnx` (opset 17; `input_ids`, `attention_mask` to `vectors`; the mean over tokens and the length are in the
  graph), weights in half precision, cast to single at load; at most 256 tokens; `tokenizer.json` (lower-case WordPiece, 30,522
  pieces).
{BASE}
{sums(work / name)}

## Data

{table(['set', 'pairs', 'licence', 'by'], rows)}

A question with the passage that answers it, and another passage of the same page or source as the harder one; of LifeBench two
records of one event (a text message and a note, say), and one of another event. Questions of fewer than six words are left out.
**Neither LoCoMo nor LongMemEval is among them.**

## Training

`python make.py --data DATA --base BASE --out WORK` in core/training, seed 7: 240 steps of multiple-negatives ranking (cosines
times 20) over batches of 32 questions, their passages and 32 harder ones of one source; AdamW, peak rate 2e-5, 30 steps of
warm-up, linear decay. The result is averaged with the original weights, of which three tenths are kept. {again(work, 'embedder')}

## Measured

Through the run-time code, in one run. LoCoMo: evidence recall on the three development conversations, categories 1 to 4, one
vector a turn ("speaker: text"), alone and fused with BM25 (without stop-words) by reciprocal rank (k = 20). LongMemEval-S,
development part: sessions by their best user turn, vectors alone; "strict" is the benchmark's own protocol.

{table(['weights', 'LoCoMo R@5', 'R@10', 'R@20', 'fused R@5', 'R@10', 'R@20', 'LongMemEval all@5', 'all@10', 'strict all@5'], measured)}

The share of the original weights was chosen on these LoCoMo conversations, so expect a little less on others: {note(work, 'shares.txt')}

int8 (dynamic, per channel) finds a little less, and scales its activations by the whole batch, so that a text's vector depends
on what is embedded with it: half precision ships, where a text has one vector.

{verbatim(work, 'longmemeval.txt', 'Through the whole program (`tests/benchmarks/longmemeval.py`, then score.py):')}
{verbatim(work, 'speed.txt', 'Speed and memory against sentence-transformers (`tests/benchmarks/runtimes.py`):')}
By language, on the held-out articles of XQuAD: the right one of their paragraphs first, and among the first five, in the reader's
card.

## What it cannot do

No exact names, numbers or codes: that is what word search is for. Other languages than English only by what they share with
it. Beyond 256 tokens a text is cut.
"""


def note(work: Path, name: str) -> str:
    return (work / name).read_text(encoding="utf-8").strip() if (work / name).exists() else ""


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--work", type=Path, required=True)
    args.add_argument("--reader", default="reader-3")
    args.add_argument("--embedder", default="embedder-2")
    given = args.parse_args()
    for name, card in ((given.reader, reader_card), (given.embedder, embedder_card)):
        if (given.work / name).exists():
            (given.work / name / "CARD.md").write_text(card(given.work, name), encoding="utf-8")


if __name__ == "__main__":
    main()

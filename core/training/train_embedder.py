"""Fine-tunes the embedder on question-passage pairs and averages it with the original weights.

    python train_embedder.py --prepared DIR --base DIR --out DIR [--steps 240] [--seed 7] [--threads 1] [--keep 0.5]

Two kinds of pairs: a question with the passage that answers it, and two statements about one event. Every 40 steps a
checkpoint is written; a run that finds one goes on from it, and ends as if it had never been interrupted.
Multiple-negatives ranking loss (Henderson et al., 2017): each question has to prefer its passage over all others of the
batch, among them one other passage of the same source or page for each question. Averaging the result with the weights
it started from (`--keep` is the original's share; Wortsman et al., 2022) keeps the similarity of general texts.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from train_reader import digest, new_reader, tokenizer_of
from transformers import BertModel

SCALE = 20.0  # what the base model was trained with: cosines times 20
MIN_WORDS = 6  # shorter questions ("What did Anna buy?") fit too many passages
Pair = dict[str, str]


def encode(bert: BertModel, tok: Tokenizer, texts: list[str], limit: int) -> torch.Tensor:
    """Unit vectors (len(texts), 384), with gradients."""
    rows = [e.ids[:limit] for e in tok.encode_batch(texts)]
    width = max(map(len, rows))
    ids, mask = np.zeros((len(rows), width), np.int64), np.zeros((len(rows), width), np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)] = row, 1
    weight = torch.from_numpy(mask).to(bert.device)
    hidden = bert(input_ids=torch.from_numpy(ids).to(bert.device), attention_mask=weight).last_hidden_state
    kept = weight.unsqueeze(-1).float()
    return nn.functional.normalize((hidden * kept).sum(1) / kept.sum(1), dim=1)


def loss_of(bert: BertModel, tok: Tokenizer, batch: list[Pair], limit: int) -> torch.Tensor:
    asked = encode(bert, tok, [p["q"] for p in batch], 48)
    passages = [p["p"] for p in batch] + [p["n"] for p in batch]
    near = asked @ encode(bert, tok, passages, limit).T * SCALE
    # the same passage may answer two questions of a batch: it is no wrong answer to either
    for i, p in enumerate(batch):
        for j, text in enumerate(passages):
            if j != i and text == p["p"]:
                near[i, j] = -1e4
    return nn.functional.cross_entropy(near, torch.arange(len(batch), device=near.device))


def batches(pairs: list[Pair], size: int, seed: int) -> Iterator[list[Pair]]:
    """Batches of one source: its other passages are the harder ones."""
    rng = random.Random(seed)
    groups: dict[str, list[Pair]] = {}
    for p in pairs:
        groups.setdefault(p["source"], []).append(p)
    names = sorted(groups)
    # the square root keeps the large sources from drowning the small ones
    weights = [len(groups[n]) ** 0.5 for n in names]
    while True:
        group = groups[rng.choices(names, weights)[0]]
        yield rng.sample(group, min(size, len(group)))


def averaged(new: dict[str, torch.Tensor], old: dict[str, torch.Tensor], keep: float) -> dict[str, torch.Tensor]:
    return {n: keep * old[n] + (1 - keep) * w if w.is_floating_point() else w for n, w in new.items()}


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("prepared", "base", "out"):
        args.add_argument(f"--{name}", type=Path, required=True)
    args.add_argument("--steps", type=int, default=240)
    args.add_argument("--stop", type=int, default=0, help="stop earlier, after so many steps, to go on another time")
    args.add_argument("--batch", type=int, default=32)
    args.add_argument("--rate", type=float, default=2e-5)
    args.add_argument("--limit", type=int, default=96, help="tokens of a passage")
    args.add_argument("--seed", type=int, default=7)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    args.add_argument("--keep", type=float, nargs="+", default=[0.5], help="shares of the original weights to write")
    given = args.parse_args()
    if given.device == "auto":
        given.device = "cuda" if torch.cuda.is_available() else "cpu"
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    with (given.prepared / "pairs.jsonl").open(encoding="utf-8") as f:
        pairs: list[Pair] = [p for p in map(json.loads, f) if len(p["q"].split()) >= MIN_WORDS]
    print(f"{len(pairs)} pairs", flush=True)
    tok = tokenizer_of(given.base)
    bert = new_reader(given.base).bert
    old: dict[str, Any] = {n: w.clone() for n, w in bert.state_dict().items()}
    train(bert.to(given.device), tok, batches(pairs, given.batch, given.seed), given)
    bert.to("cpu")
    for keep in given.keep:
        path = given.out / f"embedder-{keep}.pt"
        torch.save({"model": averaged(bert.state_dict(), old, keep), "keep": keep}, path)
        print("wrote", path.name, flush=True)
    print(f"weights {digest(bert)}", flush=True)


def train(bert: BertModel, tok: Tokenizer, feed: Iterator[list[Pair]], given: argparse.Namespace) -> None:
    opt = torch.optim.AdamW(bert.parameters(), lr=given.rate, weight_decay=0.01, foreach=True)
    path, first = given.out / "embedder.pt", 0
    if path.exists():
        kept = torch.load(path, weights_only=True)
        bert.load_state_dict(kept["model"])
        opt.load_state_dict(kept["opt"])
        first = int(kept["step"])
    for _ in range(first):
        next(feed)
    losses: list[float] = []
    began = time.monotonic()
    bert.train()
    last = min(given.steps, given.stop or given.steps)
    for step in range(first + 1, last + 1):
        for group in opt.param_groups:
            group["lr"] = given.rate * min(1.0, step / 30) * (1 - (step - 1) / given.steps)
        loss = loss_of(bert, tok, next(feed), given.limit)
        loss.backward()
        nn.utils.clip_grad_norm_(bert.parameters(), 1.0)
        opt.step()
        opt.zero_grad(set_to_none=True)
        losses.append(loss.item())
        if step % 20 == 0:
            pace = (time.monotonic() - began) / (step - first)
            print(f"step {step} of {given.steps} loss {np.mean(losses[-40:]):.3f} {pace:.2f} s a step", flush=True)
        if step % 40 == 0 or step == last:
            torch.save({"model": bert.state_dict(), "opt": opt.state_dict(), "step": step}, path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
            print(f"step {step} weights {digest(bert)}", flush=True)


if __name__ == "__main__":
    main()

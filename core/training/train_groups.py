"""Trains a reader further on groups of passages, so that what it says of several passages can be compared.

    python train_groups.py --prepared DIR --base DIR --start FILE --out DIR [--steps 1000] [--keep 0.4] [--seed 7]

`--prepared` holds reader_groups.jsonl of groups.py, `--start` the weights to go on from: reader.pt of train_reader.py,
or of exported.py. The loss is one softmax over the tokens of all passages of a group and one "no answer"; each token's
logit is counted from the no-answer logit of its own passage, which is the score that the program compares (shared
normalisation: Clark and Gardner, "Simple and Effective Multi-Paragraph Reading Comprehension", ACL 2018). At the end
averaged.pt holds the average with the starting weights, of which the share `--keep` stays. Checkpoints are as in
train_reader.py, and so is it that data and seed alone decide the weights. It runs on a processor.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn
from train_reader import RELEVANCE, Group, SpanReader, config_of, read, tokenizer_of, train, window

APART = 0.5  # weight of the loss of each passage by itself, which keeps refusal where only one is read
Weights = dict[str, torch.Tensor]


def group_of(tok: Tokenizer, row: dict[str, Any]) -> Group | None:
    """The windows of a group; None where the answer does not fit into its window, or only one passage is there."""
    made = [window(tok, {"q": row["q"], **passage}) for passage in row["passages"]]
    windows = [one for one in made if one is not None]
    return windows if len(windows) == len(made) > 1 else None


def loss_of(reader: SpanReader, batch: list[Group]) -> torch.Tensor:
    """Mean of the groups' shared cross entropies, and of the losses that take each passage by itself."""
    start, end, relevance, gold = read(reader, [one for group in batch for one in group])
    cross = nn.functional.cross_entropy
    apart = (cross(start, gold[:, 0]) + cross(end, gold[:, 1])) / 2
    right = nn.functional.binary_cross_entropy_with_logits(relevance, gold[:, 2].float())
    return shared(start, end, gold, [len(group) for group in batch]) + APART * (apart + RELEVANCE * right)


def shared(start: torch.Tensor, end: torch.Tensor, gold: torch.Tensor, sizes: list[int]) -> torch.Tensor:
    """Mean over groups, and over start and end, of the cross entropy over all tokens of a group and one "no answer".

    `start` and `end` (windows, tokens) are logits, `gold` (windows, 3) the labels, `sizes` how many windows each group
    has, in order. A group has at most one window with an answer; without one, "no answer" is the target.
    """
    losses, first, width = [], 0, start.shape[1]
    for size in sizes:
        rows = slice(first, first + size)
        answered = [n for n in range(size) if int(gold[first + n, 0]) > 0]
        for logits, side in ((start, 0), (end, 1)):
            over_null = (logits[rows] - logits[rows, :1])[:, 1:].reshape(-1)
            flat = torch.cat([torch.zeros(1), over_null])  # "no answer" is 0 in every passage
            target = answered[0] * (width - 1) + int(gold[first + answered[0], side]) if answered else 0
            losses.append(torch.logsumexp(flat, 0) - flat[target])
        first += size
    return torch.stack(losses).mean()


def average(start: Weights, trained: Weights, keep: float) -> Weights:
    """The weights between both: what was learned, with less of what was forgotten (Wortsman et al., CVPR 2022)."""
    return {name: keep * start[name] + (1.0 - keep) * weight if weight.is_floating_point() else weight
            for name, weight in trained.items()}


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("prepared", "base", "start", "out"):
        args.add_argument(f"--{name}", type=Path, required=True)
    args.add_argument("--steps", type=int, default=1000)
    args.add_argument("--stop", type=int, default=0, help="stop earlier, after so many steps, to go on another time")
    args.add_argument("--batch", type=int, default=6, help="groups a step")
    args.add_argument("--keep", type=float, default=0.4, help="share of the starting weights in the average")
    args.add_argument("--rate", type=float, default=6e-5)
    args.add_argument("--warmup", type=int, default=50)
    args.add_argument("--seed", type=int, default=7)
    args.add_argument("--threads", type=int, default=2)
    args.set_defaults(device="cpu")
    given = args.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # of each worker
    tok = tokenizer_of(given.base)
    with (given.prepared / "reader_groups.jsonl").open(encoding="utf-8") as f:
        made = [group_of(tok, json.loads(line)) for line in f]
    groups = [one for one in made if one is not None]
    print(f"{len(groups)} of {len(made)} groups fit, {sum(map(len, groups))} windows", flush=True)
    start = torch.load(given.start, weights_only=True)["model"]
    reader = SpanReader(config_of(given.base))
    reader.load_state_dict(start)
    train(reader, groups, given, loss_of)
    if not given.stop:
        part = given.out / "averaged.part"  # make.py takes the file for finished as soon as it is there
        torch.save({"model": average(start, reader.state_dict(), given.keep)}, part)
        part.replace(given.out / "averaged.pt")


if __name__ == "__main__":
    main()

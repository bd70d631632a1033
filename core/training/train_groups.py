"""Trains a reader further on groups of passages, so that what it says of several passages can be compared.

    python train_groups.py --prepared DIR --base DIR --start FILE --out DIR [--steps 1000] [--keep 0.4] [--seed 7]

`--start` holds the weights to go on from: reader.pt of train_reader.py, or model.onnx of a shipped reader (in half
precision). The loss is one softmax over the tokens of all passages of a group together with one "no answer", each
token's logit counted from its own passage's no-answer logit, which is the score that the program compares (shared
normalisation: Clark and Gardner, "Simple and Effective Multi-Paragraph Reading Comprehension", ACL 2018). At the end
the weights are averaged with those of the start, of which the share `--keep` stays, and are in `averaged.pt`.
Checkpoints and repeatability are as in train_reader.py.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import train_reader
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import nn
from train_reader import RELEVANCE, SpanReader, Window, config_of, tensors, tokenizer_of, window

APART = 0.5  # weight of the loss that takes each passage by itself, which keeps refusal where only one is read


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    """The weights of an exported reader by the names that training knows."""
    graph = onnx.load(str(path)).graph
    stored = {one.name: numpy_helper.to_array(one).astype(np.float32) for one in graph.initializer}
    stored |= {node.output[0]: stored[node.input[0]] for node in graph.node
               if node.op_type == "Cast" and node.input[0] in stored}
    found = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in stored:  # linear layers are stored turned, and nameless
            name = node.name.removesuffix("/MatMul").strip("/").replace("/", ".") + ".weight"
            found[name] = torch.from_numpy(stored[node.input[1]].T.copy())
    named = {name: torch.from_numpy(value.copy()) for name, value in stored.items()
             if "." in name and ".half" not in name}
    return named | found


def start_of(base: Path, start: Path) -> SpanReader:
    """A reader with the weights of `start`. Exits where some are missing."""
    reader = SpanReader(config_of(base))
    given = weights_of(start) if start.suffix == ".onnx" else torch.load(start, weights_only=True)["model"]
    wanted = reader.state_dict()
    missing = [name for name in wanted if name not in given and "position_ids" not in name]
    if missing:
        raise SystemExit(f"{start} lacks {missing[:5]}")
    reader.load_state_dict({name: given.get(name, value).reshape(value.shape) for name, value in wanted.items()})
    return reader


Group = list[Window]


def group_of(tok: Tokenizer, row: dict[str, Any]) -> Group | None:
    """The windows of a group; None where an answer does not fit into its window."""
    made = [window(tok, {"q": row["q"], **one}) for one in row["passages"]]
    windows = [one for one in made if one is not None]
    return windows if len(windows) == len(made) and len(windows) > 1 else None


def loss_of(reader: SpanReader, batch: list[Group]) -> torch.Tensor:
    """Mean over the groups of the shared cross entropies of start and end, and of the losses of each passage."""
    windows = [one for group in batch for one in group]
    x = tensors(windows)
    start, end, relevance = reader(**x)
    barred = (x["token_type_ids"] == 0) & (torch.arange(start.shape[1]) > 0)
    start, end = start.masked_fill(barred, -1e4), end.masked_fill(barred, -1e4)
    gold = torch.tensor([w[2:] for w in windows])
    cross = nn.functional.cross_entropy
    apart = (cross(start, gold[:, 0]) + cross(end, gold[:, 1])) / 2
    right = nn.functional.binary_cross_entropy_with_logits(relevance, gold[:, 2].float())
    return shared(start, end, gold, [len(group) for group in batch]) + APART * (apart + RELEVANCE * right)


def shared(start: torch.Tensor, end: torch.Tensor, gold: torch.Tensor, sizes: list[int]) -> torch.Tensor:
    losses, first, width = [], 0, start.shape[1]
    for size in sizes:
        rows = slice(first, first + size)
        answered = [n for n in range(size) if int(gold[first + n, 0]) > 0]
        for logits, side in ((start, 0), (end, 1)):
            over_null = (logits[rows] - logits[rows, :1])[:, 1:].reshape(-1)
            flat = torch.cat([torch.zeros(1), over_null])
            target = 1 + answered[0] * (width - 1) + int(gold[first + answered[0], side]) - 1 if answered else 0
            losses.append(torch.logsumexp(flat, 0) - flat[target])
        first += size
    return torch.stack(losses).mean()


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
    given = args.parse_args()
    given.device = "cpu"
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(given.seed)
    tok = tokenizer_of(given.base)
    with (given.prepared / "reader_groups.jsonl").open(encoding="utf-8") as f:
        made = [group_of(tok, json.loads(line)) for line in f]
    groups = [one for one in made if one is not None]
    print(f"{len(groups)} groups, {sum(map(len, groups))} windows", flush=True)
    reader, begun = start_of(given.base, given.start), start_of(given.base, given.start).state_dict()
    train_reader.train(reader, groups, given, loss_of)
    if not given.stop:
        average(given.out / "averaged.pt", begun, reader.state_dict(), given.keep)


def average(path: Path, begun: dict[str, torch.Tensor], trained: dict[str, torch.Tensor], keep: float) -> None:
    """Writes the weights between both: what was learned, with less of what was forgotten (Wortsman et al., 2022)."""
    mixed = {name: keep * begun[name] + (1.0 - keep) * weight if weight.is_floating_point() else weight
             for name, weight in trained.items()}
    torch.save({"model": mixed}, path)


if __name__ == "__main__":
    main()

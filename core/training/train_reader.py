"""Trains the extractive reader: all-MiniLM-L6-v2 with a head for spans and one for relevance.

    python train_reader.py --prepared DIR --base DIR --out DIR [--steps 3000] [--seed 7] [--threads 2] [--device auto]

The learning rate falls linearly to nothing at the last step. Every 100 steps a checkpoint is written to `--out` and
the sha256 of its weights is printed, so that two runs can be compared; a run that finds a checkpoint goes on from it,
and ends with the weights of a run that was never interrupted. On a graphics card it computes in bfloat16.
`--base` holds the base model's config.json, model.safetensors (checked by its sha256) and tokenizer.json.
"""

import argparse
import copy
import hashlib
import json
import queue
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertConfig, BertModel

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 192
RELEVANCE = 0.3  # weight of the relevance loss beside the span's
# token ids, length of the first segment, start token, end token (0, 0: none), relevant (1, 0; -1: not known)
Window = tuple[list[int], int, int, int, int]
Group = list[Window]  # the passages of one question, see train_groups.py
Item = TypeVar("Item", Window, Group)


class SpanReader(nn.Module):
    """BERT with two logits a token: does an answer start, or end, here. [CLS] stands for "no answer".

    A third logit, of [CLS] alone, says whether the passage bears on the question at all.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.bert = BertModel(config, add_pooling_layer=False)
        self.head = nn.Linear(config.hidden_size, 3)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Start and end logits (batch, tokens) and relevance logits (batch)."""
        hidden = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        logits = self.head(hidden)
        return logits[..., 0], logits[..., 1], logits[:, 0, 2]


Loss = Callable[[SpanReader, list[Any]], torch.Tensor]  # the mean over the items of a batch


def config_of(base: Path) -> BertConfig:
    # no dropout: each window is seen less than twice, and random numbers are slow on a CPU
    return BertConfig.from_pretrained(
        base, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="sdpa"
    )


def new_reader(base: Path) -> SpanReader:
    """A reader on the base model's weights, which are checked first."""
    weights = (base / "model.safetensors").read_bytes()
    if hashlib.sha256(weights).hexdigest() != BASE_SHA256:
        raise SystemExit("the base model is not the official all-MiniLM-L6-v2")
    reader = SpanReader(config_of(base))
    reader.bert = BertModel.from_pretrained(base, config=config_of(base), add_pooling_layer=False)
    nn.init.normal_(reader.head.weight, std=0.02)
    nn.init.zeros_(reader.head.bias)
    return reader


def tokenizer_of(base: Path) -> Tokenizer:
    tok = Tokenizer.from_file(str(base / "tokenizer.json"))
    tok.no_padding()
    tok.no_truncation()
    return tok


def passage(header: str, text: str) -> tuple[str, int]:
    """What the reader reads as its second segment, and how far the text lies in it."""
    prefix = f"{header}: " if header else ""
    return prefix + text, len(prefix)


def window(tok: Tokenizer, row: dict[str, Any]) -> Window | None:
    """Token ids and labels; None where the answer is not within the first MAX_TOKENS tokens."""
    whole, shift = passage(row["header"], row["text"])
    enc = tok.encode(row["q"], whole)
    start = end = 0
    if row["start"] >= 0:
        a, b = row["start"] + shift, row["end"] + shift
        inside = [i for i, (s, e) in enumerate(enc.offsets) if enc.sequence_ids[i] == 1 and e > a and s < b]
        if not inside or inside[-1] >= MAX_TOKENS - 1:
            return None
        start, end = inside[0], inside[-1]
    first = enc.type_ids.index(1) if 1 in enc.type_ids else len(enc.ids)
    ids = enc.ids if len(enc.ids) <= MAX_TOKENS else [*enc.ids[: MAX_TOKENS - 1], enc.ids[-1]]
    return ids, first, start, end, int(row["relevant"])


def tensors(batch: list[Window]) -> dict[str, torch.Tensor]:
    width = max(len(w[0]) for w in batch)
    ids = np.zeros((len(batch), width), np.int64)
    mask, kind = np.zeros_like(ids), np.zeros_like(ids)
    for i, (tokens, first, *_) in enumerate(batch):
        ids[i, : len(tokens)] = tokens
        mask[i, : len(tokens)] = 1
        kind[i, first : len(tokens)] = 1
    return {
        "input_ids": torch.from_numpy(ids),
        "attention_mask": torch.from_numpy(mask),
        "token_type_ids": torch.from_numpy(kind),
    }


def batches(items: Sequence[Item], size: int, seed: int) -> Iterator[list[Item]]:
    """Batches of like length in random order, epoch after epoch."""
    rng = random.Random(seed)
    while True:
        order = sorted(range(len(items)), key=lambda i: length(items[i]) + rng.uniform(-6, 6))
        cuts = [order[i : i + size] for i in range(0, len(order) - size + 1, size)]
        rng.shuffle(cuts)
        for cut in cuts:
            yield [items[i] for i in cut]


def length(item: Window | Group) -> int:
    """Tokens of a window, or of the longest one of a group."""
    return max(len(one[0]) for one in item) if isinstance(item, list) else len(item[0])


def read(reader: SpanReader, windows: list[Window]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Start and end logits (windows, tokens), relevance logits (windows), and the labels (windows, 3)."""
    device = reader.head.weight.device
    x = {name: tensor.to(device) for name, tensor in tensors(windows).items()}
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type != "cpu"):
        start, end, relevance = reader(**x)
    # the question's tokens cannot answer
    barred = (x["token_type_ids"] == 0) & (torch.arange(start.shape[1], device=device) > 0)
    start, end = start.float().masked_fill(barred, -1e4), end.float().masked_fill(barred, -1e4)
    return start, end, relevance.float(), torch.tensor([w[2:] for w in windows], device=device)


def loss_of(reader: SpanReader, batch: list[Window]) -> torch.Tensor:
    """Mean of the cross entropies of start and end, and of the relevance where it is known."""
    start, end, relevance, gold = read(reader, batch)
    cross = nn.functional.cross_entropy
    spans = (cross(start, gold[:, 0]) + cross(end, gold[:, 1])) / 2
    known = (gold[:, 2] >= 0).float()
    right = nn.functional.binary_cross_entropy_with_logits(
        relevance, gold[:, 2].clamp(min=0).float(), weight=known, reduction="sum"
    )
    return spans + RELEVANCE * right / len(batch)


def rate(done: float, step: int, peak: float, warmup: int) -> float:
    return peak * min(1.0, (step + 1) / warmup) * max(0.0, 1.0 - done)


def optimiser(reader: SpanReader) -> torch.optim.AdamW:
    plain = [p for n, p in reader.named_parameters() if n.endswith("bias") or "LayerNorm" in n]
    heavy = [p for n, p in reader.named_parameters() if not (n.endswith("bias") or "LayerNorm" in n)]
    return torch.optim.AdamW(
        [{"params": heavy, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=0.0, foreach=True
    )


def save(path: Path, reader: SpanReader, opt: torch.optim.AdamW, state: dict[str, float]) -> None:
    torch.save({"model": reader.state_dict(), "opt": opt.state_dict(), **state}, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


class Workers:
    """Gradients of one batch from several threads, each on its own small pieces and with its own gradients.

    Threads inside one matrix product wait for each other all the time, which on a shared machine costs most of the
    speed; these meet once a step, and a thread that is held up simply takes fewer pieces. The pieces' gradients are
    added in the pieces' order, so that the sum does not hang on which thread was faster.
    """

    PIECES = 4

    def __init__(self, reader: SpanReader, threads: int, loss: Loss) -> None:
        self.reader = reader
        self.loss = loss
        self.copies = [copy.deepcopy(reader) for _ in range(threads)]
        for other in self.copies:
            other.train()
            for mine, whole in zip(other.parameters(), reader.parameters(), strict=True):
                mine.data = whole.data
        self.pool = ThreadPoolExecutor(threads)

    def gradients(self, batch: list[Any]) -> float:
        """Put the batch's mean gradient into the reader; returns the loss."""
        pieces: queue.SimpleQueue[tuple[int, list[Any]]] = queue.SimpleQueue()
        size = max(1, len(batch) // self.PIECES)
        for number, i in enumerate(range(0, len(batch), size)):
            pieces.put((number, batch[i : i + size]))
        worked = self.pool.map(lambda reader: list(self._work(reader, pieces, len(batch))), self.copies)
        done = sorted((piece for some in worked for piece in some), key=lambda piece: piece[0])
        for parameter, *parts in zip(self.reader.parameters(), *(grads for _, _, grads in done), strict=True):
            parameter.grad = parts[0]
            for part in parts[1:]:
                parameter.grad += part
        return sum(loss for _, loss, _ in done)

    def _work(
        self, reader: SpanReader, pieces: "queue.SimpleQueue[tuple[int, list[Any]]]", total: int
    ) -> Iterator[tuple[int, float, list[torch.Tensor]]]:
        while True:
            try:
                number, piece = pieces.get_nowait()
            except queue.Empty:
                return
            part = self.loss(reader, piece) * (len(piece) / total)
            part.backward()
            grads = [p.grad if p.grad is not None else torch.zeros_like(p) for p in reader.parameters()]
            for p in reader.parameters():
                p.grad = None
            yield number, part.item(), grads


def digest(reader: nn.Module) -> str:
    """sha256 over all weights, in their order."""
    whole = hashlib.sha256()
    for weight in reader.state_dict().values():
        whole.update(weight.detach().cpu().contiguous().numpy().tobytes())
    return whole.hexdigest()


def train(reader: SpanReader, items: Sequence[Any], given: argparse.Namespace, loss_of: Loss = loss_of) -> None:
    """Trains on batches of `items`, windows or groups; checkpoint and numbers of the run are in `given.out`."""
    opt = optimiser(reader)
    path, step, spent = given.out / "reader.pt", 0, 0.0
    if path.exists():
        kept = torch.load(path, weights_only=True)
        reader.load_state_dict(kept["model"])
        opt.load_state_dict(kept["opt"])
        step, spent = int(kept["step"]), float(kept["spent"])
    feed = batches(items, given.batch, given.seed)
    for _ in range(step):
        next(feed)
    recent: list[float] = []
    workers = Workers(reader, 1 if given.device == "cuda" else given.threads, loss_of)
    last = min(given.steps, given.stop or given.steps)
    while step < last:
        began = time.monotonic()
        for group in opt.param_groups:
            group["lr"] = rate(step / given.steps, step, given.rate, given.warmup)
        loss = workers.gradients(next(feed))
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        opt.step()
        opt.zero_grad(set_to_none=True)
        step += 1
        recent.append(loss)
        spent += time.monotonic() - began
        if step % 20 == 0:
            loss = float(np.mean(recent[-100:]))
            print(f"step {step} of {given.steps} loss {loss:.3f} {spent / step:.2f} s a step", flush=True)
        if step % 100 == 0 or step == last:
            save(path, reader, opt, {"step": step, "spent": spent})
            print(f"step {step} weights {digest(reader)}", flush=True)
    told = {"steps": step, "items": step * given.batch, "passes": round(step * given.batch / len(items), 2),
            "seconds": round(spent), "loss": round(float(np.mean(recent[-200:])), 4) if recent else None,
            "weights": digest(reader)}
    (given.out / "reader.json").write_text(json.dumps(told) + "\n", encoding="utf-8")
    print(json.dumps(told), flush=True)


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("prepared", "base", "out"):
        args.add_argument(f"--{name}", type=Path, required=True)
    args.add_argument("--steps", type=int, default=3000)
    args.add_argument("--stop", type=int, default=0, help="stop earlier, after so many steps, to go on another time")
    args.add_argument("--batch", type=int, default=32)
    args.add_argument("--rate", type=float, default=1.5e-4)
    args.add_argument("--warmup", type=int, default=150)
    args.add_argument("--seed", type=int, default=7)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    given = args.parse_args()
    if given.device == "auto":
        given.device = "cuda" if torch.cuda.is_available() else "cpu"
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # of each worker
    torch.manual_seed(given.seed)
    tok = tokenizer_of(given.base)
    with (given.prepared / "reader_train.jsonl").open(encoding="utf-8") as f:
        made = [window(tok, json.loads(line)) for line in f]
    windows = [w for w in made if w is not None]
    tokens = sum(len(w[0]) for w in windows) / len(windows)
    without = sum(w[2] == 0 for w in windows) / len(windows)
    print(f"{len(windows)} windows of {tokens:.0f} tokens on average, {without:.2f} without an answer", flush=True)
    train(new_reader(given.base).to(given.device), windows, given)


if __name__ == "__main__":
    main()

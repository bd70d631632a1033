"""What Mneme adds to llama.cpp: a child process, pipes, JSON and checks, against llama_cpp called directly.

    python tests/benchmarks/llama_overhead.py [--runs 9] [--tokens 128] [--prompt 400] [--layers 8] [--width 768]

A model with random weights is made on the spot, large enough that a token takes some milliseconds. Both evaluate the
same new prompt and take the same number of likeliest tokens, in turns, in one process and in its child, with the same
threads, batch, attention and waiting policy. Printed: the median of each, the median of the ratios of neighbours, and
how many tokens the second question of a conversation evaluates.
"""

import os

os.environ["OMP_WAIT_POLICY"] = "PASSIVE"  # as in Mneme's child; before llama_cpp

import argparse
import statistics
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import llama_cpp

from mneme.models.llama.model import LlamaModel
from mneme.models.llama.worker import BATCH
from mneme.ports import Generation, Spent, Turn
from mneme.registry import Workshop

sys.path.append(str(Path(__file__).parents[1] / "models" / "llama"))
import tiny

SENTENCE = "The boat lay in the shed by the water, and Maren had the key. "


def prompt(run: int, words: int) -> list[Turn]:
    """A prompt of about so many words; no two runs share more than its first tokens."""
    said = f"{run}. {SENTENCE * (words // 14 + 1)}"
    return [Turn("system", f"{run}: be short."), Turn("user", said)]


def by_mneme(model: LlamaModel, turns: list[Turn], tokens: int) -> tuple[float, str, Spent]:
    began = time.perf_counter()
    *pieces, spent = model.generate(turns, Generation(tokens), lambda: False)
    took = time.perf_counter() - began
    assert isinstance(spent, Spent)
    assert spent.generated == tokens
    return took, "".join(map(str, pieces)), spent


def directly(llama: llama_cpp.Llama, prompt_tokens: list[int], tokens: int) -> tuple[float, str]:
    began = time.perf_counter()
    taken = list(islice(llama.generate(prompt_tokens, temp=0.0), tokens))
    text = llama.detokenize(taken).decode("utf-8", "replace")
    return time.perf_counter() - began, text


def second_question(model: LlamaModel, words: int, tokens: int) -> str:
    """How much of a conversation's second question is evaluated."""
    turns = prompt(0, words)
    _took, text, first = by_mneme(model, turns, tokens)
    _took, _text, second = by_mneme(model, [*turns, Turn("assistant", text), Turn("user", "And the key?")], tokens)
    return (f"first question: {first.evaluated} of {first.prompt} tokens evaluated, {first.generated} written; "
            f"second: {second.evaluated} of {second.prompt}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--prompt", type=int, default=400, help="words")
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    wish = parser.parse_args()
    shape = tiny.Shape(wish.layers, wish.width, heads=12, hidden=wish.width * 8 // 3, context=4096)
    with tempfile.TemporaryDirectory() as made:
        path = tiny.model(Path(made) / "medium.gguf", shape, half=True)
        model = LlamaModel(path, "medium@1", lambda: None, Workshop(Path(made) / "logs", threads=wish.threads))
        llama = llama_cpp.Llama(str(path), n_ctx=4096, n_batch=BATCH, n_ubatch=BATCH, n_threads=wish.threads,
                                n_threads_batch=wish.threads, flash_attn=True, verbose=False)
        print(f"{path.stat().st_size / 2e6:.0f} million weights in half precision, {wish.threads} threads")
        times = []
        for run in range(wish.runs + 1):
            turns = prompt(run + 1, wish.prompt)
            tokens = model.tokens(turns)
            direct, text = directly(llama, tokens, wish.tokens)
            mneme, same, spent = by_mneme(model, turns, wish.tokens)
            assert spent.evaluated > len(tokens) - 12
            assert same.rstrip("�") == text.rstrip("�"), "both write the same"
            if run:  # the first warms up
                times.append((direct, mneme))
        model_ms, mneme_ms = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
        ratio = statistics.median(mneme / direct for direct, mneme in times)
        print(f"{len(tokens)} tokens of prompt and {wish.tokens} written, median of {wish.runs}: "
              f"directly {model_ms:.0f} ms, by Mneme {mneme_ms:.0f} ms; "
              f"a token takes {(spent.took_ms - spent.first_ms) / wish.tokens:.1f} ms")
        print(f"Mneme takes {ratio:.3f} times as long (median of the ratios of neighbours)")
        print(second_question(model, wish.prompt, wish.tokens))
        model.close()


if __name__ == "__main__":
    main()

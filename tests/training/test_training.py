"""Training is a function of data and seed: threads, interruptions and resumption do not change the weights."""

import argparse
import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def trainer(scripts: Path) -> ModuleType:
    pytest.importorskip("torch", reason="the extra `transformers` is not installed")
    pytest.importorskip("transformers", reason="the extra `transformers` is not installed")
    return importlib.import_module("train_reader")


def reader(trainer: ModuleType) -> Any:
    import torch  # noqa: PLC0415 -- an extra
    from transformers import BertConfig  # noqa: PLC0415 -- an extra

    torch.manual_seed(5)
    return trainer.SpanReader(BertConfig(
        vocab_size=60, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0))


def windows() -> list[tuple[list[int], int, int, int, int]]:
    """The answer is always the token 7; where it is missing there is none."""
    made = []
    for n in range(96):
        body = [10 + (n * 7 + i) % 40 for i in range(6 + n % 9)]
        has = n % 3 > 0
        at = 5 + n % len(body) if has else 0
        tokens = [1, 2, 3, 2, *body, 2]
        if has:
            tokens[at] = 7
        made.append((tokens, 4, at, at, int(has)))
    return made


def options(out: Path, **changed: object) -> argparse.Namespace:
    out.mkdir(exist_ok=True)
    return argparse.Namespace(**{"out": out, "steps": 6, "stop": 0, "batch": 8, "rate": 1e-3, "warmup": 2, "seed": 3,
                                 "threads": 2, "device": "cpu", **changed})


def trained(trainer: ModuleType, given: argparse.Namespace) -> str:
    made = reader(trainer)
    trainer.train(made, windows(), given)
    return str(trainer.digest(made))


def test_two_runs_agree_to_the_last_bit_whatever_the_threads(trainer: ModuleType, tmp_path: Path) -> None:
    first = trained(trainer, options(tmp_path / "a"))
    assert trained(trainer, options(tmp_path / "b")) == first
    assert trained(trainer, options(tmp_path / "c", threads=1)) == first
    assert trained(trainer, options(tmp_path / "d", seed=4)) != first


def test_a_run_that_was_interrupted_ends_as_one_that_was_not(trainer: ModuleType, tmp_path: Path) -> None:
    whole = trained(trainer, options(tmp_path / "whole"))
    half = trained(trainer, options(tmp_path / "parts", stop=3))
    assert half != whole
    assert trained(trainer, options(tmp_path / "parts")) == whole


def test_it_learns_where_the_answer_is_and_whether_there_is_one(trainer: ModuleType, tmp_path: Path) -> None:
    import torch  # noqa: PLC0415 -- an extra

    made = reader(trainer)
    before = float(trainer.loss_of(made, windows()).detach())
    trainer.train(made, windows(), options(tmp_path / "long", steps=120, rate=1e-2))
    with torch.no_grad():
        after = float(trainer.loss_of(made, windows()))
    assert after < before / 4


def test_a_window_knows_its_answer_and_leaves_out_what_is_cut_off(trainer: ModuleType) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors  # noqa: PLC0415 -- with the extra

    words = {word: n for n, word in enumerate(["[UNK]", "[CLS]", "[SEP]", "who", "came", "ada", "late", ":"])}
    tok = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tok.pre_tokenizer = pre_tokenizers.Whitespace()
    tok.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    row = {"q": "who came", "header": "bo", "text": "late ada came", "start": 5, "end": 8, "relevant": 1}
    ids, second, start, end, relevant = trainer.window(tok, row)
    assert (tok.id_to_token(ids[start]), start, relevant) == ("ada", end, 1)
    assert second == 4
    long = {**row, "text": "late " * 300 + "ada", "start": 1500, "end": 1503}
    assert trainer.window(tok, long) is None

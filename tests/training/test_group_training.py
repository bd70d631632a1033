"""Training on groups: the loss is the one described, goes down, and an interrupted run ends as a whole one."""

import importlib
import json
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
WORDS = ["[UNK]", "[CLS]", "[SEP]", "who", "came", "ada", "bo", "late", "early", "often", "never", "today", ":"]


@pytest.fixture(scope="module")
def trainer(scripts: Path) -> ModuleType:
    pytest.importorskip("torch", reason="the extra `transformers` is not installed")
    pytest.importorskip("transformers", reason="the extra `transformers` is not installed")
    return importlib.import_module("train_groups")


@pytest.fixture
def base(trainer: ModuleType, tmp_path: Path) -> Path:
    """A base model's folder: a tiny configuration, and a tokenizer of a few words."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors  # noqa: PLC0415 -- with the extra
    from transformers import BertConfig  # noqa: PLC0415 -- an extra

    folder = tmp_path / "base"
    BertConfig(vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
               intermediate_size=32).save_pretrained(folder)
    tok = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tok.pre_tokenizer = pre_tokenizers.Whitespace()
    tok.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    tok.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """Groups in which "ada" answers; a third of them have no answer."""
    with (tmp_path / "reader_groups.jsonl").open("w", encoding="utf-8") as f:
        for n in range(48):
            passages = []
            for i in range(2 + n % 3):
                has = i == n % 4
                text = " ".join([WORDS[7 + (n + i) % 5], "ada" if has else "bo", WORDS[7 + n % 5]])
                start = text.index("ada") if has else -1
                passages.append({"header": "bo", "text": text, "start": start, "end": start + 3 if has else -1,
                                 "relevant": int(has)})
            f.write(json.dumps({"q": "who came", "source": "made", "passages": passages}) + "\n")
    return tmp_path


def begun(trainer: ModuleType, base: Path) -> Any:
    import torch  # noqa: PLC0415 -- an extra

    torch.manual_seed(5)
    return trainer.SpanReader(trainer.config_of(base))


def groups_in(trainer: ModuleType, base: Path, prepared: Path) -> list[Any]:
    tok = trainer.tokenizer_of(base)
    lines = (prepared / "reader_groups.jsonl").read_text(encoding="utf-8").splitlines()
    return [trainer.group_of(tok, json.loads(line)) for line in lines]


def test_one_softmax_over_both_passages_and_one_null(trainer: ModuleType) -> None:
    import torch  # noqa: PLC0415 -- an extra

    start = torch.tensor([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])  # over their own null: 1, -1; 1, 3
    end = torch.tensor([[0.0, 0.5, 0.0], [2.0, 2.0, 1.0]])  # .5, 0; 0, -1
    starts = math.log(1 + math.e + math.exp(-1) + math.e + math.exp(3))
    ends = math.log(1 + math.exp(0.5) + 1 + 1 + math.exp(-1))

    def loss(first: list[int], second: list[int]) -> float:
        return float(trainer.shared(start, end, torch.tensor([first, second]), [2]))

    assert loss([0, 0, 0], [1, 2, 1]) == pytest.approx(((starts - 1) + (ends + 1)) / 2)
    assert loss([2, 2, 1], [0, 0, 0]) == pytest.approx(((starts + 1) + (ends - 0)) / 2)
    assert loss([0, 0, 0], [0, 0, 0]) == pytest.approx((starts + ends) / 2), "where nothing answers, null is right"


def test_groups_are_normalised_each_for_itself_and_count_alike(trainer: ModuleType) -> None:
    import torch  # noqa: PLC0415 -- an extra

    torch.manual_seed(1)
    start, end = torch.randn(5, 4), torch.randn(5, 4)
    gold = torch.tensor([[0, 0, 0], [1, 2, 1], [0, 0, 0], [0, 0, 0], [3, 3, 1]])
    parts = [float(trainer.shared(start[a:b], end[a:b], gold[a:b], [b - a])) for a, b in ((0, 2), (2, 5))]
    assert float(trainer.shared(start, end, gold, [2, 3])) == pytest.approx(sum(parts) / 2)


def test_the_whole_loss_is_the_shared_one_and_half_of_each_passages_own(
    trainer: ModuleType, base: Path, prepared: Path
) -> None:
    reader, group = begun(trainer, base), groups_in(trainer, base, prepared)[0]
    start, end, _, gold = trainer.read(reader, group)
    alone = importlib.import_module("train_reader").loss_of(reader, group)  # every relevance is known here
    expected = trainer.shared(start, end, gold, [len(group)]).item() + 0.5 * alone.item()
    assert trainer.loss_of(reader, [group]).item() == pytest.approx(expected, rel=1e-5)


def run(trainer: ModuleType, monkeypatch: pytest.MonkeyPatch, base: Path, prepared: Path, out: str, *more: str) -> Path:
    import torch  # noqa: PLC0415 -- an extra

    if not (prepared / "start.pt").exists():
        torch.save({"model": begun(trainer, base).state_dict()}, prepared / "start.pt")
    told = {"prepared": prepared, "base": base, "start": prepared / "start.pt", "out": prepared / out, "steps": 6,
            "batch": 4, "rate": 1e-2, "warmup": 2}
    monkeypatch.setattr(sys, "argv", ["train_groups.py", *(f"--{k}={v}" for k, v in told.items()), *more])
    trainer.main()
    return prepared / out


def weights(path: Path) -> dict[str, Any]:
    import torch  # noqa: PLC0415 -- an extra

    found: dict[str, Any] = torch.load(path, weights_only=True)["model"]
    return found


def same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return all((a[name] == b[name]).all() for name in a | b)


def test_a_run_that_was_interrupted_ends_as_one_that_was_not(
    trainer: ModuleType, monkeypatch: pytest.MonkeyPatch, base: Path, prepared: Path
) -> None:
    whole = run(trainer, monkeypatch, base, prepared, "whole")
    parts = run(trainer, monkeypatch, base, prepared, "parts", "--stop=3", "--threads=1")
    assert not (parts / "averaged.pt").exists()
    assert not same(weights(parts / "reader.pt"), weights(whole / "reader.pt"))
    run(trainer, monkeypatch, base, prepared, "parts")
    assert same(weights(parts / "reader.pt"), weights(whole / "reader.pt"))
    assert same(weights(parts / "averaged.pt"), weights(whole / "averaged.pt"))
    other = run(trainer, monkeypatch, base, prepared, "other", "--seed=8")
    assert not same(weights(other / "reader.pt"), weights(whole / "reader.pt"))


def test_the_average_lies_between_the_start_and_the_trained(
    trainer: ModuleType, monkeypatch: pytest.MonkeyPatch, base: Path, prepared: Path
) -> None:
    out = run(trainer, monkeypatch, base, prepared, "out", "--keep=0.25")
    start, trained, mixed = (weights(p) for p in (prepared / "start.pt", out / "reader.pt", out / "averaged.pt"))
    for name, value in mixed.items():
        assert value == pytest.approx(0.25 * start[name] + 0.75 * trained[name])
    assert not same(start, trained)


def test_it_learns_which_passage_answers_and_that_none_does(
    trainer: ModuleType, monkeypatch: pytest.MonkeyPatch, base: Path, prepared: Path
) -> None:
    groups, reader = groups_in(trainer, base, prepared), begun(trainer, base)
    before = trainer.loss_of(reader, groups).item()
    out = run(trainer, monkeypatch, base, prepared, "long", "--steps=150", "--keep=0")
    reader.load_state_dict(weights(out / "averaged.pt"))
    assert trainer.loss_of(reader, groups).item() < before / 4
    start, *_ = trainer.read(reader, [window for group in groups for window in group])
    over_null, first = (start - start[:, :1])[:, 1:].amax(1), 0
    for group in groups:
        best = over_null[first:first + len(group)]
        answered = [n for n, window in enumerate(group) if window[2]]
        assert (int(best.argmax()) == answered[0]) if answered else bool((best < 0).all())
        first += len(group)


def test_a_group_that_does_not_fit_or_has_one_passage_is_left_out(trainer: ModuleType, base: Path) -> None:
    tok = trainer.tokenizer_of(base)
    none = {"header": "", "text": "bo came", "start": -1, "end": -1, "relevant": 0}
    far = {"header": "", "text": "late " * 300 + "ada", "start": 1500, "end": 1503, "relevant": 1}
    assert trainer.group_of(tok, {"q": "who came", "passages": [none, far]}) is None
    assert trainer.group_of(tok, {"q": "who came", "passages": [none]}) is None
    assert trainer.group_of(tok, {"q": "who came", "passages": []}) is None
    assert len(trainer.group_of(tok, {"q": "who came", "passages": [none, none]})) == 2

"""Weights read back from an exported reader are those that were exported, half precision's rounding aside."""

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::Warning")  # of torch's exporter


@pytest.fixture(scope="module")
def exported(scripts: Path) -> ModuleType:
    for name in ("torch", "transformers"):
        pytest.importorskip(name, reason="the extra `transformers` is not installed")
    pytest.importorskip("onnx", reason="onnx is not installed, which only the training's export needs")
    return importlib.import_module("exported")


def reader(exported: ModuleType, seed: int = 5) -> Any:
    import torch  # noqa: PLC0415 -- an extra
    from transformers import BertConfig  # noqa: PLC0415 -- an extra

    torch.manual_seed(seed)
    config = BertConfig(vocab_size=8000, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                        intermediate_size=64, attn_implementation="eager")  # the export's trial words are below 8000
    return exported.SpanReader(config).eval()


def exported_to(path: Path, model: Any) -> Path:
    axes = {0: "batch", 1: "tokens"}
    importlib.import_module("export").to_onnx(
        model, path, {"start_logits": axes, "end_logits": axes, "relevance": {0: "batch"}})
    return path


def read_back(exported: ModuleType, path: Path) -> dict[str, Any]:
    other = reader(exported, seed=6)
    exported.read_back(other, path)
    found: dict[str, Any] = other.state_dict()
    return found


def test_single_precision_comes_back_to_the_bit(exported: ModuleType, tmp_path: Path) -> None:
    model = reader(exported)
    found = read_back(exported, exported_to(tmp_path / "model.onnx", model))
    assert all((found[name] == value).all() for name, value in model.state_dict().items())


def test_half_precision_comes_back_as_it_was_rounded(exported: ModuleType, tmp_path: Path) -> None:
    model = reader(exported)
    path = exported_to(tmp_path / "model.onnx", model)
    importlib.import_module("export").halve(path)
    found, rounded = read_back(exported, path), 0
    for name, value in model.state_dict().items():
        large = value.numel() >= 1024
        rounded += large
        assert (found[name] == (value.half().float() if large else value)).all(), name
    assert rounded > 10


@pytest.mark.allow_log("root")  # onnxruntime's advice about quantising
def test_eight_bits_cannot_be_read_back(exported: ModuleType, tmp_path: Path) -> None:
    path = exported_to(tmp_path / "model.onnx", reader(exported))
    importlib.import_module("export").quantise(path)
    with pytest.raises(SystemExit, match="lacks"):
        exported.read_back(reader(exported), path)

"""Model files that are missing, damaged or foreign end in a clear sentence; importing loads nothing."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import mneme_resources
from mneme.errors import KnownError, ModelDamaged, ModelFailed, ModelMissing
from mneme.models.embedder import OnnxEmbedder
from mneme.models.onnx import TOKENS_PER_BATCH, new_session, padded, planned
from mneme.models.reader import OnnxReader
from mneme.ports import Extract

EXTRACTS = [Extract("", "We had soup.")]
MODELS = mneme_resources.ROOT / "models"


def test_no_folder_is_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing) as caught:
        OnnxEmbedder(tmp_path / "nowhere").embed(["x"], kind="query")
    assert "model.json" in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_is_gone_is_named(copied: Path, name: str) -> None:
    (copied / "reader" / name).unlink()
    with pytest.raises(ModelMissing, match=name):
        OnnxReader(copied / "reader").read("What?", EXTRACTS)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_changed_byte_is_seen_before_loading(copied: Path, name: str) -> None:
    path = copied / "embedder" / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)
    with pytest.raises(ModelDamaged, match=name):
        OnnxEmbedder(copied / "embedder").embed(["x"], kind="query")


@pytest.mark.parametrize("told", ["", "[]", "{}", '{"id": 1, "kind": "reader", "max_tokens": "many", "files": {}}'])
def test_a_manifest_that_is_none_is_damaged(copied: Path, told: str) -> None:
    (copied / "reader" / "model.json").write_text(told, encoding="utf-8")
    with pytest.raises(ModelDamaged, match=r"model\.json"):
        _ = OnnxReader(copied / "reader").model_id


def test_a_model_of_another_kind_is_refused() -> None:
    with pytest.raises(ModelDamaged):
        OnnxReader(MODELS / "embedder").read("What?", EXTRACTS)


def test_a_failed_load_does_not_stay(copied: Path) -> None:
    reader = OnnxReader(copied / "reader")
    manifest = copied / "reader" / "model.json"
    whole = manifest.read_bytes()
    manifest.write_bytes(b"{")
    with pytest.raises(KnownError):
        reader.read("What?", EXTRACTS)
    manifest.write_bytes(whole)
    assert len(reader.read("What?", EXTRACTS)) == 1


def test_bytes_that_are_no_model_fail_as_a_known_error() -> None:
    with pytest.raises(ModelFailed):
        new_session(b"no model at all")


@pytest.mark.parametrize("kind", ["embedder", "reader"])
def test_the_shipped_files_are_those_of_the_manifest_and_small(kind: str) -> None:
    told = json.loads((MODELS / kind / "model.json").read_text(encoding="utf-8"))
    assert set(told["files"]) == {"model.onnx", "tokenizer.json"}
    for name, about in told["files"].items():
        content = (MODELS / kind / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == about["sha256"]
        assert len(content) == about["bytes"] < 50_000_000
    assert told["files"]["model.onnx"]["sha256"] in (MODELS / kind / "CARD.md").read_text(encoding="utf-8")


def test_importing_loads_no_runtime() -> None:
    code = "import sys, mneme.models.embedder, mneme.models.reader; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    loaded = set(done.stdout.split())
    assert "mneme.models.reader" in loaded
    assert not loaded & {"onnxruntime", "tokenizers", "torch", "transformers"}


def test_the_tokens_in_a_batch_are_bounded_and_nothing_is_lost() -> None:
    lengths = [7, 200, 13, 13, 180, 2, 64] * 40
    batches = planned(lengths, 1)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(max(lengths[i] for i in batch) * len(batch) <= TOKENS_PER_BATCH for batch in batches)
    assert len(planned([50] * 12, 4)) >= 4
    assert planned([], 2) == []


def test_padding_fills_with_zeros() -> None:
    assert padded([[1, 2, 3], [4]]).tolist() == [[1, 2, 3], [4, 0, 0]]

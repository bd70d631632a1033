"""The shipped models, loaded once for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import mneme_resources
from mneme.models.embedder import OnnxEmbedder
from mneme.models.reader import OnnxReader

MODELS = mneme_resources.ROOT / "models"


@pytest.fixture(scope="session")
def embedder() -> Iterator[OnnxEmbedder]:
    model = OnnxEmbedder(MODELS / "embedder")
    yield model
    model.close()


@pytest.fixture(scope="session")
def reader() -> Iterator[OnnxReader]:
    model = OnnxReader(MODELS / "reader")
    yield model
    model.close()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The two model folders where a test may damage them: small files copied, large ones linked."""
    for kind in ("embedder", "reader"):
        (tmp_path / kind).mkdir()
        for file in (MODELS / kind).iterdir():
            target = tmp_path / kind / file.name
            if file.suffix == ".onnx":
                target.symlink_to(file)
            else:
                target.write_bytes(file.read_bytes())
    return tmp_path

"""Small language models made once, and the real child running them."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mneme.models.llama.model import LlamaModel
from mneme.registry import Workshop
from mneme.testing import FakeClock

sys.path.append(str(Path(__file__).parent))  # what makes and asks models lies beside
import tiny
from asking import Make


@pytest.fixture(scope="session")
def talker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that writes until it is stopped."""
    return tiny.model(tmp_path_factory.mktemp("talker") / "talker.gguf")


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model large enough that a long prompt takes a while."""
    shape = tiny.Shape(layers=6, width=512, heads=8, hidden=1536, context=8192)
    return tiny.model(tmp_path_factory.mktemp("slow") / "slow.gguf", shape)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """make(file, context=0, adapters=(), check=..., clock=..., available=...) -> a model; all are closed at the end."""
    made: list[LlamaModel] = []

    def making(path: Path, *, check: Callable[[], None] = lambda: None, clock: FakeClock | None = None,
               available: Callable[[], int] = lambda: 8 << 30, **wishes: object) -> LlamaModel:
        workshop = Workshop(tmp_path / "logs", threads=2, **wishes)  # type: ignore[arg-type]
        made.append(LlamaModel(path, "tiny@1", check, workshop, clock=clock, available=available))
        return made[-1]

    yield making
    for model in made:
        model.close()

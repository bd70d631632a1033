"""The training scripts are no package: tests import them as they import each other."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "core" / "training"


@pytest.fixture(autouse=True, scope="module")
def scripts() -> Iterator[Path]:
    """core/training on the path for the tests of one module, and its modules gone afterwards."""
    sys.path.insert(0, str(SCRIPTS))
    yield SCRIPTS
    sys.path.remove(str(SCRIPTS))
    for name in [name for name, module in sys.modules.items()
                 if str(SCRIPTS) in str(getattr(module, "__file__", None))]:
        del sys.modules[name]

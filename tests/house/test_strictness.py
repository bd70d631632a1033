"""The test run itself is strict: what should fail a test does."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
QT = ("-o", "qt_api=pyside6", "-o", "qt_log_level_fail=WARNING")

PASSES = """
import logging, pytest

def test_plain():
    assert True

def test_information():
    logging.getLogger("mneme.x").info("fine")

@pytest.mark.allow_log("mneme.x")
def test_announced():
    logging.getLogger("mneme.x.y").warning("expected")

@pytest.mark.allow_log
def test_any_announced():
    logging.getLogger("other").error("expected")

def test_outside_data(eval_data):
    raise AssertionError("never runs")
"""

FAILS = {
    "a Python warning": "import warnings\ndef test_it():\n    warnings.warn('old', stacklevel=1)",
    "a line in the log": "import logging\ndef test_it():\n    logging.getLogger('mneme.x').warning('what?')",
    "another logger than announced": "import logging, pytest\n@pytest.mark.allow_log('mneme.y')\ndef test_it():\n"
                                     "    logging.getLogger('mneme.x').warning('what?')",
    "an unknown marker": "import pytest\n@pytest.mark.invented\ndef test_it():\n    pass",
    "an exception in a thread": "import threading\ndef test_it():\n    t = threading.Thread(target=lambda: 1 / 0)\n"
                                "    t.start()\n    t.join()",
    "a Qt warning": "from PySide6.QtCore import qWarning\ndef test_it(qtbot):\n    qWarning('what?')",
    "a surprising success": "import pytest\n@pytest.mark.xfail\ndef test_it():\n    pass",
}


def outcome(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """A run of pytest over `code` with the project's own configuration and shared fixtures."""
    (folder / "tests").mkdir()
    shutil.copy(TOP / "pyproject.toml", folder)
    shutil.copy(TOP / "tests/conftest.py", folder / "tests")
    (folder / "tests/test_planted.py").write_text(code, encoding="utf-8")
    return subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *QT], cwd=folder, text=True,
                          capture_output=True, check=False,
                          env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"})


def test_what_is_in_order_passes_and_skips_are_told(tmp_path: Path) -> None:
    done = outcome(tmp_path, PASSES)
    assert done.returncode == 0, done.stdout
    assert "4 passed, 1 skipped" in done.stdout
    assert "MNEME_EVAL_DATA names no folder" in done.stdout


@pytest.mark.parametrize("what", FAILS)
def test_what_is_not_in_order_fails(tmp_path: Path, what: str) -> None:
    done = outcome(tmp_path, FAILS[what])
    assert done.returncode != 0, done.stdout

"""The short form of llama_kills.py: a few kills (the long form is run by hand)."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("llama_cpp", reason="llama.cpp is not installed: no language model runs here")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals to send")
def test_a_child_killed_four_times_is_missed_by_nobody() -> None:
    script = Path(__file__).with_name("llama_kills.py")
    done = subprocess.run([sys.executable, str(script), "--kills", "4", "--parents", "2", "--seed", "1"],
                          capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no orphan" in done.stdout

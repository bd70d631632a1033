"""The short form of killed.py: a few kills over a few files (the long form is run by hand)."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL of a process group is POSIX")
def test_killed_four_times_nothing_is_lost_or_doubled() -> None:
    script = Path(__file__).with_name("killed.py")
    done = subprocess.run([sys.executable, str(script), "--files", "120", "--kills", "4", "--longest", "3"],
                          capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "whole" in done.stdout

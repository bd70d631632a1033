"""The short form of upkeep_year.py: some weeks and two kills (the long form is run by hand)."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_weeks_with_upkeep_killed_and_undone_lose_nothing() -> None:
    script = Path(__file__).with_name("upkeep_year.py")
    done = subprocess.run([sys.executable, str(script), "--items", "180", "--days", "24", "--recalls", "12",
                           "--undone", "3", "--kills", "2", "--news", "240", "--seed", "4"],
                          capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed 2 times" in done.stdout and "whole" in done.stdout

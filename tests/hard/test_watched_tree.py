"""The short form of watched_tree.py: a few files and kills (the long form is run by hand)."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL of a process group is POSIX")
def test_a_tree_under_watch_ends_as_a_fresh_scan_finds_it() -> None:
    script = Path(__file__).with_name("watched_tree.py")
    done = subprocess.run(
        [sys.executable, str(script), "--files", "80", "--changed", "10", "--renamed", "6", "--gone", "4", "--kills",
         "2", "--longest", "3", "--patience", "60"],
        capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "whole" in done.stdout

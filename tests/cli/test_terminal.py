"""The command on a real terminal: what it asks, what it shows, and how Ctrl-C ends it."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mneme import builtin
from mneme.cli.main import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")


class Terminal:
    """The command `mneme` with a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self._end, inner = pty.openpty()
        self.seen = ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mneme.cli", *arguments], stdin=inner, stdout=inner, stderr=inner,
            start_new_session=True, env={**os.environ, "COLUMNS": "200", "TERM": "xterm"},
            preexec_fn=_take_terminal)  # only so does Ctrl-C on it reach the process
        os.close(inner)

    def until(self, words: str, seconds: float = 60) -> None:
        """Read on until `words` were shown."""
        self._read(lambda: words in self.seen, seconds)
        assert words in self.seen, self.seen

    def type(self, keys: str) -> None:
        os.write(self._end, keys.encode())

    def finish(self, seconds: float = 60) -> int:
        """The exit code, after everything was read."""
        self._read(lambda: False, seconds)
        os.close(self._end)
        return self._process.wait(seconds)

    def _read(self, enough: Callable[[], bool], seconds: float) -> None:
        late = time.monotonic() + seconds
        while not enough() and time.monotonic() < late:
            if select.select([self._end], [], [], 0.2)[0]:
                try:
                    data = os.read(self._end, 65536)
                except OSError:  # Linux says so when the other end is closed
                    return
                if not data:
                    return
                self.seen += data.decode("utf-8", "replace")


def _take_terminal() -> None:
    import fcntl  # noqa: PLC0415 -- only where there are terminals
    import termios  # noqa: PLC0415

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def profile(tmp_path: Path) -> list[str]:
    """Options for a profile with one note in it."""
    (tmp_path / "note.md").write_text("The spare key hangs behind the blue rain barrel.\n")
    options = ["--no-keyring", "--profile", str(tmp_path / "profile")]
    assert run([*options, "add", str(tmp_path / "note.md"), "--json"]) == 0
    return options


def test_the_recovery_key_is_shown_once_with_a_sentence(tmp_path: Path) -> None:
    options = ["--no-keyring", "--profile", str(tmp_path / "profile")]
    first = Terminal(*options, "list")
    assert first.finish() == 0
    assert "Write down its recovery key" in first.seen
    second = Terminal(*options, "list")
    assert second.finish() == 0
    assert "recovery key" not in second.seen


def test_erasing_shows_what_goes_and_takes_no_for_an_answer(
        profile: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    asked = Terminal(*profile, "erase", "1")
    asked.until("no undo. [y/N]:")
    assert "blue rain barrel" in asked.seen
    asked.type("n\n")
    assert asked.finish() == 1
    assert "Nothing was erased." in asked.seen
    again = Terminal(*profile, "erase", "1")
    again.until("[y/N]:")
    again.type("y\n")
    assert again.finish() == 0
    assert run([*profile, "show", "1"]) == 1
    assert "no memory" in capsys.readouterr().err.lower()


def test_a_passphrase_is_asked_for_where_it_is_needed(profile: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNEME_NEW_PASSPHRASE", "a long walk")
    assert run([*profile, "key", "change", "--place", "passphrase", "--json"]) == 0
    monkeypatch.delenv("MNEME_NEW_PASSPHRASE")
    assert run([*profile, "list"]) == 1  # nobody to ask here
    asked = Terminal(*profile, "list")
    asked.until("Passphrase:")
    asked.type("a long walk\n")
    assert asked.finish() == 0
    assert "1 of 1" in asked.seen
    assert "a long walk" not in asked.seen
    wrong = Terminal(*profile, "list")
    wrong.until("Passphrase:")
    wrong.type("a short walk\n")
    assert wrong.finish() == 1
    assert "Traceback" not in wrong.seen


def test_ctrl_c_ends_adding_cleanly_and_the_next_run_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    shutil.copy(builtin.sample_life() / "cabin" / "Scan 0412.pdf", folder / "a scan.pdf")  # in a process of its own
    for number in range(1500):
        (folder / f"note {number}.md").write_text(f"# Note {number}\n\nNote {number} speaks of the boat. " * 5)
    options = ["--no-keyring", "--profile", str(tmp_path / "profile")]
    adding = Terminal(*options, "add", str(folder))
    adding.until("Reading")
    adding.type("\x03")
    assert adding.finish() == 130
    assert "Stopped. What was done stays" in adding.seen
    assert "Traceback" not in adding.seen
    assert run([*options, "doctor", "--json"]) == 0
    assert run([*options, "add", str(folder), "--no-wait", "--json"]) == 0


def test_terminal_codes_in_notes_and_names_are_not_obeyed(tmp_path: Path) -> None:
    options = ["--no-keyring", "--profile", str(tmp_path / "profile")]
    note = tmp_path / "a \x1b]0;owned\x07\nb.md"
    note.write_text("The ferry \x1b[31mleaves\x1b[0m at noon.\n")
    shown = Terminal(*options, "add", str(note))
    assert shown.finish() == 0
    for command in (("list",), ("search", "ferry"), ("show", "1"), ("queue",), ("ask", "When does the ferry leave?")):
        shown = Terminal(*options, *command)
        assert shown.finish() == 0
        assert "\x1b]0;owned" not in shown.seen
        assert "\x1b[31mleaves" not in shown.seen

"""What every command needs: the shared options, the open engine, output for people or as JSON, progress."""

import functools
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click
from rich.console import Console

from mneme.errors import KnownError, StoreLocked
from mneme.messages import _
from mneme.paths import Profile, default_profile
from mneme.types import Progress

if TYPE_CHECKING:
    from mneme.engine import Engine

JOINERS, REPLACED = "\u200c\u200d\ufe0f\u00ad", "\ufffd"  # parts of emoji and of words, though not printable
P = ParamSpec("P")
R = TypeVar("R")

MEMORY = click.IntRange(1, 2**63 - 1)  # what an id can be
STAGES = {"scanning": "Looking at files", "reading": "Reading", "embedding": "Understanding", "erasing": "Erasing",
          "searching": "Searching", "checking": "Checking", "downloading": "Downloading", "building": "Building",
          "installing": "Installing", "loading": "Loading the model", "rewriting": "Putting it otherwise",
          "tools": "Looking it up", "noting": "Noting", "writing": "Writing", "planning": "Taking it apart",
          "own knowledge": "Asking the model", "measuring": "Measuring", "asking": "Asking"}
IN_BYTES = frozenset({"checking", "downloading"})


@dataclass(slots=True)
class Shared:
    """The options that every command takes, before or after its name."""

    profile: Path | None = None
    json: bool = False
    keyring: bool = True


class PipeConsole(Console):
    """A console that leaves a closed pipe to us, in place of ending the program with an error."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class LogFile(RotatingFileHandler):
    """The profile's log, made when there is something to say; what an owner should know is said elsewhere."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True)
        self.setLevel(logging.WARNING)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(mode=0o700, exist_ok=True)
        return super()._open()


class Session:
    """One run of the command line: opens the engine when a command first needs it, and closes it."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        # In a pipe or a file a line is a line; only on a terminal is it wrapped to fit.
        self.out = PipeConsole(soft_wrap=not sys.stdout.isatty(), highlight=False, emoji=False)
        self.err = PipeConsole(stderr=True, highlight=False, emoji=False)
        self.stopped = threading.Event()
        self._engine: Engine | None = None
        self._log: LogFile | None = None

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 where: TracebackType | None) -> None:
        if self._engine is not None:
            self._engine.close()
        if self._log is not None:
            logging.getLogger("mneme").removeHandler(self._log)
            self._log.close()

    @property
    def profile(self) -> Profile:
        """The profile named by --profile or MNEME_HOME, else the usual one."""
        named = self.shared.profile
        return Profile(named.expanduser().absolute()) if named else default_profile()

    @property
    def engine(self) -> "Engine":
        """The open engine. Raises: StoreError and its kinds."""
        if self._engine is None:
            self._engine = self._open()
            self._log = LogFile(self.profile.logs / "mneme.log")
            logging.getLogger("mneme").addHandler(self._log)
            self._tell_recovery_key(self._engine)
        return self._engine

    def use(self, engine: "Engine") -> None:
        """Work with this engine instead of opening the profile (the demonstration)."""
        self._engine = engine

    def emit(self, value: Mapping[str, Any]) -> None:
        """One JSON object, whatever characters are in it, and a new line."""
        click.echo(_as_text(value))

    @contextmanager
    def interruptible(self) -> Iterator[Callable[[], bool]]:
        """Within, the first Ctrl-C asks the work to stop cleanly; the second ends it at once."""
        def ask(_number: int, _frame: object) -> None:
            self.stopped.set()
            signal.signal(signal.SIGINT, before)

        if threading.current_thread() is not threading.main_thread():
            yield self.stopped.is_set
            return
        before = signal.signal(signal.SIGINT, ask)
        try:
            yield self.stopped.is_set
        finally:
            signal.signal(signal.SIGINT, before)

    @contextmanager
    def progress(self) -> Iterator[Callable[[Progress], None]]:
        """A progress bar on a terminal's stderr; silence elsewhere."""
        if self.shared.json or not self.err.is_terminal:
            yield lambda progress: None
            return
        from rich.progress import BarColumn, TextColumn  # noqa: PLC0415 -- slow import
        from rich.progress import Progress as Bar  # noqa: PLC0415 -- slow import

        columns = (TextColumn("{task.description:18}"), BarColumn(),
                   TextColumn("{task.fields[count]}"), TextColumn("{task.fields[left]}"))
        with Bar(*columns, console=self.err, transient=True) as bar:
            task = bar.add_task("", total=None, left="", count="")
            yield lambda progress: bar.update(
                task, description=STAGES.get(progress.stage, progress.stage), completed=progress.done,
                total=progress.total or None, left=_left(progress.seconds_left), count=_count(progress))

    def _open(self) -> "Engine":
        from mneme.engine import Engine  # noqa: PLC0415 -- slow import

        passphrase = os.environ.get("MNEME_PASSPHRASE")
        try:
            return Engine.open(self.profile, passphrase=passphrase, use_keyring=self.shared.keyring)
        except StoreLocked:
            if passphrase is not None or not sys.stdin.isatty():
                raise
            typed = click.prompt(_("Passphrase"), hide_input=True, err=True)
            return Engine.open(self.profile, passphrase=typed, use_keyring=self.shared.keyring)

    def _tell_recovery_key(self, engine: "Engine") -> None:
        if self.shared.json or not self.err.is_terminal:
            return
        recovery = engine.new_recovery_key()
        if recovery is not None:
            self.err.print(_("A new memory was made in {folder}.").format(folder=self.profile.root), markup=False)
            self.err.print(_("Write down its recovery key; without it a lost key is a lost memory:"))
            self.err.print(recovery, style="bold", markup=False)
            for notice in engine.status().notices:
                self.err.print(notice, style="yellow", markup=False)


def shared_options(command: Callable[P, R]) -> Callable[P, R]:
    """Give a command --profile, --json and --no-keyring; they count wherever they stand."""
    @functools.wraps(command)
    def run(*args: P.args, **named: P.kwargs) -> R:
        return command(*args, **named)

    for option in (
        click.option("--no-keyring", is_flag=True, expose_value=False, is_eager=True, callback=_keyring,
                     envvar="MNEME_NO_KEYRING", help="Never use the system's keyring."),
        click.option("--json", "as_json", is_flag=True, expose_value=False, is_eager=True, callback=_as_json,
                     help="Print one JSON object."),
        click.option("--profile", type=click.Path(path_type=Path, file_okay=False), expose_value=False, is_eager=True,
                     callback=_profile, metavar="DIR", help="The folder of the memory (or MNEME_HOME)."),
    ):
        run = option(run)
    return run


def _profile(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.ensure_object(Session).shared.profile = value


def _as_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Session).shared.json = True


def _keyring(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Session).shared.keyring = False


def report_error(error: KnownError, as_json: bool) -> None:
    """A known error: the sentence and what to do on stderr; with --json also an object on stdout."""
    if as_json:
        click.echo(_as_text({"error": {"message": error.message, "remedy": error.remedy}}))
    click.echo(plain(error.message), err=True)
    if error.remedy:
        click.echo(plain(error.remedy), err=True)


def interrupted(as_json: bool) -> None:
    """What is said after Ctrl-C, where a command has not said its own."""
    if as_json:
        click.echo(_as_text({"error": {"message": _("Stopped."), "remedy": ""}}))
    click.echo(_("Stopped."), err=True)


def typed(words: Sequence[str]) -> str:
    """The words of a command line as one text; bytes that are no text are replaced."""
    return " ".join(words).encode("utf-8", "replace").decode("utf-8")


def plain(text: str) -> str:
    """`text` for a terminal: on one line, and without codes that would move its cursor or change its colours."""
    return "".join(" " if c.isspace() else c if c.isprintable() or c in JOINERS else REPLACED for c in text)


def shortened(text: str, most: int = 160) -> str:
    """The beginning of `text` on one line, fit for a terminal."""
    line = " ".join(plain(text).split())
    return line if len(line) <= most else line[:most - 1] + "…"


def _as_text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _count(progress: Progress) -> str:
    """How much is done of how much: files, texts, or bytes as people write them."""
    if progress.stage in IN_BYTES:
        from rich.filesize import decimal  # noqa: PLC0415 -- slow import

        return f"{decimal(progress.done)} / {decimal(progress.total)}"
    return f"{progress.done}/{progress.total or '?'}"


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 90:
        return _("{n} s left").format(n=max(round(seconds), 1))
    return _("{n} min left").format(n=round(seconds / 60))

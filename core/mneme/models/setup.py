"""Builds llama.cpp (llama-cpp-python) into the running environment when its owner asks, and keeps what was built.

The package comes as source code, so pip builds it with CMake, in a child process. pip's own cache of wheels does not
know with which flags a wheel was built; hence wheels are kept in a folder of ours, one for each set of flags, and
what is installed is known by the folder it came from.
"""

import contextlib
import hashlib
import importlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import platformdirs

from mneme.errors import Cancelled, ModelError
from mneme.expressions import expression
from mneme.messages import _
from mneme.models.shelf import IsCancelled, OnProgress, never, quietly
from mneme.models.toolkits import Backend, backends, choose, compiler_remedy, has_compiler
from mneme.types import Progress

if TYPE_CHECKING:
    import psutil
    from filelock import FileLock

__all__ = ["Backend", "Installed", "backends", "choose", "install", "installed", "missing", "wheels_folder"]

PACKAGE: Final = "llama-cpp-python"
REQUIREMENT: Final = f"{PACKAGE}>=0.3.36,<0.4"  # the same as the extra `llm` in pyproject.toml
NEEDED: Final = 1_000_000_000  # bytes: source code, objects and wheel, while it is built
A_COMPILER: Final = 1_000_000_000  # bytes of memory that one of them may take
LOOK: Final = 0.25  # seconds between two looks at the cancel button, and between two reports
GRACE: Final = 3.0  # seconds that pip, CMake and ninja have to end what they began
TAIL: Final = 60_000  # characters of output in which the cause of a failure is looked for
STEP: Final = expression(r"^\s*\[\s*(?:(?P<percent>\d{1,3})%|(?P<done>\d+)/(?P<total>\d+))\]")
CREDENTIALS: Final = expression(r"://[^/\s@]+@")

# pip in a child that ends with us: its standard input closes, then it and its compilers are told to stop.
PIP: Final = """
import os, runpy, signal, sys, threading
def watch():
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGTERM) if hasattr(os, "killpg") else os._exit(1)
threading.Thread(target=watch, daemon=True).start()
sys.argv[0] = "pip"
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
ASK: Final = f"""
import importlib.metadata, json
one = importlib.metadata.distribution("{PACKAGE}")
url = json.loads(one.read_text("direct_url.json") or "{{}}").get("url", "")
print(json.dumps([one.version, url]))
"""
LOAD: Final = "import llama_cpp; llama_cpp.llama_print_system_info()"


@dataclass(frozen=True, slots=True)
class Installed:
    """The llama-cpp-python of an environment. `wheel` is the file it came from; None where it came from elsewhere."""

    version: str
    wheel: Path | None

    @property
    def digest(self) -> str:
        """What names the flags it was built with, where we built it."""
        return self.wheel.parent.name if self.wheel else ""


def missing() -> str | None:
    """Why llama.cpp cannot be used here, as a sentence; None where it can be imported. Nothing is imported."""
    importlib.invalidate_caches()  # it may have been installed since Python last looked
    if importlib.util.find_spec("llama_cpp") is None:
        return _("llama.cpp is not installed here ({package}).").format(package=PACKAGE)
    return None


def wheels_folder() -> Path:
    """Where wheels that were built are kept, for every environment of this account."""
    return Path(platformdirs.user_cache_dir("mneme", appauthor=False)) / "wheels"


def installed(python: Path | None = None) -> Installed | None:
    """What the environment of `python` has; asked in a process of its own, since what was imported may be older."""
    try:
        done = subprocess.run([_python(python), "-c", ASK], capture_output=True, text=True, check=True,
                              stdin=subprocess.DEVNULL, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0))
    except (OSError, subprocess.CalledProcessError):
        return None
    version, url = json.loads(done.stdout)
    return Installed(version, Path(unquote(urlsplit(url).path)) if url.startswith("file:") else None)


def install(backend: str, *, log: Path, progress: OnProgress = quietly, cancelled: IsCancelled = never,
            python: Path | None = None, wheels: Path | None = None) -> Installed:
    """Build llama.cpp for `backend` (a name of `backends()`, or "auto") and install it; at once where that is done.

    About 100 MB are downloaded from the package index, and some minutes are spent; a wheel that was built before
    with the same flags is taken again. `log` gets all that pip says. `progress` gets percent of "building", which
    stay 0 while they are unknown, then "installing". `python` is another environment's, `wheels` another folder for
    built wheels.

    Raises: ModelError (no toolkit, compiler, pip, connection or space, or a failing build); Cancelled. Then the
    environment is as it was, or is without llama.cpp where what was built cannot be loaded.
    """
    if getattr(sys, "frozen", False):
        raise ModelError(_("This build of Mneme cannot build llama.cpp; it has no Python of its own to install into."),
                         _("Use a server for language models, or set Mneme up from its source code."))
    build, _sentence = choose(backend)
    folder = wheels or wheels_folder()
    try:
        with _alone(folder, cancelled):
            return _Work(build, folder, log, progress, cancelled, _python(python)).run()
    except OSError as error:
        raise ModelError(_("{path} cannot be written: {why}").format(path=error.filename, why=error.strerror or error),
                         _("Check the disk and its permissions.")) from error


def _python(named: Path | None) -> str:
    return str(named or sys.executable)


@contextlib.contextmanager
def _alone(folder: Path, cancelled: IsCancelled) -> Iterator["FileLock"]:
    """One build at a time, whichever process makes it. Raises: Cancelled while waiting."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 -- most never build

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(folder / "lock", mode=0o600)
    while True:
        try:
            lock.acquire(timeout=LOOK)
            break
        except Timeout:
            if cancelled():
                raise Cancelled from None
    try:
        yield lock
    finally:
        lock.release()


# ------------------------------------------------------------------ the work


class _Work:
    """One installation: look what is there, take a kept wheel or build one, put it in, see that it loads."""

    def __init__(self, build: Backend, folder: Path, log: Path, progress: OnProgress, cancelled: IsCancelled,
                 python: str) -> None:
        self._folder, self._log, self._progress, self._cancelled = folder, log, progress, cancelled
        self._python = python
        self._environment = _environment(build)
        self._kept = folder / _digest(build.name, self._environment["CMAKE_ARGS"])

    def run(self) -> Installed:
        """Raises: ModelError, Cancelled, OSError."""
        for left in self._folder.glob("making-*"):  # by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        before = installed(Path(self._python))
        if before is not None and before.digest == self._kept.name:
            return before
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._log.unlink(missing_ok=True)
        for wheel in self._kept.glob("*.whl"):
            if (done := self._put_in(wheel, before)) is not None:
                return done
        done = self._put_in(self._built(), before)
        if done is None:
            raise ModelError(_("llama.cpp was built, but cannot be loaded here; it was taken out again."),
                             _("The log is {log}. Try another kind of build: cpu.").format(log=self._log))
        return done

    def _built(self) -> Path:
        """Build a wheel and keep it, in a folder that goes afterwards."""
        if not has_compiler():
            raise _no_compiler()
        if shutil.disk_usage(self._folder).free < NEEDED:
            raise _disk_full()
        making = Path(tempfile.mkdtemp(prefix="making-", dir=self._folder))
        try:
            # --no-cache-dir: pip's cache would give a wheel that was built with other flags
            self._pip("wheel", "--verbose", "--no-deps", "--no-cache-dir", "--no-binary", PACKAGE,
                      "--wheel-dir", str(making / "made"), REQUIREMENT, temporary=making)
            [wheel] = (making / "made").glob("*.whl")
            self._kept.mkdir(exist_ok=True)
            return wheel.replace(self._kept / wheel.name)
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def _put_in(self, wheel: Path, before: Installed | None) -> Installed | None:
        """Install a wheel and what it needs; None, and the environment as before, where it cannot be loaded."""
        self._pip("install", str(wheel))
        now = installed(Path(self._python))
        if now is None or now.digest != self._kept.name:  # one of the same version was there
            self._replace(wheel)
            now = installed(Path(self._python))
        if self._loads():
            return now
        wheel.unlink()
        if before is not None and before.wheel is not None and before.wheel.exists():
            self._replace(before.wheel)
        else:
            self._pip("uninstall", "--yes", PACKAGE)
        return None

    def _replace(self, wheel: Path) -> None:
        self._pip("install", "--force-reinstall", "--no-deps", "--no-index", str(wheel))

    def _loads(self) -> bool:
        """Whether it can be imported: a library that it needs may be missing, an instruction unknown."""
        done = subprocess.run([self._python, "-c", LOAD], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, check=False,
                              creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0))
        with self._log.open("ab") as log:
            log.write(done.stderr)
        return done.returncode == 0

    def _pip(self, command: str, *arguments: str, temporary: Path | None = None) -> None:
        """Run pip to its end. Raises: ModelError, Cancelled."""
        own = {name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP")} if temporary else {}
        always = ["--no-input", "--disable-pip-version-check"]
        if command != "uninstall":
            always += ["--progress-bar", "off"]
        with self._log.open("a", encoding="utf-8") as log:
            run = _Run([self._python, "-c", PIP, command, *always, *arguments], {**self._environment, **own}, log,
                       "building" if command == "wheel" else "installing")
            run.follow(self._progress, self._cancelled)
        if run.code != 0:
            raise _failure(run.tail, self._log)


def _digest(name: str, flags: str) -> str:
    """What names a kind of build: a wheel made for other flags, another system or another version is another one."""
    what = [REQUIREMENT, name, flags, sysconfig.get_platform(), *platform.libc_ver()]
    return f"{name}-{hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]}"


def _environment(build: Backend) -> dict[str, str]:
    """What pip's process finds in its environment: the flags (an owner's own come after ours), plain English."""
    import psutil  # noqa: PLC0415 -- slow import

    flags = " ".join((*build.flags, os.environ.get("CMAKE_ARGS", ""))).strip()
    at_once = min(os.cpu_count() or 1, max(psutil.virtual_memory().available // A_COMPILER, 1))
    return {"CMAKE_BUILD_PARALLEL_LEVEL": str(at_once), **os.environ, "CMAKE_ARGS": flags, "LC_ALL": "C",
            "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8:replace"}


# ------------------------------------------------------------------ one run of pip


class _Run:
    """A child in a session of its own, so that it ends with all its compilers; its output goes to the log."""

    def __init__(self, command: list[str], environment: dict[str, str], log: IO[str], stage: str) -> None:
        self.tail = ""  # the end of what it said
        self.percent = 0
        self.code: int | None = None
        self._log, self._stage = log, stage
        self._sealed = False  # from here on it changes the environment, and is left to finish
        self._began = time.monotonic()
        self._first: tuple[int, float] | None = None
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0))
        _be_gentle(self._process.pid)
        self._hearer = threading.Thread(target=self._hear, name="llama-build-hearer", daemon=True)
        self._hearer.start()

    def follow(self, progress: OnProgress, cancelled: IsCancelled) -> None:
        """Tell how far it is until it ends. Raises: Cancelled, when it and its compilers have ended."""
        try:
            while self._process.poll() is None:
                if cancelled() and not self._sealed:
                    raise Cancelled
                progress(Progress(self._stage, self.percent, 100, "llama.cpp", self._left()))
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(LOOK)
        finally:
            self._end()
        self.code = self._process.returncode

    def _left(self) -> float | None:
        """Seconds, from the speed so far; None while there is none."""
        if self._first is None or self.percent <= self._first[0]:
            return None
        done, since = self._first
        return (time.monotonic() - since) / (self.percent - done) * (100 - self.percent)

    def _end(self) -> None:
        _stop(self._process)
        self._hearer.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _hear(self) -> None:
        assert self._process.stdout is not None, "the process is started with pipes"
        for raw in self._process.stdout:
            line = CREDENTIALS.sub("://***@", raw.decode("utf-8", "replace"))
            self.tail = (self.tail + line)[-TAIL:]
            self._notice(line)
            with contextlib.suppress(OSError):  # a full disk ends pip, too, and that is told
                self._log.write(line)
                self._log.flush()

    def _notice(self, line: str) -> None:
        if line.startswith(("Installing collected packages", "Found existing installation")):
            self._sealed = self._stage == "installing"  # a build installs, too, but into a place of its own
        percent = percent_of(line)
        if percent is not None and percent >= self.percent:
            self._first = self._first or (percent, time.monotonic())
            self.percent = percent


def percent_of(line: str) -> int | None:
    """How far a build is, by a line of its output: "[ 12%] Building" of make, "[12/345] Building" of ninja."""
    match = STEP.match(line)
    if match is None:
        return None
    if match["percent"]:
        return min(int(match["percent"]), 100)
    return min(int(match["done"]) * 100 // max(int(match["total"]), 1), 100)


def _be_gentle(pid: int) -> None:
    """Let everything else go before it."""
    import psutil  # noqa: PLC0415 -- slow import

    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process(pid).nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10))


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End what is left of a run: asked first (ninja then ends its compilers), and after a while killed."""
    over = time.monotonic() + GRACE
    for member in _members(process.pid):
        _signal(member.terminate)
    while members := _members(process.pid):
        if time.monotonic() > over:
            for member in members:
                _signal(member.kill)
        time.sleep(LOOK / 5)
    process.wait()


def _signal(send: Callable[[], None]) -> None:
    import psutil  # noqa: PLC0415 -- slow import

    with contextlib.suppress(psutil.Error):
        send()


def _members(leader: int) -> "list[psutil.Process]":
    """The processes of a session, or of a tree where there are none: ninja's compilers are in groups of their own."""
    import psutil  # noqa: PLC0415 -- slow import

    found = []
    session_of = getattr(os, "getsid", None)
    if session_of is None:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(leader)
            found = [process, *process.children(recursive=True)]
        return found
    for pid in psutil.pids():
        with contextlib.suppress(psutil.Error, OSError):
            if session_of(pid) == leader and (one := psutil.Process(pid)).status() != psutil.STATUS_ZOMBIE:
                found.append(one)
    return found


# ------------------------------------------------------------------ why it failed


def _failure(said: str, log: Path) -> ModelError:
    """What pip's output gives as the cause, in words."""
    for signs, make in _CAUSES:
        if re.search(signs, said):
            return make()
    return ModelError(_("llama.cpp could not be built."), _("The log is {log}.").format(log=log))


def _disk_full() -> ModelError:
    return ModelError(_("There is not enough space to build llama.cpp."),
                      _("Free about {n:.1f} GB and try again.").format(n=NEEDED / 1e9))


def _no_compiler() -> ModelError:
    return ModelError(_("No C++ compiler was found."), compiler_remedy())


def _no_memory() -> ModelError:
    return ModelError(_("The compiler was ended for want of memory."),
                      _("Close other programs and try again; CMAKE_BUILD_PARALLEL_LEVEL=1 needs the least."))


def _no_pip() -> ModelError:
    return ModelError(_("This Python environment has no pip, so nothing can be installed into it."),
                      _("Run: {python} -m ensurepip").format(python=sys.executable))


def _not_ours() -> ModelError:
    return ModelError(_("This Python belongs to the system, and nothing may be installed into it."),
                      _("Set Mneme up in an environment of its own: bash installer/run --llm"))


def _no_connection() -> ModelError:
    return ModelError(_("The package index cannot be reached."),
                      _("Check the network connection and try again; behind a proxy, set HTTPS_PROXY."))


def _not_allowed() -> ModelError:
    return ModelError(_("A folder of the Python environment may not be written."),
                      _("Try again as the owner of {folder}.").format(folder=sys.prefix))


# Looked for in this order in what pip and CMake say (in English, see `_environment`).
_CAUSES: Final[tuple[tuple[str, Callable[[], ModelError]], ...]] = (
    (r"No space left on device", _disk_full),
    (r"No module named '?pip\b", _no_pip),
    (r"externally-managed-environment", _not_ours),
    (r"No CMAKE_CXX?_COMPILER could be found|CMAKE_CXX?_COMPILER not set", _no_compiler),
    (r"Killed signal terminated program|out of memory allocating|virtual memory exhausted", _no_memory),
    (r"Name or service not known|[Nn]ame resolution|NewConnectionError|Network is unreachable|ConnectTimeout|"
     r"ProxyError|from versions: none", _no_connection),
    (r"Permission denied|Read-only file system", _not_allowed),
)

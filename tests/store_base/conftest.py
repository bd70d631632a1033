"""Small stores to test on: each kind of driver, one table of notes, child processes that use the same file."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mneme.store.database import Database
from mneme.store.driver import STANDARD, Driver, best_driver, sqlcipher_available
from mneme.store.migrate import Migration
from mneme.testing import FakeClock

KEY = bytes(range(32))
NOTES = Migration(1, "notes", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL);")

# What every child process begins with; `path` and `key` are its first two arguments.
PRELUDE = """
import os, signal, sys, threading, time
from pathlib import Path
from mneme.paths import Profile
from mneme.store import keys
from mneme.store.database import Database
from mneme.store.migrate import Migration
from mneme.testing import FakeClock
NOTES = Migration(1, "notes", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL);")
path, key = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]) or None
def opened(**more):
    return Database.open(path, key, clock=FakeClock(), **{"migrations": [NOTES], **more})
def die():
    os.kill(os.getpid(), signal.SIGKILL)
"""

needs_sqlcipher = pytest.mark.skipif(not sqlcipher_available(), reason="sqlcipher3 is not installed")


@dataclass(frozen=True)
class StoreKind:
    """How a store is opened: encrypted or not, with which driver."""

    key: bytes | None
    driver: Driver


@pytest.fixture(params=[pytest.param("sqlcipher", marks=needs_sqlcipher), "plain", "standard library"])
def kind(request: pytest.FixtureRequest) -> StoreKind:
    """Each kind of store there is: encrypted, the same driver without a key, and Python's own sqlite3."""
    if request.param == "standard library":
        return StoreKind(None, STANDARD)
    return StoreKind(KEY if request.param == "sqlcipher" else None, best_driver())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store will be; neither folder nor file exists."""
    return tmp_path / "profile" / "memory.db"


@pytest.fixture
def open_store(path: Path, clock: FakeClock) -> Iterator[Callable[..., Database]]:
    """Opens the store of notes at `path`, encrypted unless told otherwise, and closes it after the test."""
    opened: list[Database] = []

    def open_it(key: bytes | None = KEY if sqlcipher_available() else None, **more: object) -> Database:
        arguments = {"migrations": [NOTES], "clock": clock, **more}
        opened.append(Database.open(path, key, **arguments))
        return opened[-1]

    yield open_it
    for database in opened:
        database.close()


@pytest.fixture
def store(open_store: Callable[..., Database], kind: StoreKind) -> Database:
    """An open store of notes, of each kind."""
    return open_store(kind.key, driver=kind.driver)


@pytest.fixture
def child() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts another Python process on a script; what still runs after the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(script: str, path: Path, key: bytes | None, *arguments: str) -> subprocess.Popen[str]:
        started.append(subprocess.Popen(
            [sys.executable, "-c", PRELUDE + script, str(path), (key or b"").hex(), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()

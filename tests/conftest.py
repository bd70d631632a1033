"""What every test shares: a clock that stands still, a profile, a diary that is kept, outside data, a quiet log."""

import dataclasses
import json
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from mneme import builtin
from mneme.engine import Engine
from mneme.paths import Profile
from mneme.testing import FakeClock, HashEmbedder, ScriptedReader
from mneme.types import Fact

# Speed is measured in benchmarks, never in tests: the first example of a run may load a slow library.
settings.register_profile("mneme", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mneme")


@pytest.fixture
def clock() -> FakeClock:
    """Noon on a day in June 2025, UTC, until the test moves it."""
    return FakeClock()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """A profile that does not exist yet."""
    return Profile(tmp_path / "profile")


class Diary:
    """An open profile with quick real plug-ins, and a folder of notes and chats that it takes in."""

    def __init__(self, profile: Profile, folder: Path, clock: FakeClock, **parts: object) -> None:
        """`parts` are plug-ins in place of the quick ones."""
        self.folder, self.clock = folder, clock
        quick = {"embedder": HashEmbedder(), "reader": ScriptedReader(), **parts}
        plugins = dataclasses.replace(builtin.plugins(), **quick)  # type: ignore[arg-type]
        self.engine = Engine.open(profile, clock=clock, use_keyring=False, plugins=plugins)
        self.life = self.engine.life
        self.store = self.engine._store

    def note(self, name: str, text: str) -> None:
        """Write a note and take it in; facts are learned, and vectors are made."""
        self._write(self.folder / name, text)

    def chat(self, name: str, *said: tuple[str, str, datetime], people: tuple[str, ...] = ("Maren", "Ines")) -> None:
        """Write a chat of (who, what, when) and take it in; the first of `people` is the owner."""
        head = {"mneme": "conversation", "version": 1, "title": name, "participants": [
            {"id": who, "name": who, "role": "other" if n else "owner"} for n, who in enumerate(people)]}
        lines = [head, *({"id": str(n), "from": who, "at": at.isoformat(), "text": text}
                         for n, (who, text, at) in enumerate(said))]
        self._write(self.folder / f"{name}.jsonl", "\n".join(map(json.dumps, lines)) + "\n")

    def _write(self, file: Path, text: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        os.utime(file, (self.clock.now().timestamp(),) * 2)
        self.engine.add([self.folder])

    def upkeep(self, *only: str) -> Counter[str]:
        """Put memories in order; what was done, by name."""
        done: Counter[str] = Counter()
        for report in self.engine.upkeep_now(only=only):
            done.update(report.counts)
        return done

    def digest(self) -> str | None:
        """One hash over all logical rows; the store must be whole."""
        report = self.engine.doctor(digest=True)
        assert report.findings == ()
        return report.digest

    def rows(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        """What the store says."""
        return [tuple(row) for row in self.store.query(sql, list(parameters))]

    def passage(self, part: str) -> int:
        """The live passage with these words."""
        [[found]] = self.rows("SELECT id FROM memory WHERE kind = 'passage' AND instr(text, ?) AND retired_at IS NULL "
                              "AND forgotten_at IS NULL", part)
        return int(str(found))

    def fact(self, sentence: str) -> Fact:
        """The fact that says so, in force or over."""
        [found] = [one for one in self.life.facts(history=True) if one.memory.text == sentence]
        return found

    def said(self) -> list[str]:
        """The facts that hold now, as sentences."""
        return [one.memory.text for one in self.life.facts()]


@pytest.fixture
def new_diary(tmp_path: Path, profile: Profile, clock: FakeClock) -> Iterator[Callable[..., Diary]]:
    """Makes a new profile and an empty folder for it to take in, with the plug-ins that are named."""
    made: list[Diary] = []

    def make(**parts: object) -> Diary:
        folder = tmp_path / "diary"
        folder.mkdir()
        made.append(Diary(profile, folder, clock, **parts))
        return made[-1]

    yield make
    for one in made:
        one.engine.close()


@pytest.fixture
def diary(new_diary: Callable[..., Diary]) -> Diary:
    """A new profile and an empty folder for it to take in."""
    return new_diary()


def outside(variable: str) -> Path:
    """The folder that `variable` names; without it the test is skipped, and the summary says so."""
    named = os.environ.get(variable)
    if not named or not Path(named).is_dir():
        pytest.skip(f"{variable} names no folder: this test needs data from outside")
    return Path(named)


@pytest.fixture(scope="session")
def eval_data() -> Path:
    """Question sets for evaluation, where MNEME_EVAL_DATA names their folder."""
    return outside("MNEME_EVAL_DATA")


@pytest.fixture(scope="session")
def fixture_data() -> Path:
    """Exports and vaults of other programs, where MNEME_FIXTURES names their folder."""
    return outside("MNEME_FIXTURES")


@pytest.fixture(autouse=True)
def quiet_log(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log that the test did not announce with `allow_log` fails it."""
    yield
    marker = request.node.get_closest_marker("allow_log")
    allowed = () if marker is None else marker.args or ("",)
    records = caplog.get_records("setup") + caplog.get_records("call")
    loud = [f"{r.name}: {r.getMessage()}" for r in records
            if r.levelno >= logging.WARNING and not _expected(r.name, allowed)]
    assert not loud, "unexpected in the log:\n" + "\n".join(loud)


def _expected(logger: str, allowed: tuple[str, ...]) -> bool:
    return any(name in ("", logger) or logger.startswith(f"{name}.") for name in allowed)

"""A kind of source that a package brings: what it read is kept in one transaction with where it goes on."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mneme import builtin
from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.paths import Profile
from mneme.ports import Source, Taken
from mneme.registry import SourceKind, Surroundings
from mneme.testing import FakeClock, HashEmbedder, ScriptedReader
from mneme.types import Conversation, Finding, Message, Participant, Role, Suggestion

ME = Participant("me", "Maren", Role.OWNER)


class Diary:
    """Gives a line of a diary at a time, from where it was."""

    name = "diary"
    lines = ("The boat is green.", "The key is under the mat.", "The tent is dry.")

    def __init__(self, place: Path) -> None:
        self.place = place
        self.asked: list[str | None] = []

    def scan(self, cursor: str | None = None) -> Iterator[Taken]:
        self.asked.append(cursor)
        for n in range(int(cursor or 0), len(self.lines)):
            said = Conversation("diary", "Diary", (ME,), (Message(str(n), "me", self.lines[n]),), stable=True)
            yield Taken(self.place, "diary", (said,), str(n + 1))
            if n == 1 and self.place.exists():
                raise KnownError("The diary fell into the water.")

    def watched(self) -> tuple[Path, ...]:
        return ()

    def check(self) -> Iterator[Finding]:
        return iter(())


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    return Diary(tmp_path / "water")


@pytest.fixture
def engine(profile: Profile, clock: FakeClock, diary: Diary) -> Iterator[Engine]:
    def make(place: Path, around: Surroundings) -> Source:
        assert around.max_bytes > 0
        return diary

    offered = Suggestion("diary", "A diary", str(diary.place))
    kind = SourceKind("diary", "Diary", make, lambda home: iter([offered]), 1.0)
    plugins = builtin.plugins()
    plugins = replace(plugins, embedder=HashEmbedder(), reader=ScriptedReader(),
                      sources={**plugins.sources, "diary": kind})
    made = Engine.open(profile, clock=clock, use_keyring=False, plugins=plugins)
    yield made
    made.close()


def look(engine: Engine) -> int:
    [row] = engine.capture.rows()
    return engine.capture.look(row, None, lambda progress: None, lambda: False).added


def test_it_goes_on_where_it_was_also_after_it_failed(engine: Engine, diary: Diary) -> None:
    assert Suggestion("diary", "A diary", str(diary.place)) in engine.capture.suggestions()
    assert engine.capture.add_source(diary.place).kind == "diary"  # known by its place
    diary.place.touch()
    with pytest.raises(KnownError, match="water"):
        look(engine)
    diary.place.unlink()
    assert look(engine) == 1
    assert look(engine) == 0
    assert diary.asked == [None, "2", "3"]
    found = sorted(engine.list_memories().memories, key=lambda m: m.id)
    assert [m.text for m in found] == list(Diary.lines)
    [entry] = engine.entries()
    assert (entry.state, entry.items) == ("done", 3)
    assert engine.doctor().healthy


def test_a_source_whose_package_is_gone_says_so(engine: Engine, diary: Diary, profile: Profile) -> None:
    engine.capture.add_source(diary.place)
    engine.close()
    plugins = replace(builtin.plugins(), embedder=HashEmbedder(), reader=ScriptedReader())
    with Engine.open(profile, use_keyring=False, plugins=plugins) as without:
        [row] = without.capture.rows()
        with pytest.raises(KnownError, match="no kind of source"):
            without.capture.made(row)
        assert [finding.check for finding in without.capture.check()] == ["source"]

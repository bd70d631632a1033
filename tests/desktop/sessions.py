"""Sessions for the window's tests: opened as the program does, over a real engine with small models."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from mneme import builtin
from mneme.engine import Engine
from mneme.paths import Profile
from mneme.testing import HashEmbedder, ScriptedReader
from mneme.types import Suggestion
from mneme_desktop.look.theme import Theme
from mneme_desktop.shell.session import Session
from mneme_desktop.shell.start import OpenEngine


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The first profile, and the list of the others, are never those of who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNEME_HOME", str(tmp_path_factory.mktemp("home") / "Mneme"))
        yield


@pytest.fixture
def open_quick(tmp_path: Path) -> OpenEngine:
    """Opens a real engine with small models, as the program does; the folder "notes" is suggested for watching."""
    notes = Suggestion("folder", "Notes", str(tmp_path / "notes"))
    offering = replace(builtin.sources()["folder"], suggest=lambda _home: iter((notes,)))

    def open_engine(which: Profile, passphrase: str | None) -> Engine:
        plugins = replace(builtin.plugins(), embedder=HashEmbedder(), reader=ScriptedReader(),
                          sources={"folder": offering})
        return Engine.open(which, passphrase=passphrase, use_keyring=False, plugins=plugins)

    return open_engine


@pytest.fixture
def start_session(theme: Theme, open_quick: OpenEngine) -> Iterator[Callable[..., Session]]:
    """Begins a session, wherever that leads, and ends it at last."""
    sessions: list[Session] = []

    def start(profile: Profile, **how: Any) -> Session:
        sessions.append(Session(theme, profile, open_quick, use_keyring=False, **how))
        return sessions[-1]

    yield start
    for session in sessions:
        session.quit()
        session.finish()
        for shown in (session.window, session.first):
            if shown is not None:
                shown.deleteLater()


@pytest.fixture
def begin_real(qtbot: QtBot, profile: Profile, start_session: Callable[..., Session],
               open_quick: OpenEngine) -> Callable[..., Session]:
    """Opens a profile, past the first steps; gives its session once the window is settled."""
    open_quick(profile, None).close()  # a new one would begin with the first steps

    def opened(**how: Any) -> Session:
        session = start_session(profile, **how)
        qtbot.waitUntil(lambda: session.window is not None and session.window.settled, timeout=20_000)
        return session

    return opened

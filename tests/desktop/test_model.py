"""The list of memories: long lists stay unread, the newest search wins, changes are read again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from mneme.types import Changes, MemoryFilter
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories.delegate import ROW_HEIGHT
from mneme_desktop.memories.model import MEMORY_ROLE, PAGE, PAGES_KEPT, MemoryModel
from mneme_desktop.memories.page import MemoryTable
from mneme_desktop.parts.naming import first_words


def shown(qtbot: QtBot, theme: Theme, bridge: Bridge) -> tuple[MemoryModel, MemoryTable]:
    model = MemoryModel(bridge)
    table = MemoryTable(theme, model)
    qtbot.addWidget(table)
    table.resize(800, 660)
    table.show()
    model.show_list(MemoryFilter())
    return model, table


def test_ten_thousand_rows_stay_unread(
        qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any, make_memory: Callable[..., Any]) -> None:
    scripted.memories = [make_memory(n) for n in range(10_000)]
    model, table = shown(qtbot, theme, bridge)
    qtbot.waitUntil(lambda: model.total == 10_000)
    qtbot.wait(50)
    assert model.rowCount() == 10_000
    assert table.verticalHeader().length() == 10_000 * ROW_HEIGHT
    assert (model.read, model.loaded()) == (1, PAGE)

    table.verticalScrollBar().setValue(5_000 * ROW_HEIGHT)
    qtbot.waitUntil(lambda: model.index(5_000, 0).data(MEMORY_ROLE) is not None)
    assert model.index(5_000, 0).data(MEMORY_ROLE).id == 5_000
    assert model.read <= 4


def test_what_is_held_is_bounded(
        qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any, make_memory: Callable[..., Any]) -> None:
    scripted.memories = [make_memory(n) for n in range((PAGES_KEPT + 20) * PAGE)]
    model, _table = shown(qtbot, theme, bridge)
    qtbot.waitUntil(lambda: model.total > 0)
    for number in range(PAGES_KEPT + 20):
        model.memory(number * PAGE)
        qtbot.waitUntil(lambda n=number: model.memory(n * PAGE) is not None)
    assert model.loaded() <= PAGES_KEPT * PAGE


def test_the_newest_search_wins(qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any) -> None:
    model, _table = shown(qtbot, theme, bridge)
    qtbot.waitUntil(lambda: model.total == 20)
    totals: list[int] = []
    model.arrived.connect(lambda: totals.append(model.total))
    scripted.gate.clear()
    for query in ("Memory number 1", "Memory number 7", "nothing has these words"):
        model.show_list(MemoryFilter(query=query))
    model.show_list(MemoryFilter(query="number 20"))
    scripted.gate.set()
    qtbot.waitUntil(lambda: bool(totals))
    qtbot.wait(50)
    assert totals == [1]
    assert model.memory(0) is not None and model.memory(0).id == 20  # type: ignore[union-attr]


def test_changed_rows_are_read_again(qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any) -> None:
    model, _table = shown(qtbot, theme, bridge)
    qtbot.waitUntil(lambda: model.total == 20)
    scripted.memories[4] = replace(scripted.memories[4], text="Another text now.")
    model.mark_stale(Changes(memories=frozenset({5})).memories)
    qtbot.waitUntil(lambda: model.index(4, 0).data() == "Another text now.")


@pytest.mark.parametrize(("text", "words"), [
    ("---\ndate: 2024-03-11\n---\n\n# Sunday\nRain all day.", "Sunday Rain all day."),
    ("---\ntags: [cabin]\n---", "--- tags: [cabin] ---"),
    ("--- a line of dashes, and on", "--- a line of dashes, and on"),
    ("## Plain", "Plain"),
    ("", ""),
])
def test_the_first_words_are_the_memorys_own(make_memory: Callable[..., Any], text: str, words: str) -> None:
    assert first_words(replace(make_memory(1), text=text)) == words

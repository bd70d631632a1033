"""The list of memories: long lists stay unread, the newest search wins, and nothing jumps while it changes."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from mneme.types import Changes, FirstRows, MemoryFilter
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories.delegate import ROW_HEIGHT
from mneme_desktop.memories.model import KEPT, MEMORY_ROLE, PAGE, MemoryModel
from mneme_desktop.memories.runs import MOST_RUNS, between, runs_of
from mneme_desktop.memories.table import MemoryTable
from mneme_desktop.parts.naming import first_words, told_at


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
    assert (model.read, model.loaded()) == (2, PAGE)  # the first rows, and all ids

    table.verticalScrollBar().setValue(5_000 * ROW_HEIGHT)
    qtbot.waitUntil(lambda: model.index(5_000, 0).data(MEMORY_ROLE) is not None)
    assert model.index(5_000, 0).data(MEMORY_ROLE).id == 5_000
    assert model.read <= 5


def test_what_is_held_is_bounded(
        qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any, make_memory: Callable[..., Any]) -> None:
    scripted.memories = [make_memory(n) for n in range(KEPT + 20 * PAGE)]
    model, _table = shown(qtbot, theme, bridge)
    qtbot.waitUntil(lambda: model.whole)
    for row in range(0, model.total, PAGE):
        model.memory(row)
        qtbot.waitUntil(lambda n=row: model.memory(n) is not None)
    assert model.loaded() == KEPT


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
    ("---\ntags: [cabin]\n---", "tags: [cabin]"),
    ("--- a line of dashes, and on", "--- a line of dashes, and on"),
    ("## Plain", "Plain"),
    ("**Ålesund.** By [[Ines Holt|Ines]], [[Kipper]] and [the ferry](https://ferry.example/a_(b)).",
     "Ålesund. By Ines, Kipper and the ferry."),
    ("The *Petrine*, 15 feet; 2 * 3 * 4 and a*b*c", "The Petrine, 15 feet; 2 * 3 * 4 and a*b*c"),
    ("2 ** 3 ** 4, a[0](x) and [] [[]]", "2 ** 3 ** 4, a[0](x) and [] [[]]"),
    ("", ""),
])
def test_the_first_words_are_the_memorys_own(make_memory: Callable[..., Any], text: str, words: str) -> None:
    assert first_words(replace(make_memory(1), text=text)) == words


# ------------------------------------------------------------------ what changes while it is seen


def numbers(model: MemoryModel) -> list[int]:
    return model.ids.tolist()


def settled(qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any, make_memory: Callable[..., Any], count: int
            ) -> tuple[MemoryModel, MemoryTable]:
    scripted.memories = [make_memory(n) for n in range(count)]
    model, table = shown(qtbot, theme, bridge)
    qtbot.waitUntil(lambda: model.whole and model.total == count)
    return model, table


def seen(table: MemoryTable) -> tuple[int | None, int]:
    """The topmost memory, and how far it is out of sight."""
    row = table.rowAt(0)
    return table.model().id_of(row), table.verticalScrollBar().value() - row * table.row_height  # type: ignore[attr-defined]


def picked_ids(model: MemoryModel, table: MemoryTable) -> list[int]:
    return model.ids_of(table.ranges()).tolist()


@pytest.mark.parametrize("scattered", [False, True], ids=["a few rows", "everywhere"])
def test_place_current_row_and_selection_outlast_a_reread(
        qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any, make_memory: Callable[..., Any],
        scattered: bool) -> None:
    model, table = settled(qtbot, theme, bridge, scripted, make_memory, 5000)
    table.verticalScrollBar().setValue(2000 * ROW_HEIGHT + 20)
    choose = table.selectionModel()
    for row in (10, 2003, 2004, 4990):
        choose.select(model.index(row, 0), choose.SelectionFlag.Select)
    choose.setCurrentIndex(model.index(2004, 0), choose.SelectionFlag.NoUpdate)
    gone = set(range(30, 3000, 100)) if scattered else {40, 41, 2004}
    kept = [m for m in scripted.memories if m.id not in gone - ({2004} if scattered else set())]
    scripted.memories = [*(make_memory(n) for n in range(9000, 9010)), *kept]
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    model.reread()
    qtbot.waitUntil(lambda: numbers(model) == [m.id for m in scripted.memories])
    assert bool(resets) == scattered  # few rows come and go one by one
    assert seen(table) == (2000, 20)
    assert picked_ids(model, table) == [10, 2003, *([2004] if scattered else []), 4990]
    assert model.id_of(table.currentIndex().row()) in ((2004,) if scattered else (2003, 2005))


def test_at_the_top_what_is_new_is_seen(
        qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any, make_memory: Callable[..., Any]) -> None:
    model, table = settled(qtbot, theme, bridge, scripted, make_memory, 500)
    scripted.memories.insert(0, make_memory(9000))
    model.reread()
    qtbot.waitUntil(lambda: model.total == 501)
    assert seen(table) == (9000, 0)


def test_what_the_list_no_longer_shows_goes_without_reading_all_again(
        qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any, make_memory: Callable[..., Any]) -> None:
    model, table = settled(qtbot, theme, bridge, scripted, make_memory, 5000)
    table.verticalScrollBar().setValue(2000 * ROW_HEIGHT)
    scripted.memories = [m for m in scripted.memories if m.id not in (3, 2500)]
    before = scripted.calls.count("list")
    model.recheck(frozenset((3, 4, 2500, 77_777)))
    qtbot.waitUntil(lambda: model.total == 4998)
    assert scripted.calls.count("list") == before and seen(table) == (2000, 0)
    assert not {3, 2500} & set(numbers(model))


def test_another_list_begins_at_its_top_with_nothing_picked(
        qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any, make_memory: Callable[..., Any]) -> None:
    model, table = settled(qtbot, theme, bridge, scripted, make_memory, 5000)
    table.selectRow(4000)
    table.verticalScrollBar().setValue(4000 * ROW_HEIGHT)
    model.show_list(MemoryFilter(query="number 1"))
    qtbot.waitUntil(lambda: model.whole and model.total < 5000)
    assert (table.verticalScrollBar().value(), table.ranges()) == (0, [])


def test_a_list_that_is_no_longer_wanted_is_stopped(qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any) -> None:
    model, _table = shown(qtbot, theme, bridge)
    qtbot.waitUntil(lambda: model.whole)
    asked: list[Callable[[], bool]] = []
    first = scripted.browse.first

    def slow(what: MemoryFilter, limit: int, cancelled: Callable[[], bool]) -> Any:
        asked.append(cancelled)
        return first(what, limit)

    scripted.browse.first = slow
    scripted.gate.clear()
    model.show_list(MemoryFilter(query="one"))
    model.show_list(MemoryFilter(query="two"))
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert [one() for one in asked] == [True, False]
    scripted.gate.set()
    qtbot.waitUntil(lambda: model.whole)


# ------------------------------------------------------------------ a million


MILLION = 1_000_000


def test_a_million_rows_are_picked_at_once_and_as_one_stretch(
        qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: Any, make_memory: Callable[..., Any]) -> None:
    scripted.browse.first = lambda _what, limit, _cancelled: FirstRows(tuple(map(make_memory, range(limit))), False)
    scripted.browse.memories = lambda ids: tuple(map(make_memory, ids))
    ready = threading.Event()
    scripted.browse.ids = lambda _what, _cancelled: (ready.wait(10), np.arange(MILLION, dtype=np.int64))[1]
    model, table = shown(qtbot, theme, bridge)
    qtbot.waitUntil(lambda: model.total == PAGE)
    table.selectAll()  # all of the list is meant, though most of it is not known yet
    ready.set()
    qtbot.waitUntil(lambda: model.whole)
    assert table.ranges() == [(0, MILLION - 1)] and table.verticalHeader().length() == MILLION * ROW_HEIGHT
    flag = table.selectionModel().SelectionFlag
    table.selectionModel().select(model.index(7, 0), flag.Deselect)
    assert table.ranges() == [(0, 6), (8, MILLION - 1)] and len(model.ids_of(table.ranges())) == MILLION - 1
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: model.memory(MILLION - 1) is not None)
    assert model.loaded() <= 3 * PAGE
    scripted.browse.ids = lambda _what, _cancelled: np.arange(MILLION, dtype=np.int64)[::-1]
    model.reread()
    qtbot.waitUntil(lambda: model.id_of(0) == MILLION - 1)
    assert table.ranges() == [(0, MILLION - 9), (MILLION - 7, MILLION - 1)]


@given(st.lists(st.integers(0, 40), unique=True), st.lists(st.integers(0, 40), unique=True))
def test_rows_that_go_and_come_make_the_new_list_of_the_old(old: list[int], new: list[int]) -> None:
    change = between(np.array(old, np.int64), np.array(new, np.int64))
    common = [one for one in old if one in new]
    if change is None:
        few = len(runs_of(np.flatnonzero(~np.isin(old, new)))) + len(runs_of(np.flatnonzero(~np.isin(new, old))))
        assert common != [one for one in new if one in old] or few > MOST_RUNS
        return
    made = list(old)
    for top, bottom in reversed(change.gone):
        del made[top:bottom + 1]
    for top, bottom in change.new:
        made[top:top] = new[top:bottom + 1]
    assert made == new


@pytest.mark.parametrize(("text", "words"), [
    ("---\ndate: 2024-03-11\n---\n\n# Sunday\nRain all day.", "# Sunday\nRain all day."),
    ("---\ntags: [cabin]\n---\n", "---\ntags: [cabin]\n---\n"),
    ("Rain.\n---\nSun.\n---\n", "Rain.\n---\nSun.\n---\n"),
])
def test_a_memorys_own_words_stand_behind_its_front_matter(
        make_memory: Callable[..., Any], text: str, words: str) -> None:
    memory = replace(make_memory(1), text=text, span=(100, 100 + len(text)))
    start, end = told_at(memory)
    assert text[start - 100:end - 100] == words

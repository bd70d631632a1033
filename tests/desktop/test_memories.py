"""The room of memories: facets and kept searches over a real store, what is done with many, words, keys, directions."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from mneme.errors import KnownError
from mneme.types import FacetValue, Kind, MemoryFilter, Origin
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories import words
from mneme_desktop.memories.delegate import COMFORTABLE, COMPACT
from mneme_desktop.memories.facetbar import LISTS
from mneme_desktop.memories.page import MemoriesPage
from mneme_desktop.memories.popup import FEWEST_TO_SEARCH, FacetPopup
from mneme_desktop.panel.keeping import ACTS
from mneme_desktop.parts.widgets import Chip
from mneme_desktop.shell.session import Session
from mneme_desktop.shell.window import MEMORIES, MainWindow

LONG = "Ana-Maria " * 30 + "\u202eworg 🔑"
MANY = tuple(FacetValue(f"Person {n}", f"Person {n}", 99 - n) for n in range(40))


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> MemoriesPage:
    active(qtbot, window)
    window.go(MEMORIES)
    return window.memories_page


def active(qtbot: QtBot, window: MainWindow) -> None:
    """Have the keyboard in this window, not in one that another test has left."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def group(name: str) -> words.Group:
    return next(one for one in words.groups() if one.name == name)


def opened(qtbot: QtBot, page: MemoriesPage, name: str) -> FacetPopup:
    page.bar.open(group(name))
    popup = page.bar.popup
    assert popup is not None
    qtbot.waitUntil(lambda: popup.model.values() > 0)
    return popup


def lit(page: MemoriesPage) -> list[str]:
    return [chip.text().removesuffix(" ×") for chip in page.bar.lit]


def texts_of(within: QWidget) -> list[str]:
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible()]


def press(page: QWidget, name: str) -> None:
    [chip] = [chip for chip in page.findChildren(Chip) if chip.isVisible() and chip.text().startswith(name)]
    chip.click()


# ------------------------------------------------------------------ choosing


def test_values_are_found_and_chosen_with_the_keyboard_alone(
        qtbot: QtBot, window: MainWindow, page: MemoriesPage, scripted: Any) -> None:
    scripted.browse.counts = {"person": (*MANY, FacetValue(LONG, LONG, 3), FacetValue("יעל", "יעל", 2))}
    chip = page.bar.chips["person"]
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Space)
    popup = page.bar.popup
    assert popup is not None
    qtbot.waitUntil(lambda: popup.model.rowCount() == 42 and popup.field.hasFocus())
    assert popup.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClicks(popup.field, "person 3")
    assert popup.model.rowCount() == 13
    qtbot.keyClick(popup.field, Qt.Key.Key_Down)
    qtbot.keyClick(popup.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.model.what.people == {"Person 3"})
    qtbot.keyClick(popup.table, Qt.Key.Key_Down)
    qtbot.keyClick(popup.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.what.people == {"Person 3", "Person 13"} and page.model.whole)
    spoken = popup.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Person 3, 96 memories, chosen"
    qtbot.keyClick(popup.table, Qt.Key.Key_Up)
    qtbot.keyClick(popup.table, Qt.Key.Key_Up)
    assert popup.field.hasFocus()
    qtbot.keyClick(popup.field, Qt.Key.Key_Escape)
    assert page.bar.popup is None and chip.hasFocus()  # Escape was meant for the list of values alone
    assert lit(page) == ["Person 13", "Person 3"]
    page.bar.lit[0].click()
    qtbot.waitUntil(lambda: page.model.what.people == {"Person 3"})
    page.bar.lit[0].click()
    qtbot.waitUntil(lambda: page.model.what == LISTS["all"])
    assert lit(page) == [] and page.bar.chosen.isHidden()


def test_a_press_beside_the_values_closes_them_and_their_chip_does_not_open_them_again(
        qtbot: QtBot, page: MemoriesPage, scripted: Any) -> None:
    scripted.browse.counts = {"kind": (FacetValue("passage", "", 5), FacetValue("fact", "", 1))}
    popup = opened(qtbot, page, "kind")
    assert popup.field.isHidden() and popup.table.hasFocus()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    assert page.bar.popup is None
    opened(qtbot, page, "kind")
    qtbot.mouseClick(page.bar.chips["kind"], Qt.MouseButton.LeftButton)
    assert page.bar.popup is None


def test_what_cannot_be_counted_is_a_sentence_and_nothing_is_another(
        qtbot: QtBot, page: MemoriesPage, scripted: Any) -> None:
    page.bar.open(group("topic"))
    popup = page.bar.popup
    assert popup is not None and popup.words.text() == "Counting…"
    qtbot.waitUntil(lambda: popup.words.text() == "There is nothing here to choose from.")
    popup.close_now()
    scripted.problem = KnownError("The disk is full.", "Make room.")
    page.bar.open(group("topic"))
    again = page.bar.popup
    assert again is not None
    qtbot.waitUntil(lambda: "The disk is full." in again.words.text())
    scripted.problem = None


def test_a_list_that_is_a_choice_of_a_facet_gives_way_to_another_choice(
        qtbot: QtBot, page: MemoriesPage, scripted: Any) -> None:
    scripted.browse.counts = {"kind": (FacetValue("fact", "", 5), FacetValue("event", "", 1)),
                              "retention": (FacetValue("fading", "", 2), FacetValue("faded", "", 1))}
    page.show_only("facts")
    popup = opened(qtbot, page, "kind")
    assert popup.model.marked(popup.model.line(0)) and not popup.model.marked(popup.model.line(1))
    page.bar.toggle("kind", "event")
    assert page.which == "all" and page.bar.what.kinds == {Kind.FACT, Kind.EVENT}
    assert lit(page) == ["Events", "Facts"]
    page.bar.toggle("person", "Ines")
    page.choices["days"].click()  # the person stays, the kinds are those of the list
    assert page.bar.what == replace(LISTS["days"], people=frozenset(("Ines",)))
    page.choices["faded"].click()
    page.bar.toggle("retention", "fading")
    assert page.which == "all" and page.bar.what.bands == {"fading", "faded"}
    page.show_only("all")
    assert page.bar.what == LISTS["all"] and lit(page) == []


@pytest.mark.parametrize(("keys", "since", "until", "said"), [
    (["2024"], date(2024, 1, 1), date(2025, 1, 1), "2024"),
    (["2022", "2024"], date(2022, 1, 1), date(2025, 1, 1), "2022 – 2024"),
    (["2022", "2024", "2022"], date(2023, 1, 1), date(2025, 1, 1), "2023 – 2024"),
    (["2022", "2024", "2023"], date(2023, 1, 1), date(2024, 1, 1), "2023"),
    (["2024-12"], date(2024, 12, 1), date(2025, 1, 1), "December 2024"),
    (["2024-02", "2024-04"], date(2024, 2, 1), date(2024, 5, 1), "February 2024 – April 2024"),
    (["2024", "2024"], None, None, ""),
    (["9999"], date(9999, 1, 1), date.max, "9999")])
def test_years_and_months_become_a_stretch(
        keys: list[str], since: date | None, until: date | None, said: str) -> None:
    what = MemoryFilter()
    for key in keys:
        what = words.toggled(what, "time", key)
    assert (what.since, what.until) == (since, until)
    if said:
        assert words.time_words(what) == said
        assert keys[-1] in words.chosen(what, "time") or keys.count(keys[-1]) == 2
    else:
        assert words.chosen(what, "time") == frozenset()


@pytest.mark.parametrize(("facet", "value", "said"), [
    ("source", FacetValue("watched:3", "/home/me/Notes & more", 1), "Notes & more"),
    ("source", FacetValue("folder:C:\\me\\letters", "C:\\me\\letters", 1), "letters"),
    ("source", FacetValue("format:pdf", "pdf", 1), "PDF"),
    ("source", FacetValue("format:conversation", "conversation", 1), "Chats"),
    ("topic", FacetValue("3", "Boats, Ines", 1), "Boats, Ines"),
    ("time", FacetValue("2024-05", "", 1), "May 2024"), ("time", FacetValue("0987", "", 1), "987"),
    ("kind", FacetValue("summary", "", 1), "Summaries"), ("origin", FacetValue("owner", "", 1), "You"),
    ("retention", FacetValue("fading", "", 1), "Fading"), ("private", FacetValue("yes", "", 1), "Private")])
def test_values_have_names_for_people(facet: Any, value: FacetValue, said: str) -> None:
    assert words.value_words(facet, value) == said


def test_what_is_chosen_by_number_is_called_by_its_name(qtbot: QtBot, page: MemoriesPage, scripted: Any) -> None:
    scripted.browse.counts = {"topic": (FacetValue("3", "Boats", 7),),
                              "source": (FacetValue("watched:9", "/home/me/Notes", 7),)}
    for name, key in (("topic", "3"), ("source", "watched:9")):
        popup = opened(qtbot, page, name)
        row = next(row for row in range(popup.model.rowCount()) if popup.model.line(row).value is not None)
        popup.table.pressed_row.emit(row)
        popup.close_now()
        assert key in words.chosen(page.bar.what, name)  # type: ignore[arg-type]
    assert lit(page) == ["Notes", "Boats"]


# ------------------------------------------------------------------ where there is nothing, or not yet


def test_nothing_with_these_facets_offers_to_leave_them_out(qtbot: QtBot, page: MemoriesPage, scripted: Any) -> None:
    everything = scripted.listed
    scripted.listed = lambda what: [] if what.people else everything(what)
    page.bar.toggle("person", "Nobody")
    qtbot.waitUntil(lambda: "Nothing is all of this at once." in texts_of(page))
    page.search.setText("number")
    qtbot.waitUntil(lambda: "Some of what you chose may leave it out." in texts_of(page))
    [clear] = [b for b in page.findChildren(QWidget) if b.accessibleName() == "Clear the filters" and b.isVisible()]
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.total == 19 and page.table.isVisible())
    assert page.count.text() == "19 of 20"


def test_an_error_can_be_tried_again(qtbot: QtBot, page: MemoriesPage, scripted: Any) -> None:
    scripted.problem = KnownError("The store is busy.", "Wait a little.")
    page.search.setText("key")
    qtbot.waitUntil(lambda: {"The store is busy.", "Wait a little."} <= set(texts_of(page)))
    scripted.problem = None
    [again] = [b for b in page.findChildren(QWidget) if b.accessibleName() == "Try again" and b.isVisible()]
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.what.query == "key" and page.model.total == 1 and page.table.isVisible())


def test_what_takes_long_says_so_and_keeps_what_is_seen(qtbot: QtBot, page: MemoriesPage, scripted: Any) -> None:
    scripted.gate.clear()
    page.search.setText("number 7")
    qtbot.waitUntil(lambda: page.count.text() == "Looking…")
    assert page.model.total == 20 and page.table.isVisible()
    scripted.gate.set()
    qtbot.waitUntil(lambda: page.count.text() == "1 of 20")


# ------------------------------------------------------------------ what is done with many


def test_acts_on_what_is_picked_come_by_line_menu_and_key(qtbot: QtBot, page: MemoriesPage) -> None:
    done: list[tuple[str, list[int], int]] = []
    page.acted.disconnect()
    page.acted.connect(lambda what, pick, count: done.append((what, pick(None), count)))
    merged: list[list[int]] = []
    page.merge.disconnect()
    page.merge.connect(lambda pick: merged.append(pick(None)))
    page.do("pin")
    assert done == [] and not page.line.acts["forget"].isVisible()  # nothing is picked
    page.table.selectRow(3)
    page.table.selectionModel().select(page.model.index(4, 0), page.table.selectionModel().SelectionFlag.Select)
    ids = page.model.ids_of([(3, 4)]).tolist()
    assert page.line.picked.text() == "2 selected"
    qtbot.keyClick(page.table, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    press(page.line, "Pin")
    menu = QMenu(page)
    page.line.fill(menu)
    titles = [action.text() for action in menu.actions()]
    assert "Merge…" in titles and "Restore" not in titles
    for action in menu.actions():
        if action.text() not in ("Forget", "Erase…"):
            action.trigger()
    assert [what for what, _ids, _count in done] == ["pin", "pin", "pin", "unpin", "keep", "fade", "private", "public"]
    assert all(what in ACTS and (found, count) == (ids, 2) for what, found, count in done)
    assert merged == [ids]
    page.table.selectRow(3)
    menu.clear()
    page.line.fill(menu)
    assert "Merge…" not in [action.text() for action in menu.actions()]


def test_what_is_picked_stays_picked_when_it_is_acted_on(qtbot: QtBot, page: MemoriesPage, scripted: Any) -> None:
    page.table.selectRow(3)
    memory = page.model.id_of(3)
    scripted.forget([page.model.id_of(1)])
    qtbot.waitUntil(lambda: page.model.total == 19)
    assert page.table.ranges() == [(2, 2)] and page.model.id_of(2) == memory
    assert page.line.acts["forget"].isVisible()


def test_the_review_waits_behind_a_chip(qtbot: QtBot, page: MemoriesPage) -> None:
    assert page.line.review.isHidden()
    page.set_review_count(3)
    assert page.line.review.text() == "Review · 3" and page.line.review.isVisible()
    with qtbot.waitSignal(page.review_wanted):
        page.line.review.click()
    page.set_review_count(0)
    assert page.line.review.isHidden()


def test_orders_by_name(qtbot: QtBot, page: MemoriesPage) -> None:
    assert page.line.order.text() == "Newest first"
    page.bar.set_order("oldest")
    qtbot.waitUntil(lambda: page.model.what.order == "oldest")
    assert page.line.order.text() == "Oldest first"
    page.bar.set_order("")
    page.search.setText("number")
    qtbot.waitUntil(lambda: page.line.order.text() == "Best match first")


def test_the_keyboard_comes_in_without_opening_anything(qtbot: QtBot, window: MainWindow, page: MemoriesPage) -> None:
    page.table.setFocus(Qt.FocusReason.TabFocusReason)
    assert page.table.currentIndex().row() == 0 and window.panel.isHidden()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: window.panel.isVisible() and window.panel.current() == page.model.id_of(1))


# ------------------------------------------------------------------ how it looks


def test_compact_rows_keep_their_place(qtbot: QtBot, page: MemoriesPage, scripted: Any,
                                       make_memory: Callable[..., Any]) -> None:
    scripted.memories = [make_memory(n) for n in range(1000)]
    page.show_only("all")
    qtbot.waitUntil(lambda: page.model.total == 1000)
    page.table.verticalScrollBar().setValue(500 * COMFORTABLE.height)
    page.set_rows("compact")
    assert page.table.rowAt(0) == 500 and page.table.rowHeight(0) == COMPACT.height
    page.set_rows("comfortable")
    assert page.table.rowAt(0) == 500 and page.table.rowHeight(0) == COMFORTABLE.height


@pytest.fixture
def right_to_left(qapp: QApplication) -> Iterator[None]:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.usefixtures("right_to_left")
def test_from_right_to_left_values_open_under_their_chip(qtbot: QtBot, page: MemoriesPage, scripted: Any) -> None:
    scripted.browse.counts = {"person": MANY}
    popup = opened(qtbot, page, "person")
    chip = page.bar.chips["person"]
    corner = chip.mapTo(page.window(), chip.rect().bottomRight())
    assert abs(popup.geometry().right() - corner.x()) <= 1 and popup.geometry().top() > corner.y()
    assert chip.x() > page.bar.chips["topic"].x()
    assert not popup.grab().isNull()


def test_in_a_narrow_window_the_facets_are_behind_one_chip(
        qtbot: QtBot, window: MainWindow, page: MemoriesPage, scripted: Any) -> None:
    scripted.browse.counts = {"person": (*MANY, FacetValue(LONG, LONG, 1))}
    window.resize(480, 800)
    qtbot.waitUntil(lambda: page.bar.filter.isVisible() and not page.bar.chips["person"].isVisible())
    page.bar.toggle("person", LONG)
    page.table.selectRow(0)
    window.close_panel()
    popup = opened(qtbot, page, "person")
    assert window.rect().contains(popup.geometry())
    assert popup.model.values() >= FEWEST_TO_SEARCH and popup.field.isVisible()
    right = max(chip.mapTo(window, chip.rect().topRight()).x() for chip in page.findChildren(Chip) if chip.isVisible())
    assert right <= 480
    popup.close_now()
    window.resize(1360, 860)
    qtbot.waitUntil(lambda: page.bar.chips["person"].isVisible() and not page.bar.filter.isVisible())


# ------------------------------------------------------------------ over a real store


def test_facets_and_kept_searches_over_a_real_store(
        qtbot: QtBot, begin_real: Callable[..., Session], tmp_path: Path, theme: Theme) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.md").write_text(f"---\ndate: 202{n}-05-01\n---\nThe key number {n}.\n", encoding="utf-8")
    (folder / "tide.txt").write_text("High water at six.\n", encoding="utf-8")
    window = begin_real().window
    assert window is not None
    active(qtbot, window)
    window.adder.add([folder])
    page = window.memories_page
    window.go(MEMORIES)
    qtbot.waitUntil(lambda: page.model.whole and page.model.total >= 4, timeout=20_000)
    popup = opened(qtbot, page, "source")
    rows = [popup.model.line(row) for row in range(popup.model.rowCount())]
    assert [(line.words, line.value.count if line.value else 0) for line in rows][-1] == ("notes", page.model.total)
    popup.table.pressed_row.emit(next(n for n, line in enumerate(rows) if line.words == "Markdown"))
    popup.close_now()
    page.search.setText("key numb")
    qtbot.waitUntil(lambda: page.model.what.query == "key numb" and page.model.whole and page.model.total == 3)
    page.bar.toggle("time", "2021")
    qtbot.waitUntil(lambda: page.model.whole and page.model.total == 1)
    what = page.bar.what

    page.line.saved.click()
    saved = page.saved
    assert saved is not None and saved.name.hasFocus()
    qtbot.keyClicks(saved.name, "keys of 21")
    qtbot.keyClick(saved.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.toast.text.text() == "Saved as “keys of 21”.")
    page.search.clear()
    page.show_only("all")
    qtbot.waitUntil(lambda: page.model.what == MemoryFilter() and page.model.whole)
    page.line.saved.click()
    again = page.saved
    assert again is not None
    qtbot.waitUntil(lambda: [one.name for one in again.searches] == ["keys of 21"])
    again.choose(again.searches[0])
    qtbot.waitUntil(lambda: page.model.what == what and page.model.total == 1)
    assert page.search.text() == "key numb" and lit(page) == ["Markdown", "2021"]

    page.line.saved.click()
    third = page.saved
    assert third is not None
    qtbot.waitUntil(lambda: len(third.searches) == 1)
    third.rename(third.searches[0], "keys of 2021")
    qtbot.waitUntil(lambda: [one.name for one in third.searches] == ["keys of 2021"])
    third.delete(third.searches[0])
    qtbot.waitUntil(lambda: third.searches == () and window.toast.press.isVisible())
    third.close_now()
    qtbot.mouseClick(window.toast.press, Qt.MouseButton.LeftButton)
    page.line.saved.click()
    fourth = page.saved
    assert fourth is not None
    qtbot.waitUntil(lambda: [one.name for one in fourth.searches] == ["keys of 2021"])
    fourth.close_now()


def test_a_filter_from_elsewhere_is_said_in_line_and_facets(qtbot: QtBot, page: MemoriesPage) -> None:
    for what in (MemoryFilter("number", people=frozenset(("Ines",)), pinned=True), replace(LISTS["facts"], topic=3),
                 MemoryFilter(bin=True, origins=frozenset((Origin.OTHER,))), MemoryFilter(entry=7, faded=None)):
        page.show_filter(what)
        qtbot.waitUntil(lambda what=what: page.model.what == what)
        assert page.search.text() == what.query and page.bar.narrowed
    assert lit(page) == ["One file"]
    page.bar.lit[0].click()
    assert not page.bar.narrowed


def test_the_rows_follow_their_setting(qtbot: QtBot, window: MainWindow, page: MemoriesPage) -> None:
    window.settings_page.changed.emit("appearance.rows", "compact")
    assert page.table.row_height == COMPACT.height
    QTest.qWait(0)
    assert not page.table.grab().isNull()

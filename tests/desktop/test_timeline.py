"""The room of time over a real engine: zooming by keys and mouse, jumping to dates, facets, rows, both directions."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from mneme.errors import KnownError
from mneme.types import Bucket, Changes, Density, EventBlock, EventList, Kind, TimeFacets
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.shell.window import TIMELINE, MainWindow
from mneme_desktop.timeline.axis import TimeAxis
from mneme_desktop.timeline.geometry import Bars, Months, Weeks, geometry, place_of, steps
from mneme_desktop.timeline.jump import typed_day
from mneme_desktop.timeline.lanes import LANES, EventLanes
from mneme_desktop.timeline.levels import LAST, Reach, View, above, beside, bounds, fitting, path, title, within
from mneme_desktop.timeline.page import TimelinePage

OSLO = ZoneInfo("Europe/Oslo")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FERRY = datetime(2024, 10, 14, 9, 5, tzinfo=UTC)


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, diary) -> Iterator[TimelinePage]:
    """The room, shown wide, over a diary of chats, a dated note and one that only its file dates; today is in 2025."""
    diary.chat("Ines", ("Maren", "The ferry leaves at ten.", FERRY), ("Ines", "Bring the spare key.", FERRY + HOUR),
               ("Maren", "It rains.", FERRY + 2 * DAY), ("Ines", "Drained the pipes.", FERRY + 40 * DAY))
    diary.chat("Tomas", ("Maren", "The roof is done.", datetime(2021, 10, 14, 7, tzinfo=UTC)),
               ("Tomas", "At last!", datetime(2021, 10, 14, 7, 1, tzinfo=UTC)), people=("Maren", "Tomas"))
    diary.note("plain.md", "Nothing here says when.\n")
    diary.upkeep()
    bridge = Bridge(diary.engine)
    crashes: list[str] = []
    bridge.crashed.connect(crashes.append)
    made = TimelinePage(theme, bridge)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.enter()
    seen(qtbot, made, "year", datetime(2024, 1, 1))
    yield made
    assert crashes == []
    bridge.close()
    bridge.deleteLater()


def seen(qtbot: QtBot, page: TimelinePage, level: str, begin: datetime | None = None) -> None:
    """Wait until a stretch is shown, with its list."""
    def there() -> bool:
        found = page.scene
        return found is not None and found.view == page.view and found.view.level == level and (
            begin is None or found.view.begin == begin)
    qtbot.waitUntil(there, timeout=10_000)


def listed(qtbot: QtBot, page: TimelinePage, *texts: str) -> None:
    """Wait until these are the rows."""
    def rows() -> list[str]:
        return [page.model.index(row, 0).data() or "" for row in range(page.model.rowCount())]
    qtbot.waitUntil(lambda: rows() == list(texts), timeout=10_000)


def press(qtbot: QtBot, page: TimelinePage, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
          ) -> None:
    qtbot.keyClick(page.axis, key, held)


def bucket_of(page: TimelinePage, begin: datetime) -> int:
    assert page.axis.density is not None
    return next(n for n, one in enumerate(page.axis.density.buckets) if one.start.replace(tzinfo=None) == begin)


def middle(axis: TimeAxis, at: int) -> QPoint:
    return axis.rect_of(at).center().toPoint()


def turn(axis: TimeAxis, at: QPoint, amount: int) -> None:
    """Turn the wheel with Ctrl held."""
    QApplication.sendEvent(axis, QWheelEvent(
        QPointF(at), QPointF(axis.mapToGlobal(at)), QPoint(), QPoint(0, amount), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False))


# ------------------------------------------------------------------ going about


def test_from_the_year_to_the_minutes_and_back_by_keys(qtbot: QtBot, page: TimelinePage) -> None:
    axis = page.axis
    assert axis.density is not None and axis.density.total == 4
    axis.choose(bucket_of(page, datetime(2024, 10, 14)))
    listed(qtbot, page, "The ferry leaves at ten.", "Bring the spare key.")
    assert axis.accessibleDescription() == "Monday 14 October 2024: 2 memories"
    press(qtbot, page, Qt.Key.Key_Return)
    seen(qtbot, page, "day", datetime(2024, 10, 14))
    press(qtbot, page, Qt.Key.Key_Home)
    for _hour in range(9):
        press(qtbot, page, Qt.Key.Key_Right)
    listed(qtbot, page, "The ferry leaves at ten.")
    press(qtbot, page, Qt.Key.Key_Plus)
    seen(qtbot, page, "hour", datetime(2024, 10, 14, 9))
    assert [one.start.minute for one in axis.density.buckets if one.count] == [5]
    press(qtbot, page, Qt.Key.Key_Return)  # minutes are not cut any further
    press(qtbot, page, Qt.Key.Key_Backspace)
    seen(qtbot, page, "day")
    assert axis.picked == (9, 9)  # where one was
    press(qtbot, page, Qt.Key.Key_Backspace)
    seen(qtbot, page, "month", datetime(2024, 10, 1))
    assert axis.picked == (13, 13)
    press(qtbot, page, Qt.Key.Key_Minus)
    seen(qtbot, page, "year")
    press(qtbot, page, Qt.Key.Key_Minus)
    seen(qtbot, page, "all")
    press(qtbot, page, Qt.Key.Key_Minus)
    assert page.view == View("all")
    assert [view.level for view in page.crumbs.path] == ["all"]


def test_by_mouse_and_wheel(qtbot: QtBot, page: TimelinePage) -> None:
    axis = page.axis
    day = bucket_of(page, datetime(2024, 10, 14))
    qtbot.mouseMove(axis, middle(axis, day))
    qtbot.mouseClick(axis, Qt.MouseButton.LeftButton, pos=middle(axis, day))
    assert axis.picked == (day, day)
    qtbot.mouseClick(axis, Qt.MouseButton.LeftButton, pos=middle(axis, day))
    assert axis.picked is None
    qtbot.mouseDClick(axis, Qt.MouseButton.LeftButton, pos=middle(axis, day))
    seen(qtbot, page, "day", datetime(2024, 10, 14))
    turn(axis, middle(axis, 9), 60)
    turn(axis, middle(axis, 9), 60)
    seen(qtbot, page, "hour", datetime(2024, 10, 14, 9))
    turn(axis, middle(axis, 9), -120)
    seen(qtbot, page, "day")
    assert page.crumbs.path[-1].level == "day"
    wider = next(one for one in page.crumbs.widgets() if isinstance(one, QPushButton) and one.text() == "2024")
    qtbot.waitUntil(wider.isVisible)
    qtbot.mouseClick(wider, Qt.MouseButton.LeftButton)
    seen(qtbot, page, "year", datetime(2024, 1, 1))


def test_along_the_time_beyond_the_ends_of_a_stretch(qtbot: QtBot, page: TimelinePage) -> None:
    page.go_to(View("month", datetime(2024, 10, 1)))
    seen(qtbot, page, "month")
    press(qtbot, page, Qt.Key.Key_End)
    assert page.axis.picked == (30, 30)
    press(qtbot, page, Qt.Key.Key_Right)
    seen(qtbot, page, "month", datetime(2024, 11, 1))
    assert page.axis.picked == (0, 0)
    press(qtbot, page, Qt.Key.Key_Left)
    seen(qtbot, page, "month", datetime(2024, 10, 1))
    assert page.axis.picked == (30, 30)
    press(qtbot, page, Qt.Key.Key_PageUp)
    seen(qtbot, page, "month", datetime(2024, 9, 1))
    press(qtbot, page, Qt.Key.Key_T)
    seen(qtbot, page, "month", datetime(2025, 6, 1))
    assert page.axis.picked == (14, 14)
    press(qtbot, page, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    seen(qtbot, page, "month", datetime(2021, 10, 1))
    press(qtbot, page, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    seen(qtbot, page, "month", datetime(2024, 11, 1))


def test_a_row_of_days_is_selected_with_shift(qtbot: QtBot, page: TimelinePage) -> None:
    page.go_to(View("month", datetime(2024, 10, 1)))
    seen(qtbot, page, "month")
    page.axis.choose(13)
    for _day in range(2):
        press(qtbot, page, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert page.axis.picked == (13, 15)
    listed(qtbot, page, "The ferry leaves at ten.", "Bring the spare key.", "It rains.")
    press(qtbot, page, Qt.Key.Key_Space)
    assert page.axis.picked is None


def test_a_date_is_jumped_to_as_it_is_typed(qtbot: QtBot, page: TimelinePage) -> None:
    for text, level, begin in (("Oct 2024", "month", datetime(2024, 10, 1)),
                               ("14 October 2024", "day", datetime(2024, 10, 14)),
                               ("9:05 on 14 Oct 2024", "hour", datetime(2024, 10, 14, 9)),
                               ("2021", "year", datetime(2021, 1, 1))):
        page.jump.line.setText(text)
        qtbot.keyClick(page.jump.line, Qt.Key.Key_Return)
        seen(qtbot, page, level, begin)
        assert page.jump.line.text() == ""
    page.jump.line.setText("summer 2024")
    qtbot.keyClick(page.jump.line, Qt.Key.Key_Return)
    seen(qtbot, page, "year", datetime(2024, 1, 1))
    assert page.axis.picked == (152, 243)  # 1 June to 31 August
    page.jump.line.setText("banana")
    qtbot.keyClick(page.jump.line, Qt.Key.Key_Return)
    qtbot.waitUntil(page._sorry.isVisible)
    assert "banana" in page._sorry.text() and page.jump.line.text() == "banana"


def test_a_day_is_picked_from_the_calendar(qtbot: QtBot, page: TimelinePage) -> None:
    page.go_to(View("month", datetime(2024, 10, 1)))
    seen(qtbot, page, "month")
    page.jump.open_calendar()
    calendar = page.jump.calendar
    assert calendar is not None
    days = calendar.days
    qtbot.waitUntil(lambda: days._counts.get(14) == 2)
    assert calendar.name.text() == "October 2024" and days.day == date(2024, 10, 1)
    qtbot.keyClick(days, Qt.Key.Key_PageDown)
    assert calendar.name.text() == "November 2024"
    qtbot.keyClick(days, Qt.Key.Key_Left)
    assert days.day == date(2024, 10, 31)
    qtbot.mouseClick(days, Qt.MouseButton.LeftButton, pos=days.cell(14).center().toPoint())
    seen(qtbot, page, "day", datetime(2024, 10, 14))


# ------------------------------------------------------------------ what is shown


def test_rows_and_events_open_their_memory(qtbot: QtBot, page: TimelinePage, diary) -> None:
    page.go_to(View("day", datetime(2024, 10, 14)))
    seen(qtbot, page, "day")
    listed(qtbot, page, "The ferry leaves at ten.", "Bring the spare key.")
    with qtbot.waitSignal(page.opened) as opened:
        page.table.selectRow(1)
    assert opened.args == [diary.passage("spare key")]
    blocks = page.lanes.placed()
    assert blocks and blocks[0].block.start == FERRY
    with qtbot.waitSignal(page.opened) as opened:
        qtbot.mouseClick(page.lanes, Qt.MouseButton.LeftButton,
                         pos=page.axis.mirrored(blocks[0].box).center().toPoint())
    assert opened.args == [blocks[0].block.memory]
    with qtbot.waitSignal(page.opened) as opened:
        qtbot.keyClick(page.lanes, Qt.Key.Key_Right)
        qtbot.keyClick(page.lanes, Qt.Key.Key_Return)
    assert opened.args == [blocks[0].block.memory]
    assert "14 October 2024" in page.lanes.accessibleDescription()


def test_facets_stay_while_zooming(qtbot: QtBot, page: TimelinePage) -> None:
    qtbot.waitUntil(page.facets.person.isVisible)
    page.facets.open_people()
    assert page.facets.menu is not None
    next(one for one in page.facets.menu.actions() if one.text().startswith("Ines")).trigger()
    listed(qtbot, page, "Bring the spare key.", "Drained the pipes.")
    assert page.facets.person.isChecked() and page.facets.person.accessibleName() == "Said by: Ines"
    page.go_to(View("month", datetime(2024, 10, 1)))
    seen(qtbot, page, "month")
    listed(qtbot, page, "Bring the spare key.")
    page.facets.choose(TimeFacets(frozenset((Kind.EVENT,))))
    qtbot.waitUntil(lambda: (first := page.model.at(0)) is not None and first.kind is Kind.EVENT)
    assert page.facets.kind.isChecked() and not page.facets.person.isChecked()


def test_what_only_its_file_dates_stands_apart(qtbot: QtBot, page: TimelinePage) -> None:
    page.go_to(View("all"))
    seen(qtbot, page, "all")
    qtbot.waitUntil(page.undated.isVisible)
    assert page.undated.text() == "By file date alone · 1"
    page.undated.click()
    listed(qtbot, page, "Nothing here says when.")
    page.dated.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 6)


def test_the_newest_can_stand_first(qtbot: QtBot, page: TimelinePage) -> None:
    qtbot.waitUntil(page.order.isVisible)
    page.order.click()
    listed(qtbot, page, "Drained the pipes.", "It rains.", "Bring the spare key.", "The ferry leaves at ten.")


def test_on_this_day_follows_the_day_that_is_seen(qtbot: QtBot, page: TimelinePage) -> None:
    qtbot.waitUntil(lambda: page.this_day._date.text() == "15 June")
    assert page.this_day.days == ()
    page.go_to(View("day", datetime(2024, 10, 14)))
    qtbot.waitUntil(lambda: [one.day for one in page.this_day.days] == [date(2021, 10, 14)])
    go = next(one for one in page.this_day.findChildren(QPushButton) if one.text() == "14 Oct 2021")
    go.click()
    seen(qtbot, page, "day", datetime(2021, 10, 14))


def test_what_is_committed_is_read_again(qtbot: QtBot, page: TimelinePage, diary) -> None:
    page.axis.choose(bucket_of(page, datetime(2024, 10, 16)))
    listed(qtbot, page, "It rains.")
    diary.engine.subscribe(lambda _changes: None)
    diary.chat("Ida", ("Maren", "Snow at last.", datetime(2024, 10, 16, 20, tzinfo=UTC)))
    page.changed(Changes(everything=True))
    listed(qtbot, page, "It rains.", "Snow at last.")
    assert page.axis.sentence(*page.axis.picked or (0, 0)) == "Wednesday 16 October 2024: 2 memories"


def test_a_narrow_room_shows_the_list_below_and_this_day_in_its_place(qtbot: QtBot, page: TimelinePage) -> None:
    page.resize(416, 800)
    qtbot.waitUntil(lambda: page.width() == 416)
    assert page.past.isVisible() and page.lanes.isHidden()
    assert isinstance(page.axis.reading(), Months)
    page.past.click()
    qtbot.waitUntil(page.this_day.isVisible)
    assert page.table.isHidden()
    page.resize(1200, 800)
    qtbot.waitUntil(lambda: not page.table.isHidden())
    assert page.this_day.isVisible() and isinstance(page.axis.reading(), Weeks)


def test_time_runs_in_the_direction_of_reading(qtbot: QtBot, qapp: QApplication, page: TimelinePage) -> None:
    page.go_to(View("month", datetime(2024, 10, 1)))
    seen(qtbot, page, "month")
    axis = page.axis
    left_to_right = axis.rect_of(0).x()
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert axis.rect_of(0).x() > left_to_right and axis.rect_of(30).x() < axis.rect_of(0).x()
    assert axis.bucket_at(axis.rect_of(5).center()) == 5
    axis.choose(13)
    press(qtbot, page, Qt.Key.Key_Left)
    assert axis.picked == (14, 14)  # to the left is later
    page.grab()


def test_many_on_one_day_are_read_in_pages(qtbot: QtBot, page: TimelinePage, diary) -> None:
    diary.chat("Flood", *(("Maren", f"Line {n:04}", datetime(2023, 3, 1, tzinfo=UTC) + n * timedelta(seconds=20))
                          for n in range(450)))
    page.changed(Changes(everything=True))
    page.go_to(View("day", datetime(2023, 3, 1)))
    seen(qtbot, page, "day")
    qtbot.waitUntil(lambda: page.model.rowCount() == 450)
    assert sum(page.model.pages.keys()) == 0  # the first page alone
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: page.model.at(449) is not None)
    assert page.model.at(449).text == "Line 0449"  # type: ignore[union-attr]


# ------------------------------------------------------------------ within the window


def test_in_the_window_a_memory_opens_in_the_panel(qtbot: QtBot, theme: Theme, diary) -> None:
    diary.chat("Ines", ("Maren", "The ferry leaves at ten.", FERRY))
    bridge = Bridge(diary.engine)
    window = MainWindow(theme, bridge, diary.engine.profile, diary.engine.settings())
    qtbot.addWidget(window)
    window.resize(1360, 860)
    window.show()
    window.go(TIMELINE)
    page = window.timeline_page
    seen(qtbot, page, "year")
    listed(qtbot, page, "The ferry leaves at ten.")
    page.table.selectRow(0)
    qtbot.waitUntil(lambda: window.panel.detail is not None, timeout=10_000)
    assert window.panel.detail is not None and window.panel.detail.memory.text == "The ferry leaves at ten."
    window.quit()


def test_nothing_at_all_offers_a_folder_and_nothing_dated_lists_the_rest(qtbot: QtBot, theme: Theme, diary) -> None:
    bridge = Bridge(diary.engine)
    page = TimelinePage(theme, bridge)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    page.enter()
    qtbot.waitUntil(page._add.isVisible, timeout=10_000)
    with qtbot.waitSignal(page.add_wanted):
        page._add.click()
    diary.note("plain.md", "Nothing here says when.\n")
    page.changed(Changes(everything=True))
    listed(qtbot, page, "Nothing here says when.")
    assert page._card.isHidden() and page.undated.isVisible()
    bridge.close()


def test_no_call_of_the_engine_is_made_on_the_gui_thread(qtbot: QtBot, theme: Theme, diary) -> None:
    diary.chat("Ines", ("Maren", "The ferry leaves at ten.", FERRY))
    threads: set[str] = set()
    chronicle = diary.engine.chronicle
    for name in ("extent", "density", "events", "memories", "on_this_day", "choices", "when", "summaries", "now",
                 "zone"):
        setattr(chronicle, name, noting(getattr(chronicle, name), threads))
    bridge = Bridge(diary.engine)
    page = TimelinePage(theme, bridge)
    qtbot.addWidget(page)
    page.show()
    page.enter()
    seen(qtbot, page, "year")
    page.jump_to("14 Oct 2024")
    seen(qtbot, page, "day")
    press(qtbot, page, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    listed(qtbot, page, "The ferry leaves at ten.")
    assert threads
    assert all(name.startswith("mneme-query") for name in threads), threads
    bridge.close()


def noting(method: Callable[..., object], threads: set[str]) -> Callable[..., object]:
    def call(*values: object, **named: object) -> object:
        threads.add(threading.current_thread().name)
        return method(*values, **named)
    return call


def test_an_error_is_a_sentence_and_can_be_tried_again(qtbot: QtBot, theme: Theme, diary) -> None:
    diary.chat("Ines", ("Maren", "The ferry leaves at ten.", FERRY))
    real = diary.engine.chronicle.density

    def broken(*_values: object, **_named: object) -> object:
        raise KnownError("The disk failed.", "See that it is connected.")

    diary.engine.chronicle.density = broken
    bridge = Bridge(diary.engine)
    page = TimelinePage(theme, bridge)
    qtbot.addWidget(page)
    page.show()
    page.enter()
    qtbot.waitUntil(page._again.isVisible, timeout=10_000)
    assert page._headline.text() == "The disk failed."
    diary.engine.chronicle.density = real
    page._again.click()
    seen(qtbot, page, "year")
    assert page._again.isHidden() or not page._again.isVisible()
    bridge.close()


# ------------------------------------------------------------------ parts


def test_levels_lead_up_down_and_beside() -> None:
    reach = Reach(1979, 2026)
    hour = View("hour", datetime(2024, 10, 14, 9))
    assert [title(one) for one in path(hour, reach)] == [
        "All time", "2020s", "2024", "October 2024", "Monday 14 October 2024", "Monday 14 October 2024, 09:00"]
    assert above(View("year", datetime(2024, 1, 1)), Reach(2000, 2026)) == View("all")
    assert [one.level for one in path(hour, Reach(1, 2026))][:4] == ["all", "century", "decade", "year"]
    assert within(View("all"), reach, datetime(1980, 1, 1)) == View("decade", datetime(1980, 1, 1))
    assert within(hour, reach, datetime(2024, 10, 14, 9, 5)) is None
    assert beside(View("month", datetime(2024, 12, 1)), 1) == View("month", datetime(2025, 1, 1))
    assert beside(View("decade", datetime(2020, 1, 1)), -1) == View("decade", datetime(2010, 1, 1))
    assert beside(View("year", datetime(9999, 1, 1)), 1) == View("year", datetime(9999, 1, 1))
    assert beside(View("day", datetime(1, 1, 1)), -1) == View("day", datetime(1, 1, 1))
    assert beside(View("century", datetime(100, 1, 1)), -1) == View("century", datetime(1, 1, 1))


def test_a_stretch_is_as_long_as_it_is() -> None:
    reach = Reach(2000, 2026)
    twice = bounds(View("hour", datetime(2024, 10, 27, 2)), reach, OSLO)
    assert twice.end.replace(tzinfo=None) == datetime(2024, 10, 27, 2) and twice.end.fold == 1
    again = bounds(View("hour", datetime(2024, 10, 27, 2, fold=1)), reach, OSLO)
    assert again.end.replace(tzinfo=None) == datetime(2024, 10, 27, 3)
    assert bounds(View("year", datetime(9999, 1, 1)), reach, UTC).end == LAST.replace(tzinfo=UTC)
    every = bounds(View("all"), reach, UTC)
    assert (every.start.year, every.end.year) == (2000, 2027)
    assert bounds(View("all"), Reach(2026, 2026), UTC).start.year == 2021
    assert bounds(View("all"), Reach(1, 9999), UTC).end == LAST.replace(tzinfo=UTC)


def test_the_narrowest_stretch_that_holds_a_time() -> None:
    reach = Reach(1979, 2026)
    assert fitting(datetime(2024, 10, 14), datetime(2024, 10, 15), reach).level == "day"
    assert fitting(datetime(2024, 10, 14), datetime(2024, 10, 20), reach) == View("month", datetime(2024, 10, 1))
    assert fitting(datetime(2024, 12, 1), datetime(2025, 3, 1), reach) == View("decade", datetime(2020, 1, 1))
    assert fitting(datetime(2019, 1, 1), datetime(2025, 3, 1), reach) == View("all")
    assert fitting(datetime(2024, 10, 14, 9, 5), datetime(2024, 10, 14, 9, 6), reach).level == "hour"


def of_days(first: datetime, count: int) -> Density:
    return Density("day", tuple(Bucket(first + n * DAY, first + (n + 1) * DAY, n % 3) for n in range(count)), count)


def test_every_day_of_a_year_has_a_place_of_its_own() -> None:
    for year, width, kind in ((2024, 1000, Weeks), (2023, 400, Months), (2026, 640, Weeks)):
        first, count = datetime(year, 1, 1, tzinfo=UTC), 366 if year == 2024 else 365
        where = geometry(of_days(first, count), True, width, 164, 0)
        assert isinstance(where, kind)
        boxes = [where.box(at) for at in range(count)]
        assert [where.hit(box.center()) for box in boxes] == list(range(count))
        assert len({(box.x(), box.y()) for box in boxes}) == count
        assert max(box.right() for box in boxes) <= width and max(box.bottom() for box in boxes) <= 164.01
    assert where.move(10, "right") == 17 and where.move(10, "down") == 11
    assert isinstance(geometry(of_days(datetime(2024, 2, 1, tzinfo=UTC), 29), False, 300, 164, 0), Bars)


def test_times_lie_between_buckets_where_clocks_go_back_as_well() -> None:
    density = of_days(datetime(2024, 10, 1, tzinfo=UTC), 31)
    assert place_of(density, datetime(2024, 10, 3, 12, tzinfo=UTC)) == pytest.approx(2.5)
    assert place_of(density, datetime(2024, 9, 30, tzinfo=UTC)) < 0
    assert place_of(density, datetime(2024, 11, 5, tzinfo=UTC)) > 31
    assert place_of(density, datetime(2024, 11, 1, tzinfo=UTC)) == 31


def test_steps_of_the_colour_rise_with_the_counts() -> None:
    assert steps([0, 1, 2, 30, 100], 5) == [0, 1, 1, 3, 5]
    assert steps([0, 1], 5) == [0, 5] and steps([], 5) == []


def test_blocks_of_events_never_overlap(qtbot: QtBot, theme: Theme) -> None:
    axis = TimeAxis(theme)
    lanes = EventLanes(theme, axis)
    for widget in (axis, lanes):
        qtbot.addWidget(widget)
        widget.resize(900, widget.height())
    first = datetime(2024, 10, 1, tzinfo=UTC)
    axis.show_density(of_days(first, 31), year=False, now=first)
    blocks = tuple(EventBlock(n, f"Event number {n} 🚰 " + "x" * n, first + n * 5 * HOUR, first + n * 6 * HOUR,
                              ("Ines",), n, n / 100) for n in range(100))
    lanes.show_events(EventList(blocks, 400))
    boxes = [one.box for one in lanes.placed()]
    assert len(boxes) > LANES and len({box.y() for box in boxes}) == LANES
    assert not any(a.intersects(b) for n, a in enumerate(boxes) for b in boxes[:n])
    assert all(box.left() >= 0 and box.right() <= 900 for box in boxes)
    assert lanes.summary() == f"Events: the {len(boxes)} weightiest of 400"
    lanes.show_events(EventList((), 0))
    assert lanes.summary() == "No events here"


def test_dates_in_the_owners_own_language() -> None:
    assert typed_day("14 Oct 2024") == (date(2024, 10, 14), date(2024, 10, 15))
    assert typed_day("December 2024") == (date(2024, 12, 1), date(2025, 1, 1))
    assert typed_day("last summer") is None

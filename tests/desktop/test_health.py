"""The room of health, over a real engine: what is planted is seen, leads somewhere, and can be put right."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fpdf import FPDF
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from mneme.engine import Engine
from mneme.errors import Cancelled, KnownError
from mneme.types import Concern, Fading, Failing, Forecast, Growth, Progress
from mneme_desktop.health.charts import FadingChart, GrowthChart, nice_top, weeks
from mneme_desktop.health.upkeep import entry_words
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.shell.window import CAPTURE, HEALTH, MODELS, PEOPLE, MainWindow

SECRET = "tr0ub4dor-and-3"


def texts_of(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget) and one.text()]


def named(widget: QWidget, name: str) -> QAbstractButton:
    there = {one.accessibleName(): one for one in widget.findChildren(QAbstractButton) if one.isVisibleTo(widget)}
    assert name in there, f"{name!r} is not among {sorted(there)}"
    return there[name]


def names(widget: QWidget) -> list[str]:
    return [one.accessibleName() for one in widget.findChildren(QAbstractButton) if one.isVisibleTo(widget)]


def corner(page: QWidget, part: QWidget) -> QPoint:
    """Where a part of a page begins."""
    return part.mapTo(page, part.rect().topLeft())


def click(qtbot: QtBot, widget: QWidget, name: str) -> None:
    qtbot.waitUntil(lambda: name in names(widget))
    qtbot.mouseClick(named(widget, name), Qt.MouseButton.LeftButton)


def focus(qtbot: QtBot, widget: QWidget) -> None:
    """Put the keyboard on a widget of a window of its own."""
    widget.window().activateWindow()
    qtbot.waitActive(widget.window())
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)


def lines_of(widget: QWidget) -> list[str]:
    return [one.words() for one in widget.findChildren(LineButton) if one.isVisibleTo(widget)]


def entered(qtbot: QtBot, window: MainWindow) -> Any:
    window.go(HEALTH)
    page = window.health_page
    qtbot.waitUntil(lambda: page.report is not None and page.looking is None, timeout=20_000)
    return page


@pytest.fixture
def living(new_diary: Callable[..., Any], open_window: Callable[[Engine], MainWindow]) -> tuple[MainWindow, Any]:
    """A window over a real diary with facts, a contradiction, a copy and a place that failed."""
    diary = new_diary()
    diary.note("a.md", "I live in Hallevik.\n")
    diary.note("2025-06-02 a.md", "Tom lives in Oslo.\n")
    diary.note("2025-06-02 b.md", "Tom lives in Rome.\n")
    (diary.folder / "cut.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    diary.engine.add([diary.folder])
    return open_window(diary.engine), diary


# ------------------------------------------------------------------ in short


def test_all_is_well_where_nothing_wants_a_look(qtbot: QtBot, window: MainWindow) -> None:
    page = entered(qtbot, window)
    assert page.short.sentence.text() == "All is well." and lines_of(page.short) == []
    assert page.short.well.isVisible() and not page.short.warning.isVisible()
    qtbot.waitUntil(lambda: {"24 memories", "9 files and messages"} <= set(texts_of(page.counts)))


def test_what_wants_a_look_leads_to_where_it_is(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, _diary = living
    page = entered(qtbot, window)
    assert page.short.sentence.text() == "2 things want a look."
    wishes = ["Facts contradict each other on 1 question", "1 place could not be taken in"]
    qtbot.waitUntil(lambda: lines_of(page.short) == wishes)
    for words, room in zip(wishes, (PEOPLE, CAPTURE), strict=True):
        window.go(HEALTH)
        line = named(page.short, words)
        line.setFocus()
        qtbot.keyClick(line, Qt.Key.Key_Return)
        assert window.rooms.currentIndex() == room
    window.go(HEALTH)
    click(qtbot, page.models, "Choose models")
    assert window.rooms.currentIndex() == MODELS


def test_a_new_store_says_so_and_offers_to_add(qtbot: QtBot, new_diary: Callable[..., Any],
                                               open_window: Callable[[Engine], MainWindow]) -> None:
    window = open_window(new_diary().engine)
    page = entered(qtbot, window)
    assert page.short.sentence.text() == "There is nothing to look after yet."
    qtbot.waitUntil(lambda: lines_of(page.short) == ["Add a folder"])
    assert not page.growth.plot.isVisible() and not page.fading.plot.isVisible()
    assert "There is nothing that could fade." in texts_of(page.fading)
    assert "Nothing came in within a year." in texts_of(page.growth)
    assert "Nothing was changed yet." in texts_of(page.upkeep)


def test_what_went_wrong_is_said_and_looked_at_again(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    well = scripted.condition.report

    def broken(*_more: object) -> None:
        raise KnownError("The disk failed.", "Connect it.")

    scripted.condition.report = broken
    window.go(HEALTH)
    page = window.health_page
    qtbot.waitUntil(lambda: "The disk failed. Connect it." in texts_of(page.short))
    assert page.short.sentence.text() == "Mneme could not look."
    scripted.condition.report = well
    click(qtbot, page.short, "Look again")
    qtbot.waitUntil(lambda: page.short.sentence.text() == "All is well.")


def test_a_slow_look_can_be_stopped_and_begun_again(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    well = scripted.condition.report

    def slow(_progress: object, cancelled: Callable[[], bool]) -> None:
        while not cancelled():
            threading.Event().wait(0.01)
        raise Cancelled

    scripted.condition.report = slow
    window.go(HEALTH)
    page = window.health_page
    assert not page.short.halt.isVisible()  # what is quick does not flicker
    click(qtbot, page.short, "Stop")
    qtbot.waitUntil(lambda: "Stopped." in texts_of(page.short))
    scripted.condition.report = well
    click(qtbot, page.short, "Look again")
    qtbot.waitUntil(lambda: page.short.sentence.text() == "All is well." and not page.short.halt.isVisible())


def test_a_disk_that_is_nearly_full_wants_a_look(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    scripted.condition.free = 200_000_000
    page = entered(qtbot, window)
    qtbot.waitUntil(lambda: lines_of(page.short) == ["The disk is nearly full"])
    assert "200 MB" in texts_of(page.disk) and "2 MB" in texts_of(page.disk)


# ------------------------------------------------------------------ the audit


def test_a_place_that_failed_is_named_and_tried_again(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, diary = living
    page = entered(qtbot, window)
    row = page.audit.rows["failed"]
    qtbot.waitUntil(lambda: row.state == "look" and lines_of(row) == ["cut.pdf"])
    whole = FPDF()
    whole.add_page()
    whole.set_font("helvetica", size=12)
    whole.cell(text="The roof is tight.")
    whole.output(str(diary.folder / "cut.pdf"))
    click(qtbot, row, "Try again: 1 place could not be taken in")
    qtbot.waitUntil(lambda: row.state == "well" and not page.audit.running, timeout=20_000)
    assert row.sentence.text() == "No place failed to be taken in"
    qtbot.waitUntil(lambda: page.short.sentence.text() == "One thing wants a look.")


def test_facts_that_were_only_read_unfold_and_open(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, _diary = living
    page = entered(qtbot, window)
    row = page.audit.rows["unconfirmed"]
    assert row.state == "told" and row.sentence.text() == "1 fact was read, and not confirmed by you; that is usual"
    look = f"Look: {row.sentence.text()}"
    click(qtbot, row, look)
    qtbot.waitUntil(lambda: lines_of(row) == ["You live in Hallevik."])
    click(qtbot, row, "You live in Hallevik.")
    qtbot.waitUntil(lambda: window.panel.isVisible() and window.panel.detail is not None)
    click(qtbot, row, look)
    assert lines_of(row) == []


def test_secrets_are_found_on_demand_and_masked_after_asking(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, diary = living
    diary.engine.set_setting("capture.mask_secrets", False)
    diary.note("bank.md", f"The visit was short.\n\nPassword: {SECRET}\n")
    page = entered(qtbot, window)
    row = page.audit.rows["secrets"]
    assert row.state == "unknown" and SECRET not in " ".join(texts_of(page))
    click(qtbot, row, "Look for secrets: Secrets were not looked for yet")
    qtbot.waitUntil(lambda: row.state == "look", timeout=20_000)
    qtbot.waitUntil(lambda: lines_of(row) == ["bank"])
    assert row.sentence.text() == "Secrets slipped in: 1 password"
    assert SECRET not in " ".join((*texts_of(page), *(one.accessibleName() for one in page.findChildren(QWidget))))
    qtbot.waitUntil(lambda: "Secrets slipped in: 1 password" in lines_of(page.short))
    click(qtbot, row, "Mask them all…: Secrets slipped in: 1 password")
    assert page.audit.question is not None
    click(qtbot, page.audit.question, "Mask")
    qtbot.waitUntil(lambda: row.state == "well", timeout=20_000)
    assert row.sentence.text() == "No secret stands in what is kept"
    assert diary.engine.show(diary.passage("Password")).memory.text.endswith("█" * len(SECRET))
    qtbot.waitUntil(lambda: "Secrets slipped in: 1 password" not in lines_of(page.short))


def test_keeping_a_secret_changes_nothing(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, diary = living
    diary.engine.set_setting("capture.mask_secrets", False)
    diary.note("bank.md", f"Password: {SECRET}\n")
    page = entered(qtbot, window)
    page.audit.look_for_secrets()
    row = page.audit.rows["secrets"]
    qtbot.waitUntil(lambda: row.state == "look", timeout=20_000)
    click(qtbot, row, "Mask…: bank")
    click(qtbot, page.audit.question, "Keep")
    assert diary.passage(SECRET) and row.state == "look"


def test_copies_are_looked_for_on_demand(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, diary = living
    letter = "The chimney of the cabin was swept on the ninth, and the hearth wants two new bricks before winter."
    diary.note("l1.md", letter + "\n")
    diary.note("l2.md", letter + "\n")
    page = entered(qtbot, window)
    row = page.audit.rows["copies"]
    assert row.sentence.text() == "No copies are known"
    click(qtbot, row, "Look for more: No copies are known")
    qtbot.waitUntil(lambda: any("1 look like copies" in one for one in texts_of(row)), timeout=20_000)
    click(qtbot, row, "Put in order: No copies are known")
    qtbot.waitUntil(lambda: row.sentence.text() == "1 copy is linked to what it repeats", timeout=20_000)


def test_a_store_that_is_damaged_is_repaired(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, diary = living
    diary.store.write(lambda db: db.execute("DELETE FROM memory_fts"))
    page = entered(qtbot, window)
    row = page.audit.rows["check"]
    click(qtbot, row, "Check now: The store was not checked yet")
    qtbot.waitUntil(lambda: row.state == "look", timeout=20_000)
    assert row.sentence.text() == "The store has 1 problem" and "full-text index" in row.detail.text()
    qtbot.waitUntil(lambda: "The store has problems" in lines_of(page.short))
    click(qtbot, row, "Repair: The store has 1 problem")
    qtbot.waitUntil(lambda: row.state == "well", timeout=20_000)
    assert row.sentence.text() == "The store was mended, and is whole" and diary.engine.doctor().findings == ()


def test_a_long_look_shows_how_far_it_is_and_can_be_stopped(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    def secrets(progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> None:
        while not cancelled():
            progress(Progress("secrets", 30, 120))
            threading.Event().wait(0.01)
        raise Cancelled

    scripted.condition.secrets = secrets
    page = entered(qtbot, window)
    row = page.audit.rows["secrets"]
    click(qtbot, row, "Look for secrets: Secrets were not looked for yet")
    qtbot.waitUntil(lambda: row.detail.text() == "30 of 120")
    assert row.bar.isVisible() and row.bar.maximum() == 120 and row.bar.value() == 30
    click(qtbot, row, "Stop: Secrets were not looked for yet")
    qtbot.waitUntil(lambda: row.detail.text() == "Stopped.")
    assert not row.bar.isVisible()
    qtbot.waitUntil(lambda: names(row) == ["Look for secrets: Secrets were not looked for yet"])


# ------------------------------------------------------------------ upkeep


def test_what_upkeep_would_do_is_told_and_nothing_is_done(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, diary = living
    page = entered(qtbot, window)
    before = diary.digest()
    click(qtbot, page.upkeep, "What would it do?")
    qtbot.waitUntil(lambda: any(one.startswith("Saw what belongs together · ") for one in texts_of(page.upkeep)),
                    timeout=20_000)
    assert diary.digest() == before
    click(qtbot, page.upkeep, "What would it do?")
    assert not any(one.startswith("Saw what belongs together · ") for one in texts_of(page.upkeep))


def test_putting_in_order_is_begun_and_a_change_undone_by_keyboard(
        qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, diary = living
    page = entered(qtbot, window)
    press = named(page.upkeep, "Put in order")
    press.setFocus()
    qtbot.keyClick(press, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not page.upkeep.running and bool(diary.life.journal(by="upkeep")), timeout=20_000)
    latest = diary.life.journal(limit=1)[0]
    words = f"Undo: {entry_words(latest)}"
    qtbot.waitUntil(lambda: words in names(page.upkeep) and not page.upkeep._soon.isActive())
    undo = named(page.upkeep, words)
    undo.setFocus()
    qtbot.keyClick(undo, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: diary.life.journal(limit=1)[0].undone_at is not None, timeout=20_000)
    assert diary.life.journal(limit=1)[0].id == latest.id
    qtbot.waitUntil(lambda: window.toast.text.text() == "Undone.")


def test_a_job_rests_and_goes_on(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, diary = living
    diary.engine.start_background()
    page = entered(qtbot, window)
    qtbot.waitUntil(lambda: "Pause: Put memories in order" in names(page.upkeep))
    click(qtbot, page.upkeep, "Pause: Put memories in order")
    qtbot.waitUntil(lambda: any(one.paused for one in diary.engine.jobs() if one.name == "upkeep"))
    qtbot.waitUntil(lambda: "Go on: Put memories in order" in names(page.upkeep))
    click(qtbot, page.upkeep, "Go on: Put memories in order")
    qtbot.waitUntil(lambda: not any(one.paused for one in diary.engine.jobs()))


def test_without_a_scheduler_a_job_cannot_be_run_and_that_is_said(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, _diary = living
    page = entered(qtbot, window)
    qtbot.waitUntil(lambda: "Put memories in order" in texts_of(page.upkeep))
    click(qtbot, page.upkeep, "Run now: Put memories in order")
    qtbot.waitUntil(lambda: "The scheduler does not run here." in page.upkeep.said.text())


def test_older_changes_are_shown_on_request(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, diary = living
    memory = diary.passage("Hallevik")
    for _n in range(8):
        diary.life.pin([memory])
        diary.life.pin([memory], on=False)
    page = entered(qtbot, window)
    qtbot.waitUntil(lambda: sum(one.startswith("You: ") for one in texts_of(page.upkeep)) == 10)
    click(qtbot, page.upkeep, "Show older changes")
    qtbot.waitUntil(lambda: sum(one.startswith("You: ") for one in texts_of(page.upkeep)) == 16)


# ------------------------------------------------------------------ what changes


def test_the_page_follows_what_is_taken_in(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, diary = living
    page = entered(qtbot, window)
    before = page.report.counts.memories
    diary.note("new.md", "The pump is new.\n")
    qtbot.waitUntil(lambda: page.report.counts.memories > before, timeout=20_000)


# ------------------------------------------------------------------ drawings


def test_a_year_is_read_week_by_week_with_the_keys(qtbot: QtBot, theme: Theme) -> None:
    chart = GrowthChart(theme)
    qtbot.addWidget(chart)
    chart.show_growth(Growth(date(2025, 1, 1), 100, (0,) * 358 + (2,) * 8))
    chart.resize(500, 240)
    chart.show()
    made = weeks(Growth(date(2025, 1, 1), 100, (0,) * 358 + (2,) * 8))
    assert made[-1].total == 116 and made[-1].added == 14 and sum(week.added for week in made) == 16
    assert chart.words.text() == "16 memories came in within a year; most in the week from 26 Dec 2025."
    assert chart.plot.accessibleDescription() == chart.words.text()
    focus(qtbot, chart.plot)
    assert chart.words.text() == "Week from 26 Dec 2025: 14 came in, 116 in all"
    qtbot.keyClick(chart.plot, Qt.Key.Key_Left)
    assert chart.words.text() == "Week from 19 Dec 2025: 2 came in, 102 in all"
    qtbot.keyClick(chart.plot, Qt.Key.Key_Home)
    assert chart.plot.at == 0
    chart.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    chart.plot.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.keyClick(chart.plot, Qt.Key.Key_Left)
    assert chart.plot.at == 1  # time runs to the left
    assert chart.plot.across(0.0) > chart.plot.across(1.0)


def test_bars_stand_where_memories_are_and_the_future_is_dotted(qtbot: QtBot, theme: Theme) -> None:
    chart = FadingChart(theme)
    qtbot.addWidget(chart)
    later = tuple(Forecast(days, (0, 0, 0, 0, 10, 0, 0, 0, 0, 0), days // 90) for days in (30, 90, 365))
    chart.show_fading(Fading(10, 400, 0.25, Forecast(0, (2,) + (0,) * 8 + (8,), 2), later))
    chart.resize(500, 300)
    chart.show()
    assert "Computed over 10 of 400 memories, evenly taken." in texts_of(chart)
    assert chart.words.text() == "2 of 10 have faded. If nobody uses them, 1 will have faded in 90 days (dotted)."
    picture, box = chart.plot.grab().toImage(), chart.plot.box()

    def inked(band: int, height: float) -> str:
        return picture.pixelColor(int(box.left() + (band + 0.5) * box.width() / 10), int(box.bottom() - height)).name()

    ground = inked(6, 30)
    assert inked(9, 30) not in (ground, inked(0, 10)) and inked(5, 30) == ground
    click(qtbot, chart, "in a year")
    assert "4 will have faded in 365 days" in chart.words.text()
    focus(qtbot, chart.plot)
    qtbot.keyClick(chart.plot, Qt.Key.Key_Home)
    assert chart.words.text() == "0–10% kept: 2 now, 0 in 365 days"


def test_scales_end_at_round_numbers() -> None:
    assert [nice_top(n) for n in (0, 1, 7, 10, 11, 705, 1200, 99_999)] == [1, 1, 8, 10, 20, 800, 2000, 100_000]


# ------------------------------------------------------------------ widths, directions, names


def test_the_room_fits_a_narrow_window_and_turns(
        qtbot: QtBot, living: tuple[MainWindow, Any], qapp: QApplication) -> None:
    window, _diary = living
    page = entered(qtbot, window)
    assert corner(page, page.growth).x() < corner(page, page.fading).x()
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        qtbot.waitUntil(lambda: corner(page, page.growth).x() > corner(page, page.fading).x())
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    window.resize(480, 700)
    [area] = page.findChildren(QScrollArea)
    qtbot.waitUntil(lambda: corner(page, page.growth).y() < corner(page, page.fading).y())
    assert area.widget().width() <= area.viewport().width()


def test_every_control_of_the_room_has_a_name(qtbot: QtBot, living: tuple[MainWindow, Any]) -> None:
    window, _diary = living
    page = entered(qtbot, window)
    controls = [one for one in page.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(controls) > 20
    assert [type(one).__name__ for one in controls if not one.accessibleName()] == []


def test_a_long_name_of_a_place_is_cut_not_the_page(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    long = "/notes/" + "très-long-🚰" * 60 + ".md"
    scripted.condition.concerns = {"failed": Concern("failed", 1, places=(Failing(1, long, "It is " + "long " * 80),))}
    window.resize(480, 700)
    page = entered(qtbot, window)
    [area] = page.findChildren(QScrollArea)
    assert lines_of(page.audit.rows["failed"])[0].startswith("très-long")
    qtbot.waitUntil(lambda: area.widget().width() <= area.viewport().width())


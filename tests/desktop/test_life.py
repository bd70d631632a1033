"""The life of a memory in the window: its curve, what the owner decides, facts and contradictions, upkeep."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDoubleSpinBox,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mneme import builtin
from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.jobs.work import JobStatus
from mneme.paths import Profile
from mneme.ports import Extract, Reading
from mneme.registry import Plugins
from mneme.testing import HashEmbedder, ScriptedReader
from mneme.types import Citation, Fact, JournalEntry, Kind, Moment, Progress, StepReport
from mneme_desktop.bridge import Bridge, OnGuiThread, guarded
from mneme_desktop.health.upkeep import JobLine, entry_words, job_words, step_words
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.account import Seen, tag_words
from mneme_desktop.panel.acting import MoreChip
from mneme_desktop.panel.evidence import Wanted
from mneme_desktop.panel.facts import sources_words, state_words, told_words
from mneme_desktop.panel.fading import LayerCurves, RetentionCurve, coming_words, outlook_words, value_at, with_uses
from mneme_desktop.panel.keeping import noted
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.people.aboutme import ConflictCard
from mneme_desktop.shell.window import HEALTH, MEMORIES, PEOPLE, SETTINGS_ROOM, MainWindow

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SAID = {
    "Notes": (("2023-02-03", "I live in Oslo."), ("2024-03-03", "I moved to Hallevik."),
              ("2024-04-04", "I am allergic to penicillin."), ("2024-08-02", "Ines's birthday is 3 March 1990."),
              ("2024-08-03", "Lost the umbrella again, somewhere between the ferry and the bakery.")),
    "Family": (("2024-08-02", "Ines's birthday is 13 March 1990."),),
}
HISTORY = {"pinned": "you pinned it", "kept": "you asked to keep it longer", "let go": "you let it fade"}
UMBRELLA = SAID["Notes"][-1][1]


def write_life(folder: Path) -> None:
    """Two chats in which the owner says some things, two of which cannot both be so."""
    folder.mkdir()
    for title, said in SAID.items():
        head = {"mneme": "conversation", "version": 1, "title": title,
                "participants": [{"id": "me", "name": "Maren", "role": "owner"}]}
        lines = [{"id": f"m{n}", "from": "me", "at": f"{day}T10:00:00+00:00", "text": words}
                 for n, (day, words) in enumerate(said)]
        (folder / f"{title}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in (head, *lines)),
                                               encoding="utf-8")


def nothing_read(question: str, extract: Extract) -> Reading:
    return Reading(0, 0, -9.0, 0.01)


@pytest.fixture
def engine(profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    """A real engine with small plug-ins that has taken in the two chats."""
    write_life(tmp_path / "life")
    plugins = Plugins(parsers=builtin.plugins().parsers, embedder=HashEmbedder(), reader=ScriptedReader(nothing_read))
    with Engine.open(profile, use_keyring=False, plugins=plugins) as opened:
        opened.add([tmp_path / "life"])
        yield opened


@pytest.fixture
def living(qtbot: QtBot, theme: Theme, engine: Engine, profile: Profile) -> Iterator[MainWindow]:
    """The window over that engine."""
    made = MainWindow(theme, Bridge(engine), profile, engine.settings())
    qtbot.addWidget(made)
    made.resize(1360, 860)
    made.show()
    qtbot.waitUntil(lambda: made.settled, timeout=20_000)
    yield made
    made.close()


def passage(engine: Engine, words: str) -> int:
    [found] = [memory.id for memory in engine.list_memories(limit=50).memories if memory.text == words]
    return found


def fact_id(engine: Engine, words: str) -> int:
    [found] = [fact.memory.id for fact in engine.life.facts(history=True) if fact.memory.text == words]
    return found


def opened(qtbot: QtBot, window: MainWindow, memory: int) -> None:
    window._show_memory(memory)
    qtbot.waitUntil(lambda: window.panel.detail is not None and window.panel.detail.memory.id == memory)
    settled()


def settled() -> None:
    """What was just put into a layout is shown by an event of its own."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def named(within: QWidget, name: str) -> QAbstractButton:
    """The one visible button that a screen reader calls so."""
    found = [b for b in within.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible()]
    assert len(found) == 1, f"{name}: {len(found)} of them"
    return found[0]


def click(qtbot: QtBot, within: QWidget, name: str) -> None:
    qtbot.waitUntil(lambda: any(b.accessibleName() == name and b.isVisible()
                                for b in within.findChildren(QAbstractButton)))
    qtbot.mouseClick(named(within, name), Qt.MouseButton.LeftButton)


def texts_of(within: QWidget) -> list[str]:
    settled()
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible() and found.text()]


# ------------------------------------------------------------------ the curve


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """Waits longer than usual: behind each act stand a worker thread, a store and a list that is read again."""
    wait = qtbot.waitUntil
    monkeypatch.setattr(qtbot, "waitUntil", lambda callback, *, timeout=30_000: wait(callback, timeout=timeout))
    return qtbot


@pytest.mark.parametrize(("fades_at", "words"), [
    (None, "does not fade"), (NOW - 90 * DAY, "faded in January 2026"), (NOW, "faded in May 2026"),
    (NOW + 13 * DAY, "will have faded by 14 May 2026"), (NOW + 320 * DAY, "will have faded in March 2027"),
    (NOW + 90_000 * DAY, "will hardly fade")])
def test_when_a_memory_fades_is_said_as_exactly_as_it_matters(fades_at: datetime | None, words: str) -> None:
    assert coming_words(fades_at, NOW) == words


def test_a_use_lifts_the_line_where_it_happened_and_not_before() -> None:
    curve = [(NOW, 1.0), (NOW + 10 * DAY, 0.5), (NOW + 20 * DAY, 0.9), (NOW + 30 * DAY, 0.7)]
    line = with_uses(curve, [NOW + 18 * DAY])
    assert line == [*curve[:2], (NOW + 18 * DAY, 0.5), (NOW + 18 * DAY, 1.0), *curve[2:]]
    assert value_at(line, NOW + 14 * DAY) == 0.5 and value_at(line, NOW + 18 * DAY) == 1.0
    assert value_at(line, NOW + 5 * DAY) == pytest.approx(0.75)
    assert value_at(line, NOW - DAY) == 1.0 and value_at(line, NOW + 99 * DAY) == 0.7


def test_what_is_no_use_draws_no_edge() -> None:
    curve = [(NOW, 1.0), (NOW + 10 * DAY, 0.5), (NOW + 20 * DAY, 0.2)]
    assert with_uses(curve, [NOW + 15 * DAY]) == curve


def test_the_panel_shows_the_curve_and_says_it(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    opened(qtbot, living, passage(engine, UMBRELLA))
    curve, detail = living.panel.curve, living.panel.detail
    assert detail is not None and curve.isVisible()
    assert curve.accessibleDescription() == outlook_words(detail)
    assert outlook_words(detail).startswith("100% kept; will have faded in ")
    assert curve.threshold == engine.settings()["forgetting.faded_below"]
    assert curve.now is not None and abs(curve.now - datetime.now(UTC)) < DAY


def test_the_curve_is_drawn_with_its_dots_and_its_threshold(
        qtbot: QtBot, theme: Theme, engine: Engine) -> None:
    detail = engine.show(passage(engine, UMBRELLA))
    start = NOW - 400 * DAY
    falling = tuple((start + n * 10 * DAY, max(0.1, 1 - n / 80)) for n in range(78))
    curve = RetentionCurve(theme)
    qtbot.addWidget(curve)
    curve.show_detail(replace(detail, curve=falling, uses=((start + 55 * DAY, "found"),)), 0.25)
    curve.resize(420, 136)
    curve.show()
    picture = curve.grab().toImage()
    captured, used = (curve.place(*dot) for dot in curve.dots())
    assert captured.x() < used.x() and captured.y() < used.y()
    for dot in (captured, used):
        assert picture.pixelColor(dot.toPoint()).name() == theme.colours.accent
    row = round(curve.place(0.0, 0.25).y())
    dashes = [picture.pixelColor(x, row).red() > picture.pixelColor(x, row).blue() + 20 for x in range(40, 400)]
    assert 0.3 < sum(dashes) / len(dashes) < 0.8


def test_time_runs_the_way_one_reads(qtbot: QtBot, theme: Theme) -> None:
    curve = RetentionCurve(theme)
    qtbot.addWidget(curve)
    curve.resize(400, 136)
    assert curve.place(0.0, 0.5).x() < curve.place(1.0, 0.5).x()
    curve.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert curve.place(0.0, 0.5).x() > curve.place(1.0, 0.5).x()
    assert curve.place(0.5, float("nan")) == curve.place(0.5, 0.0)


# ------------------------------------------------------------------ what the owner decides


@pytest.mark.parametrize(("button", "sentence", "uses"), [
    ("Pin", "Pinned: it does not fade.", ["pinned"]), ("Keep longer", "It fades three times slower now.", ["kept"]),
    ("Let fade", "It has faded; it still answers.", ["let go"])])
def test_what_is_done_to_fading_can_be_undone(
        qtbot: QtBot, living: MainWindow, engine: Engine, button: str, sentence: str, uses: list[str]) -> None:
    memory = passage(engine, UMBRELLA)
    before = engine.show(memory)
    opened(qtbot, living, memory)
    click(qtbot, living.panel, button)
    qtbot.waitUntil(lambda: living.toast.text.text() == sentence)
    assert [what for _at, what in engine.show(memory).uses] == uses
    assert engine.show(memory).fades_at != before.fades_at
    qtbot.waitUntil(lambda: HISTORY[uses[0]] in texts_of(living.panel))
    click(qtbot, living.toast, "Undo")
    qtbot.waitUntil(lambda: living.toast.text.text() == "Undone.")
    assert engine.show(memory).uses == () and engine.show(memory).fades_at == before.fades_at
    qtbot.waitUntil(lambda: HISTORY[uses[0]] not in texts_of(living.panel))


def test_what_is_pinned_can_be_unpinned_and_nothing_else(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    memory = passage(engine, UMBRELLA)
    engine.life.pin([memory])
    opened(qtbot, living, memory)
    names = {b.accessibleName() for b in living.panel.findChildren(QAbstractButton) if b.isVisible()}
    assert "Unpin" in names and not names & {"Pin", "Keep longer", "Let fade"}
    assert "pinned" in texts_of(living.panel) and "Does not fade." in texts_of(living.panel)
    click(qtbot, living.panel, "Unpin")
    qtbot.waitUntil(lambda: "Pin" in {b.accessibleName() for b in living.panel.findChildren(QAbstractButton)})


def test_what_faded_is_in_the_list_of_the_faded(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    engine.life.let_fade([passage(engine, UMBRELLA)])
    living.go(MEMORIES)
    click(qtbot, living.memories_page, "Faded")
    qtbot.waitUntil(lambda: living.memories_page.model.what.faded is True and living.memories_page.model.total == 1)
    living.memories_page.table.selectRow(0)
    qtbot.waitUntil(lambda: "faded" in texts_of(living.panel))


def test_other_words_take_the_place_of_a_passage_and_go_again(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    memory = passage(engine, UMBRELLA)
    opened(qtbot, living, memory)
    [more] = [chip for chip in living.panel.findChildren(MoreChip) if chip.isVisible()]
    [change] = [action for action in more.menu_shown.actions() if action.text() == "Change the words…"]
    change.trigger()
    sheet = living.keeper.question
    assert sheet is not None
    [box] = sheet.findChildren(QPlainTextEdit)
    keep = named(sheet, "Keep")
    assert box.toPlainText() == UMBRELLA and not keep.isEnabled()
    box.setPlainText("Lost the red umbrella.")
    qtbot.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: living.panel.passage.marked_text() == "Lost the red umbrella.")
    assert passage(engine, "Lost the red umbrella.") == living.panel.current()
    click(qtbot, living.toast, "Undo")
    qtbot.waitUntil(lambda: living.panel.current() == memory and living.panel.passage.marked_text() == UMBRELLA)
    assert passage(engine, UMBRELLA) == memory


def test_a_fact_is_put_right_by_what_it_says_alone(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    opened(qtbot, living, fact_id(engine, "You live in Hallevik."))
    click(qtbot, living.panel, "Correct…")
    sheet = living.keeper.question
    assert sheet is not None
    [box] = sheet.findChildren(QPlainTextEdit)
    assert box.toPlainText() == "Hallevik"
    box.setPlainText("Bergen")
    click(qtbot, sheet, "Keep")
    qtbot.waitUntil(lambda: "You live in Bergen." in texts_of(living.panel))
    assert any(text.startswith("You live in") for text in texts_of(living.panel))
    assert [fact.memory.text for fact in engine.life.facts(about="me", relations=["lives_in"])] == [
        "You live in Bergen."]


def test_one_change_set_is_noted_and_only_if_there_is_one(engine: Engine) -> None:
    memory = passage(engine, UMBRELLA)
    _changes, first = noted(engine, lambda: engine.life.pin([memory]))
    assert first == engine.life.journal(by="owner")[0].id
    assert noted(engine, lambda: engine.restore([memory]))[1] is None
    with pytest.raises(KnownError):
        noted(engine, lambda: engine.life.edit(memory, " "))


# ------------------------------------------------------------------ facts in the panel


def test_a_superseded_fact_leads_to_what_replaced_it_and_back(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    opened(qtbot, living, fact_id(engine, "You live in Oslo."))
    qtbot.waitUntil(lambda: "true from 3 Feb 2023 to 3 Mar 2024" in texts_of(living.panel))
    qtbot.waitUntil(lambda: "Replaced by" in texts_of(living.panel))
    assert not living.panel.back.isVisible()
    click(qtbot, living.panel, "You live in Hallevik.")
    qtbot.waitUntil(lambda: "true since 3 Mar 2024" in texts_of(living.panel))
    qtbot.mouseClick(living.panel.back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "You live in Oslo." in texts_of(living.panel))
    assert not living.panel.back.isVisible()


def test_a_fact_leads_to_every_place_it_stands_on_and_a_passage_to_its_facts(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    fact = fact_id(engine, "You live in Hallevik.")
    opened(qtbot, living, fact)
    click(qtbot, living.panel, "“I moved to Hallevik.”")
    place = passage(engine, "I moved to Hallevik.")
    qtbot.waitUntil(lambda: living.panel.detail is not None and living.panel.detail.memory.id == place)
    assert living.panel.passage.marked_text() == "I moved to Hallevik."
    qtbot.waitUntil(lambda: "Learned from this" in texts_of(living.panel))
    click(qtbot, living.panel, "You live in Hallevik.")
    qtbot.waitUntil(lambda: living.panel.current() == fact)


def test_many_lines_come_when_they_are_asked_for(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    memory = passage(engine, UMBRELLA)
    others = tuple(replace(engine.show(memory).memory, id=1000 + n, kind=Kind.FACT, text=f"Fact {n}.")
                   for n in range(9))
    account = living.panel.account
    opened(qtbot, living, memory)
    account.show_seen(Seen(replace(engine.show(memory), standing=others), 0.25))
    assert len([b for b in account.findChildren(LineButton) if b.isVisible()]) == 5
    click(qtbot, account, "4 more")
    qtbot.waitUntil(lambda: len([b for b in account.findChildren(LineButton) if b.isVisible()]) == 9)


def a_fact(engine: Engine, **more: Any) -> Fact:
    made = engine.life.fact(fact_id(engine, "You live in Hallevik."))
    assert made is not None
    return replace(made, **more)


@pytest.mark.parametrize(("more", "words"), [
    ({"state": "conflict"}, "contradicted"), ({"state": "cancelled"}, "called off"),
    ({"state": "planned"}, "planned for 3 Mar 2024"), ({"state": "past", "valid_from": None}, "no longer true"),
    ({"state": "holds", "valid_from": None}, "true"),
    ({"state": "holds", "valid_to": Moment(NOW, precision="month")}, "true from 3 Mar 2024 to May 2026")])
def test_the_state_of_a_fact_in_words(engine: Engine, more: dict[str, Any], words: str) -> None:
    assert state_words(a_fact(engine, **more)) == words


def test_what_was_told_where(engine: Engine) -> None:
    fact = a_fact(engine)
    assert told_words(fact) == "Notes · Maren · 3 Mar 2024" and sources_words(fact) == "1 source"
    assert told_words(replace(fact, by_owner=True)) == "you said so on 3 Mar 2024"
    assert told_words(replace(fact, evidence=())) == "3 Mar 2024"
    twice: tuple[Citation, ...] = fact.evidence * 2
    assert sources_words(replace(fact, evidence=twice)) == "2 sources"


def test_the_tags_say_what_bears_on_fading(engine: Engine) -> None:
    seen = Seen(engine.show(fact_id(engine, "You are allergic to penicillin.")), 0.25)
    assert tag_words(seen) == ["never changes, never fades"]
    memory = engine.show(passage(engine, UMBRELLA))
    errand = replace(memory, memory=replace(memory.memory, nature="errand", layer="working", retention=0.3))
    assert tag_words(Seen(errand, 0.25)) == ["passing memory", "an errand, fades quickly"]
    assert tag_words(Seen(errand, 0.5))[0] == "faded"


# ------------------------------------------------------------------ the lists


def test_the_list_shows_facts_alone(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    living.go(MEMORIES)
    page = living.memories_page
    everything = page.model.total
    click(qtbot, page, "Facts")
    qtbot.waitUntil(lambda: page.model.what.kinds == {Kind.FACT} and page.model.total == 5)
    assert [name for name, choice in page.choices.items() if choice.isChecked()] == ["facts"]
    assert page.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Ines's birthday is ")
    assert "Fact · " in page.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    qtbot.keyClick(page.choices["facts"], Qt.Key.Key_Left)
    qtbot.keyClick(page.choices["faded"], Qt.Key.Key_Left)
    qtbot.keyClick(page.choices["all"], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.model.total == everything)


@pytest.mark.parametrize(("which", "words", "ways"), [
    ("All", "Nothing is remembered yet.", {"Add a folder…"}), ("Faded", "Nothing has faded.", set()),
    ("Facts", "No facts are known yet.", {"Put in order now"}),
    ("Days", "No day is summed up yet.", {"Put in order now"}), ("In the bin", "The bin is empty.", set())])
def test_every_empty_list_says_what_would_stand_in_it(
        qtbot: QtBot, window: MainWindow, scripted: Any, which: str, words: str, ways: set[str]) -> None:
    scripted.memories = []
    window.go(MEMORIES)
    page = window.memories_page
    page.model.reread()
    qtbot.waitUntil(lambda: page.model.total == 0)
    click(qtbot, page, which)
    qtbot.waitUntil(lambda: words in texts_of(page))
    shown = {b.accessibleName() for b in page.findChildren(QAbstractButton) if b.isVisible()}
    assert shown & {"Add a folder…", "Put in order now", "Ask this as a question"} == ways


# ------------------------------------------------------------------ about me


def about(qtbot: QtBot, window: MainWindow) -> QWidget:
    window.go(PEOPLE)
    qtbot.waitUntil(lambda: window.about_page.known is not None)
    return window.about_page


def lines_of(within: QWidget) -> list[str]:
    return [line.words() for line in within.findChildren(LineButton) if line.isVisible()]


def test_the_portrait_has_a_line_for_each_fact_with_its_source(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    page = about(qtbot, living)
    assert lines_of(page) == ["You live in Hallevik.", "You are allergic to penicillin."]
    line = named(page, "You live in Hallevik.")
    assert line.accessibleDescription() == "Notes · Maren · 3 Mar 2024"
    assert "I moved to Hallevik." in line.toolTip()
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: living.panel.isVisible() and "You live in Hallevik." in texts_of(living.panel))


def test_a_line_of_the_portrait_is_forgotten_and_comes_back(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    page = about(qtbot, living)
    click(qtbot, page, "Forget: You are allergic to penicillin.")
    qtbot.waitUntil(lambda: lines_of(page) == ["You live in Hallevik."])
    assert living.toast.text.text() == "Forgot one memory."
    click(qtbot, living.toast, "Undo")
    qtbot.waitUntil(lambda: len(lines_of(page)) == 2)


def test_a_contradiction_is_decided_and_decided_back(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    page = about(qtbot, living)
    assert "One contradiction" in texts_of(page)
    [card] = page.findChildren(ConflictCard)
    said = texts_of(card)
    assert "“Ines's birthday is 3 March 1990.”" in said and "Family · Maren · 2 Aug 2024" in said
    click(qtbot, card, "This is right: Ines's birthday is 3 March 1990.")
    qtbot.waitUntil(lambda: "Ines's birthday is 3 March 1990." in lines_of(page))
    assert engine.life.conflicts() == () and "One contradiction" not in texts_of(page)
    click(qtbot, living.toast, "Undo")
    qtbot.waitUntil(lambda: "One contradiction" in texts_of(page))
    assert len(engine.life.conflicts()) == 1


def test_a_contradiction_is_decided_in_the_panel_too(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    fact = fact_id(engine, "Ines's birthday is 13 March 1990.")
    opened(qtbot, living, fact)
    assert "Contradicted by" in texts_of(living.panel) and "contradicted" in texts_of(living.panel)
    click(qtbot, living.panel, "This is right")
    qtbot.waitUntil(lambda: "Contradicted by" not in texts_of(living.panel))
    assert engine.life.conflicts() == ()


def test_a_room_without_facts_teaches(qtbot: QtBot, window: MainWindow) -> None:
    page = about(qtbot, window)
    assert "Nothing is known about you yet." in texts_of(page)
    click(qtbot, page, "Put in order now")
    assert window.rooms.currentIndex() == HEALTH


def test_a_long_portrait_comes_piece_by_piece(qtbot: QtBot, window: MainWindow, engine: Engine, scripted: Any) -> None:
    [first, *_others] = engine.life.portrait()
    lines = tuple(replace(first, text=f"You know {n}.", fact=replace(
        first.fact, memory=replace(first.fact.memory, id=n))) for n in range(30))
    scripted.life.portrait = lambda: lines
    page = about(qtbot, window)
    assert len(lines_of(page)) == 12
    click(qtbot, page, "18 more")
    qtbot.waitUntil(lambda: len(lines_of(page)) == 24)
    click(qtbot, page, "6 more")
    qtbot.waitUntil(lambda: len(lines_of(page)) == 30)


def test_the_portrait_is_read_again_only_where_it_is_seen(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    page = about(qtbot, living)
    living.go(MEMORIES)
    engine.forget([fact_id(engine, "You are allergic to penicillin.")])
    qtbot.wait(600)
    known = living.about_page.known
    assert known is not None and len(known.lines) == 2
    living.go(PEOPLE)
    qtbot.waitUntil(lambda: lines_of(page) == ["You live in Hallevik."])


# ------------------------------------------------------------------ settings


def test_the_preview_of_forgetting_follows_the_settings(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    window.go(SETTINGS_ROOM)
    fading = window.settings_page.fading
    qtbot.waitUntil(fading.isVisible)
    assert fading.words.text() == ("Of a passing thing that nobody uses 8% is kept after a year, of an ordinary memory "
                                   "23%, of a lasting one 63%.")
    assert fading.plot.accessibleDescription() == fading.words.text() and fading.plot.threshold == 0.25
    box = window.settings_page.controls["forgetting.short_days"]
    assert isinstance(box, QDoubleSpinBox) and box.value() == 60.0
    scripted.life.curve_ends = (0.08, 0.5, 0.63)
    box.setValue(300.0)
    qtbot.waitUntil(lambda: "an ordinary memory 50%" in fading.words.text())
    assert scripted.values["forgetting.short_days"] == 300.0
    window.settings_page.controls["forgetting.faded_below"].slider.setValue(40)  # type: ignore[attr-defined]
    assert fading.plot.threshold == 0.4


def test_the_three_lines_are_drawn_apart(qtbot: QtBot, theme: Theme) -> None:
    curves = LayerCurves(theme, 0.0)
    qtbot.addWidget(curves)
    levels = {"long-term": 0.9, "short-term": 0.6, "working": 0.3}
    curves.show_curves({layer: ((0.0, level), (365.0, level)) for layer, level in levels.items()})
    curves.resize(420, 260)
    curves.show()
    picture = curves.plot.grab().toImage()
    inked = {}
    for layer, level in levels.items():
        row, across = int(curves.plot.place(0.0, level).y()), range(60, 400)
        inked[layer] = max(sum(picture.pixelColor(x, y).name() == theme.colours.accent for x in across) / len(across)
                           for y in (row - 1, row, row + 1))
    assert inked["long-term"] > 0.95 > 0.75 > inked["short-term"] > inked["working"] > 0.1
    curves.show_curves({})
    assert curves.isHidden()


def test_settings_and_portrait_fit_a_narrow_window(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    engine.upkeep_now()
    living.resize(480, 700)
    for room, page in ((PEOPLE, living.about_page), (SETTINGS_ROOM, living.settings_page)):
        living.go(room)
        qtbot.wait(300)
        [area] = page.findChildren(QScrollArea)
        inside = area.widget()
        assert inside is not None and inside.width() <= area.viewport().width()


# ------------------------------------------------------------------ upkeep


def upkeep_of(qtbot: QtBot, window: MainWindow) -> QWidget:
    window.go(HEALTH)
    qtbot.waitUntil(lambda: bool({"Journal"} & set(texts_of(window.health_page.upkeep))))
    return window.health_page.upkeep


def test_putting_in_order_tells_what_it_did_and_can_be_undone(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    part = upkeep_of(qtbot, living)
    click(qtbot, part, "Put in order")
    qtbot.waitUntil(lambda: not living.health_page.upkeep.running, timeout=20_000)
    said = living.health_page.upkeep.said.text()
    assert said.endswith("put in order.")
    latest = engine.life.journal(limit=1)[0]
    words = entry_words(latest)
    assert latest.by == "upkeep" and words.startswith("Saw what belongs together · ")
    qtbot.waitUntil(lambda: words in texts_of(part))
    click(qtbot, part, f"Undo: {words}")
    qtbot.waitUntil(lambda: f"{words} · undone" in texts_of(part))
    assert engine.life.journal(limit=1)[0].undone_at is not None


def test_putting_in_order_can_be_stopped(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    begun = threading.Event()

    def upkeep(progress: Callable[..., None], cancelled: Callable[[], bool]) -> list[StepReport]:
        begun.set()
        while not cancelled():
            threading.Event().wait(0.01)
        return [StepReport("learn", {"facts": 2}, waiting="It waits for vectors.")]

    scripted.upkeep_now = upkeep
    part = upkeep_of(qtbot, window)
    click(qtbot, part, "Put in order")
    qtbot.waitUntil(begun.is_set)
    click(qtbot, part, "Stop putting in order")
    qtbot.waitUntil(lambda: not window.health_page.upkeep.running)
    assert window.health_page.upkeep.said.text() == "Stopped. 2 things were put in order. It waits for vectors."
    assert named(part, "Put in order").isEnabled()


def test_what_went_wrong_in_upkeep_is_said_there(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    def upkeep(**_more: object) -> list[StepReport]:
        raise KnownError("The embedder is missing.", "Get it.")

    scripted.upkeep_now = upkeep
    part = upkeep_of(qtbot, window)
    click(qtbot, part, "Put in order")
    qtbot.waitUntil(lambda: not window.health_page.upkeep.running)
    assert window.health_page.upkeep.said.text() == "The embedder is missing. Get it."


def test_the_jobs_say_when_they_ran_and_will_run(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    scripted.jobs = lambda: (
        JobStatus("upkeep", "Put memories in order", False, False, NOW, 3.0, "2 changes were made.", None, NOW + DAY,
                  "It waits until the computer is idle."),
        JobStatus("rest", "Let the models rest", True, False, None, None, None, "It failed.", None))
    part = upkeep_of(qtbot, window)
    qtbot.waitUntil(lambda: "Put memories in order" in texts_of(part))
    last, coming = texts.local_time(NOW), texts.local_time(NOW + DAY)
    assert f"last {last} · next {coming} · 2 changes were made. It waits until the computer is idle." in texts_of(part)
    assert "did not run yet · paused" in texts_of(part) and "It failed." in texts_of(part)


def test_the_rail_says_that_memories_are_put_in_order_only_while_they_are(qtbot: QtBot, window: MainWindow) -> None:
    idle = window.rail.state.text()
    window.bridge.background.emit(Progress("learn", 0, 0, "Learn facts"))
    assert window.rail.state.text() == idle
    window.bridge.background.emit(Progress("learn", 1, 0, "Learn facts"))
    assert window.rail.state.text() == "putting\nin order"
    window.bridge.background.emit(Progress("idle", 0, 0))
    qtbot.waitUntil(lambda: window.rail.state.text() == idle)


def test_what_is_of_today_needs_no_date() -> None:
    now = datetime.now(UTC)
    assert texts.local_time(now).startswith("today, ")
    assert texts.local_time(now - 40 * DAY).startswith(texts.local_day(now - 40 * DAY))


def test_words_of_the_journal_and_of_the_steps() -> None:
    entry = JournalEntry(1, NOW, "pin", "owner", {}, None, True)
    assert entry_words(entry) == "You: pinned"
    assert entry_words(replace(entry, what="learn", by="upkeep", counts={"facts": 3, "superseded": 1}, undone_at=NOW)
                       ) == "Learned facts · 4 · undone"
    assert entry_words(replace(entry, what="sparkle", by="upkeep")) == "sparkle" and step_words("sparkle") == "sparkle"
    assert job_words(JobLine("", None, None, True, False, "", "")) == "runs now"


@pytest.mark.parametrize(("level", "key", "words"), [
    ("day", "2024-05-07", "Tuesday 7 May 2024"), ("week", "2024-W19", "Week 19 of 2024"),
    ("month", "2024-05", "May 2024"), ("topic", "12", "12"), ("day", "odd", "odd"), ("week", "2024", "2024")])
def test_the_time_that_a_summary_stands_for(level: str, key: str, words: str) -> None:
    assert texts.period(level, key) == words


# ------------------------------------------------------------------ the house


def test_the_parts_of_the_engine_are_not_called_on_the_gui_thread(qapp: QApplication, scripted: Any) -> None:
    with pytest.raises(OnGuiThread, match=r"Engine\.life\.journal"):
        guarded(scripted.as_engine()).life.journal()


def test_every_new_control_has_a_name(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    engine.upkeep_now()
    opened(qtbot, living, fact_id(engine, "Ines's birthday is 13 March 1990."))
    about(qtbot, living)
    upkeep_of(qtbot, living)
    controls = living.findChildren(QAbstractButton)
    assert sum(w.isVisible() for w in controls) > 30
    assert [type(w).__name__ for w in controls if w.isVisible() and not (w.accessibleName() or w.text())
            and not w.objectName().startswith("qt_")] == []


def test_the_panel_begins_anew_from_outside(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    opened(qtbot, living, fact_id(engine, "You live in Oslo."))
    click(qtbot, living.panel, "You live in Hallevik.")
    qtbot.waitUntil(living.panel.back.isVisible)
    living.panel.show_wanted(Wanted(passage(engine, UMBRELLA), "Memory"))
    qtbot.waitUntil(lambda: living.panel.passage.marked_text() == UMBRELLA)
    assert not living.panel.back.isVisible()

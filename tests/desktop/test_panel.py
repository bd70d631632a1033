"""The panel over a real engine: notes, corrections, merging, cutting, privacy, and words as they changed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from mneme import builtin
from mneme.engine import Engine
from mneme.paths import Profile
from mneme.ports import Extract, Reading
from mneme.registry import Plugins
from mneme.testing import HashEmbedder, ScriptedReader
from mneme.types import Beside, JournalEntry, Kind, Topic, Wording
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.account import Seen
from mneme_desktop.panel.acting import MoreChip, ways
from mneme_desktop.panel.diffs import DiffView, folded, pieces, spoken
from mneme_desktop.panel.evidence import line_in
from mneme_desktop.panel.history import life_of
from mneme_desktop.panel.merging import MergeSheet
from mneme_desktop.panel.sorting import TopicSheet
from mneme_desktop.panel.splitting import SplitSheet, code_points
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.shell.window import ASK, PEOPLE, MainWindow

NOW = datetime(2026, 5, 1, tzinfo=UTC)
KEY, HOOK = "The spare key 🔑 hangs behind the barrel.", "Spare key: behind the blue barrel, on a hook."
TWO = "We painted the gate green. Ines mended the roof 🏠 of the shed."


@pytest.fixture(autouse=True)
def _patient(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits longer than usual: behind each act stand a worker thread, a store and a list that is read again."""
    wait = qtbot.waitUntil
    monkeypatch.setattr(qtbot, "waitUntil", lambda callback, *, timeout=20_000: wait(callback, timeout=timeout))


def nothing_read(question: str, extract: Extract) -> Reading:
    return Reading(0, 0, -9.0, 0.01)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Notes, and a chat in which the owner says where they live."""
    made = tmp_path / "life"
    made.mkdir()
    for name, text in (("key", f"{KEY}\n"), ("hook", f"{HOOK}\n"), ("shed", TWO + "\n")):
        (made / f"{name}.md").write_text(text, encoding="utf-8")
    head = {"mneme": "conversation", "version": 1, "title": "Notes",
            "participants": [{"id": "me", "name": "Maren", "role": "owner"}]}
    said = [{"id": "m1", "from": "me", "at": "2023-02-03T10:00:00+00:00", "text": "I live in Oslo."},
            {"id": "m2", "from": "me", "at": "2024-03-03T10:00:00+00:00", "text": "I moved to Hallevik."}]
    (made / "chat.jsonl").write_text("".join(json.dumps(line) + "\n" for line in (head, *said)), encoding="utf-8")
    return made


@pytest.fixture
def engine(profile: Profile, folder: Path) -> Iterator[Engine]:
    plugins = Plugins(parsers=builtin.plugins().parsers, embedder=HashEmbedder(), reader=ScriptedReader(nothing_read))
    with Engine.open(profile, use_keyring=False, plugins=plugins) as opened:
        opened.add([folder])
        yield opened


@pytest.fixture
def living(qtbot: QtBot, theme: Theme, engine: Engine, profile: Profile) -> Iterator[MainWindow]:
    made = MainWindow(theme, Bridge(engine), profile, engine.settings())
    qtbot.addWidget(made)
    made.resize(1360, 860)
    made.show()
    qtbot.waitUntil(lambda: made.settled)
    yield made
    made.close()


def passage(engine: Engine, part: str) -> int:
    [found] = [one.id for one in engine.list_memories(limit=50).memories if part in one.text]
    return found


def fact_id(engine: Engine, words: str) -> int:
    [found] = [fact.memory.id for fact in engine.life.facts(history=True) if fact.memory.text == words]
    return found


def opened(qtbot: QtBot, window: MainWindow, memory: int) -> None:
    window._show_memory(memory)
    qtbot.waitUntil(lambda: window.panel.detail is not None and window.panel.detail.memory.id == memory)
    settled()


def settled() -> None:
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def names(within: QWidget) -> set[str]:
    settled()
    return {b.accessibleName() for b in within.findChildren(QAbstractButton) if b.isVisible()}


def click(qtbot: QtBot, within: QWidget, name: str) -> None:
    qtbot.waitUntil(lambda: name in names(within))
    [found] = [b for b in within.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible()]
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def said(within: QWidget) -> list[str]:
    settled()
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible() and found.text()]


def choose(qtbot: QtBot, window: MainWindow, words: str) -> None:
    """Take something out of the menu of what is seldom done."""
    qtbot.waitUntil(lambda: any(chip.isVisible() for chip in window.panel.findChildren(MoreChip)))
    [chip] = [chip for chip in window.panel.findChildren(MoreChip) if chip.isVisible()]
    [action] = [action for action in chip.menu_shown.actions() if action.text() == words]
    action.trigger()


def write(qtbot: QtBot, window: MainWindow, words: str) -> None:
    qtbot.waitUntil(lambda: window.keeper.question is not None)
    sheet = window.keeper.question
    assert sheet is not None
    [box] = sheet.findChildren(QPlainTextEdit)
    box.setPlainText(words)
    qtbot.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


# ------------------------------------------------------------------ words as they changed


@given(st.text(alphabet="ab .,\n", max_size=60), st.text(alphabet="ab .,\n", max_size=60))
def test_nothing_is_lost_between_two_texts(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.sort != "new") == before
    assert "".join(one.text for one in found if one.sort != "gone") == after


def test_a_change_is_told_by_words_and_as_one_where_they_stand_together() -> None:
    found = pieces("The gate is dark green.", "The gate is light blue.")
    assert [(one.sort, one.text) for one in found] == [
        ("same", "The gate is "), ("gone", "dark green"), ("new", "light blue"), ("same", ".")]
    assert spoken(found) == "Instead of “dark green” now “light blue”."
    assert spoken(pieces("Tea.", "Tea, hot.")) == "Added: “, hot”."
    assert spoken(pieces("Hot tea.", "tea.")) == "Taken out: “Hot”."
    assert spoken(pieces("Tea.", "Tea.")) == "Nothing changed."


def test_what_stayed_the_same_for_long_is_folded() -> None:
    long = "Nothing changed in these words. " * 20
    shown = folded(pieces(long + "The gate is green. " + long, long + "The gate is blue. " + long))
    assert sum(len(one.text) for one in shown) < 160
    assert [one.text for one in shown if one.sort != "same"] == ["green", "blue"]
    assert all(texts.ELLIPSIS in one.text for one in (shown[0], shown[-1]))
    assert shown[0].text.endswith("The gate is ") and shown[-1].text.startswith(". Nothing")


def test_very_long_texts_are_compared_by_sentences() -> None:
    long = "".join(f"This is sentence number {n}. " for n in range(2000))
    found = pieces(long, long.replace("number 1000.", "number one thousand."))
    assert [one.text.strip() for one in found if one.sort == "new"] == ["This is sentence number one thousand."]


def test_a_diff_is_seen_without_colours_and_heard(qtbot: QtBot, theme: Theme) -> None:
    view = DiffView(theme, "The gate is green.", "The gate is blue.")
    qtbot.addWidget(view)
    view.resize(300, 60)
    cursor = QTextCursor(view.document())
    seen = {}
    for word in ("green", "blue", "gate"):
        cursor.setPosition(view.toPlainText().index(word) + 2)
        seen[word] = (cursor.charFormat().fontStrikeOut(), cursor.charFormat().fontUnderline())
    assert seen == {"green": (True, False), "blue": (False, True), "gate": (False, False)}
    assert view.accessibleDescription() == "Instead of “green” now “blue”."
    theme.use("dark")
    cursor.setPosition(view.toPlainText().index("green") + 2)
    assert cursor.charFormat().foreground().color().name() == theme.colours.warm
    theme.use("system")


def test_a_life_is_told_once_and_the_latest_first(engine: Engine) -> None:
    detail = engine.show(passage(engine, "painted"))
    born = detail.memory.recorded_at
    later = born + timedelta(days=1)
    entries = (JournalEntry(1, later, "edit", "owner", {}, None, True),
               JournalEntry(2, born + timedelta(days=2), "private", "owner", {}, None, True),
               JournalEntry(3, born + timedelta(days=3), "forget", "owner", {}, born, False),
               JournalEntry(4, born + timedelta(days=3), "events", "upkeep", {}, None, True))
    told = life_of(replace(detail, uses=((later, "edited"),), revisions=entries), [Wording(later, "a", "b")])
    assert [one.words for one in told] == ["you marked it private", "you changed its words", "captured"]
    assert told[1].wording == Wording(later, "a", "b")


# ------------------------------------------------------------------ journeys


def test_a_wrong_fact_is_put_right_and_the_next_answer_is_the_right_one(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    engine.set_setting("answer.caution", 0.0)
    fact = fact_id(engine, "You live in Hallevik.")
    opened(qtbot, living, fact)
    assert "Fact · from your words" in said(living.panel)
    assert "true since 3 Mar 2024" in said(living.panel)
    click(qtbot, living.panel, "Correct…")
    write(qtbot, living, "Bergen")
    qtbot.waitUntil(lambda: "You live in Bergen." in said(living.panel))
    assert "Fact · you said so" in said(living.panel)
    qtbot.waitUntil(lambda: bool(living.panel.history.findChildren(DiffView)))
    [diff] = living.panel.history.findChildren(DiffView)
    assert diff.accessibleDescription() == "Instead of “Hallevik” now “Bergen”."
    living._ask("Where do I live?")
    qtbot.waitUntil(lambda: bool(living.ask_page.turns) and living.ask_page.turns[-1].answer is not None)
    answer = living.ask_page.turns[-1].answer
    assert answer is not None and answer.text == "Bergen"
    assert living.rooms.currentIndex() == ASK


def test_a_note_stands_beside_its_passage_and_goes_with_one_press(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    memory = passage(engine, "spare key 🔑")
    opened(qtbot, living, memory)
    click(qtbot, living.panel, "Add a note…")
    write(qtbot, living, "Aas has another one.")
    qtbot.waitUntil(lambda: "Aas has another one." in said(living.panel.notes))
    assert living.panel.passage.marked_text() == KEY
    click(qtbot, living.panel.notes, "Open the note")
    qtbot.waitUntil(lambda: "Your note · from your words" in said(living.panel))
    assert KEY in {line.words() for line in living.panel.account.findChildren(LineButton) if line.isVisible()}
    assert "Change…" in names(living.panel) and "Add a note…" not in names(living.panel)
    qtbot.mouseClick(living.panel.back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: living.panel.current() == memory)
    click(qtbot, living.toast, "Undo")
    qtbot.waitUntil(lambda: living.toast.text.text() == "Undone.")
    qtbot.waitUntil(lambda: living.panel.current() == memory and not living.panel.notes.isVisible())
    assert engine.review.beside(memory).notes == ()


def test_a_passage_is_cut_where_the_cursor_stands_and_made_whole_again(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    memory = passage(engine, "painted")
    opened(qtbot, living, memory)
    choose(qtbot, living, "Cut in two…")
    qtbot.waitUntil(lambda: isinstance(living.keeper.question, SplitSheet))
    sheet = living.keeper.question
    assert isinstance(sheet, SplitSheet) and not sheet.split.isEnabled()
    cursor = sheet.words.textCursor()
    cursor.setPosition(texts.utf16_length(TWO[:TWO.index("Ines")]))
    sheet.words.setTextCursor(cursor)
    qtbot.keyClick(sheet.words, Qt.Key.Key_Return)
    assert "2. Ines mended the roof 🏠 of the shed." in [found.text() for found in sheet.findChildren(QLabel)]
    sheet.split.click()
    qtbot.waitUntil(lambda: living.panel.passage.marked_text() == "We painted the gate green.")
    assert passage(engine, "Ines mended") != memory
    click(qtbot, living.toast, "Undo")
    qtbot.waitUntil(lambda: living.panel.current() == memory and living.panel.passage.marked_text() == TWO)
    assert passage(engine, "painted") == memory


def test_no_part_without_words_can_be_cut_off(qtbot: QtBot, theme: Theme, engine: Engine) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    memory = engine.show(passage(engine, "painted")).memory
    sheet = SplitSheet(host, theme, memory, (), lambda _at: None)
    sheet.cut_here()  # at the very beginning
    assert sheet.cuts == [] and not sheet.split.isEnabled()
    cursor = sheet.words.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    sheet.words.setTextCursor(cursor)
    sheet.cut_here()
    assert sheet.cuts == []


def test_an_event_is_cut_between_its_passages(qtbot: QtBot, theme: Theme, engine: Engine) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    passages = [engine.show(passage(engine, part)).memory for part in ("spare key 🔑", "on a hook", "painted")]
    event = replace(passages[0], kind=Kind.EVENT)
    sheet = SplitSheet(host, theme, event, passages, lambda _at: None)
    cursor = sheet.words.textCursor()
    cursor.setPosition(sheet.words.toPlainText().index("hook"))
    sheet.words.setTextCursor(cursor)
    sheet.cut_here()
    assert sheet.cuts == [1]


@given(st.text(alphabet="aé🔑\r\n", max_size=40))
def test_places_in_qt_and_in_python_are_the_same(text: str) -> None:
    shown = texts.for_qt(text)
    for place in range(len(text) + 1):
        if not (0 < place < len(text) and text[place - 1] == "\r" and text[place] == "\n"):
            assert code_points(text, texts.utf16_length(texts.for_qt(text[:place]))) == place
    assert code_points(text, texts.utf16_length(shown)) == len(text)


def test_memories_are_merged_from_the_list_and_taken_apart(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    one, other = passage(engine, "spare key 🔑"), passage(engine, "on a hook")
    opened(qtbot, living, one)
    living.keeper.merge(lambda _engine: [one, other])
    qtbot.waitUntil(lambda: isinstance(living.keeper.question, MergeSheet))
    sheet = living.keeper.question
    assert isinstance(sheet, MergeSheet)
    qtbot.mouseClick(sheet.candidates[1], Qt.MouseButton.LeftButton)
    assert [candidate.choice.isChecked() for candidate in sheet.candidates] == [False, True]
    sheet.merge.click()
    qtbot.waitUntil(lambda: living.panel.current() == other)
    assert {found.id for found in engine.list_memories().memories} & {one, other} == {other}
    qtbot.waitUntil(lambda: any(name.startswith("Copy: The spare key") for name in names(living.panel)))
    click(qtbot, living.toast, "Undo")
    qtbot.waitUntil(lambda: {found.id for found in engine.list_memories().memories} >= {one, other})


@pytest.mark.parametrize(("pick", "words"), [
    (["spare key 🔑", "painted"], "hardly a word in common"), (["painted"], "nothing to merge it with")])
def test_what_cannot_be_merged_is_said(
        qtbot: QtBot, living: MainWindow, engine: Engine, pick: list[str], words: str) -> None:
    memories = [passage(engine, part) for part in pick]
    living.keeper.merge(lambda _engine: memories)
    if len(memories) > 1:
        qtbot.waitUntil(lambda: isinstance(living.keeper.question, MergeSheet))
        sheet = living.keeper.question
        assert isinstance(sheet, MergeSheet)
        sheet.merge.click()
    qtbot.waitUntil(lambda: words in living.toast.text.text())


def test_one_act_on_many_is_one_change_and_one_undo(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    every = [memory.id for memory in engine.list_memories().memories]
    living.keeper.act_on("pin", lambda _engine: every, len(every))
    qtbot.waitUntil(lambda: living.toast.text.text() == f"{len(every)} memories pinned.")
    assert all(engine.show(memory).memory.pinned for memory in every)
    click(qtbot, living.toast, "Undo")
    qtbot.waitUntil(lambda: not any(engine.show(memory).memory.pinned for memory in every))


def test_the_lock_says_that_it_is_private_and_takes_that_away(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    memory = passage(engine, "I moved")
    opened(qtbot, living, memory)
    choose(qtbot, living, "Mark as private")
    qtbot.waitUntil(lambda: "Private" in names(living.panel))
    opened(qtbot, living, fact_id(engine, "You live in Hallevik."))
    click(qtbot, living.panel, "Private")
    qtbot.waitUntil(lambda: living.toast.text.text() == "It stays private: it stands on what is.")
    opened(qtbot, living, memory)
    click(qtbot, living.panel, "Private")
    qtbot.waitUntil(lambda: living.toast.text.text() == "Not private any more.")
    assert not engine.show(memory).memory.private


def test_topics_are_searched_and_one_is_chosen_with_the_keyboard(qtbot: QtBot) -> None:
    host, chosen = QWidget(), list[Topic]()
    qtbot.addWidget(host)
    topics = [Topic(1, "Boat", None, 9), Topic(2, "Winter", 1, 4), Topic(3, "Tea", None, 2), Topic(4, "Winds", 1, 1)]
    sheet = TopicSheet(host, topics, 3, chosen.append)
    assert [sheet.list.item(n).text() for n in range(sheet.list.count())] == ["Boat", "Boat › Winter", "Boat › Winds"]
    qtbot.keyClicks(sheet.search, "boat win")
    qtbot.keyClick(sheet.search, Qt.Key.Key_Down)
    qtbot.keyClick(sheet.search, Qt.Key.Key_Return)
    assert [topic.name for topic in chosen] == ["Winds"]
    sheet = TopicSheet(host, topics, 3, chosen.append)
    sheet.search.setText("zzz")
    assert sheet.list.count() == 0 and not sheet.move_there.isEnabled()


def test_where_there_are_no_topics_that_is_said(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    opened(qtbot, living, passage(engine, "painted"))
    choose(qtbot, living, "Move to a topic…")
    qtbot.waitUntil(lambda: living.toast.text.text().startswith("There are no topics yet."))


def test_people_and_topics_are_chips_that_lead_there(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    detail = engine.show(passage(engine, "painted"))
    living._show_memory(detail.memory.id)
    qtbot.waitUntil(lambda: living.panel.detail is not None)
    living.panel.account.show_seen(Seen(detail, 0.25, beside=Beside(people=("Ines",), topic=Topic(7, "Shed", None, 3))))
    assert {"Ines", "Topic: Shed"} <= names(living.panel.account)
    topics: list[int] = []
    living.panel.account.topic.disconnect()
    living.panel.account.topic.connect(topics.append)
    click(qtbot, living.panel.account, "Topic: Shed")
    assert topics == [7]
    click(qtbot, living.panel.account, "Ines")
    qtbot.waitUntil(lambda: living.rooms.currentIndex() == PEOPLE)


# ------------------------------------------------------------------ what is offered, and where it stands


def offered(seen: Seen) -> list[str]:
    return [way.words for way in ways(seen, has_file=False)]


def test_what_is_offered_fits_what_is_shown(engine: Engine) -> None:
    detail = engine.show(passage(engine, "painted"))
    seen = Seen(detail, 0.25)
    assert offered(seen)[0] == "Add a note…" and "Change the words…" in offered(seen)
    binned = replace(detail, memory=replace(detail.memory, forgotten_at=NOW))
    assert offered(Seen(binned, 0.25)) == ["Restore", "Erase…"]
    assert offered(replace(seen, beside=Beside(parts=(detail.memory,)))) == ["Erase…"]
    assert "Add a note…" not in offered(Seen(replace(detail, current=False), 0.25))
    fact = engine.life.fact(fact_id(engine, "You live in Hallevik."))
    assert fact is not None
    shown = Seen(engine.show(fact.memory.id), 0.25, fact)
    assert "Correct…" in offered(shown) and "Cut in two…" not in offered(shown)
    against = replace(shown, beside=Beside(rivals=(fact,)))
    assert offered(against)[0] == "This is right" and "Merge…" in offered(against)


@pytest.mark.parametrize(("name", "text", "wanted", "line"), [
    ("a.md", "one\n\n  two three\n", "two three\nfour", 3), ("a.md", "twin\ntwin\n", "twin", None),
    ("a.pdf", "two\n", "two", None), ("a.txt", "one\n", "two", None), ("a.txt", "one\n", "  \n", None)])
def test_the_line_is_said_where_it_is_certain(
        tmp_path: Path, name: str, text: str, wanted: str, line: int | None) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert line_in(tmp_path / name, wanted) == line
    assert line_in(tmp_path / "nowhere.md", wanted) is None


def test_a_passage_says_in_which_line_it_stands(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    opened(qtbot, living, passage(engine, "spare key 🔑"))
    qtbot.waitUntil(lambda: living.panel._path.whole().endswith("key.md, line 1"))

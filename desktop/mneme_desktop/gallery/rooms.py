"""What the window shows in its rooms: each scene leads a window that has just been opened to where it is pictured."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QItemSelectionModel

from mneme.types import FacetName, Kind, Progress
from mneme_desktop.capture.page import SOURCES
from mneme_desktop.gallery import staged
from mneme_desktop.gallery.life import Home
from mneme_desktop.gallery.photographer import NARROW, Photographer
from mneme_desktop.people.entries import Place
from mneme_desktop.shell.window import (
    CAPTURE,
    HEALTH,
    MEMORIES,
    MODELS,
    PEOPLE,
    SETTINGS_ROOM,
    TIMELINE,
    MainWindow,
)
from mneme_desktop.timeline.levels import View

Scene = Callable[[Photographer, MainWindow, Home], None]
KEY = "Where did I leave the spare key of the cabin?"
DOG = "What is the name of Ines's puppy?"
CODE = "What is the alarm code of the cabin?"
BOAT, WHEN = "How much was the boat sold for?", "When was that?"
YEAR, DAY = datetime(2024, 1, 1), datetime(2024, 3, 11)
WORDS = "live"  # searched for: a fact among what has them took the place of another one


# ------------------------------------------------------------------ asking


def answered(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """A question and its answer; where it is wide, one more that leans on it, with the evidence beside it."""
    turn = photographer.ask(window, BOAT)
    if window.width() > NARROW.width():
        turn = photographer.ask(window, WHEN)
        turn.open_citation(1)
        photographer.wait(lambda: window.panel.detail is not None, 0.8)


def refused(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """A question that nothing is remembered of."""
    photographer.ask(window, CODE)


def written(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """An answer in a language model's words, each sentence held against the memories."""
    page = window.ask_page
    answer = photographer.ask(window, KEY).answer
    assert answer is not None
    page.begin_anew()
    window.close_panel()
    page.composer.show_model(staged.MODEL, "")
    turn = page.begin_turn(KEY)
    turn.show_progress(Progress("writing", 0, 0))
    turn.show_answer(staged.written(answer))
    turn.open_citation(1)
    photographer.wait(lambda: window.panel.detail is not None, 0.8)


def commands(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """What can be typed before a question, offered above the box."""
    page = window.ask_page
    photographer.ask(window, DOG)
    window.close_panel()
    page.composer.write("/")
    photographer.wait(lambda: not page.completion.isHidden())


# ------------------------------------------------------------------ all memories


def searched(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """A search that facets narrow, with a fact and what it replaced beside it."""
    window.go(MEMORIES)
    page = window.memories_page
    toggle(photographer, window, "kind", "fact")
    toggle(photographer, window, "kind", "passage")
    look_for(photographer, window, WORDS)
    pick(photographer, window, next(row for row in range(page.model.total) if lasts(window, row)))


def many(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """The middle of a list of a hundred thousand."""
    window.go(MEMORIES)
    page = window.memories_page
    photographer.wait(lambda: page.model.whole and page.model.total > 1000)
    middle = page.model.total // 2
    bar = page.table.verticalScrollBar()
    bar.setValue(middle * page.table.row_height)
    photographer.wait(lambda: page.model.id_of(middle) is not None and not page.model.loading, 1.0)
    pick(photographer, window, middle + 3)


def listed(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """The list of all, with one of them beside it where there is room."""
    window.go(MEMORIES)
    photographer.wait(lambda: window.memories_page.model.total > 0)
    if window.width() > NARROW.width():
        pick(photographer, window, 1)


def toggle(photographer: Photographer, window: MainWindow, facet: FacetName, value: str) -> None:
    """Choose a value of a facet and wait for the list."""
    page = window.memories_page
    page.bar.toggle(facet, value)
    photographer.wait(lambda: page.model.what == page.bar.what and not page.model.loading)


def look_for(photographer: Photographer, window: MainWindow, words: str) -> None:
    """Type words to search and wait for the list."""
    page = window.memories_page
    page.search.setText(words)
    photographer.wait(lambda: page.model.what.query == words and not page.model.loading, 0.6)


def lasts(window: MainWindow, row: int) -> bool:
    """Whether a row of the list that has been read is the fact that holds now."""
    memory = window.memories_page.model.memory(row)
    return memory is not None and memory.kind is Kind.FACT and memory.text.endswith("Hallevik.")


def pick(photographer: Photographer, window: MainWindow, row: int) -> None:
    """Choose a row, and wait for its memory in the panel."""
    table = window.memories_page.table
    flags = QItemSelectionModel.SelectionFlag
    table.selectionModel().setCurrentIndex(window.memories_page.model.index(row, 0),
                                           flags.ClearAndSelect | flags.Rows)
    photographer.wait(lambda: window.panel.detail is not None, 0.8)


# ------------------------------------------------------------------ time, people, topics


def year(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """A year of the timeline."""
    at(photographer, window, View("year", YEAR))


def day(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """A day of the timeline, with a memory of it beside it."""
    at(photographer, window, View("day", DAY))
    window.timeline_page.table.selectRow(0)
    photographer.rest()


def at(photographer: Photographer, window: MainWindow, view: View) -> None:
    """A stretch of the timeline."""
    window.go(TIMELINE)
    page = window.timeline_page
    photographer.wait(lambda: page.scene is not None)
    page.go_to(view)
    photographer.wait(lambda: page.scene is not None and page.scene.view == view and page.model.total > 0, 1.0)


def person(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """What is known of somebody."""
    window.go(PEOPLE)
    page = window.people_page
    photographer.wait(lambda: page.listing.listed)
    page.show_person("Ines")
    photographer.wait(lambda: page.person.page is not None, 0.8)


def graph(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """Whom and what somebody is near to."""
    person(photographer, window, _home)
    page = window.people_page
    page.go(Place("person", page.here.ref, graph=True))
    photographer.wait(lambda: len(page.graph.graph.nodes) > 1, 2.0)


def topic(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """What a topic holds."""
    window.go(PEOPLE)
    page = window.people_page
    photographer.wait(lambda: page.listing.listed)
    page.listing.show_what("topics")
    photographer.wait(lambda: page.listing.model.rowCount() > 0)
    page.go(page.listing.model.entries[0].place)
    photographer.wait(lambda: page.topic.page is not None, 0.8)


def review(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """A card of the review."""
    window.review()
    photographer.wait(lambda: window.review_page.view is not None, 0.8)


# ------------------------------------------------------------------ the other rooms


def health(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """How the store is."""
    window.go(HEALTH)
    page = window.health_page
    photographer.wait(lambda: page.report is not None and page.looking is None, 1.0)


def log(photographer: Photographer, window: MainWindow, home: Home) -> None:
    """What came in and what did not, one line with its reason."""
    window.go(CAPTURE)
    take_in(photographer, window, home, "Downloads")
    page = window.capture_page
    page.report.hide()
    page.show_log()
    photographer.wait(lambda: page.log.model.total > 0 and page.log.table.isVisible(), 0.8)
    failed = next(row for row in range(page.log.model.total)
                  if (line := page.log.model.at(row)) is not None and line.state == "failed")
    page.log.table.setCurrentIndex(page.log.model.index(failed, 0))
    page.log.table.clicked.emit(page.log.table.currentIndex())
    photographer.rest()


def take_in(photographer: Photographer, window: MainWindow, home: Home, name: str) -> None:
    """Take in a folder of the home folder, and wait for its end."""
    ends: list[bool] = []
    window.adder.ended.connect(lambda _report, _cancelled: ends.append(True))
    window.adder.failed.connect(lambda _error: ends.append(False))
    window.adder.add([home.root / name])
    photographer.wait(lambda: bool(ends) and not window.adder.running)


def sources(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """What is watched, and what could be."""
    window.go(CAPTURE)
    page = window.capture_page
    page.show_tab(SOURCES)
    photographer.wait(lambda: bool(page.watched.rows) and bool(page.watched.offers), 0.8)


def models(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """Three ways of answering, and the models."""
    window.go(MODELS)
    page = window.models_page
    photographer.wait(lambda: page.language.choices is not None and page.shelf.models is not None, 0.8)


def settings(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """The settings of answering, with what a choice costs."""
    window.go(SETTINGS_ROOM)
    page = window.settings_page
    photographer.wait(page.curve.isVisible)
    page.show_part(page.curve)
    photographer.rest(0.8)


def empty(photographer: Photographer, window: MainWindow, _home: Home) -> None:
    """A new profile: nothing is remembered yet."""
    photographer.wait(lambda: window.ask_page.greeted)


def error(photographer: Photographer, window: MainWindow, home: Home) -> None:
    """Something that could not be done, and what to do about it."""
    window.go(CAPTURE)
    take_in(photographer, window, home, "Letters from abroad")

"""Garbage is collected on the GUI thread, whoever makes it; what is not due is left alone."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from mneme_desktop.shell.garbage import Collector

MANY = 50_000


@pytest.fixture
def collector() -> Iterator[Collector]:
    before = gc.isenabled()
    gc.collect()
    made = Collector()
    yield made
    made.stop()
    if not before:  # the one of all tests goes on
        gc.disable()


def in_a_circle() -> list[int]:
    """A QObject that nobody holds but itself; where it was taken apart comes into the list."""
    told: list[int] = []
    one = QObject()
    circle: dict[str, object] = {"one": one}
    circle["circle"] = circle
    weakref.finalize(one, lambda: told.append(threading.get_ident()))
    return told


def litter() -> None:
    """Make garbage on another thread."""
    def work() -> None:
        for _n in range(MANY):
            circle: list[object] = []
            circle.append(circle)
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()


def test_what_another_thread_allocates_takes_no_widget_apart(qtbot: QtBot, collector: Collector) -> None:
    told = in_a_circle()
    litter()
    assert told == []
    qtbot.waitUntil(lambda: told == [threading.get_ident()])


def test_without_it_the_other_thread_would(collector: Collector) -> None:
    collector.stop()
    told = in_a_circle()
    litter()
    assert told and told != [threading.get_ident()]


def test_what_is_not_due_is_left(collector: Collector) -> None:
    assert collector.look() is None
    litter()
    assert collector.look() == 0 and collector.look() is None


def test_the_old_are_looked_at_when_the_young_were_often(collector: Collector) -> None:
    seen = []
    for _n in range(12 * 12):
        circles = [[n] for n in range(1000)]
        seen.append(collector.look())
        del circles
    assert {0, 1, 2} == set(seen) and seen.count(0) > seen.count(1) > seen.count(2)


def test_python_collects_again_afterwards(collector: Collector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()

"""Calls to the engine: never on the GUI thread, newest wins, errors as sentences, bugs without memory text."""

import sys
import threading
import time
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mneme.engine import Engine
from mneme.errors import Cancelled, KnownError
from mneme.types import Progress, Status
from mneme_desktop.bridge import Bridge, OnGuiThread, guarded
from mneme_desktop.watchdog import Watchdog


def test_the_engine_refuses_the_gui_thread(qapp: QApplication, scripted: Any) -> None:
    with pytest.raises(OnGuiThread):
        guarded(scripted.as_engine()).status()
    assert scripted.calls == []


def test_results_arrive_on_the_gui_thread(qtbot: QtBot, bridge: Bridge) -> None:
    came: list[tuple[Status, int]] = []
    worked: list[int] = []

    def work(engine: Engine) -> Status:
        worked.append(threading.get_ident())
        return engine.status()

    bridge.query(bridge, work).success(lambda s: came.append((s, threading.get_ident()))).run()
    qtbot.waitUntil(lambda: bool(came))
    assert came[0][0].memories == 20
    assert came[0][1] == threading.get_ident() != worked[0]


def test_only_the_newest_query_of_a_name_is_answered(qtbot: QtBot, bridge: Bridge, scripted: Any) -> None:
    came: list[int] = []
    scripted.gate.clear()
    for number in range(20):
        bridge.query(bridge, lambda engine, n=number: (engine.status(), n)[1]).named("same").success(came.append).run()
    scripted.gate.set()
    qtbot.waitUntil(lambda: bool(came))
    qtbot.wait(50)
    assert came == [19]
    assert scripted.calls.count("status") <= 4  # what was stale before it began is not worked on at all


def test_nothing_is_told_to_who_is_gone(qtbot: QtBot, bridge: Bridge, scripted: Any) -> None:
    owner, came = QObject(), []
    scripted.gate.clear()
    bridge.query(owner, lambda engine: engine.status()).success(came.append).run()
    owner.deleteLater()
    qtbot.wait(10)
    scripted.gate.set()
    qtbot.wait(50)
    assert came == []


def test_a_known_error_is_told(qtbot: QtBot, bridge: Bridge, scripted: Any) -> None:
    scripted.problem = KnownError("The disk is full.", "Make room.")
    told: list[KnownError] = []
    bridge.query(bridge, lambda engine: engine.status()).failure(told.append).run()
    qtbot.waitUntil(lambda: bool(told))
    assert str(told[0]) == "The disk is full. Make room."
    with qtbot.waitSignal(bridge.failed):
        bridge.query(bridge, lambda engine: engine.status()).run()


def test_a_bug_is_told_without_what_the_owner_wrote(qtbot: QtBot, bridge: Bridge, scripted: Any) -> None:
    scripted.problem = ValueError("the key hangs behind the barrel")
    with qtbot.waitSignal(bridge.crashed) as told:
        bridge.query(bridge, lambda engine: engine.status()).run()
    details = told.args[0]
    assert "ValueError" in details and "_called" in details
    assert "barrel" not in details


def test_progress_and_cancel(qtbot: QtBot, bridge: Bridge) -> None:
    seen: list[Progress] = []
    stopped: list[bool] = []

    def work(_engine: Engine, operation: Any) -> None:
        for step in range(10_000):
            operation.note(Progress("reading", step, 10_000))
            time.sleep(0.002)
            if operation.cancelled():
                raise Cancelled

    operation: Any = bridge.operation(bridge, work)
    operation.progress(seen.append).stopped(lambda: stopped.append(True)).run()
    qtbot.waitUntil(lambda: len(seen) >= 2)
    operation.cancel()
    qtbot.waitUntil(lambda: bool(stopped))
    assert seen[-1].done < 10_000


def test_closing_waits_and_closes_the_engine(qapp: QApplication, scripted: Any) -> None:
    made = Bridge(scripted.as_engine())
    made.query(made, lambda engine: engine.status()).run()
    made.close()
    made.close()
    assert scripted.calls == ["status", "close"]


def test_the_watchdog_sees_a_block_and_only_that(qtbot: QtBot) -> None:
    dog = Watchdog()
    qtbot.wait(100)
    assert dog.blocks == []
    _hold_the_window_up()
    qtbot.wait(10)
    dog.stop()
    assert any("_hold_the_window_up" in block for block in dog.blocks)


def _hold_the_window_up() -> None:
    time.sleep(0.2)


def test_qt_does_not_lose_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 lost a reference to None with most calls, until the process died."""
    owner = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        owner.setObjectName("a name")
        qapp.processEvents()
    assert sys.getrefcount(None) > before - 500

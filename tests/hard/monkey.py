"""A monkey at the window: thousands of random acts over a real profile; nothing may crash, warn, or be left behind.

    python tests/hard/monkey.py [--actions 5000] [--seed N ...] [--profile DIR]

Each run starts from a copy of a profile with the sample life (made once, or --profile), prints its seed first, and does
what an impatient owner does: clicks, keys, words in any language, rooms, sizes, themes, wheels, menus, files dropped.
It ends with 1, and the last acts, when anything went wrong: an exception, a warning of Qt or Python, a crash window, a
window or a widget of a window that is still there after all were closed.
"""

import argparse
import faulthandler
import gc
import logging
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TextIO

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QMimeData,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QtMsgType,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import QContextMenuEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

from mneme import builtin
from mneme.engine import Engine
from mneme.paths import Profile
from mneme_desktop.app import make_application
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.shell.garbage import Collector
from mneme_desktop.shell.window import MainWindow

WORDS = ("spare key", "Ines", "/find boat", "/when", "Where is the spare key?", "日本語のメモ",
         "שלום עולם", "😀👩‍👩‍👧‍👦", "  ", "a" * 300,
         "<b>&amp;</b>", "%s {n} \\", "last summer", "0", "-1", "14 Oct 2024", "\u202eevil", "Łódź ñandú")
KEYS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Up,
        Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Home,
        Qt.Key.Key_End, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_F2, Qt.Key.Key_Plus, Qt.Key.Key_Minus)
CHORDS = ("Ctrl+N", "Ctrl+H", "Ctrl+K", "Ctrl+F", "Ctrl+D", "Ctrl+L", "Ctrl+A", "Alt+Left", "Alt+Right")
# What would leave the window, or the program: the file manager, a browser, the end.
KEPT_FROM = ("Open the file", "Open the folder", "Quit", "Lock", "Open folder", "Download", "Set up")
HARMLESS = ("This plugin does not support", "No such signal QPlatformNativeInterface")
SIZES = ((1360, 860), (1000, 700), (720, 800), (480, 640), (1920, 1080))
QTS_OWN = ("QComboBoxPrivateContainer", "QTipLabel")  # kept by Qt for the next time
PATIENCE_MS = 300
TALE = 12  # acts that are told when one went wrong


class Trouble(list[str]):
    """What went wrong, from wherever it is noticed."""

    def qt(self, kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not message.startswith(HARMLESS):
            self.append(f"Qt: {message}")

    def exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.append("".join(traceback.format_exception(kind, error, trace)))

    def warning(self, message: Warning | str, category: type[Warning], file: str, line: int, *_more: object) -> None:
        self.append(f"{category.__name__}: {message} ({file}:{line})")


class LogTrouble(logging.Handler):
    """Warnings and worse in the log."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(logging.WARNING)
        self._trouble = trouble

    def emit(self, record: logging.LogRecord) -> None:
        self._trouble.append(f"log: {record.name}: {record.getMessage()}")


class Monkey:
    """Does random things to a window, and remembers the last of them."""

    def __init__(self, app: QApplication, window: MainWindow, dice: random.Random, files: list[Path]) -> None:
        self._app, self._window, self._dice, self._files = app, window, dice, files
        self.done: deque[str] = deque(maxlen=TALE)
        self._patience = QTimer(interval=PATIENCE_MS)  # Qt's own number boxes wait within their menu until it is closed
        self._patience.timeout.connect(self._close_what_stays)
        self._patience.start()
        self._stays: QWidget | None = None
        self.diary: TextIO | None = None  # of what is done, for a crash that leaves nothing else
        self.counts: Counter[str] = Counter()
        self._acts: list[tuple[int, str, Callable[[], str]]] = [
            (34, "press", self._press), (16, "key", self._key), (9, "type", self._type), (8, "room", self._room),
            (8, "click", self._click), (6, "wheel", self._wheel), (4, "menu", self._menu), (3, "chord", self._chord),
            (3, "size", self._size), (2, "theme", self._theme), (2, "ask", self._ask), (1, "drop", self._drop),
            (4, "rest", self._rest)]

    def act(self) -> None:
        """One act, and a moment for the window to live through it."""
        weights = [weight for weight, _name, _act in self._acts]
        _weight, name, act = self._dice.choices(self._acts, weights)[0]
        self.counts[name] += 1
        self.done.append(f"{name}: …")
        self.done[-1] = f"{name}: {act()}"
        if self.diary is not None:
            print(self.done[-1], file=self.diary, flush=True)
        self.live(0.002)
        self._leave_what_holds_on()

    def live(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            self._app.processEvents()
            if time.monotonic() >= end:
                return
            time.sleep(0.001)

    def _top(self) -> QWidget:
        """What would get the owner's mouse: the dialog in front, else the window."""
        modal = self._app.activeModalWidget()
        return modal if modal is not None else self._window

    def _leave_what_holds_on(self) -> None:
        """Menus are put away mostly, and the system's file windows always: nobody else would."""
        popup = self._app.activePopupWidget()
        if popup is not None and self._dice.random() < 0.6:
            if isinstance(popup, QMenu) and self._dice.random() < 0.4:
                chosen = [a for a in popup.actions() if a.isVisible() and a.isEnabled() and not a.menu()
                          and not _kept_from(a.text())]
                if chosen:
                    action = self._dice.choice(chosen)
                    self.done.append(f"menu: chose {action.text()!r}")
                    action.trigger()
            popup.close()
        for top in self._app.topLevelWidgets():
            if isinstance(top, QFileDialog) and top.isVisible():
                top.reject()

    def _close_what_stays(self) -> None:
        popup = self._app.activePopupWidget()
        if popup is not None and popup is self._stays:
            popup.close()
        self._stays = popup

    def _choose(self, kind: type[QWidget]) -> QWidget | None:
        found = [w for w in self._top().findChildren(kind)
                 if w.isVisible() and w.isEnabled() and not _kept_from(w.accessibleName() or getattr(w, "text", str)())]
        return self._dice.choice(found) if found else None

    def _press(self) -> str:
        button = self._choose(QAbstractButton)
        if not isinstance(button, QAbstractButton):
            return "nothing to press"
        name = button.accessibleName() or button.text()
        button.click()
        return repr(name)

    def _key(self) -> str:
        key = self._dice.choice(KEYS)
        target = self._app.focusWidget() or self._top()
        QTest.keyClick(target, key)
        return key.name

    def _chord(self) -> str:
        chord = self._dice.choice(CHORDS)
        QTest.keySequence(self._top(), chord)
        return chord

    def _type(self) -> str:
        field = self._choose(self._dice.choice((QLineEdit, QPlainTextEdit)))
        words = self._dice.choice(WORDS)
        if isinstance(field, QLineEdit) and not field.isReadOnly():
            field.setFocus()
            field.setText(words)
            if self._dice.random() < 0.4:
                QTest.keyClick(field, Qt.Key.Key_Return)
        elif isinstance(field, QPlainTextEdit) and not field.isReadOnly():
            field.setFocus()
            field.insertPlainText(words)
        return repr(words[:20])

    def _room(self) -> str:
        room = self._dice.randrange(len(self._window.pages))
        self._window.go(room)
        return str(room)

    def _click(self) -> str:
        widget = self._choose(QWidget)
        if widget is None or not widget.width() or not widget.height():
            return "nothing"
        at = QPoint(self._dice.randrange(widget.width()), self._dice.randrange(widget.height()))
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if self._dice.random() < 0.2:
            QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        else:
            QTest.mouseClick(widget, self._dice.choice(buttons), Qt.KeyboardModifier.NoModifier, at)
        return type(widget).__name__

    def _wheel(self) -> str:
        widget = self._choose(QWidget)
        if widget is None:
            return "nothing"
        at = QPointF(widget.rect().center())
        down = QPoint(0, self._dice.choice((-480, -120, 120, 480)))
        control = self._dice.choice((Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier))
        self._app.sendEvent(widget, QWheelEvent(at, widget.mapToGlobal(at), QPoint(), down, Qt.MouseButton.NoButton,
                                                control, Qt.ScrollPhase.NoScrollPhase, False))
        return type(widget).__name__

    def _menu(self) -> str:
        widget = self._choose(QWidget)
        if widget is None:
            return "nothing"
        at = widget.rect().center()
        self._app.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at)))
        return type(widget).__name__

    def _size(self) -> str:
        width, height = self._dice.choice(SIZES)
        self._window.resize(width, height)
        return f"{width} x {height}"

    def _theme(self) -> str:
        wish, contrast = self._dice.choice(("light", "dark")), self._dice.choice(("normal", "normal", "high"))
        self._window._theme.use(wish, contrast)
        direction = self._dice.choice((Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft))
        self._app.setLayoutDirection(direction)
        return f"{wish} {contrast} {direction.name}"

    def _ask(self) -> str:
        words = self._dice.choice(WORDS[:8])
        if self._app.activeModalWidget() is None and words.strip():
            self._window.ask_page.ask(words)
        return repr(words)

    def _drop(self) -> str:
        file = self._dice.choice(self._files)
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file))])
        if self._app.activeModalWidget() is None:
            self._window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, mime,
                                              Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
        return file.name

    def _rest(self) -> str:
        self.live(self._dice.choice((0.01, 0.05, 0.2)))
        return ""


def _kept_from(name: object) -> bool:
    return isinstance(name, str) and name.replace("&", "").startswith(KEPT_FROM)


def run(app: QApplication, theme: Theme, profile: Path, files: list[Path], actions: int, seed: int,
        diary: TextIO | None = None) -> bool:
    """Whether all went well."""
    print(f"seed {seed}:", end=" ", flush=True)
    engine = Engine.open(Profile(profile), use_keyring=False)
    trouble = Trouble()
    qInstallMessageHandler(trouble.qt)
    sys.excepthook = trouble.exception
    warnings.showwarning = trouble.warning  # type: ignore[assignment]
    handler = LogTrouble(trouble)
    logging.getLogger().addHandler(handler)
    window = MainWindow(theme, Bridge(engine), Profile(profile), engine.settings())
    window.bridge.crashed.connect(trouble.append)
    window.resize(1360, 860)
    window.show()
    monkey = Monkey(app, window, random.Random(seed), files)
    monkey.diary = diary
    monkey.live(1.0)
    began = time.monotonic()
    for number in range(actions):
        monkey.act()
        if trouble:
            print(f"\nafter {number + 1} acts:", *trouble[:3], "the last acts:", *monkey.done, sep="\n  ")
            break
    seconds = time.monotonic() - began
    left = close(app, monkey, window)
    logging.getLogger().removeHandler(handler)
    qInstallMessageHandler(None)
    sys.excepthook = sys.__excepthook__
    print(f"{sum(monkey.counts.values())} acts in {seconds:.0f} s ({dict(monkey.counts)}); "
          f"{left or 'nothing'} is left")
    if trouble and not left:
        print(*trouble[:3], sep="\n  ")
    return not trouble and not left


def close(app: QApplication, monkey: Monkey, window: MainWindow) -> Counter[str]:
    """Close everything; the windows that are there all the same, by kind."""
    app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    for top in app.topLevelWidgets():
        if isinstance(top, QDialog):
            top.reject()
    monkey.live(0.2)
    monkey._patience.stop()
    window.quit()
    window.deleteLater()
    del window, monkey._window
    for _n in range(5):
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()
        gc.collect()
    return Counter(f"{type(top).__name__} {top.accessibleName() or top.windowTitle()!r}"
                   for top in app.topLevelWidgets() if type(top).__name__ not in QTS_OWN)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actions", type=int, default=5000)
    parser.add_argument("--seed", type=int, nargs="*", default=[])
    parser.add_argument("--diary", type=Path, help="a file to write each act to")
    parser.add_argument("--profile", type=Path, help="a filled profile to begin from; it is copied")
    wishes = parser.parse_args()
    faulthandler.enable()
    app = make_application()
    theme = Theme(app)
    app.setQuitOnLastWindowClosed(False)
    collector = Collector()
    with tempfile.TemporaryDirectory() as scratch:
        source = wishes.profile or Path(scratch) / "filled"
        if wishes.profile is None:
            with Engine.open(Profile(source), use_keyring=False) as engine:
                engine.add([builtin.sample_life()])
                engine.upkeep_now()
        files = sorted(file for file in builtin.sample_life().rglob("*") if file.is_file())[:20]
        well = []
        for seed in wishes.seed or [random.SystemRandom().randrange(10**6)]:
            profile = Path(scratch) / f"run-{seed}"
            shutil.copytree(source, profile)
            with (wishes.diary or Path(os.devnull)).open("w", encoding="utf-8") as diary:
                well.append(run(app, theme, profile, files, wishes.actions, seed, diary))
    collector.stop()
    return 0 if all(well) else 1


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # as the window's tests end: Qt's static data may crash long after Python's end, after much work

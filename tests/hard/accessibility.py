"""The window as a screen reader has it: the tree of each room, and whether every control has a name.

    QT_QPA_PLATFORM=offscreen python tests/hard/accessibility.py [--rooms N ...] [--names-only]

Over the sample life in a temporary profile. Ends with 1 if a control has no name, or cannot be
reached with the keyboard.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

from mneme import builtin
from mneme.engine import Engine
from mneme.paths import Profile
from mneme_desktop.app import make_application
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.shell.window import MainWindow

Role = QAccessible.Role
CONTROLS = frozenset((Role.Button, Role.CheckBox, Role.RadioButton, Role.ComboBox, Role.EditableText, Role.SpinBox,
                      Role.Slider, Role.PageTab, Role.Table, Role.List, Role.Tree, Role.ButtonMenu, Role.ButtonDropDown,
                      Role.Link, Role.ProgressBar))
HANDLED = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QAbstractSlider, QAbstractItemView)
DEEPEST, LONGEST = 40, 100


@dataclass(frozen=True, slots=True)
class Node:
    """One thing that a screen reader can come to."""

    depth: int
    role: QAccessible.Role
    name: str
    says: str
    focusable: bool

    @property
    def is_control(self) -> bool:
        return self.role in CONTROLS

    def __str__(self) -> str:
        said = f" — {self.says[:LONGEST]}" if self.says else ""
        return f"{'  ' * self.depth}{self.role.name}: {self.name[:LONGEST]!r}{said}"


def tree(widget: QWidget) -> list[Node]:
    """Everything that is seen in a widget; of lists and tables the head alone."""
    return list(_below(QAccessible.queryAccessibleInterface(widget), 0))


def _below(found: QAccessibleInterface | None, depth: int) -> Iterator[Node]:
    if found is None or not found.isValid() or found.state().invisible or depth > DEEPEST:
        return
    text = QAccessible.Text
    yield Node(depth, found.role(), found.text(text.Name), found.text(text.Description), bool(found.state().focusable))
    if found.role() not in (Role.Table, Role.List, Role.Tree):
        for n in range(found.childCount()):
            yield from _below(found.child(n), depth + 1)


def unnamed(nodes: list[Node]) -> list[Node]:
    """The controls that say nothing to those who do not see them."""
    return [node for node in nodes if node.is_control and not node.name.strip()]


def out_of_reach(window: QWidget) -> list[QWidget]:
    """The controls that are seen and can be used, and that neither Tab nor the arrows of their group come to."""
    reached: set[QWidget] = set()
    at = window.nextInFocusChain()
    while at is not None and at not in reached:
        reached.add(at)
        at = at.nextInFocusChain()
    return [widget for widget in window.findChildren(QWidget)
            if isinstance(widget, HANDLED) and widget.isVisible() and widget.isEnabled()
            and not _can_be_reached(widget, reached)]


def _can_be_reached(widget: QWidget, reached: set[QWidget]) -> bool:
    if isinstance(widget, QScrollBar) or isinstance(widget.parentWidget(), (QAbstractSpinBox, QComboBox)):
        return True  # part of another control
    by_tab = _by_tab(widget, reached)
    if isinstance(widget, QAbstractButton) and (group := widget.group()) is not None and group.exclusive():
        by_tab = any(_by_tab(mate, reached) for mate in group.buttons())  # the arrows go from one to the next
    proxied = any(other.focusProxy() is widget for other in reached)
    return by_tab or proxied


def _by_tab(widget: QWidget, reached: set[QWidget]) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget in reached


def settle(app: QApplication, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.01)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, nargs="*")
    parser.add_argument("--names-only", action="store_true", help="print what is wrong, and counts")
    wishes = parser.parse_args()
    app = make_application()
    with tempfile.TemporaryDirectory() as scratch:
        profile = Profile(Path(scratch) / "profile")
        engine = Engine.open(profile, use_keyring=False)
        engine.add([builtin.sample_life()])
        engine.upkeep_now()
        window = MainWindow(Theme(app), Bridge(engine), profile, engine.settings())
        window.resize(1360, 860)
        window.show()
        settle(app, 3)
        wrong = [_look(app, window, room, quiet=wishes.names_only)
                 for room in (wishes.rooms or range(len(window.pages)))]
        window.quit()
    return 1 if any(wrong) else 0


def _look(app: QApplication, window: MainWindow, room: int, *, quiet: bool) -> int:
    window.go(room)
    settle(app, 1.5)
    nodes = tree(window)
    if not quiet:
        print("\n".join(map(str, nodes)))
    nameless, unreached = unnamed(nodes), out_of_reach(window)
    name = type(window.pages[room]).__name__
    print(f"{name}: {len(nodes)} things, {sum(n.is_control for n in nodes)} controls, {len(nameless)} without a name, "
          f"{len(unreached)} out of the keyboard's reach")
    for node in nameless:
        print("  no name:", node)
    for widget in unreached:
        print("  out of reach:", type(widget).__name__, widget.accessibleName(), widget.objectName())
    return len(nameless) + len(unreached)


if __name__ == "__main__":
    sys.exit(main())

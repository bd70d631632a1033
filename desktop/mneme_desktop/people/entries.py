"""Rows of people, topics and what is near: the model, how a row looks, and the table that shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTextBoundaryFinder,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from mneme.messages import _, ngettext
from mneme.types import NodeKind, Person, Topic
from mneme_desktop.look.palettes import Colours
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.drawing import direction_of, draw_ground, draw_line, placed, rect_of, state_of
from mneme_desktop.parts.lists import make_list
from mneme_desktop.parts.widgets import plain_tip

ROW, AVATAR, EDGE, GAP = 60, 36, 10, 12  # pixels
STEP, DEEPEST = 16, 4  # pixels for each level of the tree, and how many of them are shown
ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Place:
    """Where one can be in the room: "you", a person by key, a topic by number; `graph`: its neighbourhood as a graph.

    Places and things have a graph alone; `ref` is then the key of their node.
    """

    kind: NodeKind
    ref: str = ""
    graph: bool = False


YOU = Place("you")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: what it opens, its name and a line below it; `level` is its depth in a tree."""

    place: Place
    name: str
    below: str = ""
    level: int = 0


class EntryModel(QAbstractTableModel):
    """Rows that are all known: a few fields each, so that ten thousand of them are nothing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()

    def show_these(self, entries: Sequence[Entry]) -> None:
        """Show other rows; nothing happens where they are the same."""
        if tuple(entries) != self.entries:
            self.beginResetModel()
            self.entries = tuple(entries)
            self.endResetModel()

    def row_of(self, place: Place) -> int:
        """The row that opens a place, as a page or a graph; -1 where there is none."""
        return next((row for row, entry in enumerate(self.entries)
                     if (entry.place.kind, entry.place.ref) == (place.kind, place.ref)), -1)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.entries):
            return None
        entry = self.entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip("\n".join(filter(None, (entry.name, entry.below))))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ". ".join(filter(None, (entry.name, kind_words(entry.place.kind), entry.below)))
        return None


class EntryDelegate(QStyledItemDelegate):
    """Paints a row of fixed height: the sign of its kind with initials, the name, and a line below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, colours, box = index.data(ENTRY_ROLE), self._theme.colours, rect_of(option)
        state, rtl = state_of(option), direction_of(option) == Qt.LayoutDirection.RightToLeft
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        draw_ground(painter, box, state, colours)
        indent = EDGE + STEP * min(entry.level, DEEPEST)
        sign = QRectF(placed(box, indent, (ROW - AVATAR) // 2, AVATAR, AVATAR, rtl))
        draw_sign(painter, sign, entry.place.kind, letters_of(entry.place.kind, entry.name), colours, strong=chosen)
        x, width = indent + AVATAR + GAP, box.width() - indent - AVATAR - GAP - EDGE
        upper = placed(box, x, 9 if entry.below else 19, width, 22, rtl)
        draw_line(painter, upper, sized(15, QFont.Weight.Medium if chosen else QFont.Weight.Normal), colours.ink,
                  texts.one_line(entry.name), rtl)
        if entry.below:
            draw_line(painter, placed(box, x, 33, width, 18, rtl), sized(12),
                      colours.on_soft if chosen else colours.muted, entry.below, rtl)
        painter.restore()


class EntryTable(QTableView):
    """The rows: one column, nothing measured. `chosen` carries the Place that was gone to, `entered` by Enter."""

    chosen = Signal(object)
    entered = Signal(object)

    def __init__(self, theme: Theme, model: EntryModel, name: str) -> None:
        super().__init__()
        self.rows = model
        self.setModel(model)
        self._delegate = EntryDelegate(theme)
        self._quiet = False
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        make_list(self, ROW)
        self.selectionModel().currentChanged.connect(lambda new, _old: self._go(new.row()))
        self.clicked.connect(lambda index: self._enter(index.row()))
        theme.changed.connect(self.viewport().update)

    def light(self, place: Place) -> None:
        """Have the row of a place be the chosen one, without going there."""
        self._quiet = True
        row = self.rows.row_of(place)
        if row < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif row != self.currentIndex().row() or not self.selectionModel().hasSelection():
            self.selectionModel().setCurrentIndex(self.rows.index(row, 0),
                                                  QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._quiet = False

    def take_keyboard(self) -> None:
        """Be where the keyboard is, in the chosen row or else the first one."""
        self.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.currentIndex().isValid() and self.rows.entries:
            self.setCurrentIndex(self.rows.index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def _go(self, row: int) -> None:
        if not self._quiet and 0 <= row < len(self.rows.entries):
            self.chosen.emit(self.rows.entries[row].place)

    def _enter(self, row: int) -> None:
        if 0 <= row < len(self.rows.entries):
            self.entered.emit(self.rows.entries[row].place)


# ------------------------------------------------------------------ what is said and drawn of one


def draw_sign(painter: QPainter, box: QRectF, kind: NodeKind, letters: str, colours: Colours, *,
              strong: bool = False) -> None:
    """The sign of a kind, told by its shape: people are round, topics square, places a diamond, things a hexagon."""
    painter.setPen(Qt.PenStyle.NoPen)
    ground = colours.accent if strong or kind == "you" else colours.soft if kind == "person" else colours.hover
    painter.setBrush(QColor(ground))
    if kind in ("topic", "place", "thing"):
        painter.setPen(QPen(QColor(colours.accent if strong else colours.border), 1))
    draw_shape(painter, box, kind)
    painter.setPen(QColor(colours.on_accent if strong or kind == "you" else colours.on_soft if kind == "person"
                          else colours.muted))
    painter.setFont(sized(14 if box.width() < 44 else 20, QFont.Weight.DemiBold))
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), letters)


def draw_shape(painter: QPainter, box: QRectF, kind: NodeKind) -> None:
    """The outline of a kind, in the pen and brush that are set."""
    if kind == "topic":
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), box.width() / 4, box.width() / 4)
    elif kind in ("place", "thing"):
        sides = ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)) if kind == "place" else (
            (0.25, 0.07), (0.75, 0.07), (1.0, 0.5), (0.75, 0.93), (0.25, 0.93), (0.0, 0.5))
        corners = QPolygonF()
        for x, y in sides:
            corners.append(QPointF(box.left() + x * box.width(), box.top() + y * box.height()))
        painter.drawPolygon(corners)
    else:
        painter.drawEllipse(box)


def initials(name: str) -> str:
    """One letter or two to know somebody by: "IH" of Ines Holt, "森" of 森田, the first sign of an emoji."""
    words = [word for word in name.split() if any(map(str.isalnum, word))]
    if not words:
        return _first(name.strip())
    letters = [next(letter for letter in word if letter.isalnum()) for word in words]
    if not letters[0].isascii() and letters[0].upper() == letters[0].lower():  # a script without capitals
        return letters[0]
    chosen = letters[:1] if len(letters) == 1 or letters[0].isdigit() else [letters[0], letters[-1]]
    return "".join(chosen).upper()


def letters_of(kind: NodeKind, name: str) -> str:
    """What stands in the sign of a kind: initials of people, "#" of topics, one letter of places and things."""
    return "#" if kind == "topic" else initials(name) if kind in ("you", "person") else initials(name)[:1]


def _first(text: str) -> str:
    """The first sign that is one for people: an emoji with all its joiners."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    end = finder.toNextBoundary()
    return text.encode("utf-16-le", "surrogatepass")[:2 * max(end, 0)].decode("utf-16-le", "replace") if text else "?"


def kind_words(kind: NodeKind) -> str:
    """What a kind is called."""
    return {"you": _("You"), "person": _("Person"), "topic": _("Topic"), "place": _("Place"),
            "thing": _("Thing")}[kind]


def person_entry(person: Person) -> Entry:
    """The row of a person: who they are, and when they were last heard of."""
    said = [sentence_case(person.relation)]
    if person.last is not None:
        said.append(texts.local_day(person.last))
    elif person.facts:
        said.append(facts_words(person.facts))
    return Entry(Place("person", person.key), person.name, " · ".join(filter(None, said)))


def topic_entries(topics: Sequence[Topic]) -> list[Entry]:
    """The tree of topics as rows, each under its parent, large ones first; without the one that holds all others."""
    below: dict[int | None, list[Topic]] = {}
    for topic in topics:
        below.setdefault(topic.parent, []).append(topic)
    top = below.get(None, [])
    if len(top) == 1:
        top = below.get(top[0].id, top)
    rows: list[Entry] = []
    waiting = [(topic, 0) for topic in sorted(top, key=lambda one: (one.count, -one.id))]
    while waiting:
        topic, level = waiting.pop()
        rows.append(Entry(Place("topic", str(topic.id)), topic.name, memories_words(topic.count), level))
        waiting += [(one, level + 1) for one in sorted(below.get(topic.id, ()), key=lambda one: (one.count, -one.id))]
    return rows


def sentence_case(words: str) -> str:
    """Words as the beginning of a line: "Your sister"."""
    return words[:1].upper() + words[1:]


def facts_words(count: int) -> str:
    return ngettext("One fact", "{n} facts", count).format(n=texts.number(count))


def memories_words(count: int) -> str:
    return ngettext("One memory", "{n} memories", count).format(n=texts.number(count))


def messages_words(count: int) -> str:
    return ngettext("One message", "{n} messages", count).format(n=texts.number(count))

"""Cutting a memory where the owner puts the cursor: the text, the places, and what the parts will be."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from mneme.messages import _
from mneme.types import Kind, Memory
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.plainedit import PlainEdit
from mneme_desktop.parts.widgets import Chip, ElidedLabel, button, clear, column, frame, give_lit, label, row, say

HEIGHT = 220  # pixels of the text
LONGEST = 20_000  # code points that are shown of one
BETWEEN = "\n\n"  # the passages of an event


class Cutting(PlainEdit):
    """A text that is read, with a cursor to be moved. Enter cuts where it stands."""

    def __init__(self, words: str, cut: Callable[[], object]) -> None:
        super().__init__(words)
        self._cut = cut
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard
                                     | Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setCursorWidth(2)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(_("The text; put the cursor where it is to be cut, and press Enter"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._cut()
        else:
            super().keyPressEvent(event)


class SplitSheet(Sheet):
    """Asks where to cut. `cuts` are code points of the text; of an event, how many passages stand before each."""

    def __init__(self, parent: QWidget, theme: Theme, memory: Memory, passages: Sequence[Memory],
                 then: Callable[[list[int]], None]) -> None:
        whole = memory.kind is Kind.PASSAGE
        super().__init__(parent, _("Cut in two"), (
            _("Put the cursor where a new memory begins. What was learned from the text stays with its words.") if whole
            else _("Put the cursor into the passage with which a new event begins.")))
        self._theme = theme
        self._passages = [] if whole else [one.text for one in passages]
        self.text = memory.text[:LONGEST] if whole else BETWEEN.join(self._passages)
        self.cuts: list[int] = []
        self._shown = texts.for_qt(self.text)
        self.words = Cutting(self._shown, self.cut_here)
        self.parts = column(spacing=4)
        self._problem = label("", "warm", wrap=True)
        self._problem.hide()
        self.split = button(_("Cut"), self.accept, "primary")
        self._build()
        self.accepted.connect(lambda: then(self.cuts))
        theme.changed.connect(self._mark)
        self._show()

    def _build(self) -> None:
        box = frame("input")
        column(box, 0, (14, 10, 8, 10)).addWidget(self.words)
        give_lit(box, lit=True)
        self.room.addWidget(box)
        line = row()
        line.addWidget(Chip(_("Cut here"), self.cut_here))
        line.addWidget(Chip(_("Begin anew"), self._begin_anew))
        line.addStretch(1)
        self.room.addLayout(line)
        self.room.addWidget(self._problem)
        self.room.addLayout(self.parts)
        self.buttons.addWidget(button(_("Cancel"), self.reject))
        self.buttons.addWidget(self.split)

    def cut_here(self) -> None:
        """Cut where the cursor stands, unless a part without words would be left."""
        at = self._place()
        if self._passages:
            at = self._passage_at(at)
        wanted = sorted({*self.cuts, at})
        sound = all(any(character.isalnum() for character in part) for part in self._parts(wanted))
        self._problem.setVisible(not sound)
        if not sound:
            say(self._problem, _("A part without words would be left; put the cursor further in."))
            return
        self.cuts = wanted
        self._show()

    def _begin_anew(self) -> None:
        self.cuts = []
        self._problem.hide()
        self._show()

    def _place(self) -> int:
        """Where the cursor stands, in code points of the text; Qt counts UTF-16, and CR LF as one."""
        return code_points(self.text, self.words.textCursor().position())

    def _passage_at(self, at: int) -> int:
        """How many passages stand before the one at a place."""
        end = 0
        for number, passage in enumerate(self._passages):
            end += len(passage) + len(BETWEEN)
            if at < end:
                return number
        return len(self._passages)

    def _parts(self, cuts: Sequence[int]) -> list[str]:
        units: Sequence[str] = self._passages or self.text
        joined = BETWEEN if self._passages else ""
        edges = [0, *cuts, len(units)]
        return [joined.join(units[start:end]) for start, end in pairwise(edges)]

    def _show(self) -> None:
        """Show what the parts will be."""
        clear(self.parts)
        parts = self._parts(self.cuts)
        for number, part in enumerate(parts if self.cuts else (), 1):
            self.parts.addWidget(ElidedLabel(_("{n}. {words}").format(n=texts.number(number), words=texts.one_line(
                part.strip(), 200)), "muted"))
        self.split.setEnabled(bool(self.cuts))
        self._mark()

    def _mark(self) -> None:
        """Underline the first word of each part that begins at a cut."""
        marked = []
        for at in self.cuts:
            start = sum(len(one) + len(BETWEEN) for one in self._passages[:at]) if self._passages else at
            selection = QTextEdit.ExtraSelection()
            cursor = self.words.textCursor()
            cursor.setPosition(texts.utf16_length(texts.for_qt(self.text[:start])))
            cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
            selection.cursor = cursor
            form = QTextCharFormat()
            form.setBackground(QColor(self._theme.colours.mark))
            form.setForeground(QColor(self._theme.colours.on_mark))
            form.setFontUnderline(True)
            selection.format = form
            marked.append(selection)
        self.words.setExtraSelections(marked)


def code_points(text: str, position: int) -> int:
    """The place in `text`, in code points, of a position in the same text as Qt shows it (`texts.for_qt`)."""
    units, place = 0, 0
    while place < len(text) and units < position:
        units += 2 if ord(text[place]) > 0xFFFF else 1
        place += 2 if text[place:place + 2] == "\r\n" else 1
    return place


def ask_split(parent: QWidget, theme: Theme, memory: Memory, passages: Sequence[Memory],
              then: Callable[[list[int]], None]) -> SplitSheet:
    """Show the text; `then` receives the places to cut at."""
    sheet = SplitSheet(parent, theme, memory, passages, then)
    sheet.open()
    sheet.words.setFocus()
    return sheet

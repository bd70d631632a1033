"""A written answer as text: settled sentences in ink, the one being written dimmed, small numbers that open places."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QRect, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QToolButton

from mneme.messages import _
from mneme.types import Sentence, Span, Support
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import announce, plain_tip

HEADLINE_LIMIT = 160  # code points; a first sentence up to here is the headline
MARK_HEIGHT, MARK_WIDTH, DIGIT, GAP = 18, 20, 7, 4  # pixels
LINE_HEIGHT = 128.0  # percent
TIED = "\u00a0"  # what a mark is in the document, as wide as the button over it; no line breaks before it


class Mark(QToolButton):
    """A small button inside the text. `place` is the citation that it opens, from 1; 0: it says what is doubtful."""

    def __init__(self, parent: QTextEdit, position: int, place: int, name: str) -> None:
        super().__init__(parent.viewport())
        self.position, self.place = position, place
        self.setText(str(place) if place else "?")
        self.setProperty("role", "mark" if place else "doubt")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))
        self.setFixedSize(width_of(place), MARK_HEIGHT)

    @property
    def copied(self) -> str:
        """What it is in copied text."""
        return f"[{self.place}]" if self.place else "(?)"


def width_of(place: int) -> int:
    """Pixels of the mark with this number."""
    return MARK_WIDTH + DIGIT * (len(str(place)) - 1)


class Prose(QTextEdit):
    """Sentences with their marks. `opened` carries the number of a citation, `doubted` the sentence (from 0) or -1.

    What is shown only grows while it is written; what was settled stays where it is.
    """

    opened = Signal(int)
    doubted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.sentences: tuple[Sentence, ...] = ()
        self.draft = ""
        self.marks: list[Mark] = []
        self._names: tuple[str, ...] = ()
        self._tail = 0  # where the settled text ends
        self._growing = True
        self._least = 0  # pixels: while it grows it never becomes lower
        self.setReadOnly(True)
        self.setAcceptDrops(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(64)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(0)
        self.setAccessibleName(_("The answer"))
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme.changed.connect(self._again)

    # what is shown

    def show_written(self, sentences: Sequence[Sentence], draft: str = "", names: Sequence[str] = ()) -> None:
        """Show sentences and the words of the next one; `names` are those of the citations, in their order."""
        self._names = tuple(names)
        known = len(self.sentences)
        if tuple(sentences[:known]) != self.sentences:
            self._empty()
            known = 0
        cursor = self._at(self._tail)
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        for number, sentence in enumerate(sentences[known:], known):
            self._settle(cursor, number, sentence)
        self.sentences = tuple(sentences)
        self._tail = cursor.position()
        self.draft = draft
        if draft:
            self._begin(cursor, len(sentences), draft)
            cursor.insertText(texts.for_qt(draft), self._format(len(sentences), draft, self._theme.colours.muted))
        cursor.endEditBlock()
        self.setAccessibleDescription(" ".join(doubt_words(one) for one in sentences if one.support is Support.UNSURE))
        for one in sentences[known:]:
            announce(self, one.text)
        self._place_marks()

    def finish(self) -> None:
        """No more comes: the height is that of the text."""
        self._growing = False
        self._fit(self.document().documentLayout().documentSize())

    def light(self, place: int) -> None:
        """Show which citation stands in the panel; 0 is none."""
        for mark in self.marks:
            if mark.place:
                mark.setChecked(mark.place == place)

    def light_doubt(self, number: int) -> None:
        """Show of which sentence the doubt is told; -1: of none."""
        for mark in self.marks:
            if not mark.place:
                mark.setChecked(mark.property("sentence") == number)

    def plain(self) -> str:
        """The sentences alone."""
        return " ".join(one.text for one in self.sentences)

    def selected_text(self) -> str:
        """What is selected, with " [1]" in the place of its mark."""
        cursor = self.textCursor()
        at, end, parts = cursor.selectionStart(), cursor.selectionEnd(), list[str]()
        for mark in self.marks:
            if at <= mark.position < end:
                parts += [self._between(at, mark.position), " ", mark.copied]
                at = mark.position + 1
        return "".join((*parts, self._between(at, end))).replace("\u2029", "\n")

    # writing it

    def _settle(self, cursor: QTextCursor, number: int, sentence: Sentence) -> None:
        """Put a sentence down for good, its doubtful words underlined, its marks behind it."""
        ink = self._theme.colours.ink
        self._begin(cursor, number, sentence.text)
        at = 0
        for start, end in doubtful(sentence):
            cursor.insertText(texts.for_qt(sentence.text[at:start]), self._format(number, sentence.text, ink))
            cursor.insertText(texts.for_qt(sentence.text[start:end]), self._doubtful(number, sentence))
            at = end
        cursor.insertText(texts.for_qt(sentence.text[at:]), self._format(number, sentence.text, ink))
        for cite in sentence.cites:
            self._add_mark(cursor, number, cite + 1, self._name_of(cite))
        if sentence.support is Support.UNSURE:
            self._add_mark(cursor, number, 0, doubt_words(sentence))

    def _begin(self, cursor: QTextCursor, number: int, text: str) -> None:
        """The way from the sentence before: a space, or a new paragraph below the headline."""
        block = QTextBlockFormat()
        block.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if number == 0:
            cursor.setBlockFormat(block)
        elif number == 1 and self._first_is_headline():
            block.setTopMargin(8)
            cursor.insertBlock(block)
        else:
            cursor.insertText(" ", self._format(number, text, self._theme.colours.ink))

    def _first_is_headline(self) -> bool:
        block = self.document().firstBlock().begin()
        return not block.atEnd() and block.fragment().charFormat().font().pixelSize() > 15

    def _format(self, number: int, text: str, colour: str) -> QTextCharFormat:
        made = QTextCharFormat()
        headline = number == 0 and len(text) <= HEADLINE_LIMIT
        made.setFont(sized(20, QFont.Weight.DemiBold) if headline else sized(15))
        made.setForeground(QColor(colour))
        return made

    def _doubtful(self, number: int, sentence: Sentence) -> QTextCharFormat:
        colours = self._theme.colours
        made = self._format(number, sentence.text, colours.ink)
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
        made.setUnderlineColor(QColor(colours.warm))
        made.setToolTip(plain_tip(doubt_words(sentence)))
        return made

    def _add_mark(self, cursor: QTextCursor, number: int, place: int, name: str) -> None:
        room = self._format(1, "", self._theme.colours.ink)
        wide = GAP + width_of(place) - QFontMetricsF(room.font()).horizontalAdvance(TIED)
        room.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
        room.setFontLetterSpacing(wide)
        mark = Mark(self, cursor.position(), place, name)
        mark.setProperty("sentence", number)
        cursor.insertText(TIED, room)
        mark.clicked.connect(lambda checked: self._pressed(mark, number, checked))
        self.marks.append(mark)

    def _pressed(self, mark: Mark, number: int, checked: bool) -> None:
        if mark.place:
            mark.setChecked(True)
            self.opened.emit(mark.place)
        else:
            self.doubted.emit(number if checked else -1)

    def _name_of(self, cite: int) -> str:
        name = self._names[cite] if cite < len(self._names) else ""
        return _("Evidence {n}: {name}").format(n=cite + 1, name=name)

    def _empty(self) -> None:
        for mark in self.marks:
            mark.hide()
            mark.deleteLater()
        self.marks.clear()
        self.sentences, self._tail = (), 0
        self.document().clear()

    def _again(self) -> None:
        """In the colours of now."""
        shown, draft = self.sentences, self.draft
        lit = next((mark.place for mark in self.marks if mark.isChecked()), 0)
        self._empty()
        self.show_written(shown, draft, self._names)
        self.light(lit)

    # where it stands

    def _at(self, position: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(position, self.document().characterCount() - 1))
        return cursor

    def _between(self, start: int, end: int) -> str:
        cursor = self._at(start)
        cursor.setPosition(max(end, start), QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText()

    def _fit(self, size: QSizeF) -> None:
        height = round(size.height()) + 4
        self._least = max(height, self._least) if self._growing else height
        self.setFixedHeight(self._least)
        self._place_marks()

    def _place_marks(self) -> None:
        """Lay each button over the space that keeps its room."""
        for mark in self.marks:
            cursor = self._at(mark.position)
            spot = self.cursorRect(cursor)
            rtl = cursor.block().textDirection() == Qt.LayoutDirection.RightToLeft
            left = spot.left() - GAP - mark.width() if rtl else spot.left() + GAP
            mark.setGeometry(QRect(left, spot.center().y() - MARK_HEIGHT // 2 + 1, mark.width(), MARK_HEIGHT))
            mark.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():  # what was high in narrow lines is not any more
            self._least = 0
            self._fit(self.document().documentLayout().documentSize())
        self._place_marks()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()  # the answer has its own

    def createMimeDataFromSelection(self) -> QMimeData:
        made = QMimeData()
        made.setText(self.selected_text())
        return made


def doubtful(sentence: Sentence) -> list[Span]:
    """The stretches of a marked sentence that are underlined, in order; all of it where none is named."""
    if sentence.support is not Support.UNSURE:
        return []
    found, at = list[Span](), 0
    for start, end in sorted(texts.clamp(span, len(sentence.text)) for span in sentence.doubtful):
        if end > max(start, at):
            found.append((max(start, at), end))
            at = end
    return found or [(0, len(sentence.text))]


def doubt_words(sentence: Sentence) -> str:
    """What is not certain of a sentence, and why."""
    words = ", ".join(_("“{words}”").format(words=texts.one_line(sentence.text[start:end], 120))
                      for start, end in doubtful(sentence))
    return _("Not certain: {words}. {why}").format(words=words, why=sentence.why).strip()

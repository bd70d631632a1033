"""A memory's text in its place, with the words that bear the answer marked and scrolled to."""

from dataclasses import dataclass

from PySide6.QtCore import QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QTextEdit

from mneme.messages import _
from mneme.types import Memory, MemoryDetail, Span
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts

BESIDE_BAR = 6  # pixels between the text and its scroll bar
TALLEST = 2000  # pixels; what is higher scrolls on any screen


@dataclass(frozen=True, slots=True)
class Marked:
    """Text for a Qt document, with what is marked and what stands out in it, in UTF-16 code units."""

    text: str
    span: Span
    strong: Span | None = None


def compose(detail: MemoryDetail, span: Span, strong: Span | None = None) -> Marked:
    """The item's text around `span` with the neighbouring messages before and after it.

    `span` and `strong` are code points of `detail.item_text`; `strong` is kept where it lies within `span`.
    """
    shown = texts.window(detail.item_text, span)
    before, after = _neighbours(detail)
    if detail.memory.speaker and not shown.text.startswith(texts.ELLIPSIS):
        before += f"{texts.for_qt(detail.memory.speaker)}: "
    shift = texts.utf16_length(before)
    start, end = shown.span[0] + shift, shown.span[1] + shift
    inner = None
    if strong is not None and span[0] <= strong[0] < strong[1] <= span[1]:
        lead = texts.utf16_length(texts.for_qt(detail.item_text[span[0]:strong[0]]))
        words = texts.utf16_length(texts.for_qt(detail.item_text[strong[0]:strong[1]]))
        inner = (start + lead, start + lead + words)
    return Marked(before + shown.text + after, (start, end), inner)


def _neighbours(detail: MemoryDetail) -> tuple[str, str]:
    """What was said before and after in the same conversation; passages of the same item stand there already."""
    own = detail.memory
    others = [memory for memory in detail.neighbours if memory.item != own.item]
    before = [_line(memory) for memory in others if _order(memory) < _order(own)]
    after = [_line(memory) for memory in others if _order(memory) > _order(own)]
    return "".join(f"{line}\n" for line in before), "".join(f"\n{line}" for line in after)


def _order(memory: Memory) -> tuple[float, int]:
    at = memory.happened_at.utc.timestamp() if memory.happened_at is not None else 0.0
    return at, memory.id


def _line(memory: Memory) -> str:
    text = texts.for_qt(memory.text[:400])
    return f"{texts.for_qt(memory.speaker)}: {text}" if memory.speaker else text


class PassageView(QTextEdit):
    """Read-only text with a mark. `marked_text` is exactly what is marked; `fitted` carries the text's height."""

    fitted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._marked = Marked("", (0, 0))
        self.setReadOnly(True)
        self.setAcceptDrops(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName(_("The passage in its place"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        rtl = self.isRightToLeft()
        self.setViewportMargins(BESIDE_BAR if rtl else 0, 0, 0 if rtl else BESIDE_BAR, 0)
        self.setUndoRedoEnabled(False)
        self._following = False  # whether the mark is kept in sight: until the owner scrolls
        self.verticalScrollBar().actionTriggered.connect(lambda _action: self._let_go())
        theme.changed.connect(self._fill)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def show_marked(self, marked: Marked) -> None:
        self._marked, self._following = marked, True
        self._fill()
        self._reveal()
        QTimer.singleShot(0, self, self._reveal)  # again, once the widget has its final size

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._following:
            self._reveal()

    def _let_go(self) -> None:
        self._following = False

    def marked_text(self) -> str:
        """The text under the mark, as the document has it."""
        return self._cursor(self._marked.span).selectedText().replace("\u2029", "\n")

    def is_marked_visible(self) -> bool:
        """Whether the beginning of the mark is within what is seen."""
        start = self._cursor((self._marked.span[0], self._marked.span[0]))
        return self.viewport().rect().intersects(self.cursorRect(start))

    def _fit(self, size: QSizeF) -> None:
        """No higher than the text is; the panel gives less where it has less."""
        height = min(round(size.height()) + 4, TALLEST)
        if height != self.maximumHeight():
            self.setMaximumHeight(height)
            self.fitted.emit(height)

    def _cursor(self, span: Span) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(span[0], self.document().characterCount() - 1))
        cursor.setPosition(min(span[1], self.document().characterCount() - 1), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _fill(self) -> None:
        """Write the text with its formats in one edit: a long text is then laid out once, and only as far as seen."""
        colours = self._theme.colours
        block = QTextBlockFormat()
        block.setBottomMargin(2)
        block.setLineHeight(128, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        everything = QTextCursor(self.document())
        everything.beginEditBlock()
        everything.select(QTextCursor.SelectionType.Document)
        everything.removeSelectedText()
        everything.setBlockFormat(block)
        everything.insertText(self._marked.text, _format(colours.muted))
        self._mark()
        everything.endEditBlock()

    def _mark(self) -> None:
        colours = self._theme.colours
        mark = _format(colours.on_mark)
        mark.setBackground(QColor(colours.mark))
        self._cursor(self._marked.span).setCharFormat(mark)
        if self._marked.strong is not None:
            mark.setFontWeight(QFont.Weight.DemiBold)
            self._cursor(self._marked.strong).setCharFormat(mark)

    def _reveal(self) -> None:
        start, end = self._marked.span
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.setTextCursor(self._cursor((end, end)))
        self.ensureCursorVisible()
        self.setTextCursor(self._cursor((start, start)))
        self.ensureCursorVisible()
        top = self.cursorRect().top()
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + top - self.viewport().height() // 5)


def _format(colour: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    return made

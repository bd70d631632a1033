"""What changed between two texts, word by word: struck through where it went, underlined where it came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QTextEdit

from mneme.expressions import expression
from mneme.messages import _
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import plain_tip

Sort = Literal["same", "gone", "new"]

_TOKEN = expression(r"\s+|\w+|[^\w\s]")
_COARSE = expression(r"[^.!?。！？\n]*[.!?。！？\n]+|[^.!?。！？\n]+")
MOST_TOKENS = 2000  # beyond which whole sentences are compared: word by word takes as long as its square
FOLD_FROM, FOLD_TO = 90, 32  # characters of what stayed the same: from which it is folded, and how much is left
TALLEST = 320  # pixels; what is higher scrolls


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed the same, went, or came."""

    sort: Sort
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The two texts as one: what stayed, what went, what came, in order; nothing is left out."""
    old, new = _tokens(before, after)
    found: list[Piece] = []
    for tag, start, end, low, high in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(old[start:end])))
        else:
            found += _changed("".join(old[start:end]), "".join(new[low:high]))
    return list(_joined(found))


def folded(found: Sequence[Piece]) -> list[Piece]:
    """The same with long stretches that stayed cut to a few words beside what changed."""
    made = []
    for place, piece in enumerate(found):
        if piece.sort != "same" or len(piece.text) < FOLD_FROM:
            made.append(piece)
            continue
        head = "" if place == 0 else _head(piece.text)
        tail = "" if place == len(found) - 1 else _tail(piece.text)
        made.append(Piece("same", (f"{head} " if head else "") + texts.ELLIPSIS + (f" {tail}" if tail else "")))
    return made


def spoken(found: Sequence[Piece]) -> str:
    """What changed, for those who do not see it."""
    gone = " … ".join(piece.text.strip() for piece in found if piece.sort == "gone" and piece.text.strip())
    new = " … ".join(piece.text.strip() for piece in found if piece.sort == "new" and piece.text.strip())
    if gone and new:
        return _("Instead of “{before}” now “{after}”.").format(before=gone, after=new)
    if new:
        return _("Added: “{words}”.").format(words=new)
    return _("Taken out: “{words}”.").format(words=gone) if gone else _("Nothing changed.")


def _tokens(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if max(len(old), len(new)) > MOST_TOKENS:
        return _COARSE.findall(before), _COARSE.findall(after)
    return old, new


def _joined(found: Sequence[Piece]) -> Iterator[Piece]:
    """Changes with nothing but a blank between them are one, so that phrases are not torn into words."""
    gone, new = "", ""
    for place, piece in enumerate(found):
        within = 0 < place < len(found) - 1
        if piece.sort == "same" and within and (gone or new) and not piece.text.strip():
            gone, new = gone + piece.text, new + piece.text
        elif piece.sort == "same":
            yield from _changed(gone, new)
            gone, new = "", ""
            yield piece
        elif piece.sort == "gone":
            gone += piece.text
        else:
            new += piece.text
    yield from _changed(gone, new)


def _changed(gone: str, new: str) -> list[Piece]:
    pieces_of: tuple[tuple[Sort, str], ...] = (("gone", gone), ("new", new))
    return [Piece(sort, text) for sort, text in pieces_of if text]


def _head(text: str) -> str:
    cut = text[:FOLD_TO]
    return cut[:cut.rfind(" ")] if " " in cut.strip() else cut


def _tail(text: str) -> str:
    cut = text[-FOLD_TO:]
    return cut[cut.find(" ") + 1:] if " " in cut.strip() else cut


class DiffView(QTextEdit):
    """Shows a change of words; no higher than it needs to be."""

    def __init__(self, theme: Theme, before: str, after: str) -> None:
        super().__init__()
        self._theme = theme
        every = pieces(texts.for_qt(before), texts.for_qt(after))
        self.shown = folded(every)
        self.setReadOnly(True)
        self.setAcceptDrops(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        self.setAccessibleName(_("What changed"))
        self.setAccessibleDescription(spoken(every))
        if self.shown != every:
            self.setToolTip(plain_tip(after))
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme.changed.connect(self._fill)
        self._fill()

    def _fit(self, size: QSizeF) -> None:
        self.setFixedHeight(min(max(round(size.height()) + 4, 24), TALLEST))

    def _fill(self) -> None:
        colours = self._theme.colours
        formats = {"same": _format(colours.muted), "gone": _format(colours.warm), "new": _format(colours.accent)}
        formats["gone"].setFontStrikeOut(True)
        formats["new"].setFontUnderline(True)
        block = QTextBlockFormat()
        block.setLineHeight(124, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        cursor.setBlockFormat(block)
        for place, piece in enumerate(self.shown):
            if place and piece.sort == "new" and self.shown[place - 1].sort == "gone" and (
                    not self.shown[place - 1].text[-1:].isspace()):
                cursor.insertText(" ", formats["same"])  # so that what went and what came do not touch
            cursor.insertText(piece.text, formats[piece.sort])
        cursor.endEditBlock()


def _format(colour: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    return made

"""The room of a language model as one stacked bar: what of its context each part of the prompt takes."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from mneme.messages import _
from mneme.types import Segment
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import Flow, column, label, row

HEIGHT, SWATCH, LEAST = 12, 10, 2.0  # pixels


def segment_words(name: str) -> str:
    """What a part of a prompt is; an unknown name stays as it is."""
    known = {
        "system": _("instructions"), "portrait": _("about you"), "summary": _("summary of the conversation"),
        "chat": _("conversation"), "evidence": _("memories"), "question": _("question"),
        "answer": _("kept for the answer"),
    }
    return known.get(name, texts.one_line(name, 40))


def shades(theme: Theme, segments: Sequence[Segment]) -> list[QColor]:
    """A colour for each part: neighbours differ in lightness, memories have the accent, the answer the warm colour."""
    c = theme.colours
    named = {"system": _mixed(c.muted, c.card, 0.7), "portrait": _mixed(c.warm, c.mark, 0.3),
             "summary": _mixed(c.muted, c.card, 0.35), "chat": _mixed(c.ink, c.card, 0.7),
             "evidence": QColor(c.accent), "question": _mixed(c.accent, c.card, 0.45),
             "answer": _mixed(c.warm, c.card, 0.6)}
    return [named.get(one.name, QColor(c.border)) for one in segments]


def _mixed(one: str, other: str, share: float) -> QColor:
    a, b = QColor(one), QColor(other)
    return QColor.fromRgbF(*(x * share + y * (1.0 - share) for x, y in
                             ((a.redF(), b.redF()), (a.greenF(), b.greenF()), (a.blueF(), b.blueF()))))


class BudgetBar(QWidget):
    """The bar with its legend. `context`: tokens that there are."""

    def __init__(self, theme: Theme, segments: Sequence[Segment], context: int) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.segments = tuple(one for one in segments if one.tokens > 0)
        self.used = sum(one.tokens for one in self.segments)
        self.context = max(context, self.used)
        parts = [_("{name} {n}").format(name=segment_words(one.name), n=texts.number(one.tokens))
                 for one in self.segments]
        self.words = _("{used} of {all} tokens").format(used=texts.number(self.used), all=texts.number(self.context))
        self.setAccessibleName(f"{self.words}: {', '.join(parts)}")
        outer = column(self, 8)
        outer.addWidget(_Stack(theme, self))
        legend = Flow(12)
        for number, words in enumerate(parts):
            legend.add(self._entry(theme, number, words))
        outer.addWidget(legend)
        outer.addWidget(label(self.words, "small", wrap=True))

    def _entry(self, theme: Theme, number: int, words: str) -> QWidget:
        made = QWidget()
        made.setProperty("role", "clear")
        inner = row(made, 6)
        inner.addWidget(_Swatch(theme, self, number), 0, Qt.AlignmentFlag.AlignVCenter)
        inner.addWidget(label(words, "small"))
        return made


class _Swatch(QWidget):
    def __init__(self, theme: Theme, bar: BudgetBar, number: int) -> None:
        super().__init__()
        self._theme, self._bar, self._number = theme, bar, number
        self.setFixedSize(SWATCH, SWATCH)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shades(self._theme, self._bar.segments)[self._number])
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        painter.end()


class _Stack(QWidget):
    """The bar itself: from the side where reading begins, the parts in their order, then what is free."""

    def __init__(self, theme: Theme, bar: BudgetBar) -> None:
        super().__init__()
        self._theme, self._bar = theme, bar
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(120)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isRightToLeft():
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        whole = QPainterPath()
        whole.addRoundedRect(QRectF(self.rect()), HEIGHT / 2, HEIGHT / 2)
        painter.setClipPath(whole)
        painter.fillRect(self.rect(), QColor(self._theme.colours.hairline))
        at = 0.0
        for segment, colour in zip(self._bar.segments, shades(self._theme, self._bar.segments), strict=True):
            wide = max(self.width() * segment.tokens / self._bar.context, LEAST)
            painter.fillRect(QRectF(at, 0, max(wide - 1.0, 1.0), HEIGHT), colour)
            at += wide
        painter.end()

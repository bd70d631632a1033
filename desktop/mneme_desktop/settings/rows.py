"""A setting as a row: its words, its control, the way back to its default, and what is wrong with it."""

import re
from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QWidget

from mneme.messages import _
from mneme.settings import Setting, Value
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.widgets import IconButton, Turning, announce, column, label, row
from mneme_desktop.settings.controls import Control, choice_words, value_words

BESIDE_FROM = 420  # pixels; below, a control stands under its words


def keeps_its_room(widget: QWidget) -> None:
    """Have nothing move when a widget comes or goes."""
    kept = widget.sizePolicy()
    kept.setRetainSizeWhenHidden(True)
    widget.setSizePolicy(kept)


class MarkedLabel(QLabel):
    """A label of our own words in which the words that are searched for are marked."""

    def __init__(self, theme: Theme, text: str, role: str) -> None:
        super().__init__()
        self._theme, self._text, self._words = theme, text, list[str]()
        self.setProperty("role", role)
        self.setWordWrap(True)
        self.setIndent(0)
        self.setAccessibleName(text)
        theme.changed.connect(self._show)
        self._show()

    def whole(self) -> str:
        """The text without marks."""
        return self._text

    def mark(self, words: Sequence[str]) -> None:
        """Mark these, wherever they stand."""
        if list(words) != self._words:
            self._words = list(words)
            self._show()

    def _show(self) -> None:
        hits = _spans(self._text, self._words)
        if not hits:
            self.setTextFormat(Qt.TextFormat.PlainText)
            self.setText(self._text)
            return
        colours, pieces, at = self._theme.colours, list[str](), 0
        style = f"background-color: {colours.mark}; color: {colours.on_mark}"
        for start, end in hits:
            pieces += [escape(self._text[at:start]), f'<span style="{style}">{escape(self._text[start:end])}</span>']
            at = end
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText("".join((*pieces, escape(self._text[at:]))))


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where any of the words stands, the longest first where several begin at a place."""
    if not words:
        return []
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return [found.span() for found in re.finditer(either, text, re.IGNORECASE)]


class SettingRow(Turning):
    """One setting. `back` is called when the owner wants the default."""

    def __init__(self, theme: Theme, setting: Setting, made: Control, back: Callable[[], object]) -> None:
        super().__init__(BESIDE_FROM, 16, (0, 12, 0, 12))
        self.setting, self.control = setting, made
        self.title = MarkedLabel(theme, _(setting.title), "title")
        self.help = MarkedLabel(theme, _(setting.help), "muted")
        self.key = MarkedLabel(theme, setting.key, "small")
        self.trouble = label("", "warm", wrap=True)
        default = value_words(setting, setting.default) or _("empty")
        self.back = IconButton(theme, "restore", _("Back to the default: {setting} ({value})").format(
            setting=_(setting.title), value=default), back, size=16)
        keeps_its_room(self.back)
        self._haystack = self._searched()
        self._build()

    def _build(self) -> None:
        words = column(spacing=2)
        for part in (self.title, self.help, self.key, self.trouble):
            words.addWidget(part)
        side = QWidget()
        side.setProperty("role", "clear")
        self._side = row(side, 4)
        self._side.addWidget(self.control.widget)
        self._side.addWidget(self.back)
        self._side.addStretch(1)
        self.line.addLayout(words, 1)
        self.line.addWidget(side, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        self.key.hide()
        self.trouble.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside its words a control stands at the edge, with the way back before it; below them it comes first."""
        super().resizeEvent(event)
        beside = self.width() >= BESIDE_FROM
        self._side.setDirection(QBoxLayout.Direction.RightToLeft if beside else QBoxLayout.Direction.LeftToRight)

    def _searched(self) -> str:
        setting = self.setting
        return " ".join((_(setting.title), _(setting.help), setting.key, _(setting.group), _(setting.unit),
                         *(choice_words(setting, choice) for choice in setting.choices))).casefold()

    def show_value(self, value: Value) -> None:
        """Show a value that is in force."""
        self.control.show(value)
        self.show_default(value)

    def show_default(self, value: Value) -> None:
        """Offer the default where the value is another."""
        had = self.back.hasFocus()
        self.back.setVisible(value != self.setting.default)
        if had and self.back.isHidden():
            self.control.widget.setFocus()

    def tell(self, sentence: str) -> None:
        """Say what is wrong; "": nothing."""
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))
        help_words = _(self.setting.help)
        self.control.widget.setAccessibleDescription(f"{sentence} {help_words}" if sentence else help_words)
        if sentence:
            announce(self, sentence)

    def show_hits(self, words: Sequence[str]) -> bool:
        """Mark the words, and whether all of them are about this setting; no words: every setting is."""
        hit = all(word in self._haystack for word in words)
        marked = words if hit else ()
        for part in (self.title, self.help, self.key):
            part.mark(marked)
        seen = f"{self.title.whole()} {self.help.whole()}".casefold()
        self.key.setVisible(hit and any(word in self.setting.key and word not in seen for word in words))
        return hit

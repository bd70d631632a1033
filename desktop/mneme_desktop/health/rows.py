"""A row of what was looked at: how it is, in a sentence, what can be done about it, and below it where."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QWidget

from mneme.messages import _
from mneme.types import Progress
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.parts.widgets import (
    Chip,
    Flow,
    Picture,
    announce,
    clear,
    column,
    label,
    more_chip,
    row,
    say,
)

SHOWN = 5  # lines at once
MARK = 20
MARKS = {"well": ("check", "accent"), "look": ("warning", "warm"), "told": ("check", "muted"),
         "unknown": ("search", "muted")}  # of a state, its icon and colour

Act = tuple[str, Callable[[], object]]


class AuditRow(QWidget):
    """One concern. `state` is "well", "look" (it wants one), "told" (a number to know) or "unknown"."""

    def __init__(self, theme: Theme, sentence: str) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "clear")
        self.state = "unknown"
        self.marks = {state: Picture(theme, icon, colour, MARK) for state, (icon, colour) in MARKS.items()}
        self.sentence = label(sentence, wrap=True)
        self.detail = label("", "small", wrap=True)
        self.acts = Flow()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(sentence)
        self.lines = column(spacing=0)
        self._build()

    def _build(self) -> None:
        words = column(spacing=4)
        for part in (self.sentence, self.detail, self.bar):
            words.addWidget(part)
        self.acts.setContentsMargins(0, 4, 0, 0)
        words.addWidget(self.acts)
        words.addLayout(self.lines)
        line = row(self, 12, (0, 12, 0, 12))
        for mark in self.marks.values():
            line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        for hidden in (self.detail, self.bar, self.acts):
            hidden.hide()
        self._show_mark()

    def _show_mark(self) -> None:
        for state, mark in self.marks.items():
            mark.setVisible(state == self.state)

    def show_state(self, state: str, sentence: str, *, detail: str = "", acts: Sequence[Act] = ()) -> None:
        """Say how it is, and offer what can be done. The lines below go."""
        self.state = state
        self._show_mark()
        say(self.sentence, sentence)
        say(self.detail, detail)
        self.detail.setVisible(bool(detail))
        self.bar.hide()
        self.set_acts(acts)
        self.show_lines(())

    def set_acts(self, acts: Sequence[Act]) -> None:
        """Offer these."""
        self.acts.empty()
        for name, act in acts:
            chip = Chip(name, act)
            chip.setAccessibleName(f"{name}: {self.sentence.text()}")
            self.acts.add(chip)
        self.acts.setVisible(bool(acts))

    def show_running(self, words: str, stop: Callable[[], object]) -> None:
        """Something is looked for; `stop` ends it. What was found before goes meanwhile."""
        say(self.detail, words)
        self.detail.show()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.show_lines(())
        self.set_acts([(_("Stop"), stop)])

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        if progress.total:
            say(self.detail, _("{done} of {total}").format(done=texts.number(progress.done),
                                                           total=texts.number(progress.total)))

    def show_trouble(self, words: str) -> None:
        """It could not be looked for, or it was stopped."""
        say(self.detail, words)
        self.detail.setVisible(bool(words))
        announce(self, words)

    def show_lines(self, lines: Sequence[QWidget]) -> None:
        """Show these below, the first few at once."""
        clear(self.lines)
        self._add_lines(lines)

    def _add_lines(self, lines: Sequence[QWidget]) -> None:
        for line in lines[:SHOWN]:
            self.lines.addWidget(line)
            line.show()
        if more := lines[SHOWN:]:
            for line in more:
                line.setParent(self)
                line.hide()
            self.lines.addWidget(more_chip(len(more), lambda: self._add_lines(more)))


class PlaceLine(QWidget):
    """Where something stands, and what can be done with it alone."""

    def __init__(self, theme: Theme, words: str, below: str, on_click: Callable[[], object],
                 acts: Sequence[Act] = ()) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        inner = row(self, 4)
        self.line = LineButton(theme, words, below, on_click)
        inner.addWidget(self.line, 1)
        for name, act in acts:
            chip = Chip(name, act)
            chip.setAccessibleName(f"{name}: {words}")
            inner.addWidget(chip)

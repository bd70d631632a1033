"""What is watched, in the room of adding: each place with its state, pausing, and places that could be watched."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mneme.messages import _
from mneme.types import Pause, SourceInfo, Suggestion
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.adder import choose_folder
from mneme_desktop.capture.capturing import Capturing, PauseMenu, Standing, name_of, state_words
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import (
    Chip,
    ElidedLabel,
    IconButton,
    Picture,
    clear,
    column,
    frame,
    label,
    more_chip,
    row,
    say,
)

SHOWN = 3  # suggestions; more on request


class WatchedPart(QWidget):
    """Lists what is watched and offers more. Nothing is read before a place is chosen."""

    def __init__(self, theme: Theme, bridge: Bridge, capturing: Capturing) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._bridge, self._capturing = theme, bridge, capturing
        self._known: tuple[int, ...] | None = None
        self._unfolded = False
        self.suggestions: tuple[Suggestion, ...] = ()
        self.rows: list[SourceRow] = []
        self.offers: list[QFrame] = []
        self._build()
        capturing.changed.connect(self._changed)

    def _build(self) -> None:
        outer = column(self, 8)
        outer.addWidget(label(_("Watched"), "section"))
        self.card = frame("card")
        inner = column(self.card, 0, (20, 16, 16, 16))
        self.state = label("", "title", wrap=True)
        self._about = label(about_words(None), "muted", wrap=True)
        inner.addWidget(self.state)
        inner.addSpacing(2)
        inner.addWidget(self._about)
        self._places = column(spacing=0)
        inner.addLayout(self._places)
        inner.addSpacing(16)
        inner.addLayout(self._chips())
        outer.addWidget(self.card)
        self._offer_title = label(_("Could be watched"), "section")
        self._offer_title.hide()
        self._offers = column(spacing=8)
        outer.addSpacing(8)
        outer.addWidget(self._offer_title)
        outer.addLayout(self._offers)

    def _chips(self) -> QHBoxLayout:
        chips = row()
        self.choose = Chip(_("Watch a folder…"), self.choose_folder)
        self.pause = Chip(_("Pause…"), self._show_pauses)
        self.resume = Chip(_("Resume"), self._capturing.resume)
        self.pauses = PauseMenu(self._capturing, self)
        for chip in (self.choose, self.pause, self.resume):
            chips.addWidget(chip)
        chips.addStretch(1)
        self.pause.hide()
        self.resume.hide()
        return chips

    # reading

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._capturing.read()
        self._read_suggestions()

    def _read_suggestions(self) -> None:
        self._bridge.query(self, lambda engine: engine.capture.suggestions()).named("suggestions").success(
            self._show_suggestions).run()

    # what the owner does

    def choose_folder(self) -> None:
        choose_folder(self, self._watch_these, _("Watch a folder"))

    def _watch_these(self, places: Sequence[Path]) -> None:
        for place in places:
            self._capturing.watch(str(place))

    def _show_pauses(self) -> None:
        self.pauses.popup(self.pause.mapToGlobal(self.pause.rect().bottomLeft()))

    # what is shown

    def _changed(self) -> None:
        now = self._capturing.now
        if now is None:
            return
        say(self.state, state_words(now) if now.sources or now.pause else _("Nothing is watched yet"))
        self._about.setVisible(not now.sources or now.pause is not None)
        say(self._about, about_words(now.pause))
        self.pause.setVisible(bool(now.sources) and now.pause is None)
        self.resume.setVisible(now.pause is not None)
        self._show_places(now)

    def _show_places(self, now: Standing) -> None:
        known = tuple(one.id for one in now.sources)
        if known != self._known:
            clear(self._places)
            self.rows = [SourceRow(self._theme, self._capturing, one) for one in now.sources]
            for shown in self.rows:
                self._places.addWidget(shown)
            if self._known is not None and self.isVisible():
                self._read_suggestions()
            self._known = known
        for shown, source in zip(self.rows, now.sources, strict=True):
            shown.show_source(source)

    def _show_suggestions(self, found: tuple[Suggestion, ...]) -> None:
        self.suggestions = found
        clear(self._offers)
        shown = found if self._unfolded else found[:SHOWN]
        self.offers = [Offer(self._theme, self._capturing, one) for one in shown]
        for offer in self.offers:
            self._offers.addWidget(offer)
        if more := len(found) - len(shown):
            self._offers.addWidget(more_chip(more, self._unfold), 0, Qt.AlignmentFlag.AlignLeading)
        self._offer_title.setVisible(bool(found))

    def _unfold(self) -> None:
        self._unfolded = True
        self._show_suggestions(self.suggestions)


class SourceRow(QWidget):
    """One place that is watched: its name, where it is, how far it has come, and what can be done with it."""

    def __init__(self, theme: Theme, capturing: Capturing, source: SourceInfo) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._capturing, self.source = capturing, source
        self._name, self._place = ElidedLabel(role="title"), ElidedLabel(
            role="small", mode=Qt.TextElideMode.ElideMiddle)
        self.counts = label("", "muted", wrap=True)
        self.problem = label("", "warm", wrap=True, selectable=True)
        self.rest = IconButton(theme, "pause", "", self._let_rest, size=20)
        self.remove = IconButton(theme, "close", "", lambda: capturing.remove(self.source), size=18)
        outer = column(self, 12, (0, 12, 0, 0))
        outer.addWidget(frame("line"))
        line = row(spacing=4)
        line.addWidget(Picture(theme, picture_of(source.kind), size=20), 0, Qt.AlignmentFlag.AlignTop)
        line.addSpacing(8)
        line.addLayout(_below_each_other(self._name, self._place, self.counts, self.problem), 1)
        line.addWidget(self.rest, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignVCenter)
        outer.addLayout(line)

    def show_source(self, source: SourceInfo) -> None:
        """Show how the place stands now."""
        self.source, name = source, title_of(source)
        self._name.set_whole(name)
        self._place.set_whole(source.place)
        say(self.counts, counts_words(source))
        self.counts.setVisible(bool(self.counts.text()))
        say(self.problem, source.problem or "")
        self.problem.setVisible(bool(source.problem) and not source.paused)
        title = _("Go on watching {name}") if source.paused else _("Let {name} rest")
        self.rest.show_icon("resume" if source.paused else "pause", title.format(name=name))
        self.remove.show_icon("close", _("No longer watch {name}").format(name=name))

    def _let_rest(self) -> None:
        self._capturing.let_rest(self.source, not self.source.paused)


class Offer(QFrame):
    """A place that could be watched: what it is, where, what would be read, and one button."""

    def __init__(self, theme: Theme, capturing: Capturing, suggestion: Suggestion) -> None:
        super().__init__()
        self.setProperty("role", "card")
        inner = row(self, 12, (20, 14, 16, 14))
        inner.addWidget(Picture(theme, picture_of(suggestion.kind), size=20), 0,
                        Qt.AlignmentFlag.AlignTop)
        inner.addLayout(_below_each_other(
            ElidedLabel(suggestion.title, "title"),
            ElidedLabel(suggestion.place, "small", Qt.TextElideMode.ElideMiddle),
            label(preview_words(suggestion.kind), "muted", wrap=True)), 1)
        self.watch = Chip(_("Watch"), lambda: self._watch(capturing, suggestion))
        self.watch.setAccessibleName(_("Watch {name}").format(name=suggestion.title))
        inner.addWidget(self.watch, 0, Qt.AlignmentFlag.AlignVCenter)

    def _watch(self, capturing: Capturing, suggestion: Suggestion) -> None:
        capturing.watch(suggestion.place, suggestion.kind)


def _below_each_other(*lines: QLabel) -> QVBoxLayout:
    """Lines that begin where reading begins, whatever direction each of them is written in."""
    made, rtl = column(spacing=2), QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    for line in lines:
        line.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
        made.addWidget(line)
    return made


def picture_of(kind: str) -> str:
    """The icon of a kind of source."""
    return {"browser": "globe", "mbox": "mail"}.get(kind, "folder")


def title_of(source: SourceInfo) -> str:
    """What a source is called: a browser's history lies in a file whose name says nothing."""
    return _("Browser history") if source.kind == "browser" else name_of(source.place)


def counts_words(source: SourceInfo) -> str:
    """How far a place has come: "120 read · 3 waiting · 1 failed"."""
    counts = ((source.done, _("{n} read")), (source.waiting, _("{n} waiting")), (source.failed, _("{n} failed")),
              (source.skipped, _("{n} left out")))
    said = [words.format(n=texts.number(n)) for n, words in counts if n]
    if source.paused:
        return " · ".join([_("resting"), *said])
    if not said and source.problem:
        return ""
    if not said:
        return _("not looked at yet") if source.looked_at is None else _("nothing to read in it")
    return " · ".join(said)


def preview_words(kind: str) -> str:
    """What would be read of a suggested place, before anything of it is."""
    return {"folder": _("Its notes, documents and chats; and what changes in it from now on."),
            "browser": _("Titles and addresses of the pages that you visit; not the pages themselves."),
            "mbox": _("Its messages, and those that come from now on.")}.get(
                kind, _("What is in it, and what comes from now on."))


def about_words(pause: Pause | None) -> str:
    """What becomes of what changes now."""
    if pause is None:
        return _("A watched folder is read now, and again by itself whenever something in it changes.")
    if pause.private:
        return _("Nothing of this time is taken in, not afterwards either.")
    return _("Nothing new is read until then; what changes meanwhile is looked at afterwards.")

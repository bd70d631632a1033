"""What is watched: each place with its state and what can be decided about it, and places that could be watched."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QVBoxLayout, QWidget

from mneme.messages import _, ngettext
from mneme.types import SourceInfo, Suggestion, WhenGone
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.capturing import Capturing, Standing, name_of
from mneme_desktop.capture.preview import SourcePreview
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import (
    Chip,
    ElidedLabel,
    Flow,
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
DAYS = (30, 90, 365, 1825)  # that memories of a source can be kept for
TOP = Qt.AlignmentFlag.AlignTop
PICTURE = 20  # pixels


class WatchedPart(QWidget):
    """Lists what is watched and offers more. Nothing is read before a place is chosen.

    `listed_wanted` carries a source whose lines its owner wants to see.
    """

    listed_wanted = Signal(object)

    def __init__(self, theme: Theme, bridge: Bridge, capturing: Capturing) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._bridge, self._capturing = theme, bridge, capturing
        self._known: tuple[int, ...] | None = None
        self._unfolded = False
        self.suggestions: tuple[Suggestion, ...] = ()
        self.rows: list[SourceRow] = []
        self.offers: list[Offer] = []
        self._build()
        capturing.changed.connect(self._changed)

    def _build(self) -> None:
        outer = column(self, 8)
        self._title = label(_("Watched"), "section")
        outer.addWidget(self._title)
        self.card = frame("card")
        inner = column(self.card, 0, (20, 4, 16, 4))
        self._places = column(spacing=0)
        inner.addLayout(self._places)
        outer.addWidget(self.card)
        self._offer_title = label(_("Could be watched"), "section")
        self._offer_title.hide()
        self._offers = column(spacing=8)
        outer.addSpacing(8)
        outer.addWidget(self._offer_title)
        outer.addLayout(self._offers)
        self._title.hide()
        self.card.hide()

    # reading

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._capturing.read()
        self.read_suggestions()

    def read_suggestions(self) -> None:
        """Ask which places of this computer could be watched."""
        self._bridge.query(self, lambda engine: engine.capture.suggestions()).named("suggestions").success(
            self._show_suggestions).run()

    # what is shown

    def _changed(self) -> None:
        if self._capturing.now is not None:
            self._show_places(self._capturing.now)

    def _show_places(self, now: Standing) -> None:
        known = tuple(one.id for one in now.sources)
        if known != self._known:
            clear(self._places)
            self.rows = [SourceRow(self._theme, self._capturing, one, self.listed_wanted.emit) for one in now.sources]
            for number, shown in enumerate(self.rows):
                if number:
                    self._places.addWidget(frame("line"))
                self._places.addWidget(shown)
            if self._known is not None and self.isVisible():
                self.read_suggestions()
            self._known = known
            self._title.setVisible(bool(known))
            self.card.setVisible(bool(known))
        for shown, source in zip(self.rows, now.sources, strict=True):
            shown.show_source(source)

    def _show_suggestions(self, found: tuple[Suggestion, ...]) -> None:
        if found == self.suggestions and self.offers:
            return
        self.suggestions = found
        self._show_offers()

    def _show_offers(self) -> None:
        found = self.suggestions
        clear(self._offers)
        shown = found if self._unfolded else found[:SHOWN]
        self.offers = [Offer(self._theme, self._bridge, self._capturing, one) for one in shown]
        for offer in self.offers:
            self._offers.addWidget(offer)
        if more := len(found) - len(shown):
            self._offers.addWidget(more_chip(more, self.unfold), 0, Qt.AlignmentFlag.AlignLeading)
        self._offer_title.setVisible(bool(found))

    def unfold(self) -> None:
        """Show every place that could be watched."""
        self._unfolded = True
        self._show_offers()


class SourceRow(QWidget):
    """One place that is watched: its name, where it is, how far it has come, and what can be done with it."""

    def __init__(self, theme: Theme, capturing: Capturing, source: SourceInfo,
                 listed: Callable[[SourceInfo], None]) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._capturing, self.source, self._listed = capturing, source, listed
        self._name = ElidedLabel(role="title")
        self._place = ElidedLabel(role="small", mode=Qt.TextElideMode.ElideMiddle)
        self.counts = label("", "muted", wrap=True)
        self.looked = label("", "small", wrap=True)
        self.problem = label("", "warm", wrap=True, selectable=True)
        self.advice = label("", "muted", wrap=True)
        self.rest = IconButton(theme, "pause", "", self._let_rest, size=20)
        self.more = IconButton(theme, "more", "", self._show_menu, size=20)
        head = row(spacing=4)
        head.addWidget(Picture(theme, picture_of(source.kind), size=PICTURE))
        head.addSpacing(8)
        head.addLayout(_below_each_other(self._name), 1)
        head.addWidget(self.rest)
        head.addWidget(self.more)
        below = row()
        below.addSpacing(PICTURE + 12)
        below.addLayout(_below_each_other(self._place, self.counts, self.looked, self.problem, self.advice), 1)
        lines = column(self, 0, (0, 6, 0, 12))
        lines.addLayout(head)
        lines.addLayout(below)

    def show_source(self, source: SourceInfo) -> None:
        """Show how the place stands now."""
        self.source, name = source, title_of(source)
        self._name.set_whole(name)
        self._place.set_whole(texts.home_short(source.place))
        trouble = bool(source.problem) and not source.paused
        for part, words in ((self.counts, counts_words(source)), (self.looked, looked_words(source)),
                            (self.problem, source.problem or "" if trouble else ""),
                            (self.advice, advice() if trouble else "")):
            say(part, words)
            part.setVisible(bool(words))
        title = _("Go on watching {name}") if source.paused else _("Let {name} rest")
        self.rest.show_icon("resume" if source.paused else "pause", title.format(name=name))
        self.more.show_icon("more", _("More about {name}").format(name=name))

    def menu(self) -> QMenu:
        """What can be decided about the place, as it stands now."""
        made, source = QMenu(self), self.source
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.addAction(_("Go on watching") if source.paused else _("Let it rest")).triggered.connect(self._let_rest)
        made.addAction(_("What came in from here")).triggered.connect(lambda: self._listed(self.source))
        made.addSeparator()
        gone = made.addMenu(_("When a file is deleted"))
        choices: tuple[tuple[str, WhenGone], ...] = ((_("Keep its memories"), "keep"),
                                                     (_("Put its memories in the bin"), "bin"))
        for title, when_gone in choices:
            _check(gone, title, source.when_gone == when_gone,
                   partial(self._capturing.change, source, when_gone, source.keep_days))
        kept = made.addMenu(_("Keep its memories"))
        for days in (None, *sorted({*DAYS, *((source.keep_days,) if source.keep_days else ())})):
            _check(kept, days_words(days), source.keep_days == days,
                   partial(self._capturing.change, source, source.when_gone, days))
        made.addSeparator()
        made.addAction(_("No longer watch it")).triggered.connect(lambda: self._capturing.remove(self.source))
        return made

    def _show_menu(self) -> None:
        self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _let_rest(self) -> None:
        self._capturing.let_rest(self.source, not self.source.paused)


class Offer(QFrame):
    """A place that could be watched: what it is, where, what would be read, a look at it, and one button."""

    def __init__(self, theme: Theme, bridge: Bridge, capturing: Capturing, suggestion: Suggestion) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._suggestion = suggestion
        outer = column(self, 8, (20, 14, 16, 14))
        inner = row(spacing=12)
        inner.addWidget(Picture(theme, picture_of(suggestion.kind), size=20), 0, TOP)
        inner.addLayout(_below_each_other(
            ElidedLabel(suggestion.title, "title"),
            ElidedLabel(texts.home_short(suggestion.place), "small", Qt.TextElideMode.ElideMiddle),
            label(preview_words(suggestion.kind), "muted", wrap=True)), 1)
        outer.addLayout(inner)
        self.preview = SourcePreview(theme, bridge)
        self.preview.hide()
        outer.addWidget(self.preview)
        self.look = Chip(_("Look what it would bring"), self._look)
        self.look.setAccessibleName(_("Look what {name} would bring").format(name=suggestion.title))
        self.watch = Chip(_("Watch"), lambda: capturing.watch(suggestion.place, suggestion.kind))
        self.watch.setAccessibleName(_("Watch {name}").format(name=suggestion.title))
        chips = Flow()
        chips.add(self.watch)
        chips.add(self.look)
        outer.addWidget(chips)

    def _look(self) -> None:
        self.look.hide()
        self.preview.show()
        self.preview.show_place(self._suggestion.place, self._suggestion.kind)


def _check(menu: QMenu, title: str, on: bool, then: Callable[[], None]) -> None:
    """An entry of a menu that is one of several."""
    group = menu.findChild(QActionGroup) or QActionGroup(menu)
    action = menu.addAction(title)
    action.setCheckable(True)
    action.setChecked(on)
    group.addAction(action)
    action.triggered.connect(lambda: then())


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


def looked_words(source: SourceInfo) -> str:
    """When a place was last looked at, and what is otherwise than usual about what is kept of it."""
    said = []
    if source.looked_at is not None:
        said.append(_("looked at {when}").format(when=texts.local_time(source.looked_at)))
    if source.when_gone == "bin":
        said.append(_("deleted files: to the bin"))
    if source.keep_days is not None:
        said.append(_("kept {days}").format(days=days_words(source.keep_days)))
    return " · ".join(said)


def advice() -> str:
    """What to do about a place that cannot be watched."""
    return _("What was taken in stays. It is looked at again by itself as soon as it can be read; else let it rest, or "
             "watch it no longer.")


def days_words(days: int | None) -> str:
    """For how long memories are kept."""
    if days is None:
        return _("for good")
    if days % 365 == 0:
        return ngettext("for one year, then in the bin", "for {n} years, then in the bin", days // 365).format(
            n=texts.number(days // 365))
    return ngettext("for one day, then in the bin", "for {n} days, then in the bin", days).format(n=texts.number(days))


def preview_words(kind: str) -> str:
    """What would be read of a suggested place, before anything of it is."""
    return {"folder": _("Its notes, documents and chats; and what changes in it from now on."),
            "browser": _("Titles and addresses of the pages that you visit; not the pages themselves."),
            "mbox": _("Its messages, and those that come from now on.")}.get(
                kind, _("What is in it, and what comes from now on."))

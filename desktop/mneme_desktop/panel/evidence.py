"""The right panel: a memory beside what it bears on, with its file, its history and what can be done with it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QWidget

from mneme.errors import KnownError, NotFound
from mneme.messages import _, ngettext
from mneme.types import Citation, Kind, MemoryDetail, Span
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.account import Account, Seen, Tags, look_at
from mneme_desktop.panel.fading import RetentionCurve, later_words, outlook_words, share_kept
from mneme_desktop.panel.passage import PassageView, compose
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import (
    Chip,
    ElidedLabel,
    Flow,
    IconButton,
    Ring,
    clear,
    column,
    frame,
    label,
    row,
    say,
    scrolling,
)

USES_SHOWN = 4
PASSAGE_LEAST, PASSAGE_MOST = 64, 220  # pixels that the passage keeps when the panel has to scroll


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the panel is asked to show: a memory, and how the answer points into it."""

    memory: int
    heading: str
    span: Span | None = None
    strong: Span | None = None

    @classmethod
    def of(cls, citation: Citation, place: int, of: int) -> "Wanted":
        heading = _("Evidence {n} of {total}").format(n=place, total=of) if of > 1 else _("Evidence")
        return cls(citation.memory, heading, citation.span, citation.answer_span)


class EvidencePanel(QWidget):
    """Shows one memory at a time. What is to be done with it is left to the window.

    `decided` carries one of keeping.ACTS and the memory, `edit` what is shown.
    """

    closed = Signal()
    forget = Signal(list)
    restore = Signal(list)
    erase = Signal(list)
    decided = Signal(str, int)
    edit = Signal(object)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self._theme, self._bridge = theme, bridge
        self._wanted: Wanted | None = None
        self._trail: list[Wanted] = []  # what was shown before, on the way from line to line
        self.detail: MemoryDetail | None = None
        self.seen: Seen | None = None
        self.passage = PassageView(theme)
        self.curve = RetentionCurve(theme)
        self.account = Account(theme)
        self._build()

    def _build(self) -> None:
        self._heading = label(role="section")
        self.back = IconButton(self._theme, "back", _("Back to what was shown before"), self._go_back, size=16)
        self.back.hide()
        top = row(spacing=4, margins=(24, 20, 24, 0))
        top.addWidget(self.back)
        top.addWidget(self._heading, 1)
        top.addWidget(IconButton(self._theme, "close", _("Close the panel (Esc)"), self.closed.emit, size=16))
        self._scroll = scrolling(self._inside())
        outer = column(self, 4)
        outer.addLayout(top)
        outer.addWidget(self._scroll, 1)
        self.account.opened.connect(lambda memory, span, title: self._follow(Wanted(memory, title, span)))

    def _inside(self) -> QWidget:
        """Everything below the heading, which scrolls where there is no room for all of it."""
        self._title = label(role="title", wrap=True, selectable=True)
        self._said = label(role="lead", wrap=True, selectable=True)
        self._date = label(role="small", wrap=True)
        self._path = ElidedLabel(role="small", mode=Qt.TextElideMode.ElideLeft)
        self._note = label(role="warm", wrap=True)
        self._tags, self._actions = Tags(), Flow()
        inside = QWidget()
        inside.setProperty("role", "clear")
        inner = column(inside, 8, (24, 0, 24, 24))
        for part in (self._title, self._said, self._date, self._path, self._note, self._tags):
            inner.addWidget(part)
        inner.addSpacing(4)
        inner.addWidget(self._card(), 1000)
        inner.addSpacing(4)
        inner.addWidget(self._actions)
        inner.addSpacing(8)
        inner.addWidget(self._retention())
        inner.addSpacing(8)
        inner.addWidget(self.account)
        self._uses_title = label(_("History"), "section")
        self._uses = column(spacing=6)
        inner.addWidget(self._uses_title)
        inner.addLayout(self._uses)
        inner.addStretch(1)
        return inside

    def _card(self) -> QFrame:
        card = frame("card")
        inner = column(card, 0, (16, 14, 6, 10))
        inner.addWidget(self.passage)

        def fit(height: int) -> None:
            card.setMinimumHeight(min(max(height + 28, PASSAGE_LEAST), PASSAGE_MOST))
            card.setMaximumHeight(max(height + 28, PASSAGE_LEAST))

        fit(0)
        self.passage.fitted.connect(fit)
        return card

    def _retention(self) -> QFrame:
        card = frame("card")
        inner = column(card, 8, (16, 14, 16, 14))
        self._ring = Ring(self._theme)
        self._kept = label(role="muted", wrap=True)
        self._later = label(role="small", wrap=True)
        line = row(spacing=12)
        line.addWidget(self._ring)
        line.addWidget(self._kept, 1)
        inner.addLayout(line)
        inner.addWidget(self.curve)
        inner.addWidget(self._later)
        return card

    def show_wanted(self, wanted: Wanted) -> None:
        """Ask the engine for the memory and show it when it comes; the last one asked for wins."""
        self._trail.clear()
        self._ask_for(wanted)

    def _ask_for(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self.back.setVisible(bool(self._trail))
        (self._bridge.query(self, lambda engine: look_at(engine, wanted.memory))
            .named("show").success(self._arrived).failure(self._failed).run())

    def _follow(self, wanted: Wanted) -> None:
        """Go on to something else from a line; there is a way back."""
        if self._wanted is not None:
            self._trail.append(self._wanted)
        self._ask_for(wanted)

    def _go_back(self) -> None:
        if self._trail:
            self._ask_for(self._trail.pop())

    def become(self, memory: int) -> None:
        """Show another memory in the same place: the words of the one shown are its words now."""
        if self._wanted is not None:
            self._ask_for(Wanted(memory, self._wanted.heading))

    def current(self) -> int | None:
        """The memory shown or about to be shown."""
        return self._wanted.memory if self._wanted is not None else None

    def refresh(self) -> None:
        """Read the memory again: something about it has changed."""
        if self._wanted is not None:
            self._ask_for(self._wanted)

    def _failed(self, error: KnownError) -> None:
        self.detail, self.seen = None, None
        self._wanted = None
        if not isinstance(error, NotFound):  # what was just erased need not be mourned in a sentence
            self._bridge.failed.emit(error)
        self.closed.emit()

    def _arrived(self, seen: Seen) -> None:
        wanted, detail = self._wanted, seen.detail
        assert wanted is not None
        fresh = self.detail is None or self.detail.memory.id != detail.memory.id
        self.detail, self.seen = detail, seen
        memory = detail.memory
        self._heading.setText(wanted.heading)
        say(self._title, _title_of(seen))
        say(self._said, "" if memory.kind in (Kind.PASSAGE, Kind.FACT) else texts.one_line(memory.text, 800))
        self._said.setVisible(bool(self._said.text()))
        self._date.setText(self._when(detail))
        self._path.set_whole(_home_short(detail.path) if detail.path else memory.source)
        self._show_note(detail)
        self._tags.show_seen(seen)
        self.passage.show_marked(compose(detail, wanted.span or memory.span, wanted.strong))
        self._show_actions(seen)
        self._show_retention(seen)
        self.account.show_seen(seen)
        if fresh:
            self._scroll.verticalScrollBar().setValue(0)

    @staticmethod
    def _when(detail: MemoryDetail) -> str:
        memory = detail.memory
        when = _("taken in {date}").format(date=texts.local_day(memory.recorded_at))
        if memory.happened_at is not None:
            when = texts.long_day(memory.happened_at)
        return f"{texts.one_line(memory.speaker, 60)} · {when}" if memory.speaker else when

    def _show_note(self, detail: MemoryDetail) -> None:
        notes = []
        if detail.memory.forgotten_at is not None:
            notes.append(_("In the bin since {date}.").format(date=texts.local_day(detail.memory.forgotten_at)))
        if not detail.current:
            notes.append(_("This is version {n}; the file has been changed since.").format(n=detail.version))
        self._note.setText(" ".join(notes))
        self._note.setVisible(bool(notes))

    def _show_actions(self, seen: Seen) -> None:
        self._actions.empty()
        for words, act in self._possible(seen):
            self._actions.add(Chip(words, act))

    def _possible(self, seen: Seen) -> list[tuple[str, Callable[[], None]]]:
        """What can be done with what is shown, in words."""
        memory, found = seen.detail.memory, list[tuple[str, Callable[[], None]]]()
        if seen.detail.path and Path(seen.detail.path).expanduser().is_absolute():  # the owner's own words have no file
            found.append((_("Open the file"), self.open_file))
        if memory.forgotten_at is not None:
            found.append((_("Restore"), lambda: self.restore.emit([memory.id])))
            return [*found, (_("Erase…"), lambda: self.erase.emit([memory.id]))]
        if seen.rivals:
            found.append((_("This is right"), lambda: self.decided.emit("confirm", memory.id)))
        if seen.detail.current:
            found.append((_("Change…"), lambda: self.edit.emit(seen)))
        acts = [(words, partial(self.decided.emit, what, memory.id)) for words, what in _ways_to_fade(seen)]
        return [*found, *acts, (_("Forget"), lambda: self.forget.emit([memory.id])),
                (_("Erase…"), lambda: self.erase.emit([memory.id]))]

    def _show_retention(self, seen: Seen) -> None:
        detail = seen.detail
        self._ring.set_share(detail.memory.retention)
        recalled = sum(what == "recalled" for _at, what in detail.uses)
        times = ngettext("recalled once", "recalled {n} times", recalled).format(n=texts.number(recalled))
        kept = share_kept(detail.memory.retention)
        self._kept.setText(f"{kept} · {times if recalled else _('not recalled yet')}")
        self._ring.setAccessibleName(outlook_words(detail))
        self.curve.show_detail(detail, seen.faded_below)
        self._later.setVisible(bool(detail.curve))
        if detail.curve:
            self._later.setText(later_words(detail))
        clear(self._uses)
        self._uses_title.setVisible(bool(detail.uses))
        for at, what in reversed(detail.uses[-USES_SHOWN:]):
            line = QWidget()
            inner = row(line, 12)
            when = label(texts.local_day(at), "small")
            when.setMinimumWidth(88)
            inner.addWidget(when)
            inner.addWidget(label(_use_in_words(what)), 1)
            self._uses.addWidget(line)

    def open_file(self) -> None:
        """Open the file in its own program, if it is still there."""
        if self.detail is None or self.detail.path is None:
            return
        path = Path(self.detail.path).expanduser()
        self._bridge.query(self, lambda _engine: path.exists()).named("exists").success(
            lambda there: self._open(path, there)).run()

    def _open(self, path: Path, there: bool) -> None:
        opened = there and QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        if not opened:
            known = (KnownError(_("No program opened {name}.").format(name=path.name),
                                _("The memory of it stays.")) if there else
                     KnownError(_("{name} is not there any more.").format(name=path.name),
                                _("The memory of it stays.")))
            self._bridge.failed.emit(known)


def _home_short(path: str) -> str:
    home = str(Path.home())
    return "~" + path[len(home):] if path.startswith(home + "/") else path


def _title_of(seen: Seen) -> str:
    """A fact has no name but its own words, a summary that of its time; others that of what they stand in."""
    memory, outline = seen.detail.memory, seen.outline
    if memory.kind is Kind.FACT:
        return texts.one_line(memory.text, 400)
    if outline is not None and outline.level in ("day", "week", "month"):
        return texts.period(outline.level, outline.key)
    return texts.one_line(memory.title or memory.source, 200)


def _ways_to_fade(seen: Seen) -> list[tuple[str, str]]:
    """How the owner can change the fading of what is shown: the words, and the name among keeping.ACTS."""
    memory = seen.detail.memory
    if memory.pinned:
        return [(_("Unpin"), "unpin")]
    if memory.nature == "constant":
        return []
    fade = [(_("Let fade"), "fade")] if memory.retention >= seen.faded_below else []
    return [(_("Pin"), "pin"), (_("Keep longer"), "keep"), *fade]


def _use_in_words(what: str) -> str:
    return {"recalled": _("recalled in an answer"), "found": _("found in a search"), "read": _("read"),
            "confirmed": _("you confirmed it"), "repeated": _("told again"), "edited": _("you changed its words"),
            "corrected": _("you put it right"), "kept": _("you asked to keep it longer"),
            "let go": _("you let it fade"), "pinned": _("you pinned it"),
            "unpinned": _("you unpinned it")}.get(what, what)

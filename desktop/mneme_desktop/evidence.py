"""The right panel: a memory beside what it bears on, with its file, its history and what can be done with it."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QWidget

from mneme.errors import KnownError, NotFound
from mneme.messages import _, ngettext
from mneme.types import Citation, MemoryDetail, Span
from mneme_desktop import texts
from mneme_desktop.bridge import Bridge
from mneme_desktop.passage import PassageView, compose
from mneme_desktop.theme import FADING, Theme
from mneme_desktop.widgets import Chip, ElidedLabel, Flow, IconButton, Ring, clear, column, frame, label, row, say

USES_SHOWN = 4


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
    """Shows one memory at a time. `closed`, `forget` and `restore` are left to the window."""

    closed = Signal()
    forget = Signal(list)
    restore = Signal(list)
    erase = Signal(list)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self._theme, self._bridge = theme, bridge
        self._wanted: Wanted | None = None
        self.detail: MemoryDetail | None = None
        self.passage = PassageView(theme)
        self._build()

    def _build(self) -> None:
        self._heading = label(role="section")
        self._title = label(role="title", wrap=True, selectable=True)
        self._date = label(role="small", wrap=True)
        self._path = ElidedLabel(role="small", mode=Qt.TextElideMode.ElideLeft)
        self._note = label(role="warm", wrap=True)
        self._actions = Flow()
        self._ring = Ring(self._theme)
        self._kept = label(role="muted", wrap=True)
        self._uses_title = label(_("History"), "section")
        self._uses = column(spacing=6)
        top = row()
        top.addWidget(self._heading, 1)
        top.addWidget(IconButton(self._theme, "close", _("Close the panel (Esc)"), self.closed.emit, size=16))
        outer = column(self, 8, (24, 20, 24, 24))
        outer.addLayout(top)
        for part in (self._title, self._date, self._path, self._note):
            outer.addWidget(part)
        outer.addSpacing(4)
        outer.addWidget(self._card(), 1000)
        outer.addSpacing(4)
        outer.addWidget(self._actions)
        outer.addSpacing(8)
        retention = row(spacing=12)
        retention.addWidget(self._ring)
        retention.addWidget(self._kept, 1)
        outer.addLayout(retention)
        outer.addWidget(self._uses_title)
        outer.addLayout(self._uses)
        outer.addStretch(1)

    def _card(self) -> QFrame:
        card = frame("card")
        inner = column(card, 0, (16, 14, 6, 10))
        inner.addWidget(self.passage)
        card.setMinimumHeight(64)
        self.passage.fitted.connect(lambda height: card.setMaximumHeight(height + 28))
        return card

    def show_wanted(self, wanted: Wanted) -> None:
        """Ask the engine for the memory and show it when it comes; the last one asked for wins."""
        self._wanted = wanted
        (self._bridge.query(self, lambda engine: engine.show(wanted.memory))
            .named("show").success(self._arrived).failure(self._failed).run())

    def current(self) -> int | None:
        """The memory shown or about to be shown."""
        return self._wanted.memory if self._wanted is not None else None

    def refresh(self) -> None:
        """Read the memory again: something about it has changed."""
        if self._wanted is not None:
            self.show_wanted(self._wanted)

    def _failed(self, error: KnownError) -> None:
        self.detail = None
        self._wanted = None
        if not isinstance(error, NotFound):  # what was just erased need not be mourned in a sentence
            self._bridge.failed.emit(error)
        self.closed.emit()

    def _arrived(self, detail: MemoryDetail) -> None:
        wanted = self._wanted
        assert wanted is not None
        self.detail = detail
        memory = detail.memory
        self._heading.setText(wanted.heading)
        say(self._title, texts.one_line(memory.title or memory.source, 200))
        self._date.setText(self._when(detail))
        self._path.set_whole(_home_short(detail.path) if detail.path else memory.source)
        self._show_note(detail)
        self.passage.show_marked(compose(detail, wanted.span or memory.span, wanted.strong))
        self._show_actions(detail)
        self._show_retention(detail)

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

    def _show_actions(self, detail: MemoryDetail) -> None:
        self._actions.empty()
        memory = detail.memory.id
        if detail.path:
            self._actions.add(Chip(_("Open the file"), self.open_file))
        if detail.memory.forgotten_at is None:
            self._actions.add(Chip(_("Forget"), lambda: self.forget.emit([memory])))
        else:
            self._actions.add(Chip(_("Restore"), lambda: self.restore.emit([memory])))
        self._actions.add(Chip(_("Erase…"), lambda: self.erase.emit([memory])))

    def _show_retention(self, detail: MemoryDetail) -> None:
        kept = detail.memory.retention
        self._ring.set_share(kept)
        words = _("{share}% kept") if kept >= FADING else _("{share}% kept, fading")
        recalled = len(detail.uses)
        times = ngettext("recalled once", "recalled {n} times", recalled).format(n=texts.number(recalled))
        said = words.format(share=round(kept * 100))
        self._kept.setText(f"{said} · {times if recalled else _('not recalled yet')}")
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


def _use_in_words(what: str) -> str:
    return {"recalled": _("recalled in an answer"), "found": _("found in a search"), "read": _("read"),
            "confirmed": _("you confirmed it")}.get(what, what)

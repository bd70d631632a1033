"""The right panel: a memory beside what it bears on, with its file, its history and what can be done with it."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QWidget

from mneme.errors import KnownError, NotFound
from mneme.messages import _, ngettext
from mneme.types import Citation, Kind, MemoryDetail, Origin, Span
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme, give_role
from mneme_desktop.panel.account import Account, Notes, Seen, Tags, look_at
from mneme_desktop.panel.acting import (
    EDIT,
    ERASE,
    FORGET,
    MERGE,
    NOTE,
    OPEN_FILE,
    RESTORE,
    SPLIT,
    TOPIC,
    MoreChip,
    ways,
)
from mneme_desktop.panel.fading import RetentionCurve, later_words, outlook_words, share_kept
from mneme_desktop.panel.history import History
from mneme_desktop.panel.passage import PassageView, compose
from mneme_desktop.parts import texts
from mneme_desktop.parts.naming import told_at
from mneme_desktop.parts.widgets import (
    Chip,
    ElidedLabel,
    Flow,
    IconButton,
    Ring,
    column,
    frame,
    label,
    row,
    say,
    scrolling,
)

LINED = frozenset((".md", ".markdown", ".txt", ".text", ".org", ".rst", ".log"))  # files that people know by lines
LARGEST = 5_000_000  # bytes of a file that is read to find a line
PASSAGE_LEAST, PASSAGE_MOST = 64, 220  # pixels that the passage keeps when the panel has to scroll


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the panel is asked to show: a memory, and how the answer points into it."""

    memory: int
    heading: str
    span: Span | None = None
    strong: Span | None = None
    evidence: bool = False  # of an answer: then the heading says of how many it is one, else what it is

    @classmethod
    def of(cls, citation: Citation, place: int, of: int) -> "Wanted":
        heading = _("Evidence {n} of {total}").format(n=place, total=of) if of > 1 else _("Evidence")
        return cls(citation.memory, heading, citation.span, citation.answer_span, evidence=True)


class EvidencePanel(QWidget):
    """Shows one memory at a time. What is to be done with it is left to the window.

    `decided` carries one of keeping.ACTS and the memory; `edit`, `note`, `split`, `merge` and `sort` what is shown;
    `person` a name, `topic` the number of a topic.
    """

    closed = Signal()
    forget = Signal(list)
    restore = Signal(list)
    erase = Signal(list)
    decided = Signal(str, int)
    edit = Signal(object)
    note = Signal(object)
    split = Signal(object)
    merge = Signal(object)
    sort = Signal(object)
    person = Signal(str)
    topic = Signal(int)

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
        self.notes = Notes()
        self.account = Account(theme)
        self.history = History(theme)
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
        self.account.person.connect(self.person)
        self.account.topic.connect(self.topic)
        self.notes.opened.connect(lambda memory: self._follow(Wanted(memory, _("Your note"))))
        self._tags.unlocked.connect(lambda: self._do("public"))

    def _inside(self) -> QWidget:
        """Everything below the heading, which scrolls where there is no room for all of it."""
        self._title = label(role="title", wrap=True, selectable=True)
        self._said = label(role="lead", wrap=True, selectable=True)
        self._date = label(role="small", wrap=True)
        self._path = ElidedLabel(role="small", mode=Qt.TextElideMode.ElideLeft)
        self._note = label(role="warm", wrap=True)
        self._tags, self._actions = Tags(self._theme), Flow()
        self._evidence_title = label(_("Evidence"), "section")
        inside = QWidget()
        inside.setProperty("role", "clear")
        inner = self._inner = column(inside, 8, (24, 0, 24, 24))
        for part in (self._title, self._said, self._date, self._path, self._note, self._tags):
            inner.addWidget(part)
        inner.addSpacing(4)
        self._card_frame, self._card_at = self._card(), inner.count()
        inner.addWidget(self._card_frame, 1000)
        inner.addWidget(self.notes)
        inner.addWidget(self._actions)
        inner.addSpacing(4)
        inner.addWidget(self._retention())
        inner.addSpacing(4)
        inner.addWidget(self._evidence_title)
        inner.addWidget(self.account)
        inner.addWidget(self.history)
        inner.addStretch(1)
        return inside

    def _place_card(self, seen: Seen) -> None:
        """A passage is what its card shows, so that comes first; of what is made of passages it is the evidence."""
        self._inner.removeWidget(self._card_frame)
        first = seen.kind is Kind.PASSAGE
        at = self._card_at if first else self._inner.indexOf(self._evidence_title) + 1
        self._inner.insertWidget(at, self._card_frame, 1000 if first else 0)
        self._evidence_title.setVisible(not first)

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
        self._heading.setText(wanted.heading if wanted.evidence else kind_words(seen))
        self._show_head(seen)
        self._show_note(seen)
        self._tags.show_seen(seen)
        self._place_card(seen)
        self.passage.show_marked(compose(detail, wanted.span or told_at(memory), wanted.strong))
        self.notes.show_notes(seen.beside.notes)
        self._show_actions(seen)
        self._show_retention(seen)
        self.account.show_seen(seen)
        self.history.show_life(detail, seen.beside.wordings)
        self._find_line(detail)
        if fresh:
            self._scroll.verticalScrollBar().setValue(0)

    def _show_head(self, seen: Seen) -> None:
        detail, memory = seen.detail, seen.detail.memory
        give_role(self._title, "headline" if seen.kind is Kind.FACT else "title")
        say(self._title, _title_of(seen))
        say(self._said, "" if memory.kind in (Kind.PASSAGE, Kind.FACT) else texts.one_line(memory.text, 800))
        self._said.setVisible(bool(self._said.text()))
        self._date.setText(_when(detail))
        self._path.set_whole(_place_of(detail, None))

    def _find_line(self, detail: MemoryDetail) -> None:
        """Say in which line of its file it stands, once that is known."""
        path, memory = _file_of(detail), detail.memory
        if path is not None:
            (self._bridge.query(self, lambda _engine: line_in(path, detail.item_text[memory.span[0]:memory.span[1]]))
                .named("line").success(lambda line: self._found_line(detail, line)).run())

    def _found_line(self, detail: MemoryDetail, line: int | None) -> None:
        if self.detail is detail:
            self._path.set_whole(_place_of(detail, line))

    def _show_note(self, seen: Seen) -> None:
        notes, detail = [], seen.detail
        if detail.memory.forgotten_at is not None:
            notes.append(_("In the bin since {date}.").format(date=texts.local_day(detail.memory.forgotten_at)))
        if not detail.current:
            notes.append(_("This is version {n}; the file has been changed since.").format(n=detail.version))
        if seen.beside.parts:
            notes.append(_("You cut it; its parts have taken its place."))
        self._note.setText(" ".join(notes))
        self._note.setVisible(bool(notes))

    def _show_actions(self, seen: Seen) -> None:
        self._actions.empty()
        found = ways(seen, has_file=_file_of(seen.detail) is not None)
        for way in found:
            if not way.more:
                self._actions.add(Chip(way.words, partial(self._do, way.name)))
        if any(way.more for way in found):
            more = MoreChip()
            self._actions.add(more)
            for way in found:
                if way.more:
                    more.menu_shown.addAction(way.words, partial(self._do, way.name))

    def _do(self, name: str) -> None:
        """Have something done with what is shown, by its name."""
        seen = self.seen
        if seen is None:
            return
        memory = seen.detail.memory.id
        asked = {EDIT: self.edit, NOTE: self.note, SPLIT: self.split, MERGE: self.merge, TOPIC: self.sort}
        moved = {FORGET: self.forget, RESTORE: self.restore, ERASE: self.erase}
        if name == OPEN_FILE:
            self.open_file()
        elif name in asked:
            asked[name].emit(seen)
        elif name in moved:
            moved[name].emit([memory])
        else:
            self.decided.emit(name, memory)

    def _show_retention(self, seen: Seen) -> None:
        detail = seen.detail
        self._ring.set_share(detail.memory.retention)
        recalled = sum(what == "recalled" for _at, what in detail.uses)
        times = ngettext("recalled once", "recalled {n} times", recalled).format(n=texts.number(recalled))
        self._kept.setText(_("{kept} · {times}").format(
            kept=share_kept(detail.memory.retention), times=times if recalled else _("not recalled yet")))
        self._ring.setAccessibleName(outlook_words(detail))
        self.curve.show_detail(detail, seen.faded_below)
        self._later.setVisible(bool(detail.curve))
        if detail.curve:
            self._later.setText(later_words(detail))

    def open_file(self) -> None:
        """Open the file in its own program, if it is still there."""
        path = None if self.detail is None else _file_of(self.detail)
        if path is not None:
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


def line_in(path: Path, text: str) -> int | None:
    """On a worker thread: in which line of a text file the first line of `text` stands; None where that is unclear."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    try:
        if not first or path.suffix.lower() not in LINED or path.stat().st_size > LARGEST:
            return None
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):  # not there, not ours to read, not UTF-8: then nothing is said of its lines
        return None
    found = [number for number, line in enumerate(lines, 1) if first in line]
    return found[0] if len(found) == 1 else None


def _file_of(detail: MemoryDetail) -> Path | None:
    """The file that a memory stands in; the owner's own words have none."""
    path = Path(detail.path).expanduser() if detail.path else None
    return path if path is not None and path.is_absolute() else None


def _place_of(detail: MemoryDetail, line: int | None) -> str:
    """The path, short, with the line where it is known."""
    place = texts.home_short(detail.path) if detail.path else detail.memory.source
    return place if line is None else _("{path}, line {n}").format(path=place, n=texts.number(line))


def kind_words(seen: Seen) -> str:
    """What kind of memory it is, and where it comes from: "Fact · from your words"."""
    memory = seen.detail.memory
    kind = {Kind.PASSAGE: _("Your note") if seen.beside.noted is not None else _("Passage"), Kind.FACT: _("Fact"),
            Kind.EVENT: _("Event"), Kind.SUMMARY: _("Summary"), Kind.QUESTION: _("Question"),
            Kind.THOUGHT: _("Thought")}.get(memory.kind, _("Memory"))
    if seen.fact is not None and seen.fact.by_owner:
        origin = _("you said so")
    elif memory.origin is Origin.OTHER and memory.speaker:
        origin = _("from what {name} said").format(name=texts.one_line(memory.speaker, 40))
    else:
        origin = {Origin.OWNER: _("from your words"), Origin.OTHER: _("from others’ words"),
                  Origin.ASSISTANT: _("from what an assistant said"),
                  Origin.DERIVED: _("made of what was captured")}[memory.origin]
    return _("{kind} · {origin}").format(kind=kind, origin=origin)


def _when(detail: MemoryDetail) -> str:
    memory = detail.memory
    when = _("taken in {date}").format(date=texts.local_day(memory.recorded_at))
    if memory.happened_at is not None:
        when = texts.long_day(memory.happened_at)
    return f"{texts.one_line(memory.speaker, 60)} · {when}" if memory.speaker else when


def _title_of(seen: Seen) -> str:
    """A fact has no name but its own words, a summary that of its time; others that of what they stand in."""
    memory, outline = seen.detail.memory, seen.outline
    if memory.kind is Kind.FACT:
        return texts.one_line(memory.text, 400)
    if outline is not None and outline.level in ("day", "week", "month"):
        return texts.period(outline.level, outline.key)
    return texts.one_line(memory.title or memory.source, 200)

"""The life of a memory as lines: when it was captured, used, changed and by whom, with its words before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mneme.messages import _
from mneme.types import JournalEntry, Kind, MemoryDetail, Wording
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.diffs import DiffView
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import clear, column, label, more_chip, row

SHOWN = 5  # lines; more on request
WHEN = 92  # pixels of a date


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a memory's life, and how its words changed then, if they did."""

    at: datetime
    words: str
    wording: Wording | None = None


class History(QWidget):
    """The lines, the latest first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines = column(self, 8)

    def show_life(self, detail: MemoryDetail, wordings: Sequence[Wording]) -> None:
        """Show what happened to a memory."""
        clear(self._lines)
        self._lines.addWidget(label(_("History"), "section"))
        happened = life_of(detail, wordings)
        self._add(self._lines, happened[:SHOWN])
        if more := happened[SHOWN:]:
            rest = column(spacing=8)
            self._lines.addLayout(rest)
            self._lines.addWidget(more_chip(len(more), lambda: self._add(rest, more)), 0,
                                  Qt.AlignmentFlag.AlignLeading)

    def _add(self, into: QVBoxLayout, happened: Sequence[Happened]) -> None:
        for one in happened:
            line = QWidget()
            inner = row(line, 12)
            when = label(texts.local_day(one.at), "small")
            when.setMinimumWidth(WHEN)
            inner.addWidget(when)
            inner.addWidget(label(one.words, wrap=True), 1)
            into.addWidget(line)
            if one.wording is not None:
                into.addWidget(DiffView(self._theme, one.wording.before, one.wording.after))


def life_of(detail: MemoryDetail, wordings: Sequence[Wording]) -> list[Happened]:
    """What happened to a memory, the latest first; an act and the change that wrote it down are told once."""
    changed = {one.at: one for one in wordings}
    told = [Happened(detail.memory.recorded_at, _began(detail.memory.kind))]
    told += [Happened(at, use_words(what), changed.pop(at, None) if what in ("edited", "corrected") else None)
             for at, what in detail.uses]
    told += [Happened(one.at, _("you changed its words"), one) for one in changed.values()]
    used = {one.at for one in told}
    told += [Happened(entry.at, words) for entry in detail.revisions
             if entry.at not in used and (words := entry_words(entry))]
    order = {one: place for place, one in enumerate(told)}
    return sorted(told, key=lambda one: (one.at, order[one]), reverse=True)


def use_words(what: str) -> str:
    """What was done with a memory."""
    return {"recalled": _("recalled in an answer"), "found": _("found in a search"), "read": _("read"),
            "confirmed": _("you confirmed it"), "repeated": _("told again"), "edited": _("you changed its words"),
            "corrected": _("you put it right"), "kept": _("you asked to keep it longer"),
            "let go": _("you let it fade"), "pinned": _("you pinned it"), "unpinned": _("you unpinned it"),
            "merged": _("you merged it with others"), "split": _("you cut it in parts")}.get(what, what)


def entry_words(entry: JournalEntry) -> str:
    """What the owner's hand did to it, where no use tells it; "" for what upkeep did, and for what was taken back."""
    if entry.by != "owner" or entry.undone_at is not None:
        return ""
    return {"merge": _("you merged it with others"), "private": _("you marked it private"),
            "not private": _("you took the mark of the private away"), "move to topic": _("you put it in a topic"),
            "forget": _("you put it in the bin"), "restore": _("you took it out of the bin"),
            "note": _("you wrote it"), "split": _("cut out of a longer one"),
            "in turn": _("you said when it held")}.get(entry.what, "")


def _began(kind: Kind) -> str:
    return {Kind.PASSAGE: _("captured"), Kind.FACT: _("learned")}.get(kind, _("made of what was captured"))

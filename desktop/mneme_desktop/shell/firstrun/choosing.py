"""The second step: what Mneme may remember. Nothing is ticked in advance, and nothing is opened to show this."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QSizePolicy, QWidget

from mneme.messages import _
from mneme.types import Suggestion
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.adder import choose_files, choose_folder
from mneme_desktop.capture.preview import SourcePreview
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import (
    Chip,
    ElidedLabel,
    Flow,
    clear,
    column,
    frame,
    label,
    more_chip,
    plain_tip,
    row,
)
from mneme_desktop.shell.firstrun.plan import Choice, Plan

SHOWN = 5  # suggestions; more on request
TALKS = frozenset(("chats", "exports", "mails"))  # kinds of files in which several people speak
INDENT = 28  # pixels from a box to its words


class CutBox(QCheckBox):
    """A box to tick whose words end in "…" where they do not fit."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width() - INDENT - 4, INDENT)
        cut = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.setText(cut.replace("&", "&&"))
        self.setToolTip(plain_tip(self._words) if cut != self._words else "")


class Place(QFrame):
    """A place with a box to tick; when it is ticked it says what would come of it. `changed` follows each."""

    changed = Signal()

    def __init__(self, theme: Theme, bridge: Bridge, choice: Choice, *, ticked: bool) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.choice = choice
        inner = column(self, 4, (16, 12, 16, 12))
        self.box = CutBox(texts.one_line(choice.title, 80))
        self.box.setAccessibleName(_("{title}, {place}").format(title=choice.title, place=choice.place))
        inner.addWidget(self.box)
        below = column(spacing=8, margins=(INDENT, 0, 0, 0))
        below.addWidget(ElidedLabel(texts.home_short(choice.place), "small", Qt.TextElideMode.ElideMiddle))
        self.preview = SourcePreview(theme, bridge, note=False)
        below.addWidget(self.preview)
        inner.addLayout(below)
        self.preview.hide()
        self.preview.ready.connect(lambda _found: self.changed.emit())
        self.box.toggled.connect(self._ticked)
        self.box.setChecked(ticked)

    @property
    def talks(self) -> bool:
        """Whether several people may speak in what is ticked here."""
        found = self.preview.found
        return self.box.isChecked() and found is not None and any(kind.name in TALKS for kind in found.kinds)

    def stop(self) -> None:
        """Look no further."""
        self.preview.cancel()

    def _ticked(self, on: bool) -> None:
        self.preview.setVisible(on)
        found = self.preview.found
        if on and (found is None or not found.whole):
            self.preview.show_place(self.choice.place, self.choice.kind or None)
        elif not on:
            self.stop()
        self.changed.emit()


class Choosing(QWidget):
    """`changed` says that something was ticked, or was not after all."""

    changed = Signal()

    def __init__(self, theme: Theme, bridge: Bridge, plan: Plan) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._bridge, self._plan = theme, bridge, plan
        self.places: list[Place] = []
        self._found: tuple[Suggestion, ...] = ()
        self._asked = False
        inner = column(self, 12)
        inner.addWidget(label(_("What may Mneme remember?"), "headline", wrap=True))
        inner.addWidget(label(_("Tick what it may take in. Folders are watched for changes from then on. Nothing is "
                                "opened before the last step."), "lead", wrap=True))
        inner.addSpacing(4)
        self._list = column(spacing=8)
        inner.addLayout(self._list)
        self._more = column()
        inner.addLayout(self._more)
        inner.addWidget(self._adding())
        inner.addWidget(self._name_card())
        inner.addWidget(self._sample_card())
        inner.addStretch(1)
        for choice in plan.offered:
            self._add(choice, ticked=choice in plan.choices)

    def enter(self) -> None:
        """Look which places could be suggested, once, and put the keyboard on the first."""
        if not self._asked:
            self._asked = True
            self._bridge.query(self, lambda engine: engine.capture.suggestions()).success(self._suggest).run()
        (self.places[0].box if self.places else self.folder).setFocus()

    def decided(self, plan: Plan) -> Plan:
        """The plan with what is ticked here."""
        ticked = tuple(one.choice for one in self.places if one.box.isChecked())
        if not self._asked:  # what was chosen the last time is not shown yet
            ticked += tuple(one for one in plan.choices if one not in ticked and one not in plan.offered)
        return Plan(plan.step, plan.written, self.sample.isChecked(), ticked,
                    tuple(one.choice for one in self.places if one.choice not in self._suggested()),
                    self.name.text().strip() if not self.name_card.isHidden() else "")

    def stop(self) -> None:
        """Count no further: the step is left."""
        for place in self.places:
            place.stop()

    # building

    def _adding(self) -> QWidget:
        ways = Flow()
        self.folder = Chip(_("Add a folder…"), lambda: choose_folder(self, self._added))
        self.files = Chip(_("Add files or exported chats…"), lambda: choose_files(self, self._added))
        ways.add(self.folder)
        ways.add(self.files)
        return ways

    def _name_card(self) -> QFrame:
        self.name_card = frame("card")
        inner = column(self.name_card, 8, (16, 12, 16, 16))
        inner.addWidget(label(_("Which name is yours in these chats?"), "title", wrap=True))
        inner.addWidget(label(_("Then Mneme knows your own words from those of others. It can be told later as well."),
                              "muted", wrap=True))
        self.name = QLineEdit(self._plan.name)
        self.name.setPlaceholderText(_("Your name"))
        self.name.setAccessibleName(_("Your name in chats"))
        self.name.textChanged.connect(lambda _text: self.changed.emit())
        inner.addWidget(self.name)
        self.name_card.setVisible(bool(self._plan.name))
        return self.name_card

    def _sample_card(self) -> QFrame:
        card = frame("own")
        inner = column(card, 4, (16, 12, 16, 12))
        self.sample = QCheckBox(_("Try it on an invented life"))
        self.sample.setChecked(self._plan.sample)
        self.sample.setAccessibleName(_("Try it on an invented life"))
        self.sample.toggled.connect(lambda _on: self.changed.emit())
        inner.addWidget(self.sample)
        below = row(margins=(INDENT, 0, 0, 0))
        below.addWidget(label(_("Notes, letters and chats of somebody who does not exist, to ask about at once. One "
                                "press takes all of it out again."), "muted", wrap=True), 1)
        inner.addLayout(below)
        return card

    # what is there

    def _suggested(self) -> set[Choice]:
        return {Choice(one.place, one.title, one.kind) for one in self._found}

    def _suggest(self, found: tuple[Suggestion, ...]) -> None:
        self._found = found
        offered = [Choice(one.place, one.title, one.kind) for one in found]
        chosen = [one for one in offered if one in self._plan.choices]
        self._show(list(dict.fromkeys((*chosen, *offered))), max(SHOWN, len(chosen)))

    def _show(self, offered: Sequence[Choice], most: int) -> None:
        """Show the first of these, and a way to the others."""
        first = not self.places
        for choice in offered[:most]:
            self._add(choice, ticked=choice in self._plan.choices)
        clear(self._more)
        if rest := offered[most:]:
            chip = more_chip(len(rest), lambda: self._show(rest, len(rest)))
            self._more.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeading)
        if first and self.places and self.folder.hasFocus():
            self.places[0].box.setFocus()

    def _add(self, choice: Choice, *, ticked: bool) -> None:
        if any(one.choice.place == choice.place for one in self.places):
            return
        place = Place(self._theme, self._bridge, choice, ticked=ticked)
        place.changed.connect(self._changed)
        self.places.append(place)
        self._list.addWidget(place)

    def _added(self, paths: Sequence[Path]) -> None:
        """The owner has named places: they are ticked, since that is what naming them means."""
        for path in paths:
            kind = "folder" if path.is_dir() else ""
            known = next((one for one in self.places if one.choice.place == str(path)), None)
            if known is not None:
                known.box.setChecked(True)
            else:
                self._add(Choice(str(path), path.name or str(path), kind), ticked=True)
        self._changed()

    def _changed(self) -> None:
        self.name_card.setVisible(any(one.talks for one in self.places) or bool(self.name.text()))
        self.changed.emit()

    def minimumSizeHint(self) -> QSize:
        return QSize(280, super().minimumSizeHint().height())


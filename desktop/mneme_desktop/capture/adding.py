"""Adding to the memory: choosing files, folders and exports, and looking at what they would bring before they do."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QMenu, QWidget

from mneme.messages import _
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.adder import Adder, choose_files, choose_folder, opened_dialog
from mneme_desktop.capture.capturing import Capturing, name_of
from mneme_desktop.capture.preview import SourcePreview
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.widgets import (
    ElidedLabel,
    Flow,
    IconButton,
    Picture,
    button,
    column,
    frame,
    label,
    row,
)


class AddPart(QWidget):
    """`histories_wanted`: the owner looks for the histories of browsers, which are among the suggestions."""

    histories_wanted = Signal()

    def __init__(self, theme: Theme, bridge: Bridge, adder: Adder, capturing: Capturing) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._bridge, self._adder, self._capturing = theme, bridge, adder, capturing
        outer = column(self, 8)
        outer.addWidget(self._drop_card())
        self.chosen = ChosenCard(theme, bridge, adder, capturing)
        outer.addWidget(self.chosen)

    def _drop_card(self) -> QFrame:
        card = frame("drop")
        inner = column(card, 12, (20, 16, 20, 16))
        line = row(spacing=12)
        line.addWidget(Picture(self._theme, "drop", "accent", 24), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=2)
        words.addWidget(label(_("Drop files or folders anywhere in this window"), "title", wrap=True))
        words.addWidget(label(_("Notes, documents, mail and exported chats. They are read where they are, and nothing "
                                "leaves this computer."), "muted", wrap=True))
        line.addLayout(words, 1)
        inner.addLayout(line)
        buttons = Flow()
        self.folder = button(_("Add a folder…"), self.choose_folder, "primary")
        self.files = button(_("Add files…"), self.choose_files)
        self.more = button(_("More…"), self._show_more)
        self.more.setAccessibleName(_("More that can be added"))
        for one in (self.folder, self.files, self.more):
            buttons.add(one)
        inner.addWidget(buttons)
        return card

    # what the owner does

    def choose_folder(self) -> None:
        choose_folder(self, self.look_at)

    def choose_files(self) -> None:
        choose_files(self, self.take)

    def menu(self) -> QMenu:
        """What else can be added."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.addAction(_("An exported chat…")).triggered.connect(lambda: self._choose_file(
            _("Add an exported chat"), _("Exports (*.zip *.txt *.json *.jsonl *.html *.db);;All files (*)")))
        made.addAction(_("Mail…")).triggered.connect(lambda: self._choose_file(
            _("Add mail"), _("Mail (*.mbox *.mbx *.eml *.emlx *.msg);;All files (*)")))
        made.addAction(_("Calendars and contacts…")).triggered.connect(lambda: self._choose_file(
            _("Add calendars and contacts"), _("Calendars and contacts (*.ics *.ical *.vcf *.vcard);;All files (*)")))
        made.addSeparator()
        made.addAction(_("Histories of browsers")).triggered.connect(self.histories_wanted.emit)
        return made

    def _show_more(self) -> None:
        self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _choose_file(self, title: str, kinds: str) -> None:
        dialog = QFileDialog(self, title, "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        opened_dialog(dialog, self.take)

    def take(self, paths: Sequence[Path]) -> None:
        """Take in files that were chosen one by one; a single one is looked at before."""
        if len(paths) == 1:
            self.look_at(paths)
        else:
            self._adder.add(list(paths))

    def look_at(self, paths: Sequence[Path]) -> None:
        """Show what a place would bring, and ask what to do with it."""
        if paths:
            self.chosen.show_place(paths[0])


class ChosenCard(QFrame):
    """A place that was chosen: what it would bring, and whether to watch it, take it in once, or leave it."""

    def __init__(self, theme: Theme, bridge: Bridge, adder: Adder, capturing: Capturing) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._adder, self._capturing = adder, capturing
        self.place = Path()
        outer = column(self, 12, (20, 16, 16, 16))
        top = row(spacing=12)
        top.addWidget(Picture(theme, "folder", "accent"), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=2)
        self._name, self._where = ElidedLabel(role="title"), ElidedLabel(role="small",
                                                                        mode=Qt.TextElideMode.ElideMiddle)
        words.addWidget(self._name)
        words.addWidget(self._where)
        top.addLayout(words, 1)
        top.addWidget(IconButton(theme, "close", _("Leave it"), self._put_away, size=14), 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(top)
        self.preview = SourcePreview(theme, bridge)
        outer.addWidget(self.preview)
        self.watch = button(_("Watch it from now on"), self._watch, "primary")
        self.once = button(_("Take it in once"), self._take)
        self.leave = button(_("Not now"), self._put_away)
        actions = Flow()
        for one in (self.watch, self.once, self.leave):
            actions.add(one)
        outer.addWidget(actions)
        self.hide()

    def show_place(self, place: Path) -> None:
        """Look at a place, and ask."""
        self.place = place
        self._name.set_whole(name_of(str(place)))
        self._where.set_whole(str(place.parent))
        self.show()
        self.preview.show_place(place)
        self.watch.setFocus()

    def _watch(self) -> None:
        self._capturing.watch(str(self.place))
        self._put_away()

    def _take(self) -> None:
        self._adder.add([self.place])
        self._put_away()

    def _put_away(self) -> None:
        self.preview.cancel()
        self.hide()

"""Searches that are kept: a small window to choose one, keep this one, rename and delete."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import MemoryFilter, SavedSearch
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories.overlay import Overlay
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.parts.widgets import Chip, IconButton, button, clear, column, label, row, say, scrolling

WIDTH, ROW, MOST_SEEN = 360, 36, 8  # pixels, pixels, searches
LONGEST = 80  # characters of a name


class SavedPopup(Overlay):
    """`chosen` carries a filter; `said` a sentence, what can be pressed beside it, and what that does."""

    chosen = Signal(object)
    said = Signal(str, str, object)

    def __init__(self, theme: Theme, bridge: Bridge, now: MemoryFilter, anchor: QWidget) -> None:
        super().__init__(anchor, WIDTH)
        self.setAccessibleName(_("Saved searches"))
        self._theme, self._bridge, self._now = theme, bridge, now
        self.searches: tuple[SavedSearch, ...] = ()
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST)
        self.name.setPlaceholderText(_("Name for this search"))
        self.name.setAccessibleName(_("Name for this search"))
        self.name.returnPressed.connect(self._keep)
        self.keep = button(_("Save"), self._keep)
        self.words = label("", "muted", wrap=True)
        self._build()
        self.read()

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "clear")
        self._lines = column(inside, 0)
        self._room = scrolling(inside)
        line = row(spacing=8)
        line.addWidget(self.name, 1)
        line.addWidget(self.keep)
        outer = column(self, 8, (8, 8, 8, 8))
        outer.addLayout(line)
        outer.addWidget(self.words)
        outer.addWidget(self._room)
        self._room.hide()

    def read(self) -> None:
        """Show what is kept."""
        self._bridge.query(self, lambda engine: engine.browse.saved()).named("saved").success(self._show).failure(
            self._show_error).run()

    def open(self) -> None:
        super().open()
        self.name.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    # what is kept

    def _show(self, searches: Sequence[SavedSearch]) -> None:
        self.searches = tuple(searches)
        clear(self._lines)
        for search in self.searches:
            self._lines.addWidget(_Line(self._theme, search, self))
        self._room.setVisible(bool(self.searches))
        self._room.setFixedHeight(ROW * min(len(self.searches), MOST_SEEN))
        say(self.words, "" if self.searches else _("No search is kept yet. Give this one a name, and it stands here."))
        self.words.setVisible(not self.searches)
        self._fit()

    def _show_error(self, error: KnownError) -> None:
        say(self.words, str(error))
        self.words.show()
        self._fit()

    def _fit(self) -> None:
        self.adjustSize()
        self.place()

    def choose(self, search: SavedSearch) -> None:
        self.chosen.emit(search.what)
        self.close_now()

    def _keep(self) -> None:
        name, now = self.name.text(), self._now
        (self._bridge.operation(self, lambda engine, _op: engine.browse.save(name, now))
            .success(self._kept).failure(self._show_error).run())

    def _kept(self, search: SavedSearch) -> None:
        self.said.emit(_("Saved as “{name}”.").format(name=texts.one_line(search.name, 60)), "", None)
        self.close_now()

    def rename(self, search: SavedSearch, name: str) -> None:
        (self._bridge.operation(self, lambda engine, _op: engine.browse.rename_saved(search.id, name))
            .success(lambda _found: self.read()).failure(self._show_error).run())

    def delete(self, search: SavedSearch) -> None:
        """Keep it no longer; the toast can take that back."""
        bridge, owner = self._bridge, self.window()

        def again() -> None:
            bridge.operation(owner, lambda engine, _op: engine.browse.save(search.name, search.what)).run()

        def done(_gone: SavedSearch) -> None:
            self.said.emit(_("“{name}” is no longer kept.").format(name=texts.one_line(search.name, 60)), _("Undo"),
                           again)
            self.read()

        (self._bridge.operation(self, lambda engine, _op: engine.browse.delete_saved(search.id))
            .success(done).failure(self._show_error).run())


class _Line(QWidget):
    """One kept search, with ways to rename and to delete it."""

    def __init__(self, theme: Theme, search: SavedSearch, popup: SavedPopup) -> None:
        super().__init__()
        self.setFixedHeight(ROW)
        self._search, self._popup = search, popup
        self._line = row(self, 4)
        self._open = LineButton(theme, search.name, "", partial(popup.choose, search))
        self._rename = Chip(_("Rename"), self._ask)
        self._rename.setAccessibleName(_("Rename {name}").format(name=search.name))
        self._delete = IconButton(theme, "bin", _("Delete {name}").format(name=search.name),
                                  partial(popup.delete, search))
        for part, stretch in ((self._open, 1), (self._rename, 0), (self._delete, 0)):
            self._line.addWidget(part, stretch)
        self.field: QLineEdit | None = None

    def _ask(self) -> None:
        """Have the name written anew in its place."""
        field = self.field = QLineEdit(self._search.name)
        field.setMaxLength(LONGEST)
        field.setAccessibleName(_("New name"))
        self._open.hide()
        self._rename.hide()
        self._line.insertWidget(0, field, 1)
        field.returnPressed.connect(lambda: self._popup.rename(self._search, field.text()))
        field.selectAll()
        field.setFocus(Qt.FocusReason.OtherFocusReason)



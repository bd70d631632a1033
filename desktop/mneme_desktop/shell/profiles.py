"""Several profiles: which there are, opening another, making one, and giving one a name."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu, QWidget

from mneme.messages import _
from mneme.paths import Profile, Profiles
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.widgets import Chip, Flow, announce, button, column, label, plain_tip, say

SHORTCUT = "Ctrl+Shift+P"
LONGEST_TITLE = 80  # characters of a profile's name
SHOWN = 60  # characters of it in a menu


def title_of(profile: Profile, first: Profile) -> str:
    """The name that a profile has for its owner."""
    named = texts.one_line(profile.title, LONGEST_TITLE)
    return named or (_("Main") if profile == first else texts.one_line(profile.name, LONGEST_TITLE))


def all_of(profiles: Profiles, current: Profile) -> list[Profile]:
    """All profiles that are there, and the open one in any case."""
    known = [one for one in profiles.all() if one == profiles.first or one.root.is_dir()]
    return known if current in known else [*known, current]


def title_among(profiles: Profiles, current: Profile) -> str:
    """The name of the open profile; "" where it is the only one."""
    several = any(one != current and (one.store.exists() or one.about.exists()) for one in all_of(profiles, current))
    return title_of(current, profiles.first) if several else ""


class Switcher(QObject):
    """Knows the profiles, and lets the owner choose.

    `chosen` carries the Profile that is to be opened, `renamed` follows when the one that is open has another name.
    """

    chosen = Signal(object)
    renamed = Signal()

    def __init__(self, profiles: Profiles, current: Profile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._profiles, self.current = profiles, current
        self.menu: QMenu | None = None
        self.sheet: NameSheet | None = None

    @property
    def title(self) -> str:
        """The name of the open profile; "" where it is the only one."""
        return title_among(self._profiles, self.current)

    def remember(self) -> None:
        """Keep in mind that the open profile is one of the owner's."""
        try:
            self._profiles.remember(self.current)
        except OSError:  # it is opened by its folder again; the list is a convenience
            return

    def pop_up(self, parent: QWidget, at: QPoint) -> None:
        """Show the profiles, and what can be done, at a place of the screen."""
        menu = QMenu(parent)
        menu.setAccessibleName(_("Profiles"))
        menu.setToolTipsVisible(True)
        group = QActionGroup(menu)
        for one in all_of(self._profiles, self.current):
            action = menu.addAction(_shown(title_of(one, self._profiles.first)))
            action.setCheckable(True)
            action.setChecked(one == self.current)
            action.setToolTip(plain_tip(str(one.root)))
            action.triggered.connect(lambda _on, one=one: self._choose(one))
            group.addAction(action)
        menu.addSeparator()
        for words, act in ((_("New profile…"), lambda: self.ask_new(parent)),
                           (_("Rename this profile…"), lambda: self.ask_name(parent)),
                           (_("Open a folder…"), lambda: self.choose_folder(parent))):
            menu.addAction(words).triggered.connect(act)
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu = menu
        menu.popup(at)

    # what the owner does

    def _choose(self, profile: Profile) -> None:
        if profile != self.current:
            self.chosen.emit(profile)

    def ask_new(self, parent: QWidget) -> None:
        """Ask for the name of a new profile, and open it."""
        self.sheet = NameSheet(
            parent, _("A new profile"),
            _("It has a store, a key and settings of its own. Nothing passes from one profile to another."),
            _("Make it"), "", self._make)

    def _make(self, title: str) -> str:
        try:
            made = self._profiles.new(title)
        except OSError as error:
            return _not_kept(error)
        self.chosen.emit(made)
        return ""

    def ask_name(self, parent: QWidget) -> None:
        """Ask for another name of the profile that is open."""
        self.sheet = NameSheet(
            parent, _("Rename this profile"),
            _("Its folder stays where it is: {folder}").format(folder=self.current.root), _("Rename"),
            title_of(self.current, self._profiles.first), self._rename)

    def _rename(self, title: str) -> str:
        try:
            self.current.rename(title)
        except OSError as error:
            return _not_kept(error)
        self.renamed.emit()
        return ""

    def choose_folder(self, parent: QWidget) -> QFileDialog:
        """Let the owner choose a profile's folder, and open it."""
        dialog = QFileDialog(parent, _("Open a profile's folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        from_here = self._profiles.folder if self._profiles.folder.is_dir() else self._profiles.first.root.parent
        dialog.setDirectory(str(from_here))
        dialog.fileSelected.connect(lambda name: self._open_folder(parent, Path(name)))
        dialog.open()
        return dialog

    def _open_folder(self, parent: QWidget, folder: Path) -> None:
        profile = Profile(folder)
        if profile.store.is_file():
            self._choose(profile)
            return
        sheet = Sheet(parent, _("There is no profile in this folder"),
                      _("Choose a folder with the file {name} in it.").format(name=profile.store.name))
        sheet.buttons.addWidget(button(_("Close"), sheet.accept, "primary"))
        sheet.open()


class NameSheet(Sheet):
    """Asks for a profile's name; `then` gets it and gives a sentence where it could not be kept."""

    def __init__(self, parent: QWidget, headline: str, sentence: str, act: str, name: str,
                 then: Callable[[str], str]) -> None:
        super().__init__(parent, headline, sentence)
        self._then = then
        self.field = QLineEdit(name)
        self.field.setMaxLength(LONGEST_TITLE)
        self.field.setPlaceholderText(_("Name"))
        self.field.setAccessibleName(_("Name of the profile"))
        self._trouble = label("", "warm", wrap=True)
        self._trouble.hide()
        self.room.addWidget(self.field)
        self.room.addWidget(self._trouble)
        self.act = button(act, self._try, "primary")
        self.act.setDefault(True)
        self.buttons.addWidget(button(_("Cancel"), self.reject))
        self.buttons.addWidget(self.act)
        self.field.textChanged.connect(self._typed)
        self._typed(name)
        self.open()
        self.field.setFocus()
        self.field.selectAll()

    def _typed(self, text: str) -> None:
        self.act.setEnabled(bool(text.strip()))

    def _try(self) -> None:
        trouble = self._then(self.field.text().strip())
        if not trouble:
            self.accept()
            return
        say(self._trouble, trouble)
        self._trouble.show()
        announce(self._trouble, trouble)


class ProfilePart(QWidget):
    """In the settings: which profile is open, and the ways to others."""

    def __init__(self, switcher: Switcher) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._switcher = switcher
        inner = column(self, 8)
        self._state = label("", "muted", wrap=True)
        inner.addWidget(self._state)
        ways = Flow()
        self.switch = Chip(_("Other profiles…"), self._pop_up)
        self.switch.explain(_("Ctrl+Shift+P"))
        self.rename = Chip(_("Rename…"), lambda: switcher.ask_name(self.window()))
        self.new = Chip(_("New profile…"), lambda: switcher.ask_new(self.window()))
        for chip in (self.switch, self.rename, self.new):
            ways.add(chip)
        inner.addWidget(ways)
        switcher.renamed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        """Say which profile is open."""
        title = self._switcher.title
        say(self._state, _("This profile is called {name}. To delete one, quit Mneme and delete its folder.").format(
            name=title) if title else
            _("Another profile keeps other memories apart from these, with a key of its own."))

    def _pop_up(self) -> None:
        self._switcher.pop_up(self.window(), self.switch.mapToGlobal(self.switch.rect().bottomLeft()))


def _shown(title: str) -> str:
    cut = title if len(title) <= SHOWN else title[:SHOWN - 1] + texts.ELLIPSIS
    return cut.replace("&", "&&")


def _not_kept(error: OSError) -> str:
    return _("The system says: {reason}.").format(reason=error.strerror or str(error))

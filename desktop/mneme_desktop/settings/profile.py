"""Two cards at the end of the settings: the profile that is open, and the program itself."""

from collections.abc import Iterator
from importlib import metadata

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from mneme import __version__
from mneme.messages import _, ngettext
from mneme.paths import Profile
from mneme.types import Status
from mneme_desktop.bridge import Bridge
from mneme_desktop.parts import clipboard, texts
from mneme_desktop.parts.dialogs import Sheet, show_recovery_key
from mneme_desktop.parts.widgets import Chip, Flow, button, column, label, say

LICENCES_HEIGHT = 320  # pixels
DISTRIBUTION = "mneme"
LONGEST_NAME = 80  # characters of a licence's name


class ProfileCard(QFrame):
    """What the open profile holds, where it lies, how it is protected; others add their parts to `profile_room`."""

    def __init__(self, bridge: Bridge, profile: Profile) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._bridge, self._profile = bridge, profile
        self._counts = label("", "title", wrap=True)
        self._guarded = label("", "muted", wrap=True)
        self._actions = Flow()
        self.show_key = Chip(_("Show the recovery key…"), self._show_key)
        self._actions.add(self.show_key)
        self.profile_room: QVBoxLayout = column(spacing=8)
        inner = column(self, 8, (20, 16, 20, 16))
        inner.addWidget(self._counts)
        inner.addWidget(label(_("It is kept in {folder}").format(folder=profile.root), "muted", wrap=True,
                              selectable=True))
        places = Flow()
        places.add(Chip(_("Open the folder"), lambda: _open_folder(str(profile.root))))
        inner.addWidget(places)
        inner.addWidget(self._guarded)
        inner.addWidget(self._actions)
        inner.addLayout(self.profile_room)
        inner.addWidget(label(_("To remove Mneme from this computer, run its installer with --uninstall. Your memories "
                                "stay in this folder until you delete it, or add --data."), "small", wrap=True))

    def show_status(self, status: Status) -> None:
        """Counts, and how the store is protected."""
        memories = ngettext("{n} memory", "{n} memories", status.memories).format(n=texts.number(status.memories))
        items = ngettext("{n} document or message", "{n} documents and messages", status.items).format(
            n=texts.number(status.items))
        say(self._counts, _("{memories} from {items}").format(memories=memories, items=items))
        say(self._guarded, {
            "keyring": _("Encrypted; the key is in the system's keyring."),
            "file": _("Encrypted; the key is in a file beside it that only you can read."),
            "passphrase": _("Encrypted with your passphrase."),
            "none": _("Not encrypted."),
        }[status.key_place if status.encrypted else "none"])
        self._actions.setVisible(status.encrypted)

    def add_part(self, part: QWidget) -> None:
        """Put something else about the profile into the card."""
        self.profile_room.addWidget(part)

    def _show_key(self) -> None:
        (self._bridge.query(self, lambda engine: engine.recovery_key())
            .success(lambda key: show_recovery_key(self.window(), key, first=False)).run())


class AboutCard(QFrame):
    """The version, the licences, where the logs are, and that nothing is sent."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.sheet: Sheet | None = None
        inner = column(self, 8, (20, 16, 20, 16))
        inner.addWidget(label(_("Mneme {version}").format(version=__version__), "title"))
        inner.addWidget(label(_("Nothing leaves this computer by itself: there is no telemetry, no account, no search "
                                "for updates. Models are downloaded when you ask for one; a server is spoken to when "
                                "you name one."), "muted", wrap=True))
        inner.addWidget(label(_("What goes wrong is written down in {folder}, without any memory's text.").format(
            folder=profile.logs), "muted", wrap=True, selectable=True))
        chips = Flow()
        chips.add(Chip(_("Licences…"), self.show_licences))
        chips.add(Chip(_("Open the folder of logs"), lambda: _open_folder(
            str(profile.logs if profile.logs.is_dir() else profile.root))))
        inner.addWidget(chips)

    def show_licences(self) -> None:
        """List what Mneme is made of, and under which licence."""
        self.sheet = Sheet(self.window(), _("Licences"), _(
            "Mneme is licensed under the Apache License 2.0. It stands on these libraries:"))
        box = QPlainTextEdit("\n".join(licence_lines()))
        box.setReadOnly(True)
        box.setProperty("role", "details")
        box.setAccessibleName(_("Libraries and their licences"))
        box.setMinimumHeight(LICENCES_HEIGHT)
        self.sheet.room.addWidget(box)
        self.sheet.buttons.addWidget(button(_("Copy"), lambda: clipboard.put(box.toPlainText())))
        self.sheet.buttons.addWidget(button(_("Close"), self.sheet.accept, "primary"))
        self.sheet.open()


def licence_lines() -> list[str]:
    """Each library that is installed for Mneme, with its version and licence as it tells them itself."""
    return sorted(set(_licences()), key=str.casefold)


def _licences() -> Iterator[str]:
    for wish in metadata.requires(DISTRIBUTION) or ():
        if "extra ==" in wish:
            continue
        name = wish.split(";")[0].split("[")[0].strip()
        for mark in "<>=!~ ":
            name = name.split(mark)[0]
        try:
            found = metadata.metadata(name)
        except metadata.PackageNotFoundError:  # not wanted on this system
            continue
        yield f"{found['Name']} {found['Version']}: {_licence(found)}"


def _licence(found: metadata.PackageMetadata) -> str:
    told = [line.rpartition(" :: ")[2] for line in found.get_all("Classifier") or () if line.startswith("License ::")]
    for name in ("License-Expression", "License"):
        lines = str(found[name]).strip().splitlines() if name in found else []
        if lines and len(lines[0]) < LONGEST_NAME:  # some put the whole text there
            return str(lines[0])
    return ", ".join(told) or _("see its own files")


def _open_folder(folder: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

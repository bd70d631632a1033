"""Small windows that say or ask one thing."""

import os
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from mneme.messages import _
from mneme_desktop.parts import clipboard
from mneme_desktop.parts.widgets import button, column, label, row

WIDTH = 480
GROUPS = 7  # of four letters, in a line of a recovery key
LEAVE = 2  # beside QDialog's own 0 and 1: quit, of a sheet that can be put away as well


class Sheet(QDialog):
    """A headline, some sentences, room for more, and buttons at the end."""

    def __init__(self, parent: QWidget | None, headline: str, *sentences: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(headline)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(min(WIDTH, parent.width() - 32) if parent is not None else WIDTH)
        outer = column(self, 12, (28, 24, 28, 24))
        outer.addWidget(label(headline, "headline", wrap=True))
        for sentence in sentences:
            outer.addWidget(label(sentence, "lead", wrap=True))
        self.room: QVBoxLayout = column(spacing=8)
        outer.addLayout(self.room)
        outer.addSpacing(8)
        self.buttons: QHBoxLayout = row()
        self.buttons.addStretch(1)
        outer.addLayout(self.buttons)


def confirm_erase(parent: QWidget, count: str, then: Callable[[], None]) -> Sheet:
    """Ask before erasing; `count` says how much in words ("this memory", "3 memories")."""
    sheet = Sheet(
        parent, _("Erase {count} for good?").format(count=count),
        _("The words, everything derived from them, and their place in the search are wiped from Mneme's store. "
          "They are not taken in again. The files themselves are not touched."),
        _("This cannot be undone."))
    keep = button(_("Keep"), sheet.reject)
    erase = button(_("Erase for good"), sheet.accept, "danger")
    keep.setDefault(True)
    sheet.buttons.addWidget(keep)
    sheet.buttons.addWidget(erase)
    sheet.accepted.connect(then)
    sheet.open()
    keep.setFocus()
    return sheet


def ask_whether_to_stay(parent: QWidget, then: Callable[[bool], None], *, tray: bool = True) -> Sheet:
    """Ask, when the window is closed for the first time, whether Mneme is to go on in the tray, or else minimised."""
    in_tray = (
        _("In the tray, Mneme goes on taking in what changes in the folders that you have it watch. Its icon brings "
          "this window back."),
        _("Mneme will not ask again. The icon's menu has this choice, too; Ctrl+Q always quits."))
    minimised = (
        _("Your desktop shows no icons of programs. Minimised, Mneme goes on taking in what changes in the folders "
          "that you have it watch; starting it again brings this window back."),
        _("Mneme will not ask again. Ctrl+Q always quits."))
    sheet = Sheet(parent, _("Keep watching, or quit?"), *(in_tray if tray else minimised))
    leave = button(_("Quit"), lambda: sheet.done(LEAVE))
    stay = button(_("Keep watching"), sheet.accept, "primary")
    stay.setDefault(True)
    sheet.buttons.addWidget(leave)
    sheet.buttons.addWidget(stay)
    sheet.accepted.connect(lambda: then(True))
    sheet.finished.connect(lambda code: then(False) if code == LEAVE else None)
    sheet.open()
    stay.setFocus()
    return sheet


def show_crash(parent: QWidget | None, details: str) -> Sheet:
    """Say that something broke, with details that hold no memory's text."""
    sheet = Sheet(
        parent, _("Something in Mneme broke"),
        _("This is a bug. What you have stored is safe. The details below name only places in the program, "
          "nothing that you wrote."))
    box = QPlainTextEdit(details)
    box.setReadOnly(True)
    box.setProperty("role", "details")
    box.setAccessibleName(_("Details"))
    box.setMinimumHeight(160)
    sheet.room.addWidget(box)
    sheet.buttons.addWidget(button(_("Copy details"), lambda: clipboard.put(details)))
    sheet.buttons.addWidget(button(_("Close"), sheet.accept, "primary"))
    sheet.open()
    return sheet


def show_recovery_key(parent: QWidget, key: str, *, first: bool) -> Sheet:
    """Show the recovery key; right after the profile was made it wants to be written down."""
    sheet = Sheet(
        parent, _("Your recovery key"),
        _("Your memories are encrypted. If this computer loses its key, only these letters open them again. "
          "Write them down and keep them somewhere safe; nobody else has them."))
    sheet.room.addWidget(key_label(key))
    sheet.buttons.insertWidget(0, button(_("Copy"), lambda: clipboard.put(key, secret=True)))
    sheet.buttons.insertWidget(1, button(_("Save…"), lambda: save_recovery_key(sheet, key)))
    done = button(_("Done"), sheet.accept, "primary")
    if first:
        written = QCheckBox(_("I have written it down"))
        written.setAccessibleName(_("I have written it down"))
        written.toggled.connect(done.setEnabled)
        done.setEnabled(False)
        sheet.room.addSpacing(8)
        sheet.room.addWidget(written)
    sheet.buttons.addWidget(done)
    sheet.open()
    return sheet


def key_label(key: str) -> QLabel:
    """A recovery key, to be read off letter by letter."""
    groups = key.split("-")
    lines = ["-".join(groups[n:n + GROUPS]) for n in range(0, len(groups), GROUPS)]
    shown = label("-\n".join(lines), selectable=True)
    shown.setStyleSheet("font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 15px;")
    shown.setAccessibleName(_("Recovery key: {key}").format(key=key))
    shown.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return shown


def save_recovery_key(parent: QWidget, text: str) -> None:
    """Let the owner choose a file for the recovery key."""
    dialog = QFileDialog(parent, _("Save the recovery key"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.selectFile("mneme-recovery-key.txt")
    dialog.fileSelected.connect(lambda path: _save_or_say(parent, path, text))
    dialog.open()


def _save_or_say(parent: QWidget, path: str, text: str) -> None:
    try:
        write_private(path, text + "\n")
    except OSError as error:
        sheet = Sheet(parent, _("The key was not saved"), _("The system says: {reason}.").format(reason=error.strerror))
        sheet.buttons.addWidget(button(_("Close"), sheet.accept, "primary"))
        sheet.open()


def write_private(path: str, text: str) -> None:
    """Write a file that only its owner can read. Raises: OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)

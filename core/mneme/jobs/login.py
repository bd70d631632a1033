"""Starting with the owner's session: an autostart entry, a launch agent, or a value under the Run key."""

import os
import plistlib
import sys
from contextlib import suppress
from pathlib import Path

import platformdirs

from mneme.errors import KnownError
from mneme.messages import _

NAME = "mneme-desktop"
_LABEL = "org.mneme.desktop"
_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
# Characters that the Exec key of a desktop entry takes only between quotes, and those that are escaped there:
# https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
_RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")


def is_on() -> bool:
    """Whether Mneme starts when its owner logs in."""
    return _registered() is not None if sys.platform == "win32" else _file().is_file()


def switch(on: bool, profile: Path) -> None:
    """Have Mneme's icon start with the session, for this profile, or not. Raises: KnownError."""
    command = [str(program()), "--tray", "--profile", str(profile)]
    try:
        if sys.platform == "win32":
            _register(command if on else None)
        elif on:
            _write(_plist(command) if sys.platform == "darwin" else _entry(command))
        else:
            _file().unlink(missing_ok=True)
    except OSError as error:
        raise KnownError(_("Starting at login could not be changed: {why}.").format(why=error.strerror or error),
                         _("See that your account may write {place}.").format(place=_file().parent)) from None


def program() -> Path:
    """The program of the window: beside the Python that runs, or the packed app itself."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable)
    return Path(sys.executable).with_name(NAME + (".exe" if sys.platform == "win32" else ""))


def _file() -> Path:
    agents = Path.home() / "Library" / "LaunchAgents" / f"{_LABEL}.plist"
    return agents if sys.platform == "darwin" else Path(platformdirs.user_config_dir(), "autostart", f"{NAME}.desktop")


def _write(content: bytes) -> None:
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(file.name + ".part")
    partial.write_bytes(content)
    os.replace(partial, file)  # noqa: PTH105 -- in one step, as a session may start just now


def _entry(command: list[str]) -> bytes:
    lines = ("[Desktop Entry]", "Type=Application", "Version=1.0", "Name=Mneme", f"Icon={NAME}",
             f"Comment={_('A private memory for one person.')}", f"Exec={' '.join(map(_quoted, command))}",
             "Terminal=false", "X-GNOME-Autostart-enabled=true")
    return ("\n".join(lines) + "\n").encode()


def _quoted(argument: str) -> str:
    argument = argument.replace("%", "%%")
    if argument and not _RESERVED & set(argument):
        return argument
    inside = argument
    for character in '\\"`$':
        inside = inside.replace(character, "\\" + character)
    return '"' + inside.replace("\\", "\\\\") + '"'  # a string value has its own escapes, over those of the quotes


def _plist(command: list[str]) -> bytes:
    return plistlib.dumps({"Label": _LABEL, "ProgramArguments": command, "RunAtLoad": True,
                           "ProcessType": "Interactive"})


def _registered() -> str | None:
    found: str | None = None
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 -- Windows alone has it

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
            found = str(winreg.QueryValueEx(key, NAME)[0])
    return found


def _register(command: list[str] | None) -> None:
    if sys.platform == "win32":
        import subprocess  # noqa: PLC0415 -- for its quoting, on Windows alone
        import winreg  # noqa: PLC0415 -- Windows alone has it

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
            if command is not None:
                winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, subprocess.list2cmdline(command))
            elif _registered() is not None:
                winreg.DeleteValue(key, NAME)

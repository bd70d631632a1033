"""Places on this computer that are worth watching: found by their names alone, nothing in them is opened."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from mneme.messages import _
from mneme.types import Suggestion

_LARGEST = 1_000_000  # bytes of a list of vaults
# Below the home folder, by system: where browsers keep their profiles, and the name of their history there.
_FIREFOX = (".mozilla/firefox", "snap/firefox/common/.mozilla/firefox", ".var/app/org.mozilla.firefox/.mozilla/firefox",
            ".librewolf", "Library/Application Support/Firefox/Profiles", "AppData/Roaming/Mozilla/Firefox/Profiles")
_CHROMIUM = {
    "Chrome": (".config/google-chrome", "Library/Application Support/Google/Chrome",
               "AppData/Local/Google/Chrome/User Data", ".var/app/com.google.Chrome/config/google-chrome"),
    "Chromium": (".config/chromium", "snap/chromium/common/chromium", "Library/Application Support/Chromium"),
    "Brave": (".config/BraveSoftware/Brave-Browser", "Library/Application Support/BraveSoftware/Brave-Browser",
              "AppData/Local/BraveSoftware/Brave-Browser/User Data"),
    "Edge": (".config/microsoft-edge", "Library/Application Support/Microsoft Edge",
             "AppData/Local/Microsoft/Edge/User Data"),
    "Vivaldi": (".config/vivaldi", "Library/Application Support/Vivaldi", "AppData/Local/Vivaldi/User Data"),
}
_LOGS = ((".claude/projects", "Claude Code"), (".codex/sessions", "Codex"), (".gemini/tmp", "Gemini CLI"))
_OBSIDIAN = (".config/obsidian/obsidian.json", "Library/Application Support/obsidian/obsidian.json",
             "AppData/Roaming/obsidian/obsidian.json")
_MAIL = ("Maildir", "Mail", ".local/share/evolution/mail/local")
_THUNDERBIRD = (".thunderbird", "Library/Thunderbird/Profiles", "AppData/Roaming/Thunderbird/Profiles")


def folders(home: Path) -> Iterator[Suggestion]:
    """Documents, notes, and what assistants on the command line keep of their conversations."""
    for name, title in (("Documents", _("Documents")), ("Notes", _("Notes")), ("notes", _("Notes")),
                        ("Desktop", _("Desktop"))):
        yield from _there(home / name, "folder", title)
    yield from _vaults(home)
    for place, title in _LOGS:
        yield from _there(home / place, "folder", _("Conversations with {name}").format(name=title))
    if sys.platform == "darwin":
        yield from _there(home / "Library/Messages/chat.db", "folder", _("Messages"))
    for place in _MAIL:
        yield from _there(home / place, "folder", _("Mail"))


def histories(home: Path) -> Iterator[Suggestion]:
    """The histories of the browsers that are installed, a profile each."""
    for root in _FIREFOX:
        for file in _within(home / root, "places.sqlite"):
            yield Suggestion("browser", _("History of {browser}").format(browser="Firefox"), str(file))
    for browser, roots in _CHROMIUM.items():
        for root in roots:
            for file in _within(home / root, "History"):
                yield Suggestion("browser", _("History of {browser}").format(browser=browser), str(file))


def mailboxes(home: Path) -> Iterator[Suggestion]:
    """Thunderbird's mailboxes: files of any size that grow at their ends."""
    for root in _THUNDERBIRD:
        for profile in _listed(home / root):
            for kind in ("Mail", "ImapMail"):
                for server in _listed(profile / kind):
                    for box in _listed(server):
                        if box.is_file() and box.with_name(box.name + ".msf").exists():
                            yield Suggestion("mbox", _("Mail: {box}").format(box=f"{server.name}/{box.name}"), str(box))


def _vaults(home: Path) -> Iterator[Suggestion]:
    for name in _OBSIDIAN:
        try:
            with (home / name).open("rb") as file:
                vaults = json.loads(file.read(_LARGEST)).get("vaults", {})
            places = [str(vault["path"]) for vault in vaults.values()]
        except (OSError, ValueError, AttributeError, KeyError, TypeError):
            continue
        for place in places:
            yield from _there(Path(place), "folder", _("Obsidian: {name}").format(name=Path(place).name))


def _there(place: Path, kind: str, title: str) -> Iterator[Suggestion]:
    if os.path.lexists(place):
        yield Suggestion(kind, title, str(place))


def _within(root: Path, name: str) -> Iterator[Path]:
    """Files of this name in the folders of a root."""
    return (file for folder in _listed(root) if (file := folder / name).is_file())


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []

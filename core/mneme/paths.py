"""Where profiles live on this computer: a folder each, readable for its owner alone, beside each other."""

import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

LONGEST_NAME = 40  # characters of a folder's name

@dataclass(frozen=True, slots=True)
class Profile:
    """The folder of one profile and the names of what is in it. Naming a path makes nothing."""

    root: Path

    @property
    def name(self) -> str:
        return self.root.name

    @property
    def store(self) -> Path:
        return self.root / "memory.db"

    @property
    def key_file(self) -> Path:
        """Where the key is kept when the system's keyring is not used (mode 0600), or how it is wrapped."""
        return self.root / "key.json"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def models(self) -> Path:
        """Which models were added, and the files of those that were downloaded."""
        return self.root / "models"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def window_state(self) -> Path:
        return self.root / "window.ini"

    @property
    def about(self) -> Path:
        """The name that its owner gave it."""
        return self.root / "profile.json"

    @property
    def title(self) -> str:
        """The name that its owner gave it; "" where there is none."""
        name = _read(self.about).get("name")
        return name.strip() if isinstance(name, str) else ""

    def rename(self, title: str) -> None:
        """Keep another name for it. The folder stays as it is called. Raises: OSError."""
        _write(self.about, {"name": " ".join(title.split())})


def default_profile() -> Profile:
    """MNEME_HOME, or the platform's folder for application data."""
    named = os.environ.get("MNEME_HOME")
    if named:
        return Profile(Path(named).expanduser().absolute())
    return Profile(Path(platformdirs.user_data_dir("Mneme", appauthor=False)))


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of this account: the first, those made beside it, and folders that were opened from elsewhere."""

    first: Profile

    @property
    def folder(self) -> Path:
        """Where those that are made beside the first one lie, and the list of the others."""
        return self.first.root.with_name(f"{self.first.root.name}-profiles")

    @property
    def _list(self) -> Path:
        return self.folder / "known.json"

    def all(self) -> tuple[Profile, ...]:
        """The first, whether it was ever opened or not, and the others that are there, by name."""
        found = {root for root in self._made() if Profile(root).about.exists() or Profile(root).store.exists()}
        found |= {root for root in self._remembered() if Profile(root).store.exists()}
        others = sorted((Profile(root) for root in found - {self.first.root}),
                        key=lambda one: ((one.title or one.name).casefold(), str(one.root)))
        return (self.first, *others)

    def new(self, title: str) -> Profile:
        """A folder for another profile, named after its title. Raises: OSError; ValueError for an empty title."""
        title = " ".join(title.split())
        if not title:
            raise ValueError("a profile needs a name")
        stem = re.sub(r"[^\w-]+", "-", title).strip("-_")[:LONGEST_NAME] or "profile"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Profile(self._free(stem))
        made.rename(title)
        return made

    def remember(self, profile: Profile) -> None:
        """Keep in mind a folder that was opened from elsewhere. Raises: OSError."""
        known = self._remembered()
        if profile.root not in (self.first.root, *known) and profile.root.parent != self.folder:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self._list, {"folders": [str(root) for root in (*known, profile.root)]})

    def _free(self, stem: str) -> Path:
        """A folder of that name, or of one like it, which did not exist before."""
        number = 1
        while True:
            root = self.folder / (stem if number == 1 else f"{stem}-{number}")
            try:
                root.mkdir(mode=0o700)
            except FileExistsError:
                number += 1
            else:
                return root

    def _made(self) -> tuple[Path, ...]:
        try:
            return tuple(child for child in self.folder.iterdir() if child.is_dir())
        except OSError:  # none was ever made
            return ()

    def _remembered(self) -> tuple[Path, ...]:
        kept = _read(self._list).get("folders", [])
        return tuple(Path(one) for one in kept if isinstance(one, str)) if isinstance(kept, list) else ()


def _read(file: Path) -> dict[str, object]:
    """What a small file of ours says; nothing where it is not there, or not what we wrote."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(file: Path, content: dict[str, object]) -> None:
    """Write a small file in one step, for its owner alone."""
    handle, part = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(content, out, ensure_ascii=False)
        Path(part).replace(file)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise

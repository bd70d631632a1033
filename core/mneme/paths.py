"""Where a profile lives on this computer: one folder, readable for its owner alone."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


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


def default_profile() -> Profile:
    """MNEME_HOME, or the platform's folder for application data."""
    named = os.environ.get("MNEME_HOME")
    if named:
        return Profile(Path(named).expanduser().absolute())
    return Profile(Path(platformdirs.user_data_dir("Mneme", appauthor=False)))

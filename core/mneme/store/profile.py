"""Opening a profile: its key, its file, its notices. Everything that has to agree before a row is read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mneme.clock import Clock
from mneme.messages import _
from mneme.paths import Profile
from mneme.store import fulltext, keys, places
from mneme.store.database import Database
from mneme.store.driver import sqlcipher_available

Place = Literal["keyring", "file", "passphrase", "none"]


@dataclass(slots=True)
class OpenStore:
    """An open store, and where its key is kept."""

    database: Database
    key: bytes | None
    place: Place
    created: bool
    notices: tuple[str, ...] = field(default=())

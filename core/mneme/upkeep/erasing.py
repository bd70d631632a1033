"""Erasing as a whole: rows, indexes, the write-ahead log, free pages and older backups."""

from collections.abc import Sequence
from datetime import datetime

from mneme.store import erasing, fulltext, migrate
from mneme.store.database import Database
from mneme.store.erasing import Erased


def erase(store: Database, memories: Sequence[int], now: datetime) -> Erased:
    """Erase memories so that their words are nowhere in the profile.

    Where the driver cannot overwrite what it deletes, the full-text index is made anew and the file
    rewritten. Backups from before hold the words too, and go.
    """
    erased = store.write(lambda db: erasing.erase(db, memories, now))
    overwritten = store.write(fulltext.secure)
    if not (store.secure_delete and overwritten):
        store.write(fulltext.rebuild)
        store.vacuum()
    store.checkpoint()
    for backup in migrate.backups(store.path):
        backup.unlink(missing_ok=True)
    return erased

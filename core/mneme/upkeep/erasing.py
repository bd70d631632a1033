"""Erasing as a whole: rows, indexes, the write-ahead log, free pages and older backups."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from mneme.store import erasing, fulltext, migrate, selecting, sources
from mneme.store.database import Database
from mneme.store.erasing import Erased
from mneme.types import Progress, Selection

AT_ONCE = 200  # memories in one transaction


def erase(store: Database, memories: Sequence[int], now: datetime, on_progress: Callable[[Progress], None] | None = None
          ) -> Erased:
    """Erase memories so that their words are nowhere in the profile.

    Where the driver cannot overwrite what it deletes, the full-text index is made anew and the file
    rewritten. Backups from before hold the words too, and go. Not to be cancelled: what is begun is finished.
    """
    gone: set[int] = set()
    changed: set[int] = set()
    left = list(memories)
    while left:
        if on_progress is not None:
            on_progress(Progress("erasing", len(memories) - len(left), len(memories)))
        part, left = left[:AT_ONCE], left[AT_ONCE:]
        erased = store.write(partial(erasing.erase, memories=part, now=now))
        gone, changed = gone | erased.gone, changed | erased.changed
        left = [memory for memory in left if memory not in erased.gone]
    _overwrite(store)
    return Erased(frozenset(gone), frozenset(changed - gone))


def erase_lines(store: Database, what: Selection) -> None:
    """Take what a selection means out of the lists beside memories: questions, and what was left out."""
    store.write(partial(selecting.forget_questions, what=what))
    if what.since is not None:
        since, until = what.since, what.until or datetime.max.replace(tzinfo=what.since.tzinfo)
        store.write(lambda db: sources.forget_lines(db, since, until))
    store.checkpoint()


def _overwrite(store: Database) -> None:
    overwritten = store.write(fulltext.secure)
    if not (store.secure_delete and overwritten):
        store.write(fulltext.rebuild)
        store.vacuum()
    store.checkpoint()
    for backup in migrate.backups(store.path):
        backup.unlink(missing_ok=True)

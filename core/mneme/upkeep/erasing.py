"""Erasing as a whole: rows, indexes, the write-ahead log, free pages and older backups."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from mneme.gate.secrets import masked
from mneme.store import changes, condition, entries, erasing, fulltext, migrate, outlines, selecting, sources
from mneme.store.database import Database
from mneme.store.erasing import Erased
from mneme.types import Progress, Selection, Span

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


def take_out(store: Database, folder: Path, now: datetime, on_progress: Callable[[Progress], None]) -> Erased:
    """Take out all that was taken in from a folder, as if it had never been there. Not to be cancelled."""
    gone: set[int] = set()
    changed: set[int] = set()
    with store.reader() as db:
        held = entries.within(db, folder)
    for done, entry in enumerate(held):
        on_progress(Progress("erasing", done, len(held)))
        erased = store.write(partial(erasing.take_out, entry=entry, now=now))
        gone, changed = gone | erased.gone, changed | erased.changed
    store.write(outlines.drop_empty)
    store.write(changes.drop_hollow)
    _overwrite(store)
    return Erased(frozenset(gone), frozenset(changed - gone))


def erase_lines(store: Database, what: Selection) -> None:
    """Take what a selection means out of the lists beside memories: questions, and what was left out."""
    store.write(partial(selecting.forget_questions, what=what))
    if what.since is not None:
        since, until = what.since, what.until or datetime.max.replace(tzinfo=what.since.tzinfo)
        store.write(lambda db: sources.forget_lines(db, since, until))
    store.checkpoint()


def mask(store: Database, items: Sequence[int], now: datetime) -> frozenset[int]:
    """Blot the secrets out of items so that they are nowhere in the profile; the memories that it touched or took.

    As with erasing, backups from before go, too. The finding is done with no transaction open.
    """
    touched: set[int] = set()
    for start in range(0, len(items), AT_ONCE):
        with store.reader() as db:
            texts = condition.texts(db, items[start:start + AT_ONCE])
        spans_of = {text.item: _covered(text.text, _clear(text.text)) for text in texts}
        erased = store.write(partial(erasing.blot_out, spans_of=spans_of, clear=_clear, now=now))
        touched |= erased.gone | erased.changed
    _overwrite(store)
    return frozenset(touched)


def _clear(text: str) -> str:
    return masked(text)[0]


def _covered(before: str, after: str) -> list[Span]:
    """Where a text and its masked form, which is as long, differ."""
    spans: list[Span] = []
    for at in (at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new):
        if spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans


def _overwrite(store: Database) -> None:
    overwritten = store.write(fulltext.secure)
    if not (store.secure_delete and overwritten):
        store.write(fulltext.rebuild)
        store.vacuum()
    store.checkpoint()
    for backup in migrate.backups(store.path):
        backup.unlink(missing_ok=True)

"""Copies among memories: how many are linked, and how many of those not compared yet look like copies."""

from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo

from mneme.clock import Clock
from mneme.errors import Cancelled
from mneme.memory.consolidation import duplicates
from mneme.store import condition as stored
from mneme.store import derived, links
from mneme.store.database import Database
from mneme.store.derived import PassageRow
from mneme.types import CopiesReport, Progress

SAMPLE = 2_000  # passages that are compared
SLICE = 100  # passages between two looks at whether to stop
CANDIDATES = 40  # that one passage is compared with
PAIRS = 12  # that are named


def look(store: Database, clock: Clock, tell: Callable[[Progress], None], stop: Callable[[], bool]) -> CopiesReport:
    """Compare a sample of what upkeep has not compared yet with what stands before it. Raises: Cancelled."""
    with store.reader() as db, stored.interruptible(db, stop):
        linked, unseen = stored.copies(db, 0).count, stored.not_compared(db)
    chosen = unseen[:SAMPLE]  # those next in line: whichever of them repeat each other are all seen
    looker = _Looker(store, clock.zone())
    found: list[tuple[int, int]] = []
    for start in range(0, len(chosen), SLICE):
        if stop():
            raise Cancelled
        tell(Progress("comparing", start, len(chosen)))
        found += looker.copies(chosen[start:start + SLICE])
    return CopiesReport(linked, len(unseen), len(chosen), len(found), tuple(found[:PAIRS]), clock.now())


class _Looker:
    """Remembers the bands of what it has seen, beside those that the store knows."""

    def __init__(self, store: Database, zone: tzinfo) -> None:
        self._store = store
        self._zone = zone
        self._seen: dict[int, list[PassageRow]] = {}

    def copies(self, passages: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Those that are copies, each with the one before it that it repeats."""
        with self._store.reader() as db:
            rows = sorted(derived.passages_of(db, passages), key=lambda row: row.id)
        for one in rows:
            bands = duplicates.bands(duplicates.signature(one.text))
            kept = next((other for other in self._candidates(one, bands) if self._repeats(one, other)), None)
            if kept is not None:
                yield one.id, kept.id
                continue
            for band in bands:
                self._seen.setdefault(band, []).append(one)

    def _candidates(self, one: PassageRow, bands: Sequence[int]) -> list[PassageRow]:
        near = {row.id: row for band in bands for row in self._seen.get(band, ())[:CANDIDATES]}
        with self._store.reader() as db:
            there = [other for other in links.in_bands(db, bands, CANDIDATES) if other != one.id]
            known = derived.passages_of(db, [other for other in there if other not in links.originals(db, there)])
        return sorted({**near, **{row.id: row for row in known}}.values(), key=lambda row: row.id)

    def _repeats(self, one: PassageRow, other: PassageRow) -> bool:
        return self._may_repeat(one, other) and duplicates.is_near_duplicate(one.text, other.text, None)

    def _may_repeat(self, one: PassageRow, other: PassageRow) -> bool:
        """As upkeep has it: said twice in one conversation, by another, or on another day, it is another memory."""
        if (one.thread is not None and one.thread == other.thread) or (one.speaker, one.origin) != (
                other.speaker, other.origin):
            return False
        if not (one.dated and other.dated and one.happened_at and other.happened_at):
            return True
        return one.happened_at.utc.astimezone(self._zone).date() == other.happened_at.utc.astimezone(self._zone).date()

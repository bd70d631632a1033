"""What was read goes into the store: within one short transaction, a place at a time."""

from dataclasses import dataclass, field, replace

from mneme import __version__
from mneme.clock import Clock
from mneme.errors import KnownError, NotYet, Skipped
from mneme.ingest.stages import Outcome, Prepared, ended
from mneme.ingest.wish import Wish
from mneme.messages import _
from mneme.ports import Found
from mneme.store import entries, items, sources, vanishing
from mneme.store.columns import Handle
from mneme.store.echoes import Echoes
from mneme.store.entries import KnownPlace
from mneme.store.erasing import Tombstones, scrub
from mneme.types import EntryState, Origin, WhenGone


@dataclass(slots=True)
class Keeper:
    """Keeps one batch. Made within the transaction, and not longer alive than it."""

    db: Handle
    clock: Clock
    wish: Wish
    stones: Tombstones = field(init=False)
    echoes: Echoes = field(init=False)

    def __post_init__(self) -> None:
        self.stones, self.echoes = Tombstones(self.db), Echoes(self.db)

    def keep(self, prepared: Prepared) -> Outcome:
        """Keep what a place gave, and how far it has come."""
        place = prepared.task.found.path
        if prepared.digest and self.stones.has_place(place, prepared.digest):
            return self._erased(prepared)
        entry = self._entry(prepared)
        counts = self._items(entry, prepared)
        known = entries.get(self.db, entry)
        unread = prepared.format is None and prepared.problem is None
        if known is not None:
            vanishing.take_back(self.db, known, self.clock.now())
            counts[items.Kept.UNCHANGED] += known.held if unread else 0
        held = sum(counts.values())
        if prepared.items and not held:
            return self._erased(prepared)
        if prepared.goes_on and known is not None:
            held = known.held + counts[items.Kept.ADDED]
        state, reason = self._settled(entry, prepared, held)
        return Outcome(entries.shown(place), state, reason, counts[items.Kept.ADDED], counts[items.Kept.UNCHANGED],
                       counts[items.Kept.UPDATED], frozenset(prepared.speakers))

    def gone(self, known: KnownPlace, when_gone: WhenGone) -> bool:
        """A place is no longer there; whether it held anything."""
        held = entries.vanish(self.db, known.id, self.clock.now())
        if held and when_gone == "bin":
            vanishing.bin_entry(self.db, known.id, self.clock.now())
        return held

    def _entry(self, prepared: Prepared) -> int:
        """The place's entry; a renamed file keeps the one it had."""
        entry, twin = prepared.task.entry, prepared.task.twin
        if twin is None or items.entry_items(self.db, entry):
            return entry
        if entries.get(self.db, twin) is None:
            return entry
        entries.move(self.db, twin, entry, self.clock.now())
        return twin

    def _items(self, entry: int, prepared: Prepared) -> dict[items.Kept, int]:
        now = self.clock.now()
        counts = dict.fromkeys(items.Kept, 0)
        threads = {c.key: items.keep_thread(self.db, entry, c) for c in prepared.conversations}
        later = {key: items.next_place(self.db, thread) if prepared.goes_on else 0 for key, thread in threads.items()}
        for item in prepared.items:
            if item.seq is not None and item.thread is not None:
                item = replace(item, seq=item.seq + later[item.thread])
            left = scrub(self.stones, prepared.task.found.path, item)
            if left is None:
                continue
            if item.origin is Origin.ASSISTANT:
                self.echoes.add(left.text, item.happened_at.utc if item.happened_at else now)
            counts[items.keep(self.db, entry, left, threads, now)] += 1
        if counts[items.Kept.ADDED]:
            items.in_order(self.db, threads.values())
        for what, why in prepared.left_out:
            sources.leave_out(self.db, what, why, now)
        return counts

    def _settled(self, entry: int, prepared: Prepared, held: int) -> tuple[EntryState, str | None]:
        found = prepared.task.found
        state, reason = _state(prepared, held)
        entries.settle(
            self.db, entry, state, self.clock.now(), reason=reason, digest=prepared.digest or None,
            size=found.size, mtime_ns=found.mtime_ns, format_name=prepared.format, forced=self.wish.forced,
            read_by=__version__, cursor=prepared.cursor, held=held)
        if isinstance(prepared.problem, NotYet):
            entries.try_again(self.db, entry, self.clock.now())
        return state, reason

    def _erased(self, prepared: Prepared) -> Outcome:
        """Everything here was erased by the owner: not even the place is kept."""
        if not items.entry_items(self.db, prepared.task.entry):
            entries.drop(self.db, prepared.task.entry)
        return Outcome(entries.shown(prepared.task.found.path), EntryState.SKIPPED, _("you erased it"))


def left_out(db: Handle, found: Found, known: KnownPlace | None, reason: str, wish: Wish, clock: Clock) -> Outcome:
    """Write down a place that is not read, and why; what was taken in from it before stays."""
    state = EntryState.SKIPPED if found.skipped is not None else EntryState.FAILED
    if known is None or (known.state, known.reason) != (state, reason):
        entry = entries.register(db, found.path, clock.now(), wish.source)
        if not items.count_current(db, entry):
            entries.settle(db, entry, state, clock.now(), reason=reason, read_by=__version__)
            if found.failed is not None and wish.source is not None:
                entries.try_again(db, entry, clock.now())
    return Outcome(entries.shown(found.path), state, reason)


def _state(prepared: Prepared, held: int) -> tuple[EntryState, str | None]:
    problem: KnownError | None = prepared.problem
    if problem is not None:
        state = EntryState.DONE if held and isinstance(problem, Skipped) else ended(problem)
        return state, str(problem.message)
    if not held:
        return EntryState.SKIPPED, _("has no text")
    return EntryState.DONE, None

"""The way of a file into the store: found, registered, read, parsed, split, kept. Each step is a generator."""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from mneme import __version__
from mneme.clock import Clock
from mneme.errors import KnownError
from mneme.ingest.documents import conversation_items, document_item
from mneme.ingest.stages import Loaded, Outcome, Prepared, Tally, Task, batches, ended, read_file
from mneme.ingest.worth import weighed
from mneme.messages import _
from mneme.ports import Found, Parsed, ParseInput, Source
from mneme.store import entries, items
from mneme.store.columns import Handle, bytes_digest
from mneme.store.database import Database
from mneme.store.entries import KnownPlace
from mneme.store.erasing import Tombstones, scrub
from mneme.types import AddReport, Conversation, EntryState, Mark, Progress

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]
Parse = Callable[[ParseInput, str | None], tuple[str, Iterator[Parsed]]]
"""(bytes, format the owner named or None) -> (format, documents and conversations). Raises: KnownError."""

SCANNED_AT_ONCE = 256  # places registered in one transaction
KEPT_AT_ONCE = 64
CHARACTERS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Wish:
    """How the owner wants a run: the format and the name given on the command line, and the size limit."""

    max_bytes: int
    forced: str | None = None
    owner: str = ""
    again: bool = False  # read even what has not changed


class Intake:
    """Takes places into the store. One run at a time reads; transactions are short and never open while reading."""

    def __init__(self, store: Database, parse: Parse, clock: Clock) -> None:
        self._store = store
        self._parse = parse
        self._clock = clock

    def run(self, source: Source, wish: Wish, on_progress: OnProgress, cancelled: IsCancelled) -> AddReport:
        """Take in everything a source finds. A cancelled run leaves the rest waiting."""
        tally = Tally()
        tasks = list(self._registered(source.scan(), wish, tally, on_progress, cancelled))
        return self._take(tasks, wish, tally, on_progress, cancelled)

    def resume(self, states: list[EntryState], ids: list[int] | None, wish: Wish, on_progress: OnProgress,
               cancelled: IsCancelled) -> AddReport:
        """Take in what is in the queue already: waiting after a kill, or failed and tried again."""
        with self._store.reader() as db:
            places = entries.places(db, states, ids)
        tasks = [Task(place.id, Found(place.path)) for place in places]
        return self._take(tasks, wish, Tally(), on_progress, cancelled)

    # -- the stages

    def _take(self, tasks: list[Task], wish: Wish, tally: Tally, on_progress: OnProgress,
              cancelled: IsCancelled) -> AddReport:
        pace = _Pace(len(tasks), on_progress)
        prepared = self._prepared(self._loaded(pace.watch(tasks, cancelled), wish), wish)
        for batch in batches(prepared, KEPT_AT_ONCE, CHARACTERS_AT_ONCE):
            for outcome in self._store.write(partial(self._keep, batch=batch, wish=wish)):
                tally.count(outcome)
        return tally.report(waiting_vectors=0)

    def _registered(self, found: Iterator[Found], wish: Wish, tally: Tally, on_progress: OnProgress,
                    cancelled: IsCancelled) -> Iterator[Task]:
        """Write down every place, so that all have a state; those that need no reading are counted at once."""
        seen = 0
        while chunk := list(itertools.islice(found, SCANNED_AT_ONCE)):
            outcomes = self._store.write(partial(self._register_all, chunk=chunk, wish=wish))
            seen += len(chunk)
            on_progress(Progress("scanning", seen, 0, entries.shown(chunk[-1].path)))
            for outcome in outcomes:
                if isinstance(outcome, Task):
                    yield outcome
                else:
                    tally.count(outcome)
            if cancelled():
                return

    def _register_all(self, db: Handle, chunk: list[Found], wish: Wish) -> list[Task | Outcome]:
        return [self._register(db, found, wish) for found in chunk]

    def _register(self, db: Handle, found: Found, wish: Wish) -> Task | Outcome:
        known = entries.find(db, found.path)
        if (reason := found.skipped or found.failed) is not None:
            return self._left_out(db, found, known, reason)
        if known is not None and not wish.again and _untouched(known, found):
            unchanged = items.count_current(db, known.id)
            return Outcome(entries.shown(found.path), known.state, known.reason, unchanged=unchanged)
        entry = entries.register(db, found.path, self._clock.now())
        if known is None or known.state is not EntryState.WAITING:
            entries.settle(db, entry, EntryState.WAITING, self._clock.now())
        return Task(entry, found)

    def _left_out(self, db: Handle, found: Found, known: KnownPlace | None, reason: str) -> Outcome:
        state = EntryState.SKIPPED if found.skipped is not None else EntryState.FAILED
        if known is None or (known.state, known.reason) != (state, reason):
            entry = entries.register(db, found.path, self._clock.now())
            if not items.count_current(db, entry):
                entries.settle(db, entry, state, self._clock.now(), reason=reason, read_by=__version__)
        return Outcome(entries.shown(found.path), state, reason)

    def _loaded(self, tasks: Iterable[Task], wish: Wish) -> Iterator[Loaded | Prepared]:
        for task in tasks:
            try:
                found, data = read_file(task.found.path, wish.max_bytes)
            except KnownError as problem:
                yield Prepared(task, b"", problem=problem)
            else:
                yield Loaded(Task(task.entry, found), data, bytes_digest(data))

    def _prepared(self, loaded: Iterator[Loaded | Prepared], wish: Wish) -> Iterator[Prepared]:
        for one in loaded:
            if isinstance(one, Prepared):
                yield one
            elif not wish.again and self._same_bytes(one):
                yield Prepared(one.task, one.digest)
            else:
                yield self._parsed(one, wish)

    def _parsed(self, loaded: Loaded, wish: Wish) -> Prepared:
        found = loaded.task.found
        prepared = Prepared(loaded.task, loaded.digest)
        source = ParseInput(loaded.data, found.path.name, self._clock)
        try:
            prepared.format, parsed = self._parse(source, wish.forced)
            for index, one in enumerate(parsed):
                self._split(prepared, one, index, wish)
        except KnownError as problem:
            prepared.problem = problem
        return prepared

    def _split(self, prepared: Prepared, parsed: Parsed, index: int, wish: Wish) -> None:
        if isinstance(parsed, Mark):
            prepared.cursor = parsed.cursor
        elif isinstance(parsed, Conversation):
            prepared.conversations.append(parsed)
            prepared.items += (weighed(item, len(parsed.messages)) for item in conversation_items(parsed, wish.owner))
        else:
            key = parsed.key or ("" if index == 0 else str(index))
            prepared.items.append(weighed(document_item(
                parsed, key, prepared.task.found, prepared.format or "", wish.owner, self._clock)))

    # -- inside the transaction

    def _same_bytes(self, loaded: Loaded) -> bool:
        with self._store.reader() as db:
            known = entries.get(db, loaded.task.entry)
            return (known is not None and known.digest == loaded.digest
                    and bool(items.count_current(db, known.id)))

    def _keep(self, db: Handle, batch: list[Prepared], wish: Wish) -> list[Outcome]:
        stones = Tombstones(db)
        return [self._keep_one(db, stones, prepared, wish) for prepared in batch]

    def _keep_one(self, db: Handle, stones: Tombstones, prepared: Prepared, wish: Wish) -> Outcome:
        path, entry = prepared.task.found.path, prepared.task.entry
        if prepared.digest and stones.has_place(path, prepared.digest):
            return self._erased(db, prepared)
        counts = self._keep_items(db, stones, prepared)
        unread = prepared.format is None and prepared.problem is None
        counts[items.Kept.UNCHANGED] += items.count_current(db, entry) if unread else 0
        if prepared.items and not items.count_current(db, entry):
            return self._erased(db, prepared)
        state, reason = _state(prepared, items.count_current(db, entry))
        found = prepared.task.found
        entries.settle(
            db, entry, state, self._clock.now(), reason=reason, digest=prepared.digest or None,
            size=found.size, mtime_ns=found.mtime_ns, format_name=prepared.format, forced=wish.forced,
            read_by=__version__)
        return Outcome(entries.shown(path), state, reason, counts[items.Kept.ADDED],
                       counts[items.Kept.UNCHANGED], counts[items.Kept.UPDATED])

    def _keep_items(self, db: Handle, stones: Tombstones, prepared: Prepared) -> dict[items.Kept, int]:
        entry, now = prepared.task.entry, self._clock.now()
        counts = dict.fromkeys(items.Kept, 0)
        threads = {c.key: items.keep_thread(db, entry, c) for c in prepared.conversations}
        for item in prepared.items:
            left = scrub(stones, prepared.task.found.path, item)
            if left is not None:
                counts[items.keep(db, entry, left, threads, now)] += 1
        return counts

    def _erased(self, db: Handle, prepared: Prepared) -> Outcome:
        """Everything here was erased by the owner: not even the place is kept."""
        if not items.entry_items(db, prepared.task.entry):
            entries.drop(db, prepared.task.entry)
        return Outcome(entries.shown(prepared.task.found.path), EntryState.SKIPPED, _("you erased it"))


def _state(prepared: Prepared, current: int) -> tuple[EntryState, str | None]:
    problem = prepared.problem
    if problem is not None:
        return ended(problem), str(problem.message)
    if not current:
        return EntryState.SKIPPED, _("has no text")
    return EntryState.DONE, None


def _untouched(known: KnownPlace, found: Found) -> bool:
    """Whether a place looks as it did when it was read, by size and time; failed and waiting ones are read again."""
    same = (known.size, known.mtime_ns) == (found.size, found.mtime_ns)
    settled = known.state is EntryState.DONE or (
        known.state is EntryState.SKIPPED and known.read_by == __version__ and known.mtime_ns != 0)
    return same and settled


class _Pace:
    """Tells how far a run is, and how long the rest will take at the pace so far."""

    def __init__(self, total: int, on_progress: OnProgress) -> None:
        self._total = total
        self._on_progress = on_progress
        self._start = time.monotonic()

    def watch(self, tasks: list[Task], cancelled: IsCancelled) -> Iterator[Task]:
        for done, task in enumerate(tasks):
            if cancelled():
                return
            spent = time.monotonic() - self._start
            left = spent / done * (self._total - done) if done >= 5 else None
            self._on_progress(Progress("reading", done, self._total, entries.shown(task.found.path), left))
            yield task
        self._on_progress(Progress("reading", self._total, self._total))

"""The way of a file into the store: found, registered, read, parsed, masked, split, kept. Each step is a generator."""

import itertools
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from mneme import __version__
from mneme.clock import Clock
from mneme.errors import KnownError
from mneme.gate.masking import masked_conversation, masked_document
from mneme.ingest.documents import conversation_items, document_item
from mneme.ingest.keeping import Keeper, left_out
from mneme.ingest.people import heard, speakers
from mneme.ingest.stages import Loaded, Outcome, Prepared, Tally, Task, batches, read_place
from mneme.ingest.wish import IsCancelled, OnProgress, Wish
from mneme.ingest.worth import weighed
from mneme.ports import Found, Parsed, ParseInput, Taken
from mneme.sources.folder import is_gone
from mneme.store import entries, items, sources
from mneme.store.columns import Handle, bytes_digest
from mneme.store.database import Database
from mneme.store.entries import KnownPlace
from mneme.types import AddReport, Conversation, EntryState, Mark, Progress

Parse = Callable[[ParseInput, str | None], tuple[str, Iterator[Parsed]]]
"""(bytes, format the owner named or None) -> (format, documents and conversations). Raises: KnownError."""

SCANNED_AT_ONCE = 256  # places registered in one transaction
KEPT_AT_ONCE = 64
CHARACTERS_AT_ONCE = 2_000_000
SMALL = 1_000_000  # bytes: larger files are read after all others


class Intake:
    """Takes places into the store. One run at a time reads; transactions are short and never open while reading."""

    def __init__(self, store: Database, parse: Parse, clock: Clock) -> None:
        self._store = store
        self._parse = parse
        self._clock = clock

    def run(self, found: Iterable[Found | Taken], wish: Wish, on_progress: OnProgress, cancelled: IsCancelled, *,
            roots: Sequence[Path] = ()) -> AddReport:
        """Take in everything that was found. A cancelled run leaves the rest waiting.

        `roots` are folders that were looked through wholly: known places in them that are there no more are gone.
        """
        tally, seen, gone = Tally(), set[Path](), list[Path]()
        places = self._noticed(found, wish, tally, seen, gone)
        tasks = list(self._registered(places, wish, tally, on_progress, cancelled))
        self._take(tasks, wish, tally, on_progress, cancelled)
        if not cancelled():
            self._let_go([*gone, *self._vanished(roots, seen)], wish, tally)
            self._let_go([task.found.path for task in tasks if task.found.bundle], wish, tally, within=True)
        return tally.report(waiting_vectors=0)

    def resume(self, states: list[EntryState], ids: list[int] | None, wish: Wish, on_progress: OnProgress,
               cancelled: IsCancelled) -> AddReport:
        """Take in what is in the queue already: waiting after a kill, or failed and tried again."""
        with self._store.reader() as db:
            places = entries.places(db, states, ids)
        tally = Tally()
        tasks = [Task(place.id, Found(place.path, bundle=place.path.is_dir())) for place in places]
        self._take(tasks, wish, tally, on_progress, cancelled)
        return tally.report(waiting_vectors=0)

    def take(self, taken: Taken, wish: Wish) -> Outcome:
        """Keep what was read elsewhere, in one transaction with where its source goes on."""
        def work(db: Handle) -> Outcome:
            entry = entries.register(db, taken.place, self._clock.now(), wish.source)
            prepared = Prepared(Task(entry, Found(taken.place)), b"", taken.format, goes_on=True)
            for index, one in enumerate(taken.parsed):
                self._split(prepared, one, index, wish)
            if taken.cursor is not None and wish.source is not None:
                sources.move_cursor(db, wish.source, taken.cursor)
            return Keeper(db, self._clock, wish).keep(prepared)

        return self._store.write(work)

    # ------------------------------------------------------------------ the stages

    def _noticed(self, found: Iterable[Found | Taken], wish: Wish, tally: Tally, seen: set[Path], gone: list[Path]
                 ) -> Iterator[Found]:
        """Places to be registered; what was read already is kept, and what is gone is noted."""
        for one in found:
            if isinstance(one, Taken):
                tally.count(self.take(one, wish))
            elif one.gone:
                gone.append(one.path)
            else:
                seen.add(one.path)
                yield one

    def _take(self, tasks: list[Task], wish: Wish, tally: Tally, on_progress: OnProgress,
              cancelled: IsCancelled) -> None:
        tasks.sort(key=_urgency)
        pace = _Pace(tasks, on_progress, wish.rest)
        prepared = self._prepared(self._loaded(pace.watch(cancelled), wish), wish)
        for batch in batches(prepared, KEPT_AT_ONCE, CHARACTERS_AT_ONCE):
            for outcome in self._store.write(partial(self._keep, batch=batch, wish=wish)):
                tally.count(outcome)

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
            return left_out(db, found, known, reason, wish, self._clock)
        entry = entries.register(db, found.path, self._clock.now(), wish.source)
        if known is not None and not wish.again and _untouched(known, found):
            unchanged = known.held or items.count_current(db, known.id)
            return Outcome(entries.shown(found.path), known.state, known.reason, unchanged=unchanged)
        if known is None or known.state is not EntryState.WAITING:
            entries.settle(db, entry, EntryState.WAITING, self._clock.now())
        return Task(entry, found)

    def _loaded(self, tasks: Iterable[Task], wish: Wish) -> Iterator[Loaded | Prepared]:
        for task in tasks:
            try:
                found, data, wal = read_place(task.found, wish.max_bytes)
            except KnownError as problem:
                yield Prepared(task, b"", problem=problem)
            else:
                yield Loaded(replace(task, found=found), data, bytes_digest(data + wal), wal)

    def _prepared(self, loaded: Iterator[Loaded | Prepared], wish: Wish) -> Iterator[Prepared]:
        for one in loaded:
            if isinstance(one, Prepared):
                yield one
                continue
            known, twin = self._before(one, wish)
            if known is not None and known.digest == one.digest and known.held and not wish.again:
                yield Prepared(one.task, one.digest)
            else:
                since = None if wish.again or known is None or twin is not None else known.cursor
                yield self._parsed(replace(one, task=replace(one.task, twin=twin), since=since), wish)

    def _parsed(self, loaded: Loaded, wish: Wish) -> Prepared:
        found = loaded.task.found
        prepared = Prepared(loaded.task, loaded.digest, goes_on=loaded.since is not None)
        name = f"{found.path.name}.zip" if found.bundle else found.path.name
        source = ParseInput(loaded.data, name, self._clock, loaded.since, loaded.wal)
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
            clear = masked_conversation(parsed)[0] if wish.mask else parsed
            conversation = heard(clear, wish, prepared.left_out)
            prepared.conversations.append(conversation)
            prepared.speakers |= speakers(conversation, wish.owners)
            prepared.items += (weighed(item, len(conversation.messages))
                               for item in conversation_items(conversation, wish.owners))
        else:
            document = masked_document(parsed)[0] if wish.mask else parsed
            key = document.key or ("" if index == 0 else str(index))
            prepared.items.append(weighed(document_item(
                document, key, prepared.task.found, prepared.format or "", wish.owners, self._clock)))

    def _before(self, loaded: Loaded, wish: Wish) -> tuple[KnownPlace | None, int | None]:
        """What is known of a place, and of the one it was before: that had the same bytes, or was seen being moved."""
        moved = wish.moves.get(loaded.task.found.path)
        with self._store.reader() as db:
            known = entries.get(db, loaded.task.entry)
            if known is None or known.held:
                return known, None
            alike = entries.twins(db, loaded.digest, loaded.task.entry)
            before = None if moved is None else entries.find(db, moved)
        if before is not None and before.held:
            alike.insert(0, before)
        return known, next((one.id for one in alike if is_gone(str(one.path))), None)

    # ------------------------------------------------------------------ inside the transaction

    def _keep(self, db: Handle, batch: list[Prepared], wish: Wish) -> list[Outcome]:
        keeper = Keeper(db, self._clock, wish)
        return [keeper.keep(prepared) for prepared in batch]

    # ------------------------------------------------------------------ what is gone

    def _vanished(self, roots: Sequence[Path], seen: set[Path]) -> Iterator[Path]:
        """Known places in folders that were looked through, which are not there any more."""
        for root in roots:
            with self._store.reader() as db:
                known = entries.below(db, root)
            yield from (one.path for one in known if one.path not in seen and is_gone(str(one.path)))

    def _let_go(self, gone: Sequence[Path], wish: Wish, tally: Tally, *, within: bool = False) -> None:
        """Places that are no longer there, with all below those that were folders.

        `within`: what lies in these folders, which are one export now, whether it is there or not.
        """
        for start in range(0, len(gone), SCANNED_AT_ONCE):
            part = gone[start:start + SCANNED_AT_ONCE]
            tally.gone += self._store.write(partial(self._let_go_all, paths=part, wish=wish, within=within))

    def _let_go_all(self, db: Handle, paths: Sequence[Path], wish: Wish, within: bool) -> int:
        keeper = Keeper(db, self._clock, wish)
        found = [one for path in paths for one in entries.below(db, path) if within or is_gone(str(one.path))]
        if not within:
            named = [one for path in paths if (one := entries.find(db, path)) is not None]
            found += [one for one in named if one.state is not EntryState.GONE and is_gone(str(one.path))]
        return sum(keeper.gone(known, wish.when_gone) for known in {one.id: one for one in found}.values())


def _untouched(known: KnownPlace, found: Found) -> bool:
    """Whether a place looks as it did when it was read, by size and time; failed and waiting ones are read again."""
    same = (known.size, known.mtime_ns) == (found.size, found.mtime_ns)
    settled = known.state is EntryState.DONE or (
        known.state is EntryState.SKIPPED and known.read_by == __version__ and known.mtime_ns != 0)
    return same and settled


def _urgency(task: Task) -> tuple[bool, int, bytes]:
    """Small files before large ones, new before old."""
    return task.found.size > SMALL, -task.found.mtime_ns, os.fsencode(task.found.path)


class _Pace:
    """Tells how far a run is, and how long the rest will take at the pace so far: by bytes, for files differ."""

    EACH = 4000  # bytes that a file costs beside its own: opening, registering, keeping

    def __init__(self, tasks: list[Task], on_progress: OnProgress, rest: Callable[[], None] | None) -> None:
        self._tasks = tasks
        self._on_progress = on_progress
        self._rest = rest
        self._cost = [task.found.size + self.EACH for task in tasks]
        self._start = time.monotonic()

    def watch(self, cancelled: IsCancelled) -> Iterator[Task]:
        paid, whole, total = 0, sum(self._cost), len(self._tasks)
        for done, (task, cost) in enumerate(zip(self._tasks, self._cost, strict=True)):
            if self._rest is not None:
                self._rest()
            if cancelled():
                return
            spent = time.monotonic() - self._start
            left = spent / paid * (whole - paid) if done >= 5 else None
            self._on_progress(Progress("reading", done, total, entries.shown(task.found.path), left))
            yield task
            paid += cost
        self._on_progress(Progress("reading", total, total))

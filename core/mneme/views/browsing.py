"""Looking through memories: which a list shows by its facets, in which order, and searches that are kept."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from mneme.clock import Clock
from mneme.recall.lexical import typed_expression
from mneme.store import browsing, memories, outlines, searches
from mneme.store.browsing import Ids, Sought
from mneme.store.columns import Handle
from mneme.store.condition import interruptible
from mneme.store.database import Database
from mneme.types import (
    Changes,
    FacetName,
    FacetValue,
    FirstRows,
    Kind,
    Memory,
    MemoryFilter,
    Origin,
    Page,
    SavedSearch,
)
from mneme.views import facets
from mneme.views.calendar import begin_of

IsCancelled = Callable[[], bool]
Publish = Callable[[Changes], Changes]
SEARCHES = Changes(settings=frozenset(("saved searches",)))

# What each facet leaves out of the filter while it is counted itself.
_WITHOUT: dict[FacetName, MemoryFilter] = {
    "kind": MemoryFilter(kinds=frozenset(Kind)), "retention": MemoryFilter(faded=None)}
_FIELDS: dict[FacetName, tuple[str, ...]] = {
    "kind": ("kinds",), "person": ("people",), "source": ("sources", "entry"), "topic": ("topic",),
    "time": ("since", "until"), "retention": ("bands", "faded"), "pinned": ("pinned",), "private": ("private",),
    "origin": ("origins",)}


class Browsing:
    """What lists of memories are made of. Safe to use from several threads."""

    def __init__(self, store: Database, clock: Clock, publish: Publish = lambda changes: changes) -> None:
        self._store = store
        self._clock = clock
        self._publish = publish

    # ------------------------------------------------------------------ lists

    def ids(self, what: MemoryFilter, cancelled: IsCancelled | None = None) -> Ids:
        """The ids of all memories that a filter shows, in its order: int64, 8 bytes a memory. Raises: Cancelled."""
        with self._reading(cancelled) as db:
            return browsing.ids(db, self._sought(what))

    def among(self, what: MemoryFilter, ids: Sequence[int]) -> frozenset[int]:
        """Those of these memories that a filter shows; quick, however long its list is."""
        with self._store.reader() as db:
            return frozenset(browsing.among(db, self._sought(what, whole=False), [int(one) for one in ids]))

    def memories(self, ids: Sequence[int]) -> tuple[Memory, ...]:
        """The memories of these ids that still exist, in the order asked."""
        with self._store.reader() as db:
            return tuple(memories.load(db, [int(one) for one in ids], self._clock.now()))

    def first(self, what: MemoryFilter, limit: int = 100, cancelled: IsCancelled | None = None) -> FirstRows:
        """The first memories of a list, for showing them before all ids are known. Raises: Cancelled."""
        with self._reading(cancelled) as db:
            found = browsing.listed(db, self._sought(what, whole=False), limit=limit + 1)
        return FirstRows(tuple(found[:limit]), len(found) <= limit)

    def page(self, what: MemoryFilter, offset: int = 0, limit: int = 100) -> Page:
        """A stretch of a list and how long the whole of it is; `ids` and `memories` are quicker for a long one."""
        with self._store.reader() as db:
            sought = self._sought(what, whole=False)
            found = browsing.listed(db, sought, offset=offset, limit=limit)
            return Page(tuple(found), browsing.count(db, sought), offset)

    # ------------------------------------------------------------------ facets

    def facets(self, what: MemoryFilter, which: FacetName, cancelled: IsCancelled | None = None
               ) -> tuple[FacetValue, ...]:
        """How many memories have each value of a facet, of those that the query and the other facets show.

        Every count is exact, and what nothing has is left out. Raises: Cancelled.
        """
        open_to = replace(what, **{name: getattr(_WITHOUT.get(which, _PLAIN), name) for name in _FIELDS[which]})
        with self._reading(cancelled) as db:
            return tuple(_COUNTED[which](self, db, self._sought(open_to)))

    def _kinds(self, db: Handle, sought: Sought) -> list[FacetValue]:
        counts = browsing.by_column(db, sought, "kind")
        return [FacetValue(kind.value, "", counts[kind.value]) for kind in Kind if kind.value in counts]

    def _origins(self, db: Handle, sought: Sought) -> list[FacetValue]:
        counts = browsing.by_column(db, sought, "origin")
        return [FacetValue(one.value, "", counts[one.value]) for one in Origin if one.value in counts]

    def _pinned(self, db: Handle, sought: Sought) -> list[FacetValue]:
        counts = browsing.by_column(db, sought, "pinned")
        return [FacetValue(key, "", counts[value]) for key, value in (("yes", "1"), ("no", "0")) if value in counts]

    def _private(self, db: Handle, sought: Sought) -> list[FacetValue]:
        private = browsing.count(db, replace(sought, what=replace(sought.what, private=True)))
        open_ones = browsing.count(db, sought) - private
        return [FacetValue(key, "", count) for key, count in (("yes", private), ("no", open_ones)) if count]

    def _bands(self, db: Handle, sought: Sought) -> list[FacetValue]:
        counts = browsing.by_band(db, sought)
        return [FacetValue(band, "", counts[band]) for band in ("fresh", "fading", "faded") if band in counts]

    def _people(self, db: Handle, sought: Sought) -> list[FacetValue]:
        return [FacetValue(name, name, count) for name, count in browsing.by_speaker(db, sought)]

    def _sources(self, db: Handle, sought: Sought) -> list[FacetValue]:
        return facets.by_source(browsing.by_entry(db, sought), browsing.watched(db))

    def _topics(self, db: Handle, sought: Sought) -> list[FacetValue]:
        counts = browsing.by_topic(db, sought)
        return facets.by_topic(outlines.topic_tree(db), counts) if counts else []

    def _times(self, db: Handle, sought: Sought) -> list[FacetValue]:
        return facets.by_time(browsing.times(db, sought), self._clock.zone())

    # ------------------------------------------------------------------ searches that are kept

    def saved(self) -> tuple[SavedSearch, ...]:
        """The searches that the owner keeps, by name."""
        with self._store.reader() as db:
            return tuple(searches.all_of(db))

    def save(self, name: str, what: MemoryFilter) -> SavedSearch:
        """Keep a search; another one of that name gives way. Raises: KnownError for a name that is none."""
        made = self._store.write(lambda db: searches.keep(db, name, what, self._clock.now()))
        self._publish(SEARCHES)
        return made

    def rename_saved(self, search: int, name: str) -> SavedSearch:
        """Give it another name. Raises: NotFound; KnownError where that is none, or another search has it."""
        made = self._store.write(lambda db: searches.rename(db, search, name))
        self._publish(SEARCHES)
        return made

    def delete_saved(self, search: int) -> SavedSearch:
        """Keep a search no longer; what it was, for `save` to take it back. Raises: NotFound."""
        gone = self._store.write(lambda db: searches.delete(db, search))
        self._publish(SEARCHES)
        return gone

    # ------------------------------------------------------------------ within

    @contextmanager
    def _reading(self, cancelled: IsCancelled | None) -> Iterator[Handle]:
        with self._store.reader() as db:
            if cancelled is None:
                yield db
                return
            with interruptible(db, cancelled):
                yield db

    def _sought(self, what: MemoryFilter, *, whole: bool = True) -> Sought:
        match = "" if what.bin else typed_expression(what.query)
        return Sought(what, self._clock.now(), match, self._midnight(what.since), self._midnight(what.until),
                      whole)

    def _midnight(self, day: date | None) -> datetime | None:
        return None if day is None else begin_of(day, self._clock.zone())


_PLAIN = MemoryFilter()
_COUNTED: dict[FacetName, Callable[[Browsing, Handle, Sought], list[FacetValue]]] = {
    "kind": Browsing._kinds, "person": Browsing._people, "source": Browsing._sources, "topic": Browsing._topics,
    "time": Browsing._times, "retention": Browsing._bands, "pinned": Browsing._pinned,
    "private": Browsing._private, "origin": Browsing._origins}

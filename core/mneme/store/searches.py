"""Searches that the owner keeps under a name."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, get_args

from mneme.errors import KnownError, NotFound
from mneme.messages import _
from mneme.store.columns import Handle, micros, to_json
from mneme.types import Band, Kind, MemoryFilter, Order, Origin, SavedSearch

LONGEST = 80  # characters of a name


def all_of(db: Handle) -> list[SavedSearch]:
    """The searches kept, by name."""
    rows = db.execute("SELECT id, name, what FROM saved_search ORDER BY name COLLATE NOCASE, id").fetchall()
    return [SavedSearch(row[0], row[1], decoded(row[2])) for row in rows]


def get(db: Handle, search: int) -> SavedSearch:
    """One of them. Raises: NotFound."""
    row = db.execute("SELECT id, name, what FROM saved_search WHERE id = ?", [search]).fetchone()
    if row is None:
        raise NotFound(_("This search is no longer kept."))
    return SavedSearch(row[0], row[1], decoded(row[2]))


def keep(db: Handle, name: str, what: MemoryFilter, now: datetime) -> SavedSearch:
    """Keep a search; another one of that name gives way. Raises: KnownError for a name that is none."""
    named = _checked(name)
    db.execute("DELETE FROM saved_search WHERE name = ?", [named])
    made = db.execute("INSERT INTO saved_search (name, what, saved_at) VALUES (?, ?, ?)",
                      [named, encoded(what), micros(now)]).lastrowid
    return SavedSearch(int(made or 0), named, what)


def rename(db: Handle, search: int, name: str) -> SavedSearch:
    """Give it another name. Raises: NotFound; KnownError where that is none, or another search has it."""
    named, known = _checked(name), get(db, search)
    if db.execute("SELECT 1 FROM saved_search WHERE name = ? AND id <> ?", [named, search]).fetchone():
        raise KnownError(_("There is a search named {name} already.").format(name=named), _("Choose another name."))
    db.execute("UPDATE saved_search SET name = ? WHERE id = ?", [named, search])
    return SavedSearch(search, named, known.what)


def delete(db: Handle, search: int) -> SavedSearch:
    """Keep it no longer; what it was. Raises: NotFound."""
    known = get(db, search)
    db.execute("DELETE FROM saved_search WHERE id = ?", [search])
    return known


def _checked(name: str) -> str:
    named = " ".join(name.split())[:LONGEST].strip()
    if not named:
        raise KnownError(_("A search needs a name."))
    return named


# ------------------------------------------------------------------ filters as JSON


def encoded(what: MemoryFilter) -> str:
    """A filter as JSON that `decoded` reads; what is as it always is, is left out."""
    plain = MemoryFilter()
    return to_json({name: _plain(value) for name in MemoryFilter.__dataclass_fields__
                    if (value := getattr(what, name)) != getattr(plain, name)})


def decoded(text: str) -> MemoryFilter:
    """The filter that was encoded. What a newer Mneme wrote, and this one does not know, is passed over."""
    found: Mapping[str, Any] = json.loads(text)
    return MemoryFilter(**{name: read(found[name]) for name, read in _READERS.items() if name in found})


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(str(one) for one in value)
    return value.isoformat() if isinstance(value, date) else value


def _some(known: Callable[[str], object], values: tuple[str, ...]) -> Callable[[list[str]], frozenset[object]]:
    return lambda found: frozenset(known(one) for one in found if one in values)


_READERS: dict[str, Callable[[Any], Any]] = {
    "query": str, "bin": bool, "faded": lambda found: found, "topic": int, "entry": int, "people": frozenset,
    "sources": frozenset, "since": date.fromisoformat, "until": date.fromisoformat, "pinned": bool, "private": bool,
    "kinds": _some(Kind, tuple(Kind)), "origins": _some(Origin, tuple(Origin)), "bands": _some(str, get_args(Band)),
    "order": lambda found: found if found in get_args(Order) else ""}

"""What facets and their values are called, what is chosen of each, and what choosing one more comes to."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath, PureWindowsPath
from typing import Any

from mneme.messages import _
from mneme.types import FacetName, FacetValue, Kind, MemoryFilter, Order, Origin
from mneme_desktop.parts import texts

# The fields of a filter that its facets are chosen by.
FIELDS: dict[FacetName, tuple[str, ...]] = {
    "kind": ("kinds",), "person": ("people",), "source": ("sources", "entry"), "topic": ("topic",),
    "time": ("since", "until"), "retention": ("bands",), "pinned": ("pinned",), "private": ("private",),
    "origin": ("origins",)}
PLAIN = MemoryFilter()
WATCHED, FORMAT, FOLDER = "watched:", "format:", "folder:"


@dataclass(frozen=True, slots=True)
class Group:
    """A chip of the bar of facets: its title, and the facets whose values it lists."""

    name: str
    title: str
    facets: tuple[FacetName, ...]


def groups() -> tuple[Group, ...]:
    """The chips, in their order."""
    return (Group("kind", _("Kind"), ("kind",)), Group("person", _("Person"), ("person",)),
            Group("source", _("Source"), ("source",)), Group("topic", _("Topic"), ("topic",)),
            Group("time", _("Time"), ("time",)), Group("retention", _("Retention"), ("retention",)),
            Group("pinned", _("Pinned"), ("pinned",)), Group("origin", _("Origin"), ("origin", "private")))


def orders() -> tuple[tuple[Order, str], ...]:
    """The orders a list can have, with their names; the first is that of no choice."""
    return (("", ""), ("newest", _("Newest first")), ("oldest", _("Oldest first")),
            ("most retained", _("Best kept first")), ("least retained", _("Most faded first")))


def order_words(what: MemoryFilter) -> str:
    """The order that a list has."""
    if what.order:
        return dict(orders())[what.order]
    if what.bin:
        return _("Last forgotten first")
    return _("Best match first") if what.query else _("Newest first")


# ------------------------------------------------------------------ names


def value_words(facet: FacetName, value: FacetValue) -> str:
    """What a value is called."""
    if facet == "time":
        return texts.period("month", value.key) if "-" in value.key else value.key.lstrip("0")
    if facet == "source":
        return source_words(value.key, value.name)
    if facet in ("person", "topic"):
        return texts.one_line(value.name, 120)
    codes: dict[str, str] = _CODES[facet]()
    return codes.get(value.key, value.key)


def source_words(key: str, name: str) -> str:
    """A watched source, a folder or a format in a word or two."""
    if key.startswith(FORMAT):
        kind = key.removeprefix(FORMAT)
        return _formats().get(kind, kind.upper() if len(kind) <= 5 else kind.capitalize())
    path = name or key.partition(":")[2]
    kind_of_path = PureWindowsPath if "\\" in path else PurePath
    return texts.one_line(kind_of_path(path).name or path, 80)


def section_words(facet: FacetName, key: str) -> str:
    """Under which heading a value is listed; "" where there is one list."""
    if facet == "source":
        return {WATCHED: _("Watched"), FORMAT: _("Formats"), FOLDER: _("Folders")}[key.partition(":")[0] + ":"]
    return {"origin": _("Who says it"), "private": _("Privacy")}.get(facet, "")


def time_words(what: MemoryFilter) -> str:
    """[since, until) in words: "2024", "May 2024", "2023 – 2025", "2023 – now"."""
    first, last = what.since, _day_before(what.until)
    if first is None or last is None:
        return _("until {day}").format(day=_day(last)) if last else _("{day} – now").format(day=_edge(first))
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year) if first.year == last.year else _range(str(first.year), str(last.year))
    if first.day == 1 and what.until is not None and what.until.day == 1:
        begin, end = (texts.period("month", f"{day.year:04}-{day.month:02}") for day in (first, last))
        return begin if begin == end else _range(begin, end)
    return _range(_day(first), _day(last))


def _range(begin: str, end: str) -> str:
    return _("{begin} – {end}").format(begin=begin, end=end)


def _edge(day: date | None) -> str:
    return str(day.year) if day is not None and (day.month, day.day) == (1, 1) else _day(day)


def _day(day: date | None) -> str:
    return "" if day is None else texts.calendar_day(day)


def _day_before(day: date | None) -> date | None:
    return day if day in (None, date.min, date.max) else date.fromordinal(day.toordinal() - 1)


def _kinds() -> dict[str, str]:
    return {Kind.PASSAGE: _("Passages"), Kind.EVENT: _("Events"), Kind.FACT: _("Facts"),
            Kind.QUESTION: _("Questions"), Kind.THOUGHT: _("Thoughts"), Kind.SUMMARY: _("Summaries"),
            Kind.PORTRAIT: _("Portraits")}


def _bands() -> dict[str, str]:
    return {"fresh": _("Fresh"), "fading": _("Fading"), "faded": _("Faded")}


def _origins() -> dict[str, str]:
    return {Origin.OWNER: _("You"), Origin.OTHER: _("Others"), Origin.ASSISTANT: _("An assistant"),
            Origin.DERIVED: _("Mneme")}


def _formats() -> dict[str, str]:
    return {"conversation": _("Chats"), "text": _("Plain text"), "own words": _("Your own words"),
            "markdown": "Markdown", "code": _("Code"), "org": "Org"}


def _pins() -> dict[str, str]:
    return {"yes": _("Pinned"), "no": _("Not pinned")}


def _privacy() -> dict[str, str]:
    return {"yes": _("Private"), "no": _("Not private")}


_CODES: dict[FacetName, Any] = {"kind": _kinds, "retention": _bands, "origin": _origins, "pinned": _pins,
                                "private": _privacy}


# ------------------------------------------------------------------ what is chosen


def chosen(what: MemoryFilter, facet: FacetName) -> frozenset[str]:
    """The keys of the values that are chosen."""
    if facet == "time":
        return frozenset(_periods(what))
    value = getattr(what, FIELDS[facet][0])
    if isinstance(value, frozenset):
        return frozenset(str(one) for one in value)
    if isinstance(value, bool):
        return frozenset(("yes" if value else "no",))
    return frozenset() if value is None else frozenset((str(value),))


def toggled(what: MemoryFilter, facet: FacetName, key: str) -> MemoryFilter:
    """The filter with one value chosen, or no longer."""
    if facet == "time":
        return _stretched(what, key)
    [name, *_more] = FIELDS[facet]
    was = key in chosen(what, facet)
    if facet in ("pinned", "private"):
        return _changed(what, {name: None if was else key == "yes"})
    if facet == "topic":
        return replace(what, topic=None if was else int(key))
    kinds: dict[FacetName, Any] = {"kind": Kind, "origin": Origin}
    value = kinds.get(facet, str)(key)
    now = getattr(what, name) ^ {value}
    return _changed(what, {name: frozenset(now)})


def cleared(what: MemoryFilter, facet: FacetName | None = None) -> MemoryFilter:
    """The filter without what is chosen of a facet; None: of all."""
    names = [name for one, fields in FIELDS.items() if facet in (None, one) for name in fields]
    return _changed(what, {name: getattr(PLAIN, name) for name in names})


def only_facets(what: MemoryFilter) -> MemoryFilter:
    """What facets say of a filter, and nothing else."""
    return _changed(PLAIN, {name: getattr(what, name) for fields in FIELDS.values() for name in fields})


def overlaid(base: MemoryFilter, facets: MemoryFilter) -> MemoryFilter:
    """A list with what the facets add to it."""
    return _changed(base, {name: value for fields in FIELDS.values() for name in fields
                           if (value := getattr(facets, name)) != getattr(PLAIN, name)})


def _changed(what: MemoryFilter, fields: dict[str, Any]) -> MemoryFilter:
    return replace(what, **fields)


def _periods(what: MemoryFilter) -> Iterator[str]:
    """The years and months that lie wholly within [since, until)."""
    if what.since is None and what.until is None:
        return
    first = what.since or date(1, 1, 1)
    until = what.until or date(9999, 12, 31)
    for year in range(first.year, until.year + 1):
        if first <= date(year, 1, 1) and (year < until.year or until == date(9999, 12, 31)):
            yield f"{year:04}"
        if until.toordinal() - first.toordinal() <= 370 * 3:
            yield from (f"{year:04}-{month:02}" for month in range(1, 13)
                        if first <= date(year, month, 1) and _after(f"{year:04}-{month:02}") <= until)


def _stretched(what: MemoryFilter, key: str) -> MemoryFilter:
    """A first period is taken alone; a further one is taken in with all between; one that was is left out again."""
    start, end = _begin(key), _after(key)
    if what.since is None or what.until is None or (what.since, what.until) == (start, end):
        same = (what.since, what.until) == (start, end)
        return replace(what, since=None if same else start, until=None if same else end)
    if start >= what.since and end <= what.until:  # within: cut off there, or be it alone
        if start == what.since:
            return replace(what, since=end)
        return replace(what, until=start) if end == what.until else replace(what, since=start, until=end)
    return replace(what, since=min(start, what.since), until=max(end, what.until))


def _begin(key: str) -> date:
    year, _dash, month = key.partition("-")
    return date(int(year), int(month or 1), 1)


def _after(key: str) -> date:
    start = _begin(key)
    if "-" in key:
        return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1) if key < "9999-12" else (
            date.max)
    return start.replace(year=start.year + 1) if start.year < date.max.year else date.max



"""The commonest expressions of time in German, Spanish, French and Norwegian, read from their tables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from mneme.memory.times import stretches as s
from mneme.memory.times.counts import in_part, moved
from mneme.memory.times.dates import nearest, year_after
from mneme.memory.times.text import Found, Relation, TimeText
from mneme.memory.times.words import LANGUAGES

_ARTICLES = frozenset(("la", "por", "am", "guten", "jeden", "die", "buenas"))  # "la mañana", "am Morgen": the morning


@dataclass(frozen=True, slots=True)
class _Tongue:
    """One language's tables, by the first word of what they hold; the longest phrases come first."""

    said: Mapping[str, list[tuple[tuple[str, ...], tuple[str, int, str]]]]
    ago: tuple[tuple[str, ...], tuple[str, ...]]
    ahead: tuple[tuple[str, ...], tuple[str, ...]]
    units: Mapping[str, str]
    numbers: Mapping[str, int]
    weekdays: Mapping[str, int]
    sides: Mapping[str, int]
    on: str
    months: Mapping[str, int]
    joint: str


def foreign(t: TimeText, i: int) -> Found | None:
    """The expression of the text's other language that begins at word `i`."""
    tongue = _TONGUES.get(t.language)
    if tongue is None:
        return None
    try:
        return _phrase(t, i, tongue) or _counted(t, i, tongue) or _date(t, i, tongue) or _weekday(t, i, tongue)
    except (OverflowError, ValueError):
        return None


def may_begin(language: str) -> frozenset[str]:
    """The words with which the language's expressions begin (numbers come besides)."""
    tongue = _TONGUES.get(language)
    if tongue is None:
        return frozenset()
    return frozenset((*tongue.said, tongue.ago[0][0], tongue.ahead[0][0], *tongue.weekdays, *tongue.sides))


def _phrase(t: TimeText, i: int, tongue: _Tongue) -> Found | None:
    for words, (unit, steps, part) in tongue.said.get(t.w(i), ()):
        if t.says(i, *words) and not (len(words) == 1 and t.w(i - 1) in _ARTICLES):
            stretch = s.weekend_at(t.day, steps) if unit == "weekend" else moved(t, unit, steps)
            return Found(i + len(words), in_part(t, stretch, part) if part else stretch, relation=Relation(unit, steps))
    return None


def _counted(t: TimeText, i: int, tongue: _Tongue) -> Found | None:
    """vor drei Tagen, hace dos semanas, il y a un mois, for tre dager siden, in zwei Wochen"""
    for (before, after), side in ((tongue.ago, -1), (tongue.ahead, 1)):
        j = i + len(before)
        number = tongue.numbers.get(t.w(j)) or (int(t.w(j)) if t.w(j).isdecimal() and len(t.w(j)) < 4 else None)
        unit = tongue.units.get(t.w(j + 1))
        if number and unit and t.says(i, *before) and t.says(j + 2, *after) and (side < 0 or t.tense(i) >= 0):
            return Found(j + 2 + len(after), moved(t, unit, side * number), relation=Relation(unit, side * number))
    return None


def _date(t: TimeText, i: int, tongue: _Tongue) -> Found | None:
    """3. Mai 2023, 3 de mayo de 2021, 3. mai"""
    if not re.fullmatch(r"[0-3]?[0-9]", t.w(i)):
        return None
    j = i + 1 + (t.w(i + 1) in (".", tongue.joint) and bool(t.w(i + 1)))
    month, day = tongue.months.get(t.w(j)), int(t.w(i))
    if month is None:
        return None
    joined = bool(tongue.joint) and t.w(j + 1) == tongue.joint and t.w(j + 2).isdecimal()
    year, end, anchored = year_after(t, j + 1 + joined)

    def in_year(year: int) -> s.Stretch:
        return s.day_at(date(year, month, day))
    return Found(end, in_year(year) if year else nearest(t, i, in_year), anchored=anchored)


def _weekday(t: TimeText, i: int, tongue: _Tongue) -> Found | None:
    """am Freitag, letzten Freitag, el viernes, vendredi dernier, på fredag"""
    side, j = tongue.sides.get(t.w(i), 0), i
    j += bool(side)
    weekday = tongue.weekdays.get(t.w(j))
    if weekday is None:
        return None
    end = j + 1
    if not side and t.w(end) in tongue.sides:
        side, end = tongue.sides[t.w(end)], end + 1
    if not side and tongue.on and t.w(i - 1) != tongue.on:
        return None
    tense = side or t.tense(j)
    relation = Relation("weekday", tense, weekday=weekday) if tense else None
    return Found(end, s.day_at(s.weekday_beside(t.day, weekday, tense or -1)), approximate=not tense, relation=relation)


# ------------------------------------------------------------------ the tables, once


def _tongue(table: dict[str, object]) -> _Tongue:
    said: dict[str, list[tuple[tuple[str, ...], tuple[str, int, str]]]] = {}
    for phrase, meaning in sorted(cast("dict[str, tuple[str, int, str]]", table["said"]).items(),
                                  key=lambda item: -len(item[0])):
        words = tuple(phrase.split())
        said.setdefault(words[0], []).append((words, meaning))
    units = cast("dict[str, str]", table["units"])
    return _Tongue(said, _around(table["ago"]), _around(table["ahead"]),
                   {word: unit for unit, words in units.items() for word in words.split()},
                   _numbered(table["numbers"], 1), _numbered(table["weekdays"], 0),
                   {**dict.fromkeys(str(table["last"]).split(), -1), **dict.fromkeys(str(table["next"]).split(), 1)},
                   str(table["on"]), _numbered(table["months"], 1), str(table["joint"]))


def _around(words: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before, after = cast("tuple[str, str]", words)
    return tuple(before.split()), tuple(after.split())


def _numbered(words: object, first: int) -> dict[str, int]:
    return {word: number for number, same in enumerate(str(words).split(), first) for word in same.split("|")}


_TONGUES = {name: _tongue(table) for name, table in LANGUAGES.items()}

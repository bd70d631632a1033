"""When an item happened: as its content says, else its title, its name, its folders, else its file's own time."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path

from mneme.clock import Clock
from mneme.expressions import expression
from mneme.parsers.moments import parse_date
from mneme.types import Document, Moment, Precision

EARLIEST, AHEAD = 1970, 2  # plausible years: from the first up to this many from now
_NOTHING_BEFORE = datetime(1980, 1, 2, tzinfo=UTC)  # the zero of FAT and zip: a file's time was lost
_FIRST_LINE = 60  # characters: a longer first line is no letter's head
_LONGEST = 300
_FINER: dict[Precision, int] = {"year": 0, "month": 1, "day": 2, "minute": 3, "second": 4}

_SENTENCE = expression(r"\w+\W+\w+\W+\w+.*[.!?]\s*\Z", re.DOTALL)

_SEP = r"(?P<sep>[-_./ ])"
_TIME = (r"(?:(?:T|[-_, ]|,? (?:at|um|kl\.?|à) )\s?(?P<hour>[01]\d|2[0-3])(?P<colon>[-:._h]?)(?P<minute>[0-5]\d)"
         r"(?:(?P=colon)(?P<second>[0-5]\d)(?:\d{3})?)?(?!\d))?")
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_EDGE, _STOP = r"(?<![\d.,/+])(?<!\d[-_])", r"(?!\d|[-_./]\d)"
_MONTH_WORD = r"(?P<word>[^\W\d_]{3,12})\.?"
_PATTERNS = tuple(expression(pattern, re.IGNORECASE) for pattern in (
    rf"{_EDGE}{_YEAR}{_SEP}(?P<month>\d\d?)(?P=sep)(?P<day>\d\d?)(?!\d){_TIME}",
    rf"{_EDGE}{_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)(?!-\d{{1,4}}-){_TIME}",
    rf"{_EDGE}(?P<day>\d\d?){_SEP}(?P<month>\d\d?)(?P=sep){_YEAR}{_STOP}",
    rf"{_EDGE}{_YEAR}年(?:\s?(?P<month>\d\d?)月(?:\s?(?P<day>\d\d?)日)?)?",
    rf"{_EDGE}{_YEAR}[- _]?(?:W|KW|uke)(?P<week>\d\d)(?!\d)",
    rf"\b(?:W|KW|week|uke|semaine|Woche) ?(?P<week>\d\d?),? {_YEAR}{_STOP}",
    rf"{_EDGE}(?P<day>\d\d?)(?:st|nd|rd|th|\.|er|º)?[-_ ]+(?:of |de |d')?{_MONTH_WORD}"
    rf",?[-_ ]+(?:de |del )?{_YEAR}{_STOP}",
    rf"(?<![^\W_]){_MONTH_WORD}[-_ ]+(?P<day>\d\d?)(?:st|nd|rd|th)?,?[-_ ]+{_YEAR}{_STOP}",
    rf"(?<![^\W_]){_MONTH_WORD},?[-_ ]+(?:de |del )?{_YEAR}{_STOP}",
    rf"{_EDGE}{_YEAR}[-_. ](?P<month>0[1-9]|1[0-2]){_STOP}",
    rf"{_EDGE}(?P<month>0[1-9]|1[0-2])[-_./]{_YEAR}{_STOP}",
    rf"(?<![^\W_])(?<![-+#.,/]){_YEAR}(?![^\W_])(?![-.,/]\d)",
))

_SPREAD = expression(
    rf"(?:^|(?<=/)){_YEAR}/(?:(?P=year)[-_. ])?(?:(?P<month>[01]?\d)(?:[-_. ]+[^\W\d_]+)?|{_MONTH_WORD})"
    r"(?:/(?:(?P=year)[-_. ])?(?:(?P=month)[-_. ])?(?P<day>[0-3]?\d)(?![^\W_])(?![-_.]\d)|(?=/))")
_FOLDERS = 4  # how far up folders still speak of the file

_MONTHS: dict[str, int] = {
    name: number + 1
    for number, names in enumerate((
        "jan january januar janvier enero gennaio janeiro januari januari jänner janv ene gen",
        "feb february februar février fevrier febrero febbraio fevereiro februari févr",
        "mar march märz mars marzo março maart maerz mär mrz",
        "apr april avril abril aprile avr abr",
        "may mai mayo maggio maio mei maj mag",
        "jun june juni juin junio giugno junho giu",
        "jul july juli juillet julio luglio julho juil lug",
        "aug august août aout agosto augustus augusti ago",
        "sep sept september septembre septiembre settembre setembro set",
        "oct okt october oktober octobre octubre ottobre outubro ott out",
        "nov november novembre noviembre novembro",
        "dec dez des december dezember desember décembre decembre diciembre dicembre dezembro déc dic"))
    for name in names.split()}


def date_of(document: Document, path: Path, mtime_ns: int, clock: Clock) -> tuple[Moment | None, str | None]:
    """The moment of an item, and whence it is known: content, title, name, folder or file.

    A later one of title, name and folder that only says the same more precisely is taken instead ("2023" and then
    "2023-05"). Naive times are meant in the owner's zone at that date. (None, None) where not even the file has
    a believable time; the file's time counts as a day.
    """
    if document.happened_at is not None:
        return document.happened_at, "content"
    best: tuple[Moment, str] | None = None
    for text, whence in _tellers(document, path):
        found = _from_folders(path, clock) if whence == "folder" else find_date(text, clock)
        if found is not None and _FINER[found.precision] < _FINER["day"] and _SENTENCE.search(text):
            continue  # "I have lived in Kraków since 2011." was not written then
        if found is not None and (best is None or _refines(found, best[0])):
            best = found, whence
    if best is not None:
        return best
    own = _from_file(mtime_ns, clock)
    return (own, "file") if own is not None else (None, None)


def find_date(text: str, clock: Clock) -> Moment | None:
    """The first, most precise kind of date that stands in a title or a name; None where there is none.

    A week ("2024-W11") becomes the month that most of it lies in, the precision that can be told truly.
    """
    for pattern in _PATTERNS:
        for found in pattern.finditer(text[:_LONGEST]):
            moment = _resolve(found, clock)
            if moment is not None:
                return moment
    return None


def _tellers(document: Document, path: Path) -> Iterator[tuple[str, str]]:
    if document.title:
        yield document.title, "title"
    yield _first_line(document), "title"
    yield _name(path), "name"
    yield "", "folder"


def _first_line(document: Document) -> str:
    """The first heading; in a text without headings the first line, if it is as short as a letter's head."""
    heading = next((b for b in document.blocks if b.kind == "heading"), None)
    if heading is not None:
        return document.text[heading.start:min(heading.end, heading.start + _LONGEST)]
    line = document.text[:_LONGEST].lstrip().partition("\n")[0]
    return line if len(line) <= _FIRST_LINE else ""


def _refines(finer: Moment, coarse: Moment) -> bool:
    return _FINER[finer.precision] > _FINER[coarse.precision] and finer.iso().startswith(coarse.iso())


# ------------------------------------------------------------------ from words to a moment


def _resolve(found: re.Match[str], clock: Clock) -> Moment | None:
    """The moment that a find means, if it is a day of the calendar and near enough to now."""
    parts = {name: value for name, value in found.groupdict().items() if value}
    year, word = int(parts["year"]), parts.get("word", "").lower()
    if not EARLIEST <= year <= clock.now().year + AHEAD:
        return None
    if "week" in parts:
        return _of_week(year, int(parts["week"]), clock.zone())
    if word and word not in _MONTHS:
        return parse_date(found.group(), clock.zone()) if "day" in parts else None  # a language not listed here
    month = _MONTHS[word] if word else int(parts.get("month", 0))
    if _is_ambiguous(found):
        return _moment([year], clock.zone())
    numbers = [year, month, int(parts.get("day", 0)), *(int(parts.get(p, -1)) for p in ("hour", "minute", "second"))]
    known = next((at for at, n in enumerate(numbers) if n < (1 if at < 3 else 0)), len(numbers))
    return _moment(numbers[:known], clock.zone())


def _is_ambiguous(found: re.Match[str]) -> bool:
    """Whether nobody can say which number is the month: "03/04/2023", but not "03.04.2023"."""
    parts = found.groupdict()
    if not parts.get("sep") or parts["sep"] == "." or found.start("year") < found.start("month"):
        return False
    return int(parts["month"]) <= 12 and int(parts["day"]) <= 12 and int(parts["month"]) != int(parts["day"])


def _moment(numbers: list[int], zone: tzinfo) -> Moment | None:
    """year[, month[, day[, hour, minute[, second]]]] as a moment of that precision."""
    precision: Precision = ("year", "month", "day", "day", "minute", "second")[len(numbers) - 1]
    year, month, day, hour, minute, second = [*numbers, *(1, 1, 1, 0, 0, 0)[len(numbers):]]
    try:
        return Moment.of(datetime(year, month, day, hour, minute, second), zone, precision)
    except ValueError:
        return None


def _of_week(year: int, week: int, zone: tzinfo) -> Moment | None:
    try:
        thursday = date.fromisocalendar(year, week, 4)
    except ValueError:
        return None
    return _moment([thursday.year, thursday.month], zone)


# ------------------------------------------------------------------ folders and files


def _name(path: Path) -> str:
    return path.name if path.suffix[1:].isdigit() else path.stem  # "2024.03.11" has no suffix


def _from_folders(path: Path, clock: Clock) -> Moment | None:
    """A date spread over folders ("journal/2023/05/07.md"), or in the name of the nearest folder that has one."""
    folders = [part for part in path.parent.parts if part != path.anchor][-_FOLDERS:]
    for found in reversed(list(_SPREAD.finditer("/".join([*folders, _name(path)])))):
        moment = _resolve(found, clock)
        if moment is not None:
            return moment
    return next((moment for folder in reversed(folders) if (moment := find_date(folder, clock)) is not None), None)


def _from_file(mtime_ns: int, clock: Clock) -> Moment | None:
    try:
        at = datetime.fromtimestamp(mtime_ns / 1e9, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    if not _NOTHING_BEFORE <= at <= clock.now() + timedelta(days=366 * AHEAD):
        return None
    day = at.astimezone(clock.zone())
    return _moment([day.year, day.month, day.day], clock.zone())

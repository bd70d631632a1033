"""Dates as people and files write them, read into moments that keep how precise they were."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache
from typing import Any

from mneme.expressions import expression
from mneme.types import Moment, Precision

LONGEST = 80  # characters; no date is longer, and no reader below gets more to chew on
EARLIEST, LATEST = 1500, 2200  # years that a memory's metadata may name; others are placeholders

_ISO = expression(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})(?:[T ](?P<hour>\d{2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?: ?(?P<zone>Z|[+-]\d{2}(?::?\d{2})?))?)?)?)?", re.ASCII)
_COMPACT = expression(
    r"(?:D:)?(?P<year>\d{4})(?P<month>\d{2})(?:(?P<day>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})"
    r"(?P<second>\d{2})?(?P<zone>Z|[+-]\d{2}'?(?:\d{2})?)?(?:'|00'00'?)?)?)?", re.ASCII)
_MAIL = expression(r"(?:[A-Za-z]{3}, *)?\d{1,2} [A-Za-z]{3} \d{4} \d{2}:\d{2}(?!.*[AaPp]\.?[Mm])", re.ASCII)
_YEAR_FIRST = expression(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b(.*)", re.ASCII)
_NO_WORDS = expression(r"\d{4}-\d\d-\d\dT|.*\d{10}", re.ASCII)  # broken machine's writing; no person's date
_YEAR_LAST = expression(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})\b(.*)", re.ASCII)


def parse_iso(text: str, zone: tzinfo) -> Moment | None:
    """Reduced ISO 8601 ("2023" … "2023-05-07T14:30:00+02:00", "…Z"); naive times are meant in `zone` at that date.

    None if it is not such a date. Fractions of a second are dropped.
    """
    found = _ISO.fullmatch(text.strip())
    return _moment(found.groupdict(), zone) if found else None


def parse_date(text: str, zone: tzinfo) -> Moment | None:
    """A date from metadata, however it is written: ISO, PDF, mail, "7 May 2023", "07.05.2023 14:30".

    Of "03/04/2023" nobody can say which is the month: only its year is taken. None if it is no date.
    """
    text = text.strip().strip("\"'[]<>").strip()
    if not text or len(text) > LONGEST:
        return None
    found = parse_iso(text, zone) or _compact(text, zone) or _numeric(text, zone) or _mail(text, zone)
    found = found or _human(text, zone)
    return found if found and EARLIEST <= found.local().year <= LATEST else None


def moment_of(when: datetime, zone: tzinfo, precision: Precision = "second") -> Moment | None:
    """A moment from a datetime, naive ones meant in `zone`; None where the calendar ends.

    Offsets are rounded to whole minutes (before 1900 they had seconds), or a day's start would slip into the eve.
    """
    try:
        offset = (when if when.tzinfo else when.replace(tzinfo=zone)).utcoffset() or timedelta(0)
        minutes = timezone(timedelta(minutes=round(offset.total_seconds() / 60)))
        return Moment.of(when.replace(tzinfo=minutes, microsecond=0), zone, precision)
    except (OverflowError, ValueError):
        return None


def start_of_day(moment: Moment) -> Moment:
    """The whole day that a moment lies in, on its own clock."""
    midnight = moment.local().replace(hour=0, minute=0, second=0, microsecond=0)
    return Moment(midnight.astimezone(UTC), moment.offset, "day")


def _moment(parts: dict[str, str | None], zone: tzinfo) -> Moment | None:
    precision = _precision(parts)
    try:
        when = datetime(int(parts["year"] or 0), int(parts["month"] or 1), int(parts["day"] or 1),
                        int(parts["hour"] or 0), int(parts["minute"] or 0), int(parts["second"] or 0))
        return moment_of(when, _offset(parts["zone"]) or zone, precision)
    except ValueError:
        return None


def _precision(parts: dict[str, str | None]) -> Precision:
    if parts["second"]:
        return "second"
    if parts["hour"]:
        return "minute"
    if parts["day"]:
        return "day"
    return "month" if parts["month"] else "year"


def _offset(text: str | None) -> timezone | None:
    """The zone of "Z", "+02", "+0200", "+02:00" or "+02'00"; None for None."""
    if text is None:
        return None
    digits = re.sub(r"\D", "", text).ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:4])
    return timezone(timedelta(minutes=-minutes if text.startswith("-") else minutes))


def _compact(text: str, zone: tzinfo) -> Moment | None:
    found = _COMPACT.fullmatch(text)
    return _moment(found.groupdict(), zone) if found else None


def _numeric(text: str, zone: tzinfo) -> Moment | None:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day, rest = found.groups()
        return parse_iso(f"{year}-{month:>02}-{day:>02}{rest}", zone)
    if not (found := _YEAR_LAST.fullmatch(text)):
        return None
    first, mark, second, year, rest = found.groups()
    if mark == "." or int(first) > 12 or first == second:
        return parse_iso(f"{year}-{second:>02}-{first:>02}{rest.replace(',', '')}", zone)
    if int(second) > 12:
        return parse_iso(f"{year}-{first:>02}-{second:>02}{rest.replace(',', '')}", zone)
    return parse_iso(year, zone)


def _mail(text: str, zone: tzinfo) -> Moment | None:
    if not _MAIL.match(text):
        return None
    try:
        return moment_of(parsedate_to_datetime(text), zone)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _human(text: str, zone: tzinfo) -> Moment | None:
    """Words and figures in any language; a four-figure year must be there, or "today" would become a date."""
    if not re.search(r"(?<!\d)\d{4}(?!\d)", text) or not re.search(r"[^\W\d_]", text) or _NO_WORDS.match(text):
        return None
    when, period = _understood(text)
    if when is None:
        return None
    if period == "year":
        return moment_of(datetime(when.year, 1, 1), zone, "year")
    if period == "month":
        return moment_of(datetime(when.year, when.month, 1), zone, "month")
    if period == "day":
        return moment_of(datetime(when.year, when.month, when.day), zone, "day")
    return moment_of(when, zone, "minute")


@lru_cache(maxsize=4096)
def _understood(text: str) -> tuple[datetime | None, str]:
    """The time that words mean, and how precise it is; what no language knows takes long, and often comes again."""
    found = _human_reader().get_date_data(text)
    return found.date_obj, found.period


@cache
def _human_reader() -> Any:
    from dateparser.date import DateDataParser  # noqa: PLC0415 -- slow import

    return DateDataParser(settings={"REQUIRE_PARTS": ["year"], "RETURN_TIME_AS_PERIOD": True,
                                    "PARSERS": ["absolute-time"], "PREFER_DAY_OF_MONTH": "first"})

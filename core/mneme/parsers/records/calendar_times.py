"""Times in calendars: dates, instants and durations, in zones by name, by rule, or in that of their owner."""

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from mneme.expressions import expression
from mneme.parsers.moments import EARLIEST, LATEST, moment_of
from mneme.parsers.records.content_lines import Component, Line, written
from mneme.parsers.records.saying import day_said, moment_said, offset_said, time_said
from mneme.types import Moment

_TIME = expression(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
_DURATION = expression(r"(?P<sign>[+-]?)P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
                       r"(?:T(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,7})S)?)?")
_OFFSET_NAME = expression(r"\(?(?:UTC|GMT)\s*([+-])(\d\d?):?(\d\d)?\b")
_MANY_ZONES = 500


@dataclass(frozen=True, slots=True)
class When:
    """A day, or a time on the clock of `zone`."""

    at: datetime  # naive
    zone: tzinfo
    all_day: bool = False

    @property
    def moment(self) -> Moment | None:
        """The point in time; None where the year is a placeholder."""
        if not EARLIEST <= self.at.year <= LATEST:
            return None
        return moment_of(self.at, self.zone, "day" if self.all_day else "minute")


class Zones:
    """What the calendar's names for time zones mean. `own`: of times that name none, and to show UTC times in."""

    def __init__(self, components: Iterable[Component], named: str, own: tzinfo) -> None:
        from icalendar.timezone import tzp  # noqa: PLC0415 -- slow import

        self._names = tzp
        self._known: dict[str, tzinfo | None] = {}
        self._names.use_default()  # what another file called a zone means nothing here
        for component in list(components)[:_MANY_ZONES]:
            self._learn(component)
        self.own = own
        self.shown = self.named(named) or own

    def named(self, name: str) -> tzinfo | None:
        """The zone of an Olson or a Windows name, of a VTIMEZONE, or of "GMT+0200"; None if it cannot be told."""
        if not name or len(name) > 200:
            return None
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> tzinfo | None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found: tzinfo | None = self._names.timezone(name)
                for month in (1, 4, 7, 10) if found is not None else ():  # rules are only looked at when they are used
                    datetime(2024, month, 1, tzinfo=found).utcoffset()
            except (ValueError, OSError, LookupError, AttributeError, TypeError, OverflowError):  # no zone's names
                found = None
        offset = _OFFSET_NAME.match(name) if found is None else None
        if offset is None or int(offset[2]) > 14:
            return found
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))

    def when(self, line: Line | None) -> When | None:
        """The time that a line tells; None where it tells none."""
        if line is None:
            return None
        return next(iter(self.times([line])), None)

    def times(self, lines: Iterable[Line]) -> Iterator[When]:
        """All times of lines that are lists; of periods their start."""
        for line in lines:
            for one in line.value.split(",")[:5000]:
                if (found := self._time(one.partition("/")[0].strip(), line.params.get("TZID", ""))) is not None:
                    yield found

    def _time(self, text: str, name: str) -> When | None:
        found = _TIME.fullmatch(text)
        if found is None:
            return None
        year, month, day, hour, minute, second, mark = found.groups()
        try:
            at = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59))
            if hour is None:
                return When(at, self.own, all_day=True)
            if mark is None:
                return When(at, self.named(name) or self.own)
            shown = at.replace(tzinfo=_fixed(mark)).astimezone(self.shown)
            return When(shown.replace(tzinfo=None), self.shown)
        except (ValueError, OverflowError):
            return None

    def _learn(self, component: Component) -> None:
        """A zone by its own rules. Only yearly ones: others could keep us busy for ever."""
        rules = [line.value.upper() for one in component.inside for line in one.all("RRULE")]
        if any("FREQ=YEARLY" not in rule or re.search(r"INTERVAL=0*(?:;|$)", rule) for rule in rules):
            return
        from icalendar import Timezone  # noqa: PLC0415 -- slow import

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                made = Timezone.from_ical(written(component))
                self._names.cache_timezone_component(made)
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError, AssertionError):
            return  # what the library trips over: times in it are meant in the owner's zone


def _fixed(mark: str) -> tzinfo:
    if mark == "Z":
        return UTC
    minutes = int(mark[1:3]) * 60 + int(mark[-2:])
    return timezone(timedelta(minutes=-minutes if mark[0] == "-" else minutes))


def duration(text: str) -> timedelta | None:
    """ "PT1H30M" as a length of time; None for what is none."""
    found = _DURATION.fullmatch(text.strip().upper())
    if found is None:
        return None
    parts = {key: int(value) for key, value in found.groupdict().items() if key != "sign" and value}
    length = timedelta(**parts)
    return -length if found["sign"] == "-" else length


def span_said(start: When, end: When | None, owner: tzinfo) -> str:
    """ "Tuesday 7 May 2024, 19:00 to 21:00", "... to Friday 10 May 2024"; the zone where it is not the owner's."""
    first = start.moment
    if first is None:
        return ""
    last = end.moment if end is not None and end.at > start.at else None
    if start.all_day:
        return f"{day_said(first)} to {day_said(last)}" if last is not None else day_said(first)
    zone = zone_said(start, first, owner)
    if last is None:
        return f"{day_said(first)}, {time_said(first)}{zone}"
    same = start.at.date() == last.local().date()
    return f"{day_said(first)}, {time_said(first)} to {time_said(last) if same else moment_said(last)}{zone}"


def zone_said(when: When, moment: Moment, owner: tzinfo) -> str:
    """ " (America/New_York)" where clocks differ from the owner's; his own zone goes without saying."""
    own = moment_of(moment.utc, owner)
    if own is None or own.utc.astimezone(owner).utcoffset() == timedelta(minutes=moment.offset):
        return ""
    name = str(getattr(when.zone, "key", "") or "")
    return f" ({name or offset_said(moment)})"


def last_day(end: date, start: date) -> date:
    """The last day of what ends before `end`, as whole days do in calendars."""
    return max(start, end - timedelta(days=1))

"""Calendars: events, things to do and journals, each a document that says what, when, where and with whom.

iCalendar (RFC 5545) and vCalendar 1.0.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from mneme.clock import Clock
from mneme.errors import KnownError, Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _, ngettext
from mneme.parsers.building import TextBuilder, one_line
from mneme.parsers.chats.chatting import digest
from mneme.parsers.documents.html import Html
from mneme.parsers.encoding import decode, looks_like_text, suffix_of
from mneme.parsers.records.calendar_times import When, Zones, duration, last_day, span_said
from mneme.parsers.records.content_lines import Component, Line, components, listed, unescaped
from mneme.parsers.records.recurrence import Budget, Series, around, parse_rule, rule_said
from mneme.parsers.records.saying import moment_said, place_said
from mneme.ports import Parsed, ParseInput
from mneme.types import Document, Moment, Origin

_ENTRIES = ("VEVENT", "VTODO", "VJOURNAL")
_BEGINS = expression(rb"(?:\xef\xbb\xbf)?\s*BEGIN\s*:\s*(?:VCALENDAR|VEVENT|VTODO|VJOURNAL)\s*[\r\n]", re.IGNORECASE)
_MARKUP = expression(r"</?(?:br|p|a|b|i|u|ul|ol|li|html|body|div|span)\b[^<>]*>", re.IGNORECASE)
_WEB = expression(r"https?://\S{3,2000}", re.IGNORECASE)
_MANY_NAMES = 100
_TO_DO = "To do"
_ANSWERS = {"DECLINED": " (declined)", "TENTATIVE": " (maybe)"}


class Calendar:
    """.ics, .vcs: one document for each entry; one that repeats says its rule, and what was moved is its own.

    Worked on in the worker process: rules of repetition may be hostile.
    """

    format = "calendar"
    suffixes = frozenset({".ics", ".ical", ".icalendar", ".ifb", ".vcs"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if not looks_like_text(head):
            return 0.0
        plain = head.replace(b"\x00", b"").lstrip(b"\xff\xfe")  # UTF-16, too
        if not _BEGINS.match(plain):
            return 0.0
        return 1.0 if suffix_of(name) in self.suffixes else 0.9

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        decoded = decode(source.data)
        roots = components(decoded.text)
        entries, damaged, given = 0, 0, _Given()
        for book in _books(roots):
            damaged += sum(one.cut for one in (book, *book.inside))
            for document in _documents(book, source):
                entries += 1
                if (fresh := given.fresh(document)) is not None:
                    yield replace(fresh, notes=(*decoded.notes, *fresh.notes))
        if damaged:
            raise Unreadable(ngettext("{n} part of it is cut off", "{n} parts of it are cut off", damaged).format(
                n=damaged), _("What could be read was taken in."))
        if not entries:
            raise Skipped(_("holds no events") if roots else _("is damaged, or is no {kind} file").format(
                kind="iCalendar"))


class _Given:
    """What was given already: a file may tell the same twice, and different things under one name."""

    def __init__(self) -> None:
        self._texts: dict[str, set[str]] = defaultdict(set)

    def fresh(self, document: Document) -> Document | None:
        """The document, under a key of its own; None where the same was given."""
        before, said = self._texts[document.key], f"{document.title}\n{document.text}"
        if said in before:
            return None
        before.add(said)
        return document if len(before) == 1 else replace(document, key=f"{document.key}#{digest(said)}")


@dataclass(frozen=True, slots=True)
class _Book:
    """What the entries of one calendar share."""

    name: str
    zones: Zones
    owner: tzinfo
    clock: Clock
    method: str
    moved: dict[str, list[When]]  # UID -> the times that entries of their own take the place of
    budget: Budget


def _books(roots: Sequence[Component]) -> Iterator[Component]:
    """The calendars; entries that stand outside of any are one."""
    loose = Component("VCALENDAR")
    for root in roots:
        if root.name == "VCALENDAR":
            yield root
        else:
            loose.inside.append(root)
    if loose.inside:
        yield loose


def _documents(component: Component, source: ParseInput) -> Iterator[Document]:
    zones = Zones((one for one in component.inside if one.name == "VTIMEZONE"),
                  component.text("X-WR-TIMEZONE", "TIMEZONE-ID"), source.clock.zone())
    entries = _newest([one for one in _inside(component) if one.name in _ENTRIES])
    moved: dict[str, list[When]] = defaultdict(list)
    for entry in entries:
        if (at := zones.when(entry.first("RECURRENCE-ID"))) is not None:
            moved[entry.text("UID")].append(at)
    book = _Book(one_line(component.text("X-WR-CALNAME", "NAME")), zones, source.clock.zone(), source.clock,
                 component.text("METHOD").upper(), moved, Budget())
    for entry in entries:
        document = _document(entry, book)
        if document.text not in ("", _TO_DO):
            yield document


def _inside(component: Component) -> Iterator[Component]:
    """The components within, those within unknown ones too."""
    for one in component.inside:
        yield one
        if one.name not in _ENTRIES and one.name != "VTIMEZONE":
            yield from one.inside


def _newest(entries: list[Component]) -> list[Component]:
    """Of entries that are versions of one (their SEQUENCE tells), the newest."""
    newest: dict[str, int] = {}
    for entry in entries:
        key = _key(entry)
        newest[key] = max(newest.get(key, 0), _sequence(entry))
    return [entry for entry in entries if _sequence(entry) == newest[_key(entry)]]


def _sequence(entry: Component) -> int:
    said = entry.text("SEQUENCE")
    return int(said) if re.fullmatch(r"\d{1,9}", said, re.ASCII) else 0


def _key(entry: Component) -> str:
    """The entry's own name in all calendars, and which time of a repeated one it is."""
    uid = entry.text("UID")
    if not uid:
        first = entry.first("DTSTART", "DUE")
        uid = digest(entry.name, entry.text("SUMMARY"), first.value if first else "", entry.text("DESCRIPTION"))
    instance = entry.text("RECURRENCE-ID")
    return f"{uid}/{instance}" if instance else uid


# ------------------------------------------------------------------ one entry


def _document(entry: Component, book: _Book) -> Document:
    builder = TextBuilder()
    start, end = _span(entry, book.zones)
    summary = one_line(entry.text("SUMMARY"))
    builder.add("heading", summary, 1)
    builder.lines("paragraph", _said(entry, book, start, end))
    builder.add("paragraph", _description(entry, book))
    for comment in entry.all("COMMENT", "CONTACT")[:20]:
        builder.add("paragraph", f"{'Comment' if comment.name == 'COMMENT' else 'Contact'}: {comment.text}")
    if entry.broken:
        builder.note(ngettext("{n} line of it cannot be read.", "{n} lines of it cannot be read.",
                              entry.broken).format(n=entry.broken))
    made = builder.build(title=summary or None, authors=_authors(entry), happened_at=_happened(entry, book, start),
                         tags=listed(entry.all("CATEGORIES")), links=_links(entry), properties=_properties(entry, book))
    return replace(made, key=_key(entry), origin=Origin.OTHER if book.method == "REQUEST" else None)


def _span(entry: Component, zones: Zones) -> tuple[When | None, When | None]:
    """Start and end; of whole days the last one."""
    start = zones.when(entry.first("DTSTART"))
    end = zones.when(entry.first("DTEND"))
    length = duration(entry.text("DURATION"))
    if start is None:
        return None, None
    try:
        if end is None and length is not None:
            end = When(start.at + length, start.zone, start.all_day)
        if end is not None and start.all_day:
            day = last_day(end.at.date(), start.at.date())
            end = When(datetime(day.year, day.month, day.day), start.zone, all_day=True)
    except OverflowError:
        end = None
    return start, end


def _happened(entry: Component, book: _Book, start: When | None) -> Moment | None:
    """When it is, else when it is due, else when it was done or written."""
    names = ("DUE", "COMPLETED", "CREATED", "DCREATED")
    found = [start, *(book.zones.when(entry.first(name)) for name in (names if entry.name != "VEVENT" else ()))]
    return next((moment for when in found if when is not None and (moment := when.moment) is not None), None)


def _said(entry: Component, book: _Book, start: When | None, end: When | None) -> Iterator[str]:
    """What is known of it, a line for each."""
    if entry.name == "VTODO":
        yield from _to_do(entry, book, start)
    elif start is not None and (span := span_said(start, end, book.owner)):
        yield f"{'When' if entry.name == 'VEVENT' else 'Journal of'}: {span}"
    yield from _repeats(entry, book, start)
    if where := _where(entry):
        yield f"Where: {where}"
    if organizers := _authors(entry):
        yield f"Organizer: {', '.join(organizers)}"
    if names := _attendees(entry):
        yield f"Attendees: {', '.join(names)}"
    yield from _status(entry, book)


def _to_do(entry: Component, book: _Book, start: When | None) -> Iterator[str]:
    due, done = (book.zones.when(entry.first(name)) for name in ("DUE", "COMPLETED"))
    due_at, done_at = due.moment if due else None, done.moment if done else None
    start_at = start.moment if start else None
    yield f"To do, due {moment_said(due_at)}" if due_at else _TO_DO
    if start_at and start_at != due_at:
        yield f"From: {moment_said(start_at)}"
    if done_at:
        yield f"Done: {moment_said(done_at)}"
    elif entry.text("STATUS").upper() == "COMPLETED" or entry.text("PERCENT-COMPLETE") == "100":
        yield "It is done."
    elif entry.text("STATUS").upper() == "IN-PROCESS" or entry.text("PERCENT-COMPLETE") not in ("", "0"):
        yield "It is in progress."


def _status(entry: Component, book: _Book) -> Iterator[str]:
    noun = {"VEVENT": "event", "VTODO": "task"}.get(entry.name, "entry")
    status = entry.text("STATUS").upper()
    if status == "CANCELLED" or book.method == "CANCEL":
        yield f"This {noun} was cancelled."
    elif status == "TENTATIVE":
        yield f"This {noun} is not confirmed."


def _repeats(entry: Component, book: _Book, start: When | None) -> Iterator[str]:
    """The rule in words, and the times around now."""
    rules = tuple(_in_zone(rule, book, start) for line in entry.all("RRULE")[:5] if (rule := parse_rule(line.value)))
    more = list(book.zones.times(entry.all("RDATE")))
    if rules and (len(rules) > 1 or rules[0].get("COUNT") != "1"):
        yield f"Repeats: {' and '.join(rule_said(rule, start.at if start else None) for rule in rules)}"
    if start is None or not (rules or more) or entry.first("EXRULE"):
        return
    left_out = [*book.zones.times(entry.all("EXDATE")), *book.moved.get(entry.text("UID"), [])]
    series = Series(start.at, rules, frozenset(_on(one, start) for one in more),
                    frozenset(_on(one, start) for one in left_out if not one.all_day),
                    frozenset(one.at.date() for one in left_out if one.all_day))
    now = book.clock.now().astimezone(start.zone).replace(tzinfo=None)
    before, after = around(series, now, book.budget)
    for label, times in (("Last times", before), ("Next times", after)):
        if said := [moment_said(moment) for at in times if (moment := replace(start, at=at).moment) is not None]:
            yield f"{label}: {', '.join(said)}"


def _in_zone(rule: dict[str, str], book: _Book, start: When | None) -> dict[str, str]:
    """A rule whose end is told on the clock of the start: rules tell it in UTC."""
    until = next(book.zones.times([Line("UNTIL", rule.get("UNTIL", ""))]), None)
    if until is None or start is None or until.all_day:
        return rule
    return {**rule, "UNTIL": f"{_on(until, start):%Y%m%dT%H%M%S}"}


def _on(when: When, start: When) -> datetime:
    """A time on the clock that the start is told by."""
    if when.all_day:
        return datetime.combine(when.at.date(), start.at.time())
    if start.all_day or when.zone == start.zone:
        return when.at
    try:
        return when.at.replace(tzinfo=when.zone).astimezone(start.zone).replace(tzinfo=None)
    except (OverflowError, ValueError):
        return when.at


def _where(entry: Component) -> str:
    if location := one_line(entry.text("LOCATION", "X-LOCATION"), 1000):
        return location
    found = re.fullmatch(r"([+-]?\d{1,3}(?:\.\d{1,15})?)[;,]([+-]?\d{1,3}(?:\.\d{1,15})?)", entry.text("GEO"))
    return place_said(float(found[1]), float(found[2])) if found else ""


def _description(entry: Component, book: _Book) -> str:
    said = entry.text("DESCRIPTION", "X-ALT-DESC")
    if not _MARKUP.search(said):
        return said
    try:
        [page] = Html().parse(ParseInput(said.encode("utf-8", "replace"), "", book.clock))
    except KnownError:
        return said
    return page.text if isinstance(page, Document) else said


def _authors(entry: Component) -> list[str]:
    return [name for line in entry.all("ORGANIZER")[:5] if (name := _person(line))]


def _attendees(entry: Component) -> list[str]:
    """Who was asked; rooms and projectors are not."""
    people = [line for line in entry.all("ATTENDEE")
              if line.params.get("CUTYPE", "").upper() not in ("ROOM", "RESOURCE")]
    names = [name + _ANSWERS.get(line.params.get("PARTSTAT", "").upper(), "") for line in people[:_MANY_NAMES]
             if (name := _person(line))]
    more = len(people) - _MANY_NAMES
    return [*dict.fromkeys(names), *([f"and {more} more"] if more > 0 else [])]


def _person(line: Line) -> str:
    address = re.sub(r"^(?:mailto:|invalid:)", "", line.text, flags=re.IGNORECASE).strip()
    name = one_line(unescaped(line.params.get("CN", "")), 200)
    return name or ("" if "nomail" in address else one_line(address, 200))


def _links(entry: Component) -> Iterator[str]:
    for line in entry.all("URL", "CONFERENCE", "X-GOOGLE-CONFERENCE", "ATTACH", "LOCATION")[:50]:
        if found := _WEB.search(line.text):
            yield found.group()


def _properties(entry: Component, book: _Book) -> dict[str, str]:
    said = {"calendar": book.name, "location": one_line(_where(entry), 1000), "status": entry.text("STATUS").lower(),
            "kind": {"VTODO": "task", "VJOURNAL": "journal"}.get(entry.name, "event")}
    return {key: value for key, value in said.items() if value}

"""Calendars and address books, counted in the raw files by readers of their own."""

import re
from pathlib import Path

from exports import Case

_ENTRY = re.compile(r"^BEGIN:(VEVENT|VTODO|VJOURNAL)\s*$(.*?)^(?:END:\1\s*$|(?=BEGIN:\1\s*$)|(?=END:VCALENDAR))",
                    re.MULTILINE | re.DOTALL)
_ALARM = re.compile(r"^BEGIN:VALARM.*?^END:VALARM", re.MULTILINE | re.DOTALL)
_SAYS = re.compile(r"^(?:SUMMARY|DESCRIPTION|X-ALT-DESC|LOCATION|ATTENDEE|ORGANIZER|COMMENT|CONTACT|GEO|RRULE)"
                   r"\b[^:\n]*:[ \t]*\S|^(?:DTSTART|DUE)\b.*:\d{8}", re.MULTILINE)


def _text(path: Path) -> str:
    """The file with its folded lines made whole."""
    text = path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"\n[ \t]", "", text)


def _value(name: str, body: str) -> str:
    found = re.search(rf"^{name}\b[^:\n]*:(.*)$", body, re.MULTILINE)
    return found[1].strip() if found else ""


def count_entries(path: Path) -> int | None:
    """Entries that say something; the newest of several versions, and each once."""
    text = _text(path)
    if "\x00" in text:
        return None
    kept: dict[tuple[str, ...], set[str]] = {}
    for kind, whole in _ENTRY.findall(text):
        body = _ALARM.sub("", whole)
        if _SAYS.search(body):
            uid = _value("UID", body)
            name = (uid, _value("RECURRENCE-ID", body)) if uid else (kind, body)
            kept.setdefault(name, set()).add(re.sub(r"^(?:DTSTAMP|CREATED|LAST-MODIFIED).*$", "", body, flags=re.M))
    return sum(map(_newest, kept.values())) or None


def _newest(bodies: set[str]) -> int:
    numbers = [int(_value("SEQUENCE", body) or 0) for body in bodies]
    return numbers.count(max(numbers))


def count_cards(path: Path) -> int | None:
    return len(set(re.findall(r"^BEGIN:VCARD\s*$(.*?)^END:VCARD", _text(path), re.MULTILINE | re.DOTALL))) or None


CASES = [
    Case("calendar", "ics/**/*.ics", count_entries, "documents"),
    Case("calendar", "google_takeout/**/*.ics", count_entries, "documents"),
    Case("contacts", "contacts/*.vcf", count_cards, "documents"),
    Case("contacts", "google_takeout/**/*.vcf", count_cards, "documents"),
]

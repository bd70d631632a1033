"""Values with a form of their own: telephone numbers, e-mail addresses, birthdays, streets with a number."""

import re

from mneme.expressions import expression
from mneme.memory.facts.timing import MONTH_DAY, moment_of
from mneme.types import Moment, Span

PHONE = expression(r"(?<![\w.])\+?\(?\d[\d ()./-]{4,22}\d(?![\w-])")
EMAIL = expression(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_ISO_DAY = expression(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_DOTTED_DAY = expression(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)?(?!\d)")
_SLASHED_DAY = expression(r"\b(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)\b")


def phone_in(text: str, start: int, end: int) -> Span | None:
    """The first telephone number: six digits or more, no date."""
    for found in PHONE.finditer(text, start, end):
        digits = sum(char.isdigit() for char in found.group())
        if 6 <= digits <= 15 and not _ISO_DAY.search(found.group()) and not _DOTTED_DAY.search(found.group()):
            return found.span()
    return None


def birthday_in(text: str, start: int, end: int, said: Moment | None) -> tuple[str, Span] | None:
    """A date as ISO ("1987-05-04", "--05-04" without its year) and its place; "tomorrow" counts from `said`."""
    named = MONTH_DAY.search(text, start, end)
    if named is not None:
        day, month, year = named["d1"] or named["d2"], named["m1"] or named["m2"], named["y1"] or named["y2"]
        return _dated(year, _MONTHS[month[:3].lower()], int(day), named.span())
    iso, dotted, slashed = (one.search(text, start, end) for one in (_ISO_DAY, _DOTTED_DAY, _SLASHED_DAY))
    if iso is not None:
        return _dated(iso[1], int(iso[2]), int(iso[3]), iso.span())
    if dotted is not None:
        return _dated(dotted[3], int(dotted[2]), int(dotted[1]), dotted.span())
    if slashed is not None and (int(slashed[1]) > 12 or int(slashed[2]) > 12):
        first, second = int(slashed[1]), int(slashed[2])
        return _dated(slashed[3], *((second, first) if second <= 12 else (first, second)), slashed.span())
    return _near(text, start, end, said)


_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}
_NEAR = expression(r"\b(?:today|tomorrow|yesterday|(?:next |this |on |last )?(?:mon|tues|wednes|thurs|fri|satur|"
                   r"sun)day)\b", re.IGNORECASE)


def _dated(year: str | None, month: int, day: int, span: Span) -> tuple[str, Span] | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{year or '-'}-{month:02d}-{day:02d}", span


def _near(text: str, start: int, end: int, said: Moment | None) -> tuple[str, Span] | None:
    found = _NEAR.search(text, start, end)
    at = moment_of(found.group(), said, "future") if found is not None else None
    return None if found is None or at is None else (f"-{at.local():-%m-%d}", found.span())


_ADDRESS = expression(
    r"(?:(?:\d{1,5}\w? (?:[^\W\d_][\w'.-]*[ ,]*){1,4})|(?:[^\W\d_][\w'.-]*[ -]){1,3}\d{1,4} ?[a-zA-Z]?\b)"
    r"(?:,\s*(?:[A-Z]{0,2}-?\d{4,5} )?(?-i:[A-Z])[\w-]+(?: (?-i:[A-Z])[\w-]+)?(?: [A-Z]?\d[\w ]{2,6})?){0,2}")


def address_at(text: str, start: int, end: int) -> tuple[Span, Span] | None:
    """A street with its number, and the town behind a comma."""
    found = _ADDRESS.match(text, start, end)
    if found is None or MONTH_DAY.match(text, start, end):
        return None
    words = found.group()
    cut = re.search(r"[ ,]+(?:and|now|since|from|from|if|which|that|so|but|as)\b.*$", words)
    stop = start + (cut.start() if cut is not None else len(words.rstrip(" ,.")))
    whole = re.search(r"\d", text[start:stop]) and len(text[start:stop].split()) <= 10
    return ((start, stop), (start, stop)) if whole else None


_TOWN = expression(r", (?:[A-Z]{0,2}-?\d{4,5} )?"
                   r"(?P<town>[A-ZÀ-ÞŁŚŠŽ][^\W\d_]+(?: [A-ZÀ-ÞŁŚŠŽ][^\W\d_]+)?)(?: [A-Z]?\d[\w ]{2,6})?$")


def town_of(text: str, address: Span) -> Span | None:
    """The town of an address, where it stands behind the street and a comma."""
    found = _TOWN.search(text[:address[1]], address[0])
    return None if found is None else found.span("town")

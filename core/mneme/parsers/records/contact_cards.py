"""An entry of an address book as a document: sentences that say whose number, birthday and address is what."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mneme.expressions import expression
from mneme.parsers.building import TextBuilder, one_line
from mneme.parsers.chats.chatting import digest
from mneme.parsers.records.saying import MONTHS
from mneme.types import Document, Moment

_DAY = expression(r"(\d{4}|--?)-?(\d\d)-?(\d\d)(?:T.*)?")
_NO_YEAR = (1604, 1600, 1900, 4)  # what programs write for a year that nobody told; 1900 only as the first of January
_NUMBER_KINDS = {"cell": "mobile", "mobile": "mobile", "iphone": "mobile", "work": "work", "home": "home", "fax": "fax",
                 "pager": "pager", "business": "work", "private": "home", "school": "school"}
_ORDER = ("work", "home", "school", "mobile", "fax", "pager")
_NO_KINDS = frozenset({"pref", "voice", "internet", "text", "video", "msg", "other", "custom", "main", "x400",
                       "textphone", "parcel", "postal", "dom", "intl", "isdn", "modem", "car", "bbs", "pcs"})


@dataclass(slots=True)
class Contact:
    """What an address book says of somebody. The first of a pair is what kind it is, in small letters, or ""."""

    name: str = ""
    nicknames: list[str] = field(default_factory=list)
    company: str = ""
    department: str = ""
    job: str = ""
    phones: list[tuple[str, str]] = field(default_factory=list)
    emails: list[tuple[str, str]] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    days: list[tuple[str, str]] = field(default_factory=list)  # ("birthday", "1990-05-07")
    relations: list[tuple[str, str]] = field(default_factory=list)
    accounts: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    uid: str = ""
    changed: Moment | None = None

    @property
    def called(self) -> str:
        """The name, else whatever tells who it is."""
        named = [self.name, self.company, *self.nicknames, *(one for _kind, one in (*self.emails, *self.phones))]
        return next((said for one in named if (said := one_line(one, 200))), "")

    @property
    def key(self) -> str:
        """The book's own name for it, else one of the name and the first number and address."""
        if self.uid:
            return self.uid.removeprefix("urn:uuid:")
        first = (next(iter(self.phones), ("", ""))[1], next(iter(self.emails), ("", ""))[1])
        return digest(self.called, *first)


def kind_of(words: frozenset[str] | set[str], label: str = "") -> str:
    """ "work mobile", "home": what is said of a number or an address, in an order people use."""
    if label:
        plain = label.lower()
        return _NUMBER_KINDS.get(plain, "" if plain in _NO_KINDS else plain)
    found = {_NUMBER_KINDS.get(word, "") for word in words}
    return " ".join(word for word in _ORDER if word in found)


def card(contact: Contact) -> Document | None:
    """The contact's document; None where there is nobody it could be of."""
    name = contact.called
    if not name:
        return None
    builder = TextBuilder()
    builder.lines("list", [one_line(line, 1000) for line in _sentences(contact, name)] or
                  [f"{name} is in the address book."])
    for note in contact.notes:
        builder.add("paragraph", f"Note on {name}: {note.strip()}" if note.strip() else "")
    made = builder.build(title=name, happened_at=contact.changed, tags=contact.tags, links=contact.sites,
                         properties={"kind": "contact"})
    return replace(made, key=contact.key)


def _sentences(contact: Contact, name: str) -> Iterator[str]:
    whose = f"{name}'s"
    for nickname in contact.nicknames:
        yield f"{whose} nickname is {nickname}."
    for kind, number in contact.phones:
        yield f"{whose} {kind or 'telephone'} number is {number}."
    for kind, address in contact.emails:
        yield f"{whose} {_kind('private' if kind == 'home' else kind)}e-mail address is {address}"
    for kind, address in contact.addresses:
        yield f"{whose} {_kind(kind)}address is {address}."
    for kind, day in contact.days:
        if said := day_in_words(day):
            yield f"{whose} {kind} is {said}."
    yield from _work(contact, name)
    for kind, other in contact.relations:
        yield f"{whose} {kind or 'relative'} is {other}."
    for service, account in contact.accounts:
        page = account.startswith(("http:", "https:"))
        yield f"{service} page of {name}: {account}" if page else f"{whose} {service} name is {account}"
    for site in contact.sites:
        yield f"Web page of {name}: {site}"


def _work(contact: Contact, name: str) -> Iterator[str]:
    if contact.company and contact.company != name:
        yield f"{name}'s employer is {contact.company}."
    if contact.department:
        yield f"{name}'s department is {contact.department}."
    if contact.job:
        yield f"{name}'s job title is {contact.job}."


def _kind(kind: str) -> str:
    return f"{kind} " if kind else ""


def day_in_words(text: str) -> str:
    """ "7 May 1990", "7 May" where the year is not known; the text itself where it is no date."""
    text = one_line(text, 100)
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    year, month, day = (0 if found[1].startswith("-") else int(found[1])), int(found[2]), int(found[3])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return ""
    said = f"{day} {MONTHS[month - 1]}"
    unknown = year in _NO_YEAR and (year != 1900 or (month, day) == (1, 1))
    return said if not year or unknown else f"{said} {year}"

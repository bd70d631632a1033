"""Address books: vCard 2.1, 3.0 and 4.0, jCard, and the tables that Google and Outlook write; a document each."""

import codecs
import json
import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _, ngettext
from mneme.parsers.building import one_line
from mneme.parsers.encoding import decode, looks_like_text, suffix_of
from mneme.parsers.moments import parse_date
from mneme.parsers.records.contact_cards import Contact, card, kind_of
from mneme.parsers.records.contact_tables import looks_like_table, table
from mneme.parsers.records.content_lines import Component, Line, components, fields, listed
from mneme.ports import Parsed, ParseInput
from mneme.types import Moment

_BEGINS = expression(rb"\s*BEGIN\s*:\s*VCARD\s*[\r\n]", re.IGNORECASE)
_JCARD = expression(rb'\s*(?:\[\s*)?\[\s*"vcard"\s*,\s*\[', re.IGNORECASE)
_LABEL = expression(r"_\$!<(.*)>!\$_")
_ANDROID = "X-ANDROID-CUSTOM"
_ANDROID_DAYS = {"1": "anniversary", "3": "birthday"}
_ANDROID_TIES = ("", "assistant", "brother", "child", "partner", "father", "friend", "manager", "mother", "parent",
                 "partner", "", "relative", "sister", "spouse")
_SERVICES = ("X-SKYPE", "X-SKYPE-USERNAME", "X-JABBER", "X-AIM", "X-ICQ", "X-MSN", "X-YAHOO", "X-TWITTER",
             "X-GOOGLE-TALK", "X-QQ", "X-WHATSAPP", "X-TELEGRAM", "X-SIGNAL", "X-MASTODON")
_MOST_OF_ONE = 100  # numbers, addresses, ... of one contact


class Contacts:
    """.vcf and the like. Worked on in the worker process: a book of many pictures is large, jCard is a tree."""

    format = "contacts"
    suffixes = frozenset({".vcf", ".vcard", ".jcard"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if not looks_like_text(head):
            return 0.0
        plain = head.replace(b"\x00", b"").removeprefix(codecs.BOM_UTF8).lstrip(b"\xff\xfe")  # UTF-16, too
        if _BEGINS.match(plain) or _JCARD.match(plain):
            return 1.0 if suffix_of(name) in self.suffixes else 0.95
        return 0.9 if looks_like_table(plain) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        decoded = decode(source.data)
        said: dict[str, str] = {}
        damaged = 0
        for contact, whole in _contacts(decoded.text, source.clock.zone()):
            damaged += not whole
            document = card(contact)
            if document is None or said.get(document.key) == document.text:
                continue
            if document.key in said:  # two people under one name: told apart by what is said of them
                contact.uid = f"{document.key}#{len(said)}"
                document = card(contact) or document
            said[document.key] = document.text
            yield document
        if damaged:
            raise Unreadable(ngettext("{n} contact in it is damaged", "{n} contacts in it are damaged", damaged).format(
                n=damaged), _("What could be read was taken in."))
        if not said:
            raise Skipped(_("holds no contacts"))


def _contacts(text: str, zone: tzinfo) -> Iterator[tuple[Contact, bool]]:
    """Each contact, and whether all of it could be read."""
    if text.lstrip("\ufeff \t\n").startswith("["):
        for component in _from_json(text):
            yield _contact(component, zone), True
    elif looks_like_table(text[:8192].encode("utf-8", "replace")):
        for contact in table(text):
            yield contact, True
    else:
        for component in components(text):
            for one in (component, *component.inside):
                if one.name == "VCARD":
                    yield _contact(one, zone), not one.cut and not one.broken


def _from_json(text: str) -> Iterator[Component]:
    """jCard (RFC 7095) as the lines it stands for. Raises: Unreadable."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(_("is damaged, or is no {kind} file").format(kind="jCard")) from None
    cards = [value] if value and isinstance(value[0], str) else value
    for one in cards:
        if isinstance(one, list) and len(one) > 1 and isinstance(one[1], list):
            yield Component("VCARD", [line for said in one[1] if (line := _json_line(said)) is not None])


def _json_line(said: Any) -> Line | None:
    if not (isinstance(said, list) and len(said) > 3 and isinstance(said[0], str) and isinstance(said[1], dict)):
        return None
    params = {str(key).upper(): ",".join(map(str, value)) if isinstance(value, list) else str(value)
              for key, value in said[1].items()}
    values = [";".join(_json_text(part) for part in value) if isinstance(value, list) else _json_text(value)
              for value in said[3:]]
    return Line(said[0].upper(), ",".join(values), params, params.get("GROUP", ""))


def _json_text(value: Any) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


# ------------------------------------------------------------------ one card


def _contact(component: Component, zone: tzinfo) -> Contact:
    contact = Contact(name=_name(component), uid=one_line(component.text("UID"), 300),
                      changed=_changed(component.text("REV"), zone), tags=listed(component.all("CATEGORIES")),
                      nicknames=listed(component.all("NICKNAME")), notes=[line.text for line in component.all("NOTE")])
    organisation = component.first("ORG")
    if organisation is not None:
        contact.company, *departments = [one_line(part, 300) for part in fields(organisation.value)]
        contact.department = ", ".join(filter(None, departments))
    contact.job = one_line(component.text("TITLE", "ROLE"), 300)
    labels = {line.group.lower(): _label(line.text) for line in component.all("X-ABLABEL") if line.group}
    for line in component.lines[:20 * _MOST_OF_ONE]:
        _take(contact, line, labels.get(line.group.lower(), "") if line.group else "")
    for some in (contact.phones, contact.emails, contact.addresses):
        some[:] = list(dict.fromkeys(some))[:_MOST_OF_ONE]
    return contact


def _changed(text: str, zone: tzinfo) -> Moment | None:
    """Dates in figures alone: in a large book, words would take long to be understood."""
    return parse_date(text, zone) if re.fullmatch(r"[\dTZ:+. -]{8,40}", text, re.ASCII) else None


def _name(component: Component) -> str:
    """As it is written out; else put together from its parts."""
    if said := one_line(component.text("FN"), 200):
        return said
    line = component.first("N")
    if line is None:
        return ""
    family, given, more, prefix, suffix = [*fields(line.value), "", "", "", "", ""][:5]
    return one_line(" ".join(filter(None, (prefix, given, more, family, suffix))), 200)


def _label(text: str) -> str:
    """Apple's own labels stand in marks: "_$!<Spouse>!$_"."""
    found = _LABEL.fullmatch(text)
    return one_line(found[1] if found else text, 50)


def _take(contact: Contact, line: Line, label: str) -> None:
    """Put what a line says where it belongs."""
    if not (text := one_line(line.text, 1000)):
        return
    if line.name == "TEL":
        contact.phones.append((kind_of(line.kinds, label), _bare(text, "tel").partition(";")[0]))
    elif line.name == "EMAIL":
        contact.emails.append((kind_of(line.kinds, label), _bare(text, "mailto")))
    elif line.name in ("ADR", "X-SAMSUNGADR"):
        if address := _address(line):
            contact.addresses.append((kind_of(line.kinds, label), address))
    elif line.name == "URL":
        contact.sites.append(text.replace("\\:", ":"))
    elif line.name in ("BDAY", "ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-ABDATE", "DEATHDATE"):
        contact.days.append((_day_kind(line.name, label), text))
    elif line.name in ("RELATED", "X-ABRELATEDNAMES", "X-SPOUSE", "X-EVOLUTION-SPOUSE", "X-MANAGER", "X-ASSISTANT",
                       "X-EVOLUTION-MANAGER", "X-EVOLUTION-ASSISTANT"):
        _relate(contact, line, label, text)
    elif line.name == _ANDROID:
        _take_android(contact, fields(line.value))
    else:
        _take_account(contact, line, label, text)


def _bare(text: str, scheme: str) -> str:
    """Without the scheme of an address that is written as a link."""
    return text[len(scheme) + 1:] if text.lower().startswith(f"{scheme}:") else text


def _day_kind(name: str, label: str) -> str:
    if name in ("BDAY", "DEATHDATE"):
        return "birthday" if name == "BDAY" else "day of death"
    return label.lower() or "anniversary"


def _address(line: Line) -> str:
    """Street, town and country on one line; the label as it is printed where there are no parts."""
    box, more, street, town, region, code, country = [*fields(line.value), *[""] * 7][:7]
    parts = [box, more, street, " ".join(filter(None, (code, town))), region, country]
    said = ", ".join(", ".join(part.split("\n")) for part in parts if part)
    return one_line(re.sub(r",(?=\w)", ", ", said) or line.params.get("LABEL", ""), 500)


def _relate(contact: Contact, line: Line, label: str, text: str) -> None:
    if re.match(r"(?:urn:|https?:|data:)", text, re.IGNORECASE):
        return  # points to another card, whose name we do not know here
    said = line.name.rpartition("-")[2].lower() if line.name not in ("RELATED", "X-ABRELATEDNAMES") else label.lower()
    kinds = [kind for kind in sorted(line.kinds) if kind not in ("pref", "text", "contact", "x-abrelatednames")]
    contact.relations.append((said or (kinds[0] if kinds else ""), text))


def _take_android(contact: Contact, parts: list[str]) -> None:
    """What Android says in a line of its own: "vnd.android.cursor.item/nickname;Annie;1;..."."""
    kind, value, number, label, *_rest = [*parts, "", "", "", ""]
    if not value:
        return
    if kind.endswith("/nickname"):
        contact.nicknames.append(value)
    elif kind.endswith("/contact_event"):
        contact.days.append((label.lower() or _ANDROID_DAYS.get(number, "special day"), value))
    elif kind.endswith("/relation"):
        known = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else 0
        tie = _ANDROID_TIES[known] if known < len(_ANDROID_TIES) else ""
        contact.relations.append((label.lower() or tie, value))


def _take_account(contact: Contact, line: Line, label: str, text: str) -> None:
    """Names that somebody has with a service: chats and social networks."""
    if line.name in _SERVICES:
        service = line.name.removeprefix("X-").removesuffix("-USERNAME").replace("-", " ").title()
        contact.accounts.append((service, text))
    elif line.name in ("IMPP", "X-SOCIALPROFILE", "SOCIALPROFILE"):
        scheme, colon, rest = text.partition(":")
        kinds = sorted(line.kinds - {"pref", "home", "work", "x-user", "personal", "other"})
        service = (label or line.params.get("X-SERVICE-TYPE", "") or line.params.get("SERVICE-TYPE", "")
                   or (kinds[0] if kinds else "") or (scheme if colon and not scheme.startswith("http") else "chat"))
        user = line.params.get("X-USER", "")
        plain = text if not colon or scheme.lower().startswith("http") else rest.lstrip("/")
        service = one_line(service, 50)
        contact.accounts.append((service.capitalize() if service.islower() else service, one_line(user, 200) or plain))

"""Address books as tables: the CSV files that Google Contacts and Outlook write."""

import csv
import io
import re
from collections.abc import Iterator, Mapping

from mneme.expressions import expression
from mneme.parsers.building import one_line
from mneme.parsers.records.contact_cards import Contact, kind_of

_GOOGLE = expression(r"(?P<what>E-mail|Phone|Address|Website|Relation|Event|IM|Custom Field) (?P<n>\d{1,3}) - "
                     r"(?P<part>.+)")
_NAMES = frozenset({"Given Name", "First Name", "Name", "Last Name", "Family Name"})
_REACHED = frozenset({"E-mail 1 - Value", "Phone 1 - Value", "E-mail Address", "Mobile Phone", "Home Phone",
                      "Business Phone", "Organization 1 - Name", "Organization Name"})
_OUTLOOK_PHONES = {"Mobile Phone": "mobile", "Home Phone": "home", "Home Phone 2": "home", "Business Phone": "work",
                   "Business Phone 2": "work", "Primary Phone": "", "Other Phone": "", "Company Main Phone": "work",
                   "Home Fax": "home fax", "Business Fax": "work fax", "Car Phone": "", "Pager": "pager"}
_OUTLOOK_TIES = {"Spouse": "spouse", "Manager's Name": "manager", "Assistant's Name": "assistant", "Children": "child"}
_APART = " ::: "  # between several values in one cell of Google's


def looks_like_table(head: bytes) -> bool:
    """Whether the first line names the columns of an address book."""
    names = set(_cells(head.split(b"\n", 1)[0].decode("utf-8", "replace").lstrip("\ufeff")))
    return bool(names & _NAMES) and bool(names & _REACHED)


def _cells(line: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line]), [])]
    except csv.Error:
        return []


def table(text: str) -> Iterator[Contact]:
    """A contact for each row that says something."""
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=False)
    names: list[str] = []
    try:
        names = [cell.strip() for cell in next(rows, [])]
        for row in rows:
            yield _contact({name: cell.strip() for name, cell in zip(names, row, strict=False) if cell.strip()})
    except csv.Error:  # a cell without end: what came before is good
        return


def _contact(row: Mapping[str, str]) -> Contact:
    parts = ("Name Prefix", "Title"), ("First Name", "Given Name"), ("Middle Name", "Additional Name"), \
        ("Last Name", "Family Name"), ("Name Suffix", "Suffix")
    google = any(_GOOGLE.fullmatch(name) for name in row) or "Labels" in row or "Group Membership" in row
    split = " ".join(filter(None, (_first(row, *names) for names in parts)))
    contact = Contact(name=row.get("Name") or split or row.get("File As", ""),
                      nicknames=[row["Nickname"]] if "Nickname" in row else [],
                      company=_first(row, "Organization 1 - Name", "Organization Name", "Company"),
                      department=_first(row, "Organization 1 - Department", "Organization Department", "Department"),
                      job=_first(row, "Organization 1 - Title", "Organization Title", "Job Title"),
                      notes=[row["Notes"]] if "Notes" in row else [])
    if "Birthday" in row and row["Birthday"] not in ("0/0/00", "0/0/0000"):
        contact.days.append(("birthday", row["Birthday"].replace(" --", "--").strip()))
    _tags(contact, _first(row, "Labels", "Group Membership", "Categories"))
    (_google if google else _outlook)(contact, row)
    return contact


def _first(row: Mapping[str, str], *names: str) -> str:
    return next((one_line(row[name], 300) for name in names if name in row), "")


def _tags(contact: Contact, said: str) -> None:
    words = re.split(r" ::: |;", said)
    contact.tags = [word.strip() for word in words if word.strip() and not word.strip().startswith("* ")]


def _google(contact: Contact, row: Mapping[str, str]) -> None:
    groups: dict[tuple[str, str], dict[str, str]] = {}
    for name, cell in row.items():
        if found := _GOOGLE.fullmatch(name):
            groups.setdefault((found["what"], found["n"]), {})[found["part"]] = cell
    for (what, _number), said in groups.items():
        label = said.get("Label", said.get("Type", "")).lstrip("* ").strip()
        value = said.get("Value", said.get("Formatted", ""))
        for one in value.split(_APART):
            _take(contact, what, label, one.strip(), said)


def _take(contact: Contact, what: str, label: str, value: str, said: Mapping[str, str]) -> None:
    if not value:
        return
    if what == "Phone":
        contact.phones.append((kind_of(set(), label), value))
    elif what == "E-mail":
        contact.emails.append((kind_of(set(), label), value))
    elif what == "Address":
        contact.addresses.append((kind_of(set(), label), ", ".join(filter(None, map(str.strip, value.split("\n"))))))
    elif what == "Website":
        contact.sites.append(value)
    elif what == "Relation":
        contact.relations.append((label.lower(), value))
    elif what == "Event":
        contact.days.append((label.lower() or "special day", value))
    elif what == "IM":
        contact.accounts.append((said.get("Service", "chat"), value))
    else:
        contact.notes.append(f"{label}: {value}" if label else value)


def _outlook(contact: Contact, row: Mapping[str, str]) -> None:
    contact.phones += [(kind, row[name]) for name, kind in _OUTLOOK_PHONES.items() if name in row]
    contact.emails += [("", row[name]) for name in ("E-mail Address", "E-mail 2 Address", "E-mail 3 Address")
                       if name in row]
    for kind in ("Home", "Business", "Other"):
        place = " ".join(filter(None, (row.get(f"{kind} Postal Code", ""), row.get(f"{kind} City", ""))))
        parts = (row.get(f"{kind} Street", ""), place, row.get(f"{kind} State", ""),
                 row.get(f"{kind} Country/Region", row.get(f"{kind} Country", "")))
        if said := ", ".join(filter(None, parts)):
            contact.addresses.append((kind_of({kind.lower()}), one_line(said, 500)))
    contact.relations += [(tie, row[name]) for name, tie in _OUTLOOK_TIES.items() if name in row]
    contact.sites += [row[name] for name in ("Web Page", "Personal Web Page") if name in row]
    if "Anniversary" in row and row["Anniversary"] not in ("0/0/00", "0/0/0000"):
        contact.days.append(("anniversary", row["Anniversary"]))

"""Signatures below mails: the role, firm, telephone number and e-mail address of whoever signed."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mneme.expressions import expression
from mneme.memory.facts.clauses import Draft
from mneme.memory.facts.people import FULL_NAME, is_name
from mneme.memory.facts.speaking import own_part
from mneme.memory.facts.values import EMAIL, phone_in
from mneme.memory.facts.words import CALLINGS
from mneme.types import Span

_CLOSING = expression(r"(?:best|kind|warm|many|with (?:best|kind|warm)|cheers|regards|sincerely|yours|thanks|"
                      r"thank you|all the best|greetings|mit freundlichen|"
                      r"viele grüße|love|take care|hugs)\b[^\n]{0,30}[,!.]?\s*$|-- ?$", re.IGNORECASE)
_ROLE = expression(rf"(?P<role>(?:[\w&/-]+ ){{0,3}}(?:{CALLINGS})(?: of [A-Z]\w+)?)(?:\s*(?:,|\||at|@|"
                   rf"[-–—•·])\s*(?P<firm>[A-Z][\w&.' -]{{1,40}}?))?\s*$", re.IGNORECASE)
_NAME_LINE = expression(rf"\s*(?P<name>{FULL_NAME})\s*,?\s*$")


def told_by_signature(text: str, holder: str | None, holder_name: str) -> list[Draft]:
    """The role, firm, telephone and e-mail of whoever signed the mail `text`; empty where nobody did.

    They are of `holder` where the name is `holder_name`, and else of the name that is signed. Signatures of mails that
    are quoted below are left alone.
    """
    lines = _lines(own_part(text))
    closing = next((i for i in range(len(lines) - 1, max(len(lines) - 12, -1), -1)
                    if _CLOSING.match(text[slice(*lines[i])])), None)
    if closing is None or closing + 2 > len(lines) - 1 or len(lines) - closing > 9:
        return []
    name = _NAME_LINE.match(text[slice(*lines[closing + 1])])
    if name is None or not is_name(name["name"]):
        return []
    signed = name["name"]
    same = holder_name and (signed.lower() in holder_name.lower() or holder_name.lower() in signed.lower())
    subject = holder if same and holder is not None else signed
    found: list[Draft] = []
    for line in lines[closing + 2:]:
        found += [replace(draft, span=line) for draft in _signed(text, line, subject)]
    return found


def _lines(text: str) -> list[Span]:
    spans, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            begin = at + len(line) - len(line.lstrip())
            spans.append((begin, begin + len(line.strip())))
        at += len(line) + 1
    return spans


def _signed(text: str, line: Span, subject: str) -> Iterator[Draft]:
    start, end = line
    if end - start > 120:
        return
    phone, mail = phone_in(text, start, end), EMAIL.search(text, start, end)
    if phone is not None:
        yield Draft(subject, "phone", phone)
    if mail is not None:
        yield Draft(subject, "email", mail.span())
    role = _ROLE.match(text, start, end) if phone is None and mail is None else None
    if role is not None:
        yield Draft(subject, "works_as", role.span("role"))
        if role["firm"]:
            yield Draft(subject, "works_at", role.span("firm"))

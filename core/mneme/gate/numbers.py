"""Numbers that prove what they are by their check digits: payment cards and bank accounts; and those named before."""

from collections.abc import Iterator

from mneme.expressions import expression
from mneme.gate.shapes import Found
from mneme.gate.views import places
from mneme.types import Span

_DIGITS = expression(r"(?<![\w.,+/█-])\d{3,19}(?:(?:[ \-./]|[ \-]?\r?\n[ \t>]{0,4})\d{1,13}){0,7}(?!\w)")
_GROUP = expression(r"\d+")
_NO_CARD = expression(r"(?i:order|invoice|ticket|tracking|parcel|shipment|reference|\bref\b|isbn|issn|imei|article|"
    r"serial"
                      r"|customer|case|bestell|rechnung|auftrag|sendung|kunden|vorgang|artikel|commande|facture|pedido"
                      r"|factura|ordine|fattura|zamówieni|заказ|注文|订单)[^\d\n]{0,20}$")
_CARD = expression(r"(?i:card|visa|master|amex|karte|carte|tarjeta|carta|cartão|kort|karta|kart|карт|カード|卡)")

# (first digits, lengths): https://en.wikipedia.org/wiki/Payment_card_number
_ISSUERS = (
    ("4", (16, 19)), *((str(n), (16,)) for n in (51, 52, 53, 54, 55)),
    *((str(n), (16,)) for n in (*range(223, 272), *range(2221, 2230), 2720)), ("34", (15,)), ("37", (15,)),
    ("6011", (16, 19)), *((str(n), (16, 19)) for n in (644, 645, 646, 647, 648, 649, 65)), ("62", (16, 17, 18, 19)),
    *((str(n), (16, 17, 18, 19)) for n in range(3528, 3590)), *((str(n), (14, 16)) for n in (300, 301, 302, 303, 304,
    305, 309, 36, 38, 39)), *((str(n), (16,)) for n in range(2200, 2205)),
    *((str(n), (16, 18, 19)) for n in (5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763)), ("60", (16,)),
)
_GROUPS = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (6, 13), (4, 4, 4, 4, 2), (4, 4, 4, 4, 1)}

_IBAN = expression(r"(?<![A-Za-z0-9█])[A-Za-z]{2}[0-9]{2}(?=[ \-.]?[A-Za-z0-9])")
_IBAN_REST = expression(r"(?:[ \-.]?(?:\r?\n)?[A-Za-z0-9]){11,29}")
# https://www.swift.com/standards/data-standards/iban-international-bank-account-number
_IBAN_LENGTHS = {name: int(length) for name, length in (one.split(":") for one in ["AD:24", "AE:23", "AL:28", "AT:20",
    "AZ:28", "BA:20", "BE:16", "BG:22", "BH:22", "BI:27", "BR:29", "BY:28", "CH:21", "CR:22", "CY:28", "CZ:24",
    "DE:22", "DJ:27", "DK:18", "DO:28", "EE:20", "EG:29", "ES:24", "FI:18", "FK:18", "FO:18", "FR:27", "GB:22",
    "GE:22", "GI:23", "GL:18", "GR:27", "GT:28", "HN:28", "HR:21", "HU:28", "IE:22", "IL:23", "IQ:23", "IS:26",
    "IT:27", "JO:30", "KW:30", "KZ:20", "LB:28", "LC:32", "LI:21", "LT:20", "LU:20", "LV:21", "LY:25", "MC:27",
    "MD:24", "ME:22", "MK:19", "MN:20", "MR:27", "MT:31", "MU:30", "NI:28", "NL:18", "NO:15", "OM:23", "PK:24",
    "PL:28", "PS:29", "PT:25", "QA:29", "RO:24", "RS:22", "RU:33", "SA:24", "SC:31", "SD:18", "SE:24", "SI:19",
    "SK:24", "SM:27", "SO:23", "ST:25", "SV:28", "TL:23", "TN:24", "TR:26", "UA:29", "VA:22", "VG:24", "XK:20",
    "YE:30"])}

_SSN = r"(?!000|666|9\d\d)\d{3}(?P<gap>[ -]?)(?!00)\d\d(?P=gap)(?!0000)\d{4}"
_SSN_AFTER = expression(
    rf"(?i:ssn|social[ \-_]?security|\bsocial (?:is|number|no)\b|\bitin)"
    rf"[^\d\n]{{0,40}}\n?[^\d\n]{{0,4}}(?<!\d)(?P<number>{_SSN})(?!\d)")
_SSN_BEFORE = expression(rf"(?<![\d-])(?P<number>{_SSN})(?![\d-])[^\d\n]{{0,25}}$")


def cards(text: str) -> Iterator[Found]:
    """Numbers of payment cards: their issuer's first digits, a true check digit, grouped as cards are or not at all."""
    for found in _DIGITS.finditer(text):
        groups = [group.span() for group in _GROUP.finditer(text, *found.span())]
        first = 0
        while first < len(groups):
            taken = next((n for n in (5, 4, 3, 1) if _is_card(text, groups[first:first + n], n)), 0)
            if taken:
                yield "payment card", (groups[first][0], groups[first + taken - 1][1])
            first += taken or 1


def _is_card(text: str, groups: list[Span], wanted: int) -> bool:
    shape = tuple(end - start for start, end in groups)
    if len(groups) != wanted or (shape not in _GROUPS and not (wanted == 1 and 14 <= shape[0] <= 19)):
        return False
    number = "".join(text[start:end] for start, end in groups)
    if not (_issued(number) and _luhn(number)):
        return False
    before = text[max(0, groups[0][0] - 40):groups[0][0]]
    return wanted > 1 or bool(_CARD.search(before)) or (len(number) > 14 and not _NO_CARD.search(before))


def _issued(number: str) -> bool:
    return any(number.startswith(first) and len(number) in lengths for first, lengths in _ISSUERS)


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + doubled) % 10 == 0 and len(set(number)) > 1


def ibans(text: str) -> Iterator[Found]:
    """Bank account numbers as IBANs of every country: of their country's length, with true check digits."""
    for found in _IBAN.finditer(text):
        length, rest = _IBAN_LENGTHS.get(found[0][:2].upper()), _IBAN_REST.match(text, found.end())
        if length is None or rest is None:
            continue
        places = [at for at in range(found.start(), rest.end()) if text[at].isalnum()][:length]
        if len(places) < length:
            continue
        end = places[-1] + 1
        if not text[end:end + 1].isalnum() and _mod_97("".join(text[at] for at in places)):
            yield "bank account", (found.start(), end)


def _mod_97(iban: str) -> bool:
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def social_security(text: str, low: str) -> Iterator[Found]:
    """US social security numbers, where something names them so."""
    for place in places(low, ("ssn", "social security", "social-security", "social_security", "socialsecurity",
        "social is", "social number", "social no", "itin")):
        before = _SSN_BEFORE.search(text, max(0, place - 60), place)
        for found in (_SSN_AFTER.match(text, place), before):
            if found:
                yield "social security number", found.span("number")

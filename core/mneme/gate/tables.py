"""Secrets in tables: the cells below a heading that names a password, as password managers and people write them."""

import re
from collections.abc import Iterator

from mneme.expressions import expression
from mneme.gate.shapes import Found
from mneme.gate.views import places
from mneme.types import Span

_HEADS = (
    "password", "passwort", "kennwort", "passwd", "pass", "pwd", "pw", "passphrase", "passcode", "login_password",
    "mot de passe", "mdp", "contraseña", "clave", "senha", "wachtwoord", "hasło", "heslo", "lösenord", "adgangskode",
    "passord", "salasana", "şifre", "parola", "пароль", "密码", "密碼", "パスワード", "비밀번호", "wifi password",
    "wi-fi password", "pin", "puk", "cvv", "cvc", "totp", "otpauth", "login_totp", "otp", "2fa secret", "secret key",
    "secret access key", "api key", "secret", "token", "access token", "recovery codes", "backup codes")
_NUMBERS = frozenset(("pin", "puk", "cvv", "cvc"))
_KEYS = frozenset(("totp", "otpauth", "login_totp", "otp", "2fa secret", "secret key", "secret access key", "api key",
                   "secret", "token", "access token"))
_SIGNS = tuple(head for head in _HEADS if not any(head != other and head.startswith(other) for other in _HEADS))
_HEAD = expression(rf"(?:{'|'.join(map(re.escape, sorted(_HEADS, key=len, reverse=True)))})"
                   r"[\"*_]{0,3}[ \t]*(?=[,;|\t\r\n]|$)")
_OPENS = expression(r"(?:^|[,;|\t\n])[ ]*[\"*_]{0,3}$")
_CELLS = {sign: expression(rf"[ ]*(?:\"(?P<quoted>(?:[^\"\n]|\"\"){{0,300}})\"|(?P<bare>[^{sign}\r\n]*))"
                           rf"[ ]*(?P<end>[{sign}]|$)", re.MULTILINE) for sign in ("|", ",", ";", r"\t")}
_RULE = expression(r"[\s|:+-]*$")
_EMPTY = expression(r"(?i)(?:none|null|n/?a|yes|no|ja|nein|true|false|password|passwort|string|text|required|optional|"
                    r"hidden|varchar.*|see .*|siehe .*|[-–—*•.?x█ ]*)$")
_LONGEST_LINE = 4000
_LONGEST_HEAD = 40


def columns(text: str, low: str) -> Iterator[Found]:
    """The cells of a column of passwords. A heading alone is none: the next line must have as many cells."""
    after = -1
    for place in places(low, _SIGNS):
        if place < after or not _OPENS.search(low, max(0, place - 12), place) or not _HEAD.match(low, place):
            continue
        start, end = _line_start(text, place), _line_end(text, place)
        if start < 0 or end - start > _LONGEST_LINE:
            continue
        after = end
        sign = next((one for one in ("|", r"\t", ";", ",") if (one if one != r"\t" else "\t") in text[start:end]), "")
        heads = _cells(text, (start, end), sign) if sign else []
        if sum(last > first for first, last in heads) > 1 and _are_short(heads):
            names = [text[slice(*one)].strip(" \"*_\t").lower() for one in heads]
            cells, after = _below(text, end, sign, names)
            yield from cells


def _are_short(heads: list[Span]) -> bool:
    return all(last - first <= _LONGEST_HEAD for first, last in heads)


def _line_start(text: str, at: int) -> int:
    """Where the line begins; below 0 where that is too far away."""
    start = text.rfind("\n", max(0, at - _LONGEST_LINE), at)
    return start + 1 if start >= 0 else 0 if at <= _LONGEST_LINE else -1


def _line_end(text: str, at: int) -> int:
    """Where the line ends; in a line that is too long, somewhere too far away."""
    end = text.find("\n", at, at + _LONGEST_LINE + 1)
    return min(len(text), at + _LONGEST_LINE + 1) if end < 0 else end


def _cells(text: str, line: Span, sign: str) -> list[Span]:
    cells: list[Span] = []
    at, end = line
    while at <= end:
        cell = _CELLS[sign].match(text, at, end)
        if cell is None:
            break
        cells.append(cell.span("quoted" if cell["quoted"] is not None else "bare"))
        if not cell["end"]:
            break
        at = cell.end()
    return cells


def _below(text: str, at: int, sign: str, names: list[str]) -> tuple[list[Found], int]:
    """The secrets of the rows that follow, and where there is a line that is no row."""
    found: list[Found] = []
    wanted = [number for number, name in enumerate(names) if name in _HEADS]
    while at < len(text):
        start, end = at + 1, _line_end(text, at + 1)
        cells = _cells(text, (start, end), sign) if end - start <= _LONGEST_LINE else []
        if len(cells) != len(names):
            break
        if not (sign == "|" and _RULE.match(text, start, end)):
            for number in wanted:
                span = _trimmed(text, cells[number])
                if _is_secret(text[slice(*span)], names[number]):
                    found.append(("PIN" if names[number] in _NUMBERS else "password", span))
        at = end
    return found, at


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    cell = text[start:end]
    bare = cell.strip(" \t\r`*")
    return (start + cell.index(bare), start + cell.index(bare) + len(bare)) if bare else (start, start)


def _is_secret(value: str, name: str) -> bool:
    if _EMPTY.match(value) or len(value) < 3:
        return False
    if name in _NUMBERS:
        return bool(re.fullmatch(r"\d{3,12}", value))
    if name in _KEYS:
        return len(value) > 15 and " " not in value.strip() and bool(re.search(r"\d", value))
    if " " in value:
        return bool(re.search(r"\d", value) and re.search(r"[!@#$%^&*+=?~]", value))
    return not value.isdigit() or len(value) > 3

"""Hosts of web addresses in one form, so that no other way of writing an address leads around a rule."""

import re
import unicodedata
from urllib.parse import unquote

from mneme.expressions import expression

_SCHEME = expression(r"^[A-Za-z][A-Za-z0-9+.\-]*:(?=//|\\\\)")
_PORT = expression(r":\d*$")
_DOTS = str.maketrans("。．｡", "...")
_LABEL = expression(r"[\w\-]{1,63}")


def host_of(address: str) -> str:
    """The host that a browser would go to: without scheme, user, port and case, its punycode as letters.

    "http://allowed.com@denied.com/" leads to denied.com, "http://allowed.com\\@denied.com" to allowed.com.
    """
    plain = re.sub(r"[\t\r\n]", "", address.strip())
    plain = _SCHEME.sub("", plain).lstrip("/\\")
    host = re.split(r"[/\\?#]", plain, maxsplit=1)[0].rpartition("@")[2]
    host = unquote(host, errors="replace")
    host = host[1:].partition("]")[0] if host.startswith("[") else _PORT.sub("", host)
    host = unicodedata.normalize("NFKC", host.translate(_DOTS)).lower()
    host = "".join(sign for sign in host if unicodedata.category(sign) != "Cf")
    return ".".join(_letters(label) for label in host.rstrip(".").split("."))


def _letters(label: str) -> str:
    """A label as people read it: "xn--mnchen-3ya" is "münchen"."""
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFC", label[4:].encode("ascii").decode("punycode")).lower()
    except (UnicodeError, ValueError):
        return label


def domain_of(rule: str) -> str:
    """The domain that a rule names; "" if it is none. "*.example.com" and ".example.com" are example.com."""
    domain = host_of(rule.strip().removeprefix("*.").removeprefix("."))
    labels = domain.split(".")
    fits = all(_LABEL.fullmatch(label) for label in labels) or (":" in domain and re.fullmatch("[0-9a-f:.]+", domain))
    return domain if domain and fits else ""


def is_under(host: str, domain: str) -> bool:
    """Whether a host is of a domain: it, or one below it."""
    return host == domain or host.endswith("." + domain)

"""The text of a mail's body: from plain text as it was sent, and from HTML with what is quoted in it marked."""

import re
from datetime import tzinfo

from mneme.expressions import expression
from mneme.parsers.documents.html import readable, running_text
from mneme.parsers.documents.pages import read_page

_HTML = expression(r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|meta|div|table|"
                   r"p)\b[^>]{0,500}>", re.I | re.S)
_TAG = expression(r"</(?:p|div|td|a|span|html|body|b|font)>", re.I)
_CITES = expression(r"type=[\"']?cite|gmail_quote|border-left|moz-cite|yahoo_quoted|protonmail_quote|zmail_extra|"
                    r"mailru-blockquote|yiv\d|quote", re.I)
# Where programs begin the earlier mail without marking its lines: the rest is not the writer's.
_OUTLOOK = expression(
    r"<div\b[^>]{0,300}\bid=[\"']?(?:x_)?(?:divRplyFwdMsg|mail-editor-reference-message-container|isForwardContent|"
    r"isReplyContent|origbody|OLK_SRC_BODY_SECTION)\b[^>]{0,300}>|<(?:div|"
    r"hr)\b[^>]{0,300}\bid=[\"']?(?:x_)?stopSpelling\b"
    r"[^>]{0,300}>", re.I)
_SIGNATURE = expression(
    r"<(?:div|span|table|pre|p)\b[^>]{0,400}\b(?:class|id)=[\"']?(?:[^\"'>]{0,100}[\s])?(?:x_)?(?:gmail_signature|"
    r"moz-signature|ms-outlook-mobile-signature|protonmail_signature_block|iosymail-signature|Signature|"
    r"AppleMailSignature|lineBreakAtBeginningOfSignature)\b[^>]{0,300}>", re.I)
_SIGNATURE_PREFIX = expression(r"<span\b[^>]{0,100}class=[\"']?gmail_signature_prefix[^>]{0,100}>.{0,20}?</span>", re.I)
_QUOTATION = expression(r"<(/?)blockquote\b[^>]{0,2000}>", re.I)
_MARK = "\ue5e5"  # of nobody's use: stands where a quotation was
_PLACE = expression(f"{_MARK}(\\d{{1,7}}){_MARK}")
_INVISIBLE = expression("(?:[\u200b\u200c\u200d\ufeff\u034f\u00ad\u2007\u061c\u180e][ \xa0]*){4,}")
_NO_HTML = expression(r"html", re.I)
_UUENCODED = expression(r"^begin [0-7]{3,4} ([^\n]{1,200})\n(?:[ -`]{1,62}\n){1,500000}?end[ \t]*$", re.M)
_ARMOUR = expression(r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[^\n]+\n)*\n(.*?)(?:\n-----BEGIN PGP SIGNATURE-----"
                     r".*?(?:-----END PGP SIGNATURE-----|\Z)|\Z)", re.S)


def is_html(text: str) -> bool:
    """Whether this is HTML, whatever it was declared to be."""
    return bool(_HTML.match(text[:4000]) and _TAG.search(text[:200_000]))


def from_html(text: str, zone: tzinfo) -> str:
    """The readable text of an HTML mail, without menus and pictures; quoted lines begin with ">"."""
    text = _SIGNATURE_PREFIX.sub("", text)
    text = _OUTLOOK.sub(lambda found: f"<p>-----Original Message-----</p>{found[0]}", text)
    text = _SIGNATURE.sub(lambda found: f"<p>--&#160;</p>{found[0]}", text)
    text, quotes = _cut_out(text) if _CITES.search(text) else (text, [])
    said = _PLACE.sub(lambda found: _quoted(quotes, int(found[1]), zone), _read(text, zone))
    return _INVISIBLE.sub("", said).strip()


def _cut_out(text: str) -> tuple[str, list[str]]:
    """The page with a mark in the place of each quotation, and the quotations, whatever stands in them."""
    own: list[str] = []
    quotes: list[str] = []
    depth = last = 0
    for tag in (*_QUOTATION.finditer(text), None):
        closes = tag is None or bool(tag[1])
        if closes and depth and (depth := 0 if tag is None else depth - 1) == 0:
            quotes.append(text[last:tag.start() if tag else len(text)])
            own.append(f"<p>{_MARK}{len(quotes)}{_MARK}</p>")
            last = tag.end() if tag else len(text)
        elif not closes and tag is not None:
            if depth == 0:
                own.append(text[last:tag.start()])
                last = tag.end()
            depth += 1
    return "".join((*own, text[last:])), quotes


def _quoted(quotes: list[str], number: int, zone: tzinfo) -> str:
    """The lines of one quotation, marked."""
    inside = _read(quotes[number - 1], zone) if 0 < number <= len(quotes) else ""
    return "\n".join(f"> {line}" for line in inside.split("\n"))


def _read(page: str, zone: tzinfo) -> str:
    return running_text(readable(read_page(page, zone).pieces))


def from_plain(text: str, flowed: bool = False, delete_space: bool = False) -> tuple[str, list[str]]:
    """Plain text as it was typed, and the names of files that stood between its lines.

    `flowed`: lines that end in a space go on in the next one (RFC 3676).
    """
    names: list[str] = []
    if "\nbegin " in f"\n{text}":
        names = [found[1].strip() for found in _UUENCODED.finditer(text)]
        text = _UUENCODED.sub("", text)
    if "-----BEGIN PGP SIGNED MESSAGE-----" in text:
        text = re.sub(r"^- (?=-)", "", _ARMOUR.sub(lambda found: found[1], text), flags=re.M)
    return (_unflowed(text, delete_space) if flowed else text), names


def says_look_at_html(text: str) -> bool:
    """Whether a plain text only says that its reader should look at the HTML."""
    return len(text) < 400 and bool(_NO_HTML.search(text))


def _unflowed(text: str, delete_space: bool) -> str:
    lines: list[str] = []
    open_depth = -1  # of the paragraph that goes on
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        said = line[depth:].removeprefix(" ")
        if open_depth == depth and said != "-- ":
            lines[-1] += said
        else:
            lines.append((">" * depth + " " if depth else "") + said)
        open_depth = depth if said.endswith(" ") and said != "-- " else -1
        if open_depth >= 0 and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)

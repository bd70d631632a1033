"""Google's "My Activity" from Takeout: conversations with Gemini, and what was searched, watched and visited by day.

MyActivity.json is a list of entries, newest first; MyActivity.html shows the same in the account's language. The format
is not documented; https://github.com/purarue/google_takeout_parser reads most of it.
"""

import codecs
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import TextBuilder, one_line
from mneme.parsers.chats.assistants import USER, assistant, conversation, file_lines, joined, moment_from
from mneme.parsers.chats.chatting import Keys, dict_of, listing, text_of
from mneme.parsers.chats.json_items import json_items
from mneme.parsers.documents.html import Html, running_text
from mneme.parsers.documents.pages import read_page
from mneme.parsers.encoding import decode, suffix_of
from mneme.parsers.moments import start_of_day
from mneme.parsers.records.takeout_dates import LONGEST, takeout_moment
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Document, Message, Moment, Origin

GEMINI = assistant("Gemini")
_MOST = 300_000_000  # characters of a page; those of a life with Gemini are long
_GEMINI_NAME = expression(r"\b(?:gemini|bard)\b", re.I)
_ASKED = expression(
    r"(?:Prompted(?: with)?|Asked(?: Gemini| Bard)?|Said|Eingegebener Prompt|Gefragt|送信したメッセージ|入力"
    r"|Requête (?:saisie|envoyée)|Prompt (?:saisi|envoyé|inserito|inviato|enviado|introducido|ingevoerd|angivet)"
    r"|(?:Consulta|Petición) (?:enviada|introducida)|Comando enviado|Ingevoerde prompt|Ingevoerd"
    r"|Wpisany prompt|Введенный запрос|Запрос|提示|已输入的提示|입력한 프롬프트|프롬프트)(?: ?[:：] ?|\s)", re.I)
_DONE = expression(r"(?:Created|Used|Gave feedback|Selected|Shared|Deleted|Edited|Viewed|Visited) ")
_TOLD_BEFORE = expression(r"([^:：\n]{2,40}[:：] ?)")
_CELL = expression(r"<div[^>]{0,200}\bclass=[\"']outer-cell\b")
_HEADER = expression(r"mdl-typography--title[^>]{0,200}>(.{0,400}?)</p>", re.S)
_BODY = expression(r"<div[^>]{0,200}\bcontent-cell\b[^>]{0,200}>")
_BREAK = expression(r"<br\s*/?>", re.I)
_TAG = expression(r"<[^<>]{0,2000}>")
_LINK = expression(r"<a\s[^<>]{0,100}?href=[\"']([^\"'<>]{1,2000})[\"']", re.I)
_PICTURE = expression(r"<(?:img|video|audio|source)\s[^<>]{0,500}?src=[\"']([^\"'<>:]{1,300})[\"']", re.I)


@dataclass(slots=True)
class _Entry:
    """One entry: of which product, what was done, when, and what came back."""

    product: str
    title: str
    at: Moment | None
    answers: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)  # the channel of a video, the Gem of a chat
    files: list[str] = field(default_factory=list)
    link: str = ""


class GoogleActivity:
    """MyActivity.json, MyActivity.html, and YouTube's watch-history and search-history, which look the same."""

    format = "google-activity"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        start = head.removeprefix(codecs.BOM_UTF8).lstrip()
        if start[:1] == b"[":
            fits = all(key in head for key in (b'"header"', b'"title"', b'"time"'))
            return 0.95 if fits and (b'"products"' in head or b'"activityControls"' in head) else 0.0
        page = start[:1] == b"<" and (b'"outer-cell mdl-cell' in head or (
            b".header-cell" in head and b".content-cell" in head) or b"material-design-lite" in head)
        return 0.9 if page and suffix_of(name) in (".html", ".htm") else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        if source.data.removeprefix(codecs.BOM_UTF8).lstrip()[:1] != b"<":
            yield from _told(_listed(source.data, source.clock.zone()), source.clock.zone())
            return
        page = decode(source.data, most=_MOST).text
        if not _CELL.search(page):  # some other page made with Google's style sheet
            yield from Html().parse(source)
            return
        yield from _told(_shown(page, source.clock.zone()), source.clock.zone())


def _told(entries: Iterable[_Entry], zone: tzinfo) -> Iterator[Parsed]:
    """The chat with Gemini as one conversation, everything else day by day."""
    chats: list[_Entry] = []
    days: dict[tuple[str, date | None], list[_Entry]] = {}
    problem: Unreadable | None = None
    try:
        for entry in entries:
            if _GEMINI_NAME.search(entry.product):
                chats.append(entry)
            else:
                day = entry.at.utc.astimezone(zone).date() if entry.at else None
                days.setdefault((entry.product, day), []).append(entry)
    except Unreadable as error:
        problem = error
    if chats:
        yield _chat(chats)
    for (product, day), done in days.items():
        yield _day(product, day, done)
    if problem is not None:
        raise problem
    if not chats and not days:
        raise Skipped(_("holds no activity"))


# ------------------------------------------------------------------ JSON


def _listed(data: bytes, zone: tzinfo) -> Iterator[_Entry]:
    for value in json_items(data):
        for one in value if isinstance(value, list) else [value]:
            entry = dict_of(one)
            if title := text_of(entry.get("title")):
                yield _of_json(entry, title, zone)


def _of_json(entry: dict[str, Any], title: str, zone: tzinfo) -> _Entry:
    products = [text_of(one) for one in listing(entry.get("products"))]
    header = text_of(entry.get("header"))
    product = next((one for one in (header, *products) if _GEMINI_NAME.search(one)), header or next(iter(products), ""))
    details = [dict_of(one) for one in (*listing(entry.get("subtitles")), *listing(entry.get("details")))]
    files = [text_of(one) for one in (*listing(entry.get("attachedFiles")), entry.get("imageFile"))]
    named = [name.lstrip("- ") for one in details if one.get("url") and (name := text_of(one.get("name")))[:1] == "-"]
    answers = [html_words(text_of(dict_of(one).get("html")), zone) for one in listing(entry.get("safeHtmlItem"))]
    return _Entry(product, title, moment_from(entry.get("time"), zone), [one for one in answers if one],
                  [text_of(one.get("name")) for one in details if text_of(one.get("name"))[:1] != "-"],
                  list(dict.fromkeys(filter(None, named or files))), text_of(entry.get("titleUrl")))


# ------------------------------------------------------------------ pages


def _shown(page: str, zone: tzinfo) -> Iterator[_Entry]:
    begins = [found.start() for found in _CELL.finditer(page)]
    for start, end in zip(begins, [*begins[1:], len(page)], strict=True):
        entry = _of_page(page, start, end, zone)
        if entry is not None:
            yield entry


def _of_page(page: str, start: int, end: int, zone: tzinfo) -> _Entry | None:
    """An entry from its cell: what was done, a line with the time, and after it what came back."""
    header = _HEADER.search(page, start, end)
    body = _BODY.search(page, start, end)
    if body is None:
        return None
    after = _BODY.search(page, body.end(), end)
    shown = page[body.end():after.start() if after else end].rstrip()
    shown = shown.removesuffix("</div>")
    lines = _BREAK.split(shown)
    at, when = next(((n, moment) for n, line in enumerate(lines) if (moment := _time(line, zone))), (len(lines), None))
    said = [_plain(line) for line in lines[:at]]
    link = _LINK.search(lines[0])
    entry = _Entry(_plain(header[1]) if header else "", next(iter(said), ""), when,
                   details=[line for line in said[1:] if line], link=html.unescape(link[1]) if link else "")
    answer = "<br>".join(lines[at + 1:])
    entry.files = [html.unescape(name) for name in _PICTURE.findall(shown)]
    if _GEMINI_NAME.search(entry.product):
        _unfold(entry, lines[:at], html_words(answer, zone))
    return entry if entry.title or entry.answers else None


def _unfold(entry: _Entry, asked: list[str], answer: str) -> None:
    """A prompt may have lines of its own; below it, linked lines with a dash name files, after one that counts them."""
    plain = [_plain(line) for line in asked]
    named = [n for n, line in enumerate(plain) if line[:1] == "-" and "<a " in asked[n]]
    if named:
        entry.files = [plain[n].lstrip("- ") for n in named]
        first = named[0]
        counted = first > 1 and str(len(named)) in plain[first - 1]
        plain = [line for n, line in enumerate(plain) if n not in named and not (counted and n == first - 1)]
    entry.title, entry.details = "\n".join(plain).strip(), []
    entry.answers = [answer] if answer else []


def _time(line: str, zone: tzinfo) -> Moment | None:
    return takeout_moment(_plain(line), zone) if len(line) <= 4 * LONGEST else None


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub("", markup)).replace("\xa0", " ").replace("\u2003", " ").strip()


def html_words(markup: str, zone: tzinfo) -> str:
    """The text of an answer; points of a list below one another, a blank line between paragraphs."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    return running_text(read_page(f"<html><body>{markup}</body></html>", zone).pieces).strip()


# ------------------------------------------------------------------ the chat with Gemini


def _chat(entries: list[_Entry]) -> Conversation:
    """Everything asked and answered, in time order: Takeout does not say which belong to one chat."""
    usual = _usual_beginning(entries)
    keys, messages = Keys(), []
    for entry in _in_time(entries):
        asked = _asked(entry, usual)
        if asked is None and not entry.answers:
            continue  # feedback was given, a setting changed: nothing was said
        name = keys.of("gemini", entry.at.utc.isoformat() if entry.at else entry.title)
        if asked is not None:
            text = joined((asked, *file_lines(entry.files)))
            messages.append(Message(f"{name}-asked", USER.key, text, entry.at))
        for number, answer in enumerate(entry.answers):
            messages.append(Message(f"{name}-answer-{number}", GEMINI.key, answer, entry.at,
                                    f"{name}-asked" if asked is not None else None))
    return conversation("gemini-apps", "Gemini", (USER, GEMINI), messages)


def _in_time(entries: list[_Entry]) -> list[_Entry]:
    """Oldest first; the file has the newest first, also of those in one second."""
    oldest_first = entries[::-1]
    oldest_first.sort(key=lambda entry: entry.at.utc.timestamp() if entry.at else 0)
    return oldest_first


def _usual_beginning(entries: list[_Entry]) -> str:
    """In a language not known here: the words before a colon that most prompts with an answer begin with."""
    begins = Counter(found[1] for e in entries if e.answers and (found := _TOLD_BEFORE.match(e.title)))
    [(words, times)] = begins.most_common(1) or [("", 0)]
    return words if times >= 3 and times > 0.5 * sum(bool(e.answers) for e in entries) else ""


def _asked(entry: _Entry, usual: str) -> str | None:
    """What the owner said; None where the entry is no prompt."""
    if found := _ASKED.match(entry.title):
        return entry.title[found.end():].strip()
    if usual and entry.title.startswith(usual):
        return entry.title[len(usual):].strip()
    return entry.title if entry.answers and not _DONE.match(entry.title) else None


# ------------------------------------------------------------------ everything else


def _day(product: str, day: date | None, entries: list[_Entry]) -> Document:
    """What was searched, watched or visited on one day, with the time of each."""
    builder = TextBuilder()
    entries = _in_time(entries)
    builder.lines("list", map(_line, entries))
    when = start_of_day(entries[0].at) if entries[0].at else None
    called = one_line(product) or _("Google")
    title = _("{product}: {day}").format(product=called, day=day.isoformat()) if day else called
    built = builder.build(title=title, happened_at=when, links=[e.link for e in entries if e.link.startswith("http")])
    return replace(built, key=f"google-activity-{called}-{day or ''}", origin=Origin.OTHER)


def _line(entry: _Entry) -> str:
    details = ", ".join(one for one in map(one_line, entry.details) if one)
    told = one_line(entry.title, 2000) + (f" ({details})" if details else "")
    return f"- {entry.at.local():%H:%M} {told}" if entry.at else f"- {told}"

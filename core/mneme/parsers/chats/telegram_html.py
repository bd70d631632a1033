"""Telegram Desktop's exports as HTML: the pages of one chat, or all chats of an account in a zip file or folder."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any
from urllib.parse import unquote

from mneme.errors import Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.chats.chatting import Keys, People, digest, with_names
from mneme.parsers.chats.telegram import SYSTEM, Telegram
from mneme.parsers.encoding import decode, suffix_of
from mneme.parsers.moments import moment_of, parse_date
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Moment, Role

_LOOKS = expression(rb'class="page_body chat_page"|<div class="history">|class="message (?:default|service)')
_WHEN = expression(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)(?: UTC([+-])(\d\d):?(\d\d))?")
_PAGE = expression(r"messages(\d*)\.html")
_REPLY = expression(r"go_to_message(\d+)")
_WORDED = ("media_contact", "media_call", "media_location", "media_live_location", "media_venue", "media_game",
           "media_invoice")
_FILES = ("result.json", "export_results.html")
_FOLDERS = ("photos", "files", "voice_messages", "video_files", "stickers", "round_video_messages", "contacts", "chats",
            "profile_pictures", "images", "lists", "css", "js")


class TelegramHtml:
    """messages.html, messages2.html …: each a page of one chat, which has its name, but no id."""

    format = "telegram-html"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if suffix_of(name) not in (".html", ".htm"):
            return 0.0
        export = b"Exported Data" in head and b"page_wrap" in head
        return 0.95 if export and _LOOKS.search(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        chat = _Chat(source.clock.zone())
        chat.read(source.data)
        if chat.empty:
            raise Unreadable(_("holds no message of a chat"))
        yield chat.conversation()


class TelegramArchive:
    """A folder or zip file that Telegram Desktop exported; JSON in it (which has ids) goes before HTML."""

    format = "telegram"

    def claims(self, names: Sequence[str]) -> bool:
        paths = [name.split("/") for name in names if not name.startswith("__MACOSX/")]
        exported = all(_PAGE.fullmatch(path[-1]) or path[-1] in _FILES or path[-1].startswith(".") or
                       set(path[:-1]) & set(_FOLDERS) for path in paths)
        return exported and any(_PAGE.fullmatch(path[-1]) or path[-1] == "result.json" for path in paths)

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        results = [name for name in files.names if name.rpartition("/")[2] == "result.json"]
        for name in results:
            yield from Telegram().parse(ParseInput(files.read(name) or b"", "result.json", source.clock))
        if not results:
            yield from _conversations(files, source)


def _conversations(files: Package, source: ParseInput) -> Iterator[Conversation]:
    folders: dict[str, list[tuple[int, str]]] = {}
    for name in files.names:
        folder, _slash, base = name.rpartition("/")
        if found := _PAGE.fullmatch(base):
            folders.setdefault(folder, []).append((int(found[1] or 1), name))
    taken: Counter[str] = Counter()
    for _folder, pages in sorted(folders.items()):
        chat = _Chat(source.clock.zone())
        for _number, name in sorted(pages):
            chat.read(files.read(name) or b"")
        if not chat.empty:
            yield chat.conversation(taken[chat.key])
            taken[chat.key] += 1


class _Chat:
    """The pages of one chat, read one after the other."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone, self._people, self._keys = zone, People(), Keys()
        self._messages: list[Message] = []
        self._day: Moment | None = None  # of the last heading: notices have no time of their own
        self._title, self._last = "", "?"  # a message that is joined to the one before does not repeat its sender

    @property
    def key(self) -> str:
        return digest("telegram-html", self._title)

    @property
    def empty(self) -> bool:
        return not self._messages

    def read(self, data: bytes) -> None:
        """Take in a page. Raises: Unreadable; Skipped where it is empty."""
        from lxml import etree, html  # noqa: PLC0415 -- slow import

        text = decode(data, "utf-8", most=len(data) + 1).text
        parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
        try:
            root = html.document_fromstring(text.encode("utf-8"), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise Unreadable(_("is no page of a chat")) from error
        self._title = self._title or _words(_first(root, "page_header"))
        for element in root.iter("div"):
            own = str(element.get("id") or "").removeprefix("message")
            if "message" in _classes(element) and own.startswith("-"):
                self._day = parse_date(_words(_first(element, "body")), self._zone) or self._day
            elif "message" in _classes(element):
                self._message(element, own)

    def conversation(self, number: int = 0) -> Conversation:
        """`number`: how many chats of this name there were before."""
        key = digest(self.key, str(number)) if number else self.key
        return Conversation(key, self._title or SYSTEM, self._people.all(), tuple(self._messages), stable=True)

    def _message(self, element: Any, own: str) -> None:
        body = _first(element, "body")
        at = _when(body, self._zone)
        if "service" in _classes(element):
            sender, text, at = self._people.add("*", SYSTEM, Role.SYSTEM), _words(body), self._day
        else:
            name = _words(_child(body, "from_name"), plain=True)
            sender = self._last = self._people.add(name, name) if name else self._people.add(self._last, "")
            text = _said(body)
        key = own or self._keys.of(at.iso() if at else "", sender, text)
        self._messages.append(Message(key, sender, text, at, _reply(body)))


def _said(body: Any) -> str:
    """The words of a message and of what came with it; passed-on words say whose they are."""
    text, names = _words(_child(body, "text")), list[str]()
    for part in _children(body, "media_wrap"):
        told, named = _media(part)
        text, names = "\n".join(filter(None, (text, told))), [*names, *named]
    passed = _child(body, "forwarded")
    if passed is not None and (words := _said(passed)):
        origin = f"[forwarded from {_words(_child(passed, 'from_name'), plain=True)}]"
        text = "\n".join(filter(None, (text, origin, words)))
    return with_names(text, names)


def _media(part: Any) -> tuple[str, list[str]]:
    """What a message shows beside its text: in words, or as names of files."""
    if (poll := _first(part, "media_poll")) is not None:
        answers = [_words(answer, plain=True) for answer in _all(poll, "answer")]
        return "\n".join([_words(_first(poll, "question")), *answers]), []
    for element in part.iter("div", "a"):
        classes = _classes(element)
        if any(kind in classes for kind in _WORDED):
            told = (_words(_first(element, kind)) for kind in ("title", "description", "status"))
            return ", ".join(filter(None, told)), []
        if "media_file" in classes and not element.get("href"):
            title = _words(_first(element, "title"))
            return "", [title] if title != "File" else []
    return "", [name for link in part.iter("a") if (name := _file(link))]


def _file(link: Any) -> str:
    """The name of the file a link leads to; stickers have none that says anything."""
    to = str(link.get("href") or "")
    return "" if "sticker_wrap" in _classes(link) or ":" in to or "#" in to else unquote(to).rpartition("/")[2]


def _reply(body: Any) -> str | None:
    answered = _child(body, "reply_to")
    links = answered.iter("a") if answered is not None else ()
    found = next((found for link in links if (found := _REPLY.search(str(link.get("href") or "")))), None)
    return found[1] if found else None


def _when(body: Any, zone: tzinfo) -> Moment | None:
    """The time in the title of a message's clock; older exports give it without an offset."""
    clock = _child(body, "date")
    found = _WHEN.search(str(clock.get("title") or "")) if clock is not None else None
    if found is None:
        return None
    day, month, year, hour, minute, second = map(int, found.groups()[:6])
    try:
        if found[7]:
            east = timedelta(hours=int(found[8]), minutes=int(found[9]))
            zone = timezone(east if found[7] == "+" else -east)
        return moment_of(datetime(year, month, day, hour, minute, second), zone)
    except ValueError:
        return None


# ------------------------------------------------------------------ elements by their class


def _classes(element: Any) -> list[str]:
    return str(element.get("class") or "").split()


def _all(element: Any, name: str) -> Iterator[Any]:
    return (one for one in element.iter("div", "span", "a") if name in _classes(one))


def _first(element: Any, name: str) -> Any:
    return next(_all(element, name), None)


def _children(element: Any, name: str) -> Iterator[Any]:
    inside = element if element is not None else ()
    return (one for one in inside if isinstance(one.tag, str) and name in _classes(one))


def _child(element: Any, name: str) -> Any:
    return next(_children(element, name), None)


def _words(element: Any, *, plain: bool = False) -> str:
    """An element's text; new lines are where <br> is, all others are the layout of the page.

    `plain`: without details (a date, "via @bot", a number of votes).
    """
    if element is None:
        return ""
    pieces: list[str] = [element.text or ""]
    for one in element.iterdescendants():
        skipped = not isinstance(one.tag, str) or (plain and "details" in _classes(one))
        pieces += ["\v" if one.tag == "br" else "", "" if skipped else one.text or ""]
        pieces.append(one.tail or "")
    return _laid_out("".join(pieces))


def _laid_out(text: str) -> str:
    return "\n".join(map(_flowing, text.split("\v"))).strip()


def _flowing(text: str) -> str:
    """Text whose line ends are layout, with a blank for each."""
    lines = text.split("\n")
    if len(lines) == 1:
        return text
    inner = (line.strip(" \t") for line in lines[1:-1])
    return " ".join(filter(None, (lines[0].rstrip(" \t"), *inner, lines[-1].lstrip(" \t"))))

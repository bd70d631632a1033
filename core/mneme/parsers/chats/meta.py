"""Chats of Facebook Messenger and Instagram, as in a downloaded copy of one's data, and as Messenger saves them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Any

from mneme.errors import KnownError, Unreadable
from mneme.expressions import expression
from mneme.messages import _, ngettext
from mneme.parsers.chats.chatting import (
    Keys,
    People,
    dict_of,
    digest,
    in_time,
    list_of,
    listing,
    moment_at,
    moment_in,
    number_of,
    read_json,
    text_of,
    with_names,
)
from mneme.parsers.chats.meta_html import thread_of
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Role

_THREAD = expression(
    r"((?:.*/)?messages/(?:(?:inbox|e2ee_cutover|archived_threads|filtered_threads|message_requests|legacy_threads|"
    r"broadcast|other)/)?[^/]+)/message(?:_(\d+))?\.(?:json|html)")
_SYSTEM = "meta"
_NOTICES = frozenset({"Call", "Subscribe", "Unsubscribe", "Plan", "Payment"})
# "liked" as a message of its own; the reaction itself stands with the message it is on
_REACTION = expression(r"(?:Liked a message|Reacted \S{1,20} to (?:your|a) message|\S.{0,60} liked a message)\s*")
_STANDS_FOR_MEDIA = expression(r".{1,100} (?:sent (?:an attachment|a (?:photo|video|live location|sticker|GIF))"
                               r"|shared a (?:story|post|reel|link))\.")
_MEDIA = ("photos", "videos", "audio_files", "gifs", "share", "sticker", "media", "files")
_MOJIBAKE = expression("[\u0080-\u00ff]")
_WIDE = expression("[\u0100-\U0010ffff]")


def mended(text: str) -> str:
    """Text whose UTF-8 bytes were each written as a character of their own, put right; other text as it is."""
    if not _MOJIBAKE.search(text) or _WIDE.search(text):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


class MetaMessages:
    """message_1.json: {"participants", "messages": [{sender_name, timestamp_ms, content}], "title", "thread_path"}.

    What Messenger itself saves of encrypted chats reads alike: {"participants", "threadName", "messages": [{senderName,
    timestamp, text}]}; and the messages.json of Instagram before 2020 holds all threads: [{"participants",
    "conversation": [{sender, created_at, text}]}].
    """

    format = "meta"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if start.startswith(b"["):
            early = (b'"participants"', b'"conversation"', b'"created_at"')
            return 0.95 if all(word in head for word in early) else 0.0
        if not start.startswith(b"{"):
            return 0.0
        old = b'"sender_name"' in head and b'"timestamp_ms"' in head and b'"messages"' in head
        new = b'"threadName"' in head and (b'"participants"' in head or b'"senderName"' in head)
        many = start[1:].lstrip().startswith(b'"participants"') and re.fullmatch(r"message_\d+\.json", name.lower())
        return 0.95 if old or new else 0.9 if many else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        given = read_json(source.data)
        for one in list_of(given) if isinstance(given, list) else [dict_of(given)]:
            thread = _Thread()
            thread.take(_as_now(one, source.clock.zone()) if "conversation" in one else one)
            yield from thread.conversation(source.clock.zone(), source.name.rpartition(".")[0], frozenset())


def _as_now(thread: dict[str, Any], zone: tzinfo) -> dict[str, Any]:
    """An old Instagram thread in today's form; its title is who takes part."""
    people = [name for name in listing(thread.get("participants")) if isinstance(name, str)]
    rows = []
    for row in list_of(thread["conversation"]):
        at = moment_in(row.get("created_at"), zone)
        rows.append({"senderName": row.get("sender"), "text": row.get("text"),
                     "timestamp": at.utc.timestamp() * 1000 if at else None,
                     "share": {"link": row.get("media_share_url") or row.get("story_share")}})
    return {"participants": people, "messages": rows, "title": ", ".join(people)}


class MetaPage:
    """message_1.html: the same thread, downloaded as a web page."""

    format = "meta-html"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        start = head[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        fits = start.startswith((b"<html", b"<!doctype html")) and re.fullmatch(r"message_\d+\.html", name.lower())
        known = b"uiBoxWhite" in head or b"_a6-g" in head or b"<base href=" in head
        return 0.97 if fits and known else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        thread = _Thread()
        thread.take(thread_of(source.data, source.clock.zone()))
        yield from thread.conversation(source.clock.zone(), source.name.rpartition(".")[0], frozenset())


class MetaArchive:
    """A downloaded copy: .../messages/inbox/<thread>/message_<n>.json (or .html) of Facebook or Instagram."""

    format = "meta-archive"

    def claims(self, names: Sequence[str]) -> bool:
        return any(map(_THREAD.fullmatch, names))

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        threads: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for found in filter(None, map(_THREAD.fullmatch, files.names)):
            threads[found[1]].append((int((found[2] or "1")[:9]), found[0]))
        owners, broken = _owners(files), 0
        for folder, parts in sorted(threads.items()):
            thread = _Thread(folder)
            for _number, name in sorted(parts):
                try:
                    thread.take(_thread_in(files, name, source.clock.zone()))
                except KnownError:
                    broken += 1
            yield from thread.conversation(source.clock.zone(), folder.rpartition("/")[2], owners)
        if broken:
            raise Unreadable(ngettext("{n} file in it cannot be read", "{n} files in it cannot be read", broken).format(
                n=broken), _("The others were taken in."))


def _thread_in(files: Package, name: str, zone: tzinfo) -> dict[str, Any]:
    data = files.read(name) or b""
    return thread_of(data, zone) if name.endswith(".html") else dict_of(read_json(data or b"null"))


def _owners(files: Package) -> frozenset[str]:
    """The owner's names, from the profile that came with the messages."""
    names: set[str] = set()
    for name in files.names:
        if name.rpartition("/")[2] not in ("profile_information.json", "personal_information.json"):
            continue
        try:
            given = dict_of(read_json(files.read(name) or b"null"))
        except KnownError:
            continue
        profile = dict_of(given.get("profile_v2") or given.get("profile"))
        names.add(text_of(dict_of(profile.get("name")).get("full_name")))
        for user in list_of(given.get("profile_user")):
            said = dict_of(user.get("string_map_data"))
            names |= {text_of(dict_of(said.get(key)).get("value")) for key in ("Name", "Username")}
    return frozenset(map(mended, filter(None, names)))


class _Thread:
    """The files of one thread, put together."""

    def __init__(self, path: str = "") -> None:
        self._path, self._title = path, ""
        self._names: dict[str, None] = {}
        self._rows: list[dict[str, Any]] = []

    def take(self, given: dict[str, Any]) -> None:
        """A file's content; the newest messages come first in it, and in the first file."""
        self._path = text_of(given.get("thread_path")) or self._path or text_of(given.get("threadName"))
        self._title = mended(text_of(given.get("title"))) or text_of(given.get("threadName")) or self._title
        for one in listing(given.get("participants")):
            if name := mended(text_of(one.get("name") if isinstance(one, dict) else one)):
                self._names[name] = None
        self._rows += list_of(given.get("messages"))

    def conversation(self, zone: tzinfo, name: str, owners: frozenset[str]) -> Iterator[Conversation]:
        if not self._rows:
            return
        people, keys = People(), Keys()
        for one in self._names:
            people.add(one, one, Role.OWNER if one in owners else Role.OTHER)
        rows = list(reversed(self._rows))  # of the same moment the later ones stand first
        rows.sort(key=_time)
        messages = [message for row in rows if (message := _message(row, people, keys, zone))]
        if messages:
            title = re.sub(r"_\d+$", "", self._title) or name
            yield Conversation(f"meta:{self._key(messages[0])}", title, people.all(), in_time(messages), stable=True)

    def _key(self, first: Message) -> str:
        """What ends a thread's path, whatever the others are called by now; else its name and who takes part.

        A thread that tells nothing of itself is known by its first message.
        """
        found = re.search(r"_([A-Za-z0-9-]{8,})/?$", self._path)
        name = re.sub(r"_\d+$", "", self._path.rpartition("/")[2] or self._title)  # Messenger only counts its files
        told = [part for part in (name, *sorted(self._names)) if part]
        return found[1] if found else digest(*(told or [first.key]))


def _time(row: dict[str, Any]) -> float:
    """Milliseconds; the first downloads told seconds."""
    number = number_of(row.get("timestamp_ms", row.get("timestamp"))) or 0.0
    return number * 1000 if abs(number) < 1e11 and "timestamp_ms" not in row else number


def _message(row: dict[str, Any], people: People, keys: Keys, zone: tzinfo) -> Message | None:
    """A message; None for one that was taken back, and for a reaction that pretends to be one."""
    text = mended(text_of(row.get("content"))) or text_of(row.get("text"))
    if row.get("is_unsent") is True or row.get("isUnsent") is True or _REACTION.fullmatch(text):
        return None
    name = mended(text_of(row.get("sender_name"))) or text_of(row.get("senderName")) or "?"
    if text_of(row.get("type")) in _NOTICES or "call_duration" in row:
        sender = people.add(_SYSTEM, _("Messenger"), Role.SYSTEM)
    else:
        sender = people.add(name, name)
    said = _words(row, text)
    milliseconds = _time(row)
    key = keys.of(str(int(milliseconds)), name, said)
    return Message(key, sender, said, moment_at(milliseconds / 1000, zone))


def _words(row: dict[str, Any], text: str) -> str:
    """What was written, the link that was shared, and the names of files; media alone are no words."""
    if any(part in row for part in _MEDIA) and _STANDS_FOR_MEDIA.fullmatch(text):
        text = ""
    share = dict_of(row.get("share"))
    link, about = text_of(share.get("link")), mended(text_of(share.get("share_text")))
    said = [text, *(part for part in (about, link) if part and part not in text)]
    files = [text_of(file.get("uri")).rpartition("/")[2] for file in list_of(row.get("files"))]
    return with_names("\n".join(filter(None, said)), files)

"""WhatsApp's exported chats (Android and iOS, any language), alone or in the zip file with their pictures."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from mneme.errors import KnownError, Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.chats.chat_times import Dates, Head, read_head
from mneme.parsers.chats.chatting import Keys, People, digest, with_names
from mneme.parsers.chats.conversation import LONGEST
from mneme.parsers.chats.whatsapp_words import (
    is_deleted,
    take_attachments,
    take_placeholder,
    title_of,
    without_edit_mark,
    without_marks,
)
from mneme.parsers.encoding import decode, looks_like_text, suffix_of, too_long
from mneme.parsers.moments import moment_of
from mneme.parsers.zips import Package, name_in_zip
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Role

_SYSTEM = "WhatsApp"  # the participant whose words are the service's own
_LONGEST_NAME = 100
_FEW = 0.2  # a smaller share of lines with another kind of head is text that somebody pasted
_ESCAPED_BLANK = expression(r"^\S{6,10}, \d{1,2}:\d\d\\u202f", re.M)
_SENDER = expression(rf"([^\n]{{1,{_LONGEST_NAME}}}?):(?:\s|$)")
_QUOTES = expression("[\"“”„«»「」]")
_LOGGED = expression(r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|[a-z]\w*(?:\.\w+)+)\b", re.I)
_ENGLISH = expression(r"Messages and calls are|Messages to this|Media omitted|image omitted|file attached|"
                      r"message was deleted|You (?:were added|created|deleted|changed)| created group")
_GENERIC = expression(r"_?(?:whats ?app)?[ _-]?(?:chat|export|conversation)s?[ _-]*\d*", re.I)
_GROUP = expression(r"[\"“„«「]([^\"“”„«»」\n]{1,100})[\"“”»」]")


class WhatsApp:
    """.txt of "[15/03/2024, 14:30:15] Name: text" (iOS) or "15/03/24, 14:30 - Name: text" (Android) lines.

    The order of day and month is settled over the whole file. There are no ids: a message is known by its time,
    sender and text, a chat by its name or (in a file that does not tell it) by its first message.
    https://faq.whatsapp.com/1180414079177245
    """

    format = "whatsapp"
    suffixes: frozenset[str] = frozenset()
    isolated = False

    def recognises(self, head: bytes, name: str) -> float:
        if suffix_of(name) not in (".txt", "", ".text", ".log") or not looks_like_text(head):
            return 0.0
        lines = _unescaped(_beginning(head)).strip().split("\n")
        entries = _entries(lines, [])
        if not entries or _is_log(entries):
            return 0.0
        if title_of(name) or name.casefold().startswith("_chat"):
            return 0.95
        return 0.85 if read_head(lines[0]) and _is_talk(entries) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        decoded = decode(source.data, most=LONGEST)
        yield from read_chat(decoded.text, title_of(source.name), source)
        if len(decoded.text) >= LONGEST:
            raise Unreadable(too_long(LONGEST), _("Split it into several files."))


class WhatsAppArchive:
    """The zip file of an exported chat: "_chat.txt" (iOS) or "WhatsApp Chat with Name.txt", and the media."""

    format = "whatsapp"

    def claims(self, names: Sequence[str]) -> bool:
        """A chat stands with its media in one folder: where there are others, it is just a text among files."""
        folders = {_folder(name) for name in names if _is_chat(_base(name))}
        return bool(folders) and all(_folder(name) in folders for name in names if not _is_hidden(name))

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        problem: KnownError | None = None
        for name in files.names:
            if not _is_chat(_base(name)) or _is_hidden(name):
                continue
            around = f"{_base(_folder(name))}.zip"
            title = title_of(_base(name)) or title_of(around) or title_of(source.name)
            try:
                yield from read_chat(decode(files.read(name) or b"", most=LONGEST).text, title, source)
            except KnownError as error:
                problem = error
        if problem is not None:
            raise problem


def read_chat(text: str, title: str, source: ParseInput) -> Iterator[Conversation]:
    """The chat in an export's text. Raises: Unreadable where there is none."""
    lines = _unescaped(text).split("\n")
    entries = _entries(lines, [])
    if entries and (pasted := _pasted(entries)):
        entries = _entries(lines, pasted)
    if not entries:
        raise Unreadable(_("holds no message of a chat"))
    _name_senders(entries)
    english = any(_ENGLISH.search(entry.lines[0]) for entry in entries)
    dates = Dates([entry.head for entry in entries], source.clock.now().date(), english)
    yield _Chat(entries, dates, source.clock.zone()).conversation(title, source.name)


@dataclass(slots=True)
class _Entry:
    """A head and what follows it until the next one; `sender` None: a notice."""

    head: Head
    lines: list[str] = field(default_factory=list)
    sender: str | None = None

    def text(self) -> str:
        """What the sender said, as it stands there."""
        first = self.lines[0]
        if self.sender is not None:
            first = first[len(self.sender) + 1:]
            first = first[1:] if first[:1].isspace() else first
        return "\n".join([first, *self.lines[1:]]).rstrip("\n")


def _entries(lines: Sequence[str], pasted: Sequence[tuple[str, bool]]) -> list[_Entry]:
    """The messages with their first guess at a sender; heads of a `pasted` style are text."""
    entries: list[_Entry] = []
    for line in lines:
        head = read_head(line)
        if head is not None and (head.style, head.time_first) not in pasted:
            rest = line[head.end:]
            entries.append(_Entry(head, [rest], _first_sender(rest)))
        elif entries:
            entries[-1].lines.append(line)
    return entries


def _pasted(entries: Sequence[_Entry]) -> list[tuple[str, bool]]:
    """Kinds of heads that are so rare that somebody must have pasted them from another chat."""
    styles = Counter((entry.head.style, entry.head.time_first) for entry in entries)
    own = (entries[0].head.style, entries[0].head.time_first)
    return [style for style, count in styles.items() if style != own and count < _FEW * len(entries)]


def _first_sender(rest: str) -> str | None:
    """What stands before the first colon that is not inside of something ("10:30", "https://")."""
    found = _SENDER.match(rest)
    name = found[1] if found else ""
    return name if without_marks(name).strip() and not _QUOTES.search(name) else None


def _name_senders(entries: Sequence[_Entry]) -> None:
    """Settle who sent what, from all messages together: names may hold colons, and notices too."""
    counts = Counter(entry.sender for entry in entries if entry.sender is not None)
    longer = _names_with_colons(entries, counts)
    known = {without_marks(name).strip() for name, count in counts.items() if count > 1}
    for entry in entries:
        if entry.sender in longer:
            entry.sender = longer[entry.sender]
        elif entry.sender is None:
            name = entry.lines[0].partition(":")[0]
            entry.sender = name if name in counts and name != entry.lines[0] else None
        elif counts[entry.sender] == 1 and _is_notice(without_marks(entry.sender).strip(), known):
            entry.sender = None


def _names_with_colons(entries: Sequence[_Entry], counts: Counter[str]) -> dict[str, str]:
    """Names that all go on in the same way up to a second colon: "Dr: Who" is one name."""
    going_on: dict[str, set[str]] = {name: set() for name, count in counts.items() if count >= 3}
    for entry in entries:
        if entry.sender in going_on and len(going_on[entry.sender]) < 2:
            more, colon, _text = entry.lines[0][len(entry.sender) + 1:].partition(": ")
            going_on[entry.sender].add(more if colon else "")
    return {name: f"{name}:{more}" for name, found in going_on.items() for more in found
            if len(found) == 1 and more.strip() and len(more) <= _LONGEST_NAME}


def _is_notice(said: str, known: set[str]) -> bool:
    """Whether what stands before a colon once is a sentence: "Anna changed the subject to", not a name."""
    words = said.split()
    if said[:1] == "+" or len(words) < 4:
        return False
    return len(words) >= 7 or any(
        " ".join(words[:n]) in known and words[n][0].islower() for n in range(1, len(words) - 2))


class _Chat:
    """Makes messages of entries."""

    def __init__(self, entries: Sequence[_Entry], dates: Dates, zone: tzinfo) -> None:
        self._entries, self._dates, self._zone = entries, dates, zone
        self._people, self._keys, self._host = People(), Keys(), ""

    def conversation(self, title: str, file_name: str) -> Conversation:
        messages = [message for index, entry in enumerate(self._entries)
                    if (message := self._message(entry, first=index == 0))]
        title = title or self._host or self._group()
        key = digest("whatsapp", title.casefold()) if title else digest("whatsapp", self._beginning())
        return Conversation(key, title or self._make_title(file_name), self._people.all(), tuple(messages), stable=True)

    def _message(self, entry: _Entry, first: bool) -> Message | None:
        text = without_edit_mark(entry.text())
        if is_deleted(text):
            return None
        sender = _name(entry.sender)
        if first and sender and _is_about_encryption(text):
            self._host, sender = sender, ""
        said, names = _said(text) if sender else (without_marks(text).strip(), [])
        if said is None:
            said, sender = without_marks(text).strip(), ""
        return self._made(entry.head, sender, said, names)

    def _made(self, head: Head, sender: str, said: str, names: Sequence[str]) -> Message:
        # sender and words in one: where a name ends may be seen otherwise once there are more messages
        key = self._keys.of(head.key(), f"{sender}: {said}" if sender else said)
        who = self._people.add(sender, sender) if sender else self._people.add("*", _SYSTEM, Role.SYSTEM)
        when = self._dates.of(head)
        at = moment_of(when, self._zone, "minute" if head.second is None else "second") if when else None
        return Message(key, who, with_names(said, names), at)

    def _group(self) -> str:
        """The group's name in the first notices (it was created under this name)."""
        quoted = (_GROUP.search(entry.text()) for entry in self._entries[:5] if entry.sender is None)
        return next((found[1] for found in quoted if found), "")

    def _beginning(self) -> str:
        entry = self._entries[0]
        return f"{entry.head.key()}\x1f{entry.sender}\x1f{entry.text()}"

    def _make_title(self, file_name: str) -> str:
        stem = file_name.rpartition(".")[0] or file_name
        names = [p.name for p in self._people.all() if p.role is not Role.SYSTEM]
        return ", ".join(names) if _GENERIC.fullmatch(stem) and 0 < len(names) <= 3 else stem


def _said(text: str) -> tuple[str | None, list[str]]:
    """A person's words and the files with them; None where they are WhatsApp's own after all."""
    text, names = take_attachments(text)
    if names:
        return text, names
    placeholder = take_placeholder(text)
    if placeholder is not None:
        return placeholder
    marked = text.startswith(("\u200e", "\u200f\u200e"))  # iOS puts the mark before what nobody typed
    if marked and "\n" not in text and "://" not in text:
        return None, []
    return text.removeprefix("\u200f").removeprefix("\u200e") if marked else text, []


def _name(sender: str | None) -> str:
    """A name without marks; "~" stands before the names of people who are not in the address book."""
    return without_marks(sender or "").strip().removeprefix("~").strip()


def _is_about_encryption(text: str) -> bool:
    return len(text) > 60 and "\n" not in text and ("WhatsApp" in text or "واتساب" in text)


def _is_log(entries: Sequence[_Entry]) -> bool:
    """Whether these lines are a program's: each of its "senders" is a level or a module."""
    names = {_name(entry.sender) for entry in entries if entry.sender is not None}
    return bool(names) and all(map(_LOGGED.match, names))


def _is_talk(entries: Sequence[_Entry]) -> bool:
    """Whether these are messages, not a diary's lines: somebody speaks twice, or the time is written as phones do."""
    senders = [entry.sender for entry in entries if entry.sender is not None]
    typical = any(entry.head.typical for entry in entries)
    return len(senders) > len(set(senders)) or (bool(senders) and typical)


def _is_chat(base: str) -> bool:
    return suffix_of(base) == ".txt" and (base.casefold().startswith("_chat") or bool(title_of(base)))


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _is_hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")


def _base(name: str) -> str:
    """A member's own name, without its folders."""
    return name_in_zip(name.rpartition("/")[2])


def _unescaped(text: str) -> str:
    """The text with its marks and narrow blanks themselves, where a tool wrote them as "\\u202f"."""
    if not text.startswith("\\u") and not _ESCAPED_BLANK.search(text, 0, 200):
        return text
    return re.sub(r"\\u(feff|00a0|20[02][0-9a-f])", lambda found: chr(int(found[1], 16)), text)


def _beginning(head: bytes) -> str:
    """The first characters of a file, the last line (which may be cut) left out where there are others."""
    for bom, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if head.startswith(bom):
            return head[len(bom):].decode(encoding, "replace")
    return head.decode("utf-8", "replace")

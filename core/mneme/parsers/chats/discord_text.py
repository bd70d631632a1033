"""Chats of Discord as DiscordChatExporter writes them in plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo

from mneme.expressions import expression
from mneme.parsers.chats.chatting import Keys, People, digest, in_time, with_names
from mneme.parsers.chats.discord import base_of, date_of
from mneme.parsers.encoding import decode
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Moment

_RULE = "=" * 62
_HEAD = expression(r"\ufeff?={20,}\s*\nGuild: (?P<guild>[^\n]*)\nChannel: (?P<channel>[^\n]*)")
_SAID = expression(r"\[(?P<when>[^\]\n]{8,40})\] (?P<who>[^\n]{1,200}?)(?: \(pinned\))?")
_PART = expression(r"\{(Attachments|Embed|Stickers|Reactions|Poll)\}")


@dataclass(slots=True)
class _Said:
    """A message as its lines come."""

    who: str
    when: str
    at: Moment
    lines: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    part: str = ""
    bare: bool = True  # nothing was written: what is embedded are the words

    def add(self, line: str) -> None:
        if found := _PART.fullmatch(line):
            self.bare = self.bare and not any(map(str.strip, self.lines))
            self.part = found[1]
        elif not self.part or (self.part in ("Embed", "Poll") and self.bare):
            self.lines.append(line)
        elif self.part == "Attachments":
            self.files.append(base_of(line))


class DiscordText:
    """.txt: a head between two rules, then "[time] author", the words, and in braces what else came with them."""

    format = "discord-text"
    suffixes: frozenset[str] = frozenset()
    isolated = False

    def recognises(self, head: bytes, name: str) -> float:
        return 0.95 if _HEAD.match(head.decode("utf-8", "replace").replace("\r\n", "\n")) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        text = decode(source.data, "utf-8", most=len(source.data)).text
        head = _HEAD.match(text)
        guild, channel = (head["guild"].strip(), head["channel"].strip()) if head else ("", source.name)
        people, keys = People(), Keys()
        messages = []
        for one in _said(text, source.clock.zone()):
            words = with_names("\n".join(one.lines).strip("\n"), one.files)
            messages.append(Message(keys.of(one.when, one.who, words), people.add(one.who, one.who), words, one.at))
        name = channel.rpartition(" / ")[2]
        title = name if guild == "Direct Messages" else f"#{name} ({guild})"
        found = re.search(r"\[(\d{15,20})\]", source.name)
        yield Conversation("discord:" + (found[1] if found else digest(guild, channel)), title, people.all(),
                           in_time(messages), stable=True)


def _said(text: str, zone: tzinfo) -> Iterator[_Said]:
    """The messages between the second rule and the third. One begins after a blank line, with a time that is one."""
    rules, said, blank = 0, None, True
    for line in text.split("\n"):
        if line.startswith(_RULE[:20]) and line.strip("=") == "":
            rules += 1
        elif rules == 2:
            found = _SAID.fullmatch(line) if blank else None
            at = date_of(found["when"], zone) if found else None
            if found and at:
                if said:
                    yield said
                said = _Said(found["who"], found["when"], at)
            elif said:
                said.add(line)
        blank = not line
    if said:
        yield said

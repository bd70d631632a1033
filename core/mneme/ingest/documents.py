"""From what a parser made to items with passages: titles, origins, times, spans."""

import hashlib
from collections.abc import Collection, Iterator, Sequence

from mneme.clock import Clock
from mneme.ingest.dates import date_of, find_date
from mneme.ingest.passages import split
from mneme.ports import Found
from mneme.store.columns import HEADINGS
from mneme.store.items import STABLE, NewItem, NewPassage
from mneme.types import Conversation, Document, Message, Moment, Origin, Participant, Role

# Formats that people mostly keep of others' words: pages and books, not their own notes.
OF_OTHERS = frozenset({"html", "pdf", "epub"})

_ORIGINS = {Role.OWNER: Origin.OWNER, Role.OTHER: Origin.OTHER, Role.ASSISTANT: Origin.ASSISTANT,
            Role.SYSTEM: Origin.DERIVED}


def document_item(document: Document, key: str, found: Found, format_name: str, owners: Collection[str],
                  clock: Clock) -> NewItem:
    """The item of a document with its passages. One with a key of its own is known by it in every file."""
    moment, whence = date_of(document, found.path, found.mtime_ns, clock)
    return NewItem(
        key=STABLE + _digest(format_name, document.key) if document.key and document.stable else key,
        title=document.title or found.path.stem or found.path.name, text=document.text,
        origin=_origin(document, format_name, owners), happened_at=moment, happened_from=whence,
        authors=document.authors, tags=document.tags, links=document.links,
        properties=dict(document.properties), notes=document.notes,
        passages=tuple(NewPassage(p.span, HEADINGS.join(p.heading_path), _heading_date(p.heading_path, clock))
                       for p in split(document)))


def conversation_items(conversation: Conversation, owners: Collection[str]) -> Iterator[NewItem]:
    """An item for each message that says something."""
    people = {p.key: _with_owner(p, owners) for p in conversation.participants}
    for seq, message in enumerate(conversation.messages):
        if message.text.strip():
            yield _message_item(conversation, message, seq, people.get(message.sender))


def _heading_date(headings: Sequence[str], clock: Clock) -> Moment | None:
    """The date that the innermost heading with one names: an entry of a log happened then, whatever the file says."""
    dates = (find_date(heading, clock) for heading in reversed(headings))
    return next((date for date in dates if date is not None), None)


def _message_item(conversation: Conversation, message: Message, seq: int, who: Participant | None) -> NewItem:
    return NewItem(
        key=_message_key(conversation, message.key), title=conversation.title, text=message.text,
        origin=_ORIGINS[who.role] if who else Origin.OTHER, happened_at=message.at,
        happened_from="content" if message.at else None, thread=conversation.key, seq=seq,
        speaker=who.name if who else message.sender, reply_to=message.reply_to,
        passages=tuple(NewPassage(p.span) for p in split(Document(message.text))))


def _message_key(conversation: Conversation, message: str) -> str:
    """A key that two conversations cannot share: of one file, or of all where the conversation is stable."""
    return (STABLE if conversation.stable else "") + _digest(conversation.key, message)


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _with_owner(participant: Participant, owners: Collection[str]) -> Participant:
    if participant.role is Role.OTHER and any(is_owner(n, owners) for n in (participant.name, participant.key)):
        return Participant(participant.key, participant.name, Role.OWNER)
    return participant


def _origin(document: Document, format_name: str, owners: Collection[str]) -> Origin:
    if document.origin is not None:
        return document.origin
    if any(is_owner(author, owners) for author in document.authors):
        return Origin.OWNER
    return Origin.OTHER if format_name in OF_OTHERS else Origin.OWNER


def is_owner(name: str, owners: Collection[str]) -> bool:
    """Whether a name or address is one that the owner goes by; `owners` are case-folded."""
    return name.strip().casefold() in owners


"""From what a parser made to items with passages: titles, origins, times, spans."""

import hashlib
from collections.abc import Iterator, Sequence

from mneme.clock import Clock
from mneme.ingest.dates import date_of, find_date
from mneme.ingest.passages import split
from mneme.ports import Found
from mneme.store.columns import HEADINGS
from mneme.store.items import NewItem, NewPassage
from mneme.types import Conversation, Document, Message, Moment, Origin, Participant, Role

# Formats that people mostly keep of others' words: pages and books, not their own notes.
OF_OTHERS = frozenset({"html", "pdf", "epub"})

_ORIGINS = {Role.OWNER: Origin.OWNER, Role.OTHER: Origin.OTHER, Role.ASSISTANT: Origin.ASSISTANT,
            Role.SYSTEM: Origin.DERIVED}


def document_item(document: Document, key: str, found: Found, format_name: str, owner: str, clock: Clock) -> NewItem:
    """The item of a document with its passages."""
    moment, whence = date_of(document, found.path, found.mtime_ns, clock)
    return NewItem(
        key=key, title=document.title or found.path.stem or found.path.name, text=document.text,
        origin=_origin(document, format_name, owner), happened_at=moment, happened_from=whence,
        authors=document.authors, tags=document.tags, links=document.links,
        properties=dict(document.properties), notes=document.notes,
        passages=tuple(NewPassage(p.span, HEADINGS.join(p.heading_path), _heading_date(p.heading_path, clock))
                       for p in split(document)))


def conversation_items(conversation: Conversation, owner: str) -> Iterator[NewItem]:
    """An item for each message that says something."""
    people = {p.key: _with_owner(p, owner) for p in conversation.participants}
    for seq, message in enumerate(conversation.messages):
        if message.text.strip():
            yield _message_item(conversation, message, seq, people.get(message.sender))


def _heading_date(headings: Sequence[str], clock: Clock) -> Moment | None:
    """The date that the innermost heading with one names: an entry of a log happened then, whatever the file says."""
    dates = (find_date(heading, clock) for heading in reversed(headings))
    return next((date for date in dates if date is not None), None)


def _message_item(conversation: Conversation, message: Message, seq: int, who: Participant | None) -> NewItem:
    return NewItem(
        key=_message_key(conversation.key, message.key), title=conversation.title, text=message.text,
        origin=_ORIGINS[who.role] if who else Origin.OTHER, happened_at=message.at,
        happened_from="content" if message.at else None, thread=conversation.key, seq=seq,
        speaker=who.name if who else message.sender, reply_to=message.reply_to,
        passages=tuple(NewPassage(p.span) for p in split(Document(message.text))))


def _message_key(conversation: str, message: str) -> str:
    """A key that two conversations of one file cannot share."""
    return hashlib.blake2b(f"{conversation}\x1f{message}".encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _with_owner(participant: Participant, owner: str) -> Participant:
    if participant.role is Role.OTHER and _same_name(participant.name, owner):
        return Participant(participant.key, participant.name, Role.OWNER)
    return participant


def _origin(document: Document, format_name: str, owner: str) -> Origin:
    if document.origin is not None:
        return document.origin
    if any(_same_name(author, owner) for author in document.authors):
        return Origin.OWNER
    return Origin.OTHER if format_name in OF_OTHERS else Origin.OWNER


def _same_name(name: str, owner: str) -> bool:
    return bool(owner) and name.strip().casefold() == owner.strip().casefold()


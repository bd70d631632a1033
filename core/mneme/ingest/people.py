"""Whose words a chat holds: senders whom a rule keeps out, and speakers of whom one may be the owner."""

from collections.abc import Collection
from dataclasses import replace

from mneme.ingest.documents import is_owner
from mneme.ingest.wish import Wish
from mneme.types import Candidate, Conversation, Role


def heard(conversation: Conversation, wish: Wish, left_out: list[tuple[str, str]]) -> Conversation:
    """The conversation without those whom a rule of the owner keeps out, and without what was said in private mode.

    What went is noted by the name alone.
    """
    why = {person.key: (person.name, reason) for person in conversation.participants
           if (reason := wish.ask(Candidate(sender=person.name)) or wish.ask(Candidate(sender=person.key))) is not None}
    private = {message.key: reason for message in conversation.messages if message.at is not None
               and (reason := wish.ask(Candidate(changed_at=message.at.utc))) is not None}
    if not why and not private:
        return conversation
    left_out += [value for key, value in why.items() if any(m.sender == key for m in conversation.messages)]
    left_out += [(conversation.title, reason) for reason in dict.fromkeys(private.values())]
    return replace(conversation, participants=tuple(p for p in conversation.participants if p.key not in why),
                   messages=tuple(message for message in conversation.messages
                                  if message.sender not in why and message.key not in private))


def speakers(conversation: Conversation, owners: Collection[str]) -> set[str]:
    """Who speaks in a chat between people in which nobody is known to be the owner: one of them may be."""
    people = conversation.participants
    if any(p.role is not Role.OTHER and p.role is not Role.SYSTEM for p in people) or any(
            is_owner(p.name, owners) or is_owner(p.key, owners) for p in people):
        return set()
    speaking = {message.sender for message in conversation.messages}
    return {p.name for p in people if p.role is Role.OTHER and p.key in speaking}

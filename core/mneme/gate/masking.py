"""Documents and conversations with their secrets masked, in every text of them that is kept."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from mneme.gate.secrets import masked, secrets_in
from mneme.messages import _, ngettext
from mneme.types import Conversation, Document, Message, Participant

Kinds = tuple[str, ...]


class _Masking:
    """Masks texts and remembers the kinds of what was found."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.key = cache(_clear_key)  # the same few people send all messages

    def text(self, text: str) -> str:
        clear, kinds = masked(text)
        self.kinds += kinds
        return clear

    def texts(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self.text, texts))

    def properties(self, properties: Mapping[str, str]) -> dict[str, str]:
        """Values, each read together with its name: "password" may stand there alone."""
        return {self.text(name): self._value(name, value) for name, value in properties.items()}

    def _value(self, name: str, value: str) -> str:
        label = f"{name.replace(chr(10), ' ')}: "
        return self.text(label + value)[len(label):]


def _clear_key(key: str) -> str:
    """A key that holds a secret becomes its digest: keys must stay different, and the same in every export."""
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=12).hexdigest() if secrets_in(key) else key


def masked_document(document: Document) -> tuple[Document, Kinds]:
    """The document without secrets and with a note that says so, and the kinds of what was masked.

    Spans stay true: a text keeps its length. A document without secrets is given back as it is.
    """
    masking = _Masking()
    clear = replace(
        document, text=masking.text(document.text),
        title=None if document.title is None else masking.text(document.title),
        authors=masking.texts(document.authors), tags=masking.texts(document.tags), links=masking.texts(document.links),
        properties=masking.properties(document.properties), notes=masking.texts(document.notes),
        key=masking.key(document.key))
    if not masking.kinds:
        return replace(document, key=clear.key), ()
    return replace(clear, notes=(*clear.notes, note(masking.kinds))), tuple(masking.kinds)


def masked_conversation(conversation: Conversation) -> tuple[Conversation, Kinds]:
    """The conversation without secrets, and the kinds of what was masked."""
    masking = _Masking()
    clear = replace(
        conversation, key=masking.key(conversation.key), title=masking.text(conversation.title),
        participants=tuple(_participant(masking, one) for one in conversation.participants),
        messages=tuple(_message(masking, one) for one in conversation.messages))
    return clear, tuple(masking.kinds)


def _participant(masking: _Masking, one: Participant) -> Participant:
    return replace(one, key=masking.key(one.key), name=masking.text(one.name))


def _message(masking: _Masking, one: Message) -> Message:
    return replace(one, key=masking.key(one.key), sender=masking.key(one.sender), text=masking.text(one.text),
                   reply_to=None if one.reply_to is None else masking.key(one.reply_to))


def note(kinds: Iterable[str]) -> str:
    """A sentence for the owner: "Secrets were masked: 2 passwords, 1 payment card."."""
    return _("Secrets were masked: {what}.").format(what=counted(Counter(map(group, kinds))))


def counted(counts: Mapping[str, int]) -> str:
    """Secrets by `group` in words: "2 passwords, 1 payment card"."""
    return ", ".join(_counted(what, n) for what, n in counts.items())


def group(kind: str) -> str:
    """The kind of a secret as its owner knows it: every password is one, and what services give out are access keys."""
    if kind in ("password", "PIN", "Wi-Fi password", "password hash"):
        return "password"
    return kind if kind in ("private key", "payment card", "bank account", "one-time code", "recovery code",
                            "seed phrase", "social security number") else "access key"


def _counted(what: str, n: int) -> str:
    said = {
        "password": ngettext("{n} password", "{n} passwords", n),
        "private key": ngettext("{n} private key", "{n} private keys", n),
        "payment card": ngettext("{n} payment card", "{n} payment cards", n),
        "bank account": ngettext("{n} bank account", "{n} bank accounts", n),
        "one-time code": ngettext("{n} one-time code", "{n} one-time codes", n),
        "recovery code": ngettext("{n} recovery code", "{n} recovery codes", n),
        "seed phrase": ngettext("{n} seed phrase", "{n} seed phrases", n),
        "social security number": ngettext("{n} social security number", "{n} social security numbers", n),
        "access key": ngettext("{n} access key", "{n} access keys", n),
    }
    return said[what].format(n=n)

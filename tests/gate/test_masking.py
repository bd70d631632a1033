"""Masking whole documents and conversations: every text that is kept, and what is said about it."""

from datetime import UTC, datetime

from mneme.gate.masking import masked_conversation, masked_document, note
from mneme.gate.secrets import MASK
from mneme.types import Block, Conversation, Document, Message, Moment, Participant

CARD = "4111 1111 1111 1111"
HIDDEN = MASK * len(CARD)


def test_every_text_of_a_document() -> None:
    text = f"Paid with {CARD}."
    document = Document(text, (Block("paragraph", 0, len(text)),), f"Card {CARD}", (f"Robin {CARD}",), tags=(CARD,),
                        links=("https://a:b9c8@example.com/",), properties={"password": "swordfish9", "card": CARD},
                        notes=(f"about {CARD}",), key=f"id {CARD}")
    clear, kinds = masked_document(document)
    assert clear.text == f"Paid with {HIDDEN}."
    assert clear.blocks == document.blocks
    assert (clear.title, clear.authors, clear.tags) == (f"Card {HIDDEN}", (f"Robin {HIDDEN}",), (HIDDEN,))
    assert clear.links == ("https://a:████@example.com/",)
    assert clear.properties == {"password": MASK * 10, "card": HIDDEN}
    assert clear.notes == (f"about {HIDDEN}", "Secrets were masked: 6 payment cards, 2 passwords.")
    assert CARD not in clear.key
    assert sorted(kinds) == ["password"] * 2 + ["payment card"] * 6


def test_a_document_without_secrets_is_left_as_it_is() -> None:
    document = Document("I forgot my password yesterday.", title="Notes", properties={"mood": "calm"})
    assert masked_document(document) == (document, ())


def test_every_text_of_a_conversation_and_its_keys_stay_different() -> None:
    at = Moment(datetime(2025, 6, 1, tzinfo=UTC))
    other = "5555 5555 5555 4444"
    conversation = Conversation(
        "k", f"About {CARD}", (Participant(CARD, f"Ann {CARD}"), Participant(other, "Bo")),
        (Message("1", CARD, "your code is 482913", at), Message("2", other, "thanks", at, reply_to="1")))
    clear, kinds = masked_conversation(conversation)
    assert clear.title == f"About {HIDDEN}"
    assert [one.name for one in clear.participants] == [f"Ann {HIDDEN}", "Bo"]
    assert [one.text for one in clear.messages] == ["your code is ██████", "thanks"]
    assert [one.key for one in clear.participants] == [one.sender for one in clear.messages]
    assert len({one.key for one in clear.participants}) == 2
    assert CARD not in str(clear)
    assert "one-time code" in kinds


def test_the_note_counts_by_what_the_owner_calls_them() -> None:
    assert note(["password", "PIN", "GitHub token", "payment card"]) == (
        "Secrets were masked: 2 passwords, 1 access key, 1 payment card.")

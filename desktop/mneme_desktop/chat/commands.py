"""What can be typed before a question: /find, /when, /who, /deep."""

import re
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.messages import _

FIND, WHEN, WHO, DEEP = "find", "when", "who", "deep"
# Questions are understood in English: these are its forms, not sentences for the owner.
_AUXILIARY = expression(r"\b(?:am|is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)\b",
                        re.IGNORECASE)
_NAME = expression(r"(?:[^\W\d_a-z][\w'.-]*)(?:\s[^\W\d_a-z][\w'.-]*){0,3}")


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it is typed, without its slash, and what it does in a few words."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: the command ("" for none), and the words after it."""

    command: str
    words: str


def commands() -> tuple[Command, ...]:
    """All commands, in the order in which they are offered."""
    return (Command(FIND, _("memories with these words")), Command(WHEN, _("when something was")),
            Command(WHO, _("who somebody is, or who did something")),
            Command(DEEP, _("take the question apart first")))


def offered(typed: str) -> tuple[Command, ...]:
    """The commands that what is typed so far may become; none once a space follows, or where no slash begins it."""
    if not typed.startswith("/") or any(character.isspace() for character in typed):
        return ()
    return tuple(one for one in commands() if f"/{one.name}".startswith(typed.lower()))


def parsed(typed: str) -> Typed:
    """Take a command off the words; what begins like none is a question as it stands ("/etc/hosts says what?")."""
    head, _space, words = typed.strip().partition(" ")
    known = {f"/{one.name}": one.name for one in commands()}
    name = known.get(head.lower(), "")
    return Typed(name, words.strip() if name else typed.strip())


def whole_question(typed: Typed) -> str:
    """The whole question that a command stands for: "/when the boat trip" asks "When was the boat trip?"."""
    words = typed.words.rstrip("? ")
    if typed.command == WHEN and not words.lower().startswith("when"):
        return f"When {words}?" if _AUXILIARY.search(words) else f"When was {words}?"
    if typed.command == WHO and not words.lower().startswith("who"):
        return f"Who is {words}?" if _NAME.fullmatch(words) else f"Who {words}?"
    return typed.words

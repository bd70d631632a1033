"""What a question asks for: whether a time, and about whom."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mneme.recall.lexical import words_of
from mneme.recall.stopwords import FIRST_PERSON, SECOND_PERSON
from mneme.types import Memory, Origin

_WHEN = re.compile(
    r"^\W*(?:(?:and|so|but|do you know|tell me|remember)\W+)*"
    r"(?:when\b|since when\b|"
    r"(?:(?:on|in|during|to|until|till|from|since|by|for) )?"
    r"(?:what|which) (?:exact )?(?:date|day|week|weekend|month|year|season)\b|"
    r"wann\b|seit wann\b|an welchem (?:tag|datum)\b|in welche[mr] (?:jahr|monat|woche)\b|"
    r"quand\b|quel jour\b|quelle date\b|en quelle année\b|"
    r"¿?(?:cuándo|cuando)\b|¿?(?:qué|que) (?:día|fecha)\b|¿?en qué (?:año|mes)\b|"
    r"når\b|hvilken (?:dag|dato)\b|hvilket år\b|quando\b|wanneer\b)", re.IGNORECASE)
_WHEN_INSIDE = re.compile(r"\b(?:when (?:did|was|were|is|are|does|do|will|has|have|had)|what (?:date|year))\b",
                          re.IGNORECASE)

_TO_ASSISTANT = re.compile(r"\b(?:you|your|assistant|chatbot|bot|ai|chatgpt|claude|gemini)\b", re.IGNORECASE)

_QUANTITY = re.compile(
    r"\bhow (?:many|much|old|tall|long|far|big|small|high|often|large|wide|heavy|deep|fast|late|early|soon)\b|"
    r"\bwhat(?:'s| is| was) (?:\S+ ){0,4}?(?:code|pin|number|price|cost|size|weight|height|age|temperature)\b|"
    r"\bwhat (?:age|number|percentage|time)\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|"
    r"million|half|few|several|couple|dozen|every|each|daily|weekly|monthly|yearly|once|twice|an?|years?|months?|weeks?|"
    r"days?|hours?|minutes?|ages|while|none|no|all)\b", re.IGNORECASE)


_CODE = re.compile(r"\b(?:what|which)(?:'s)? (?:\S+ ){0,4}?(?:code|pin|number)\b", re.IGNORECASE)
_WRITTEN_DATE = re.compile(r"\b(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b")


def lacks_quantity(question: str, answer: str) -> bool:
    """Does the question ask for a number or an amount, and is there none in the answer? A date is no code."""
    if _CODE.search(question):
        return not re.search(r"\d", _WRITTEN_DATE.sub("", answer))
    return asks_quantity(question) and not tells_quantity(answer)


def asks_quantity(question: str) -> bool:
    """Does the question ask for a number or an amount (in English)?"""
    return bool(_QUANTITY.search(question))


def tells_quantity(answer: str) -> bool:
    """Is there a number, or a word for an amount, in the answer?"""
    return bool(_AMOUNT.search(answer))


def asks_when(question: str) -> bool:
    """Does the question ask for a date or a stretch of time (not for a clock time or a duration)?"""
    return bool(_WHEN.search(question) or _WHEN_INSIDE.search(question))


def asks_assistant(question: str) -> bool:
    """Does the question ask for what an assistant said ("what did you suggest", "the assistant's list")?"""
    return bool(_TO_ASSISTANT.search(question))


@dataclass(frozen=True, slots=True)
class About:
    """Whom a question is about, among those who speak in the memories at hand; `words` are their names' words."""

    speakers: frozenset[str]
    words: frozenset[str]

    def is_stranger(self, memory: Memory) -> bool:
        """Does somebody else speak here, and neither of them nor to them?

        "I lost my job", said by Ann, does not answer what Ben lost; "Ben lost his job" and "you lost yours" may.
        """
        if not self.speakers or memory.speaker is None or memory.speaker in self.speakers:
            return False
        return (SECOND_PERSON | self.words).isdisjoint(words_of(memory.text))


def about(question: str, memories: Iterable[Memory]) -> About:
    """Whom the question names; "I" and "my" name the owner."""
    asked = set(words_of(question))
    first_person = not FIRST_PERSON.isdisjoint(asked)
    named = {m.speaker for m in memories if m.speaker is not None
             and ((first_person and m.origin is Origin.OWNER) or not asked.isdisjoint(words_of(m.speaker)))}
    return About(frozenset(named), frozenset(word for name in named for word in words_of(name)))

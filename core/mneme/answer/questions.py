"""What a question asks for, as answering needs it: a time or an amount, from an assistant or not, and about whom."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mneme.recall.lexical import words_of
from mneme.recall.stopwords import SECOND_PERSON
from mneme.recall.understanding.asked import Wanted, wanted
from mneme.recall.understanding.question import Question
from mneme.types import Memory, Origin

_TO_ASSISTANT = re.compile(r"\b(?:you|your|assistant|chatbot|bot|ai|chatgpt|claude|gemini)\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|"
    r"million|half|few|several|couple|dozen|every|each|daily|weekly|monthly|yearly|once|twice|an?|years?|months?|weeks?|"
    r"days?|hours?|minutes?|ages|while|none|no|all)\b", re.IGNORECASE)
_CODE = re.compile(r"\b(?:what|which)(?:'s)? (?:\S+ ){0,4}?(?:code|pin|number)\b", re.IGNORECASE)
_WRITTEN_DATE = re.compile(r"\b(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b")
_AMOUNTS = frozenset((Wanted.QUANTITY, Wanted.COUNT, Wanted.FREQUENCY, Wanted.DURATION))


def lacks_quantity(question: str, answer: str) -> bool:
    """Does the question ask for a number or an amount, and is there none in the answer? A date is no code."""
    if _CODE.search(question):
        return not re.search(r"\d", _WRITTEN_DATE.sub("", answer))
    return asks_quantity(question) and not tells_quantity(answer)


def asks_quantity(question: str) -> bool:
    """Does the question ask for a number or an amount?"""
    return wanted(question) in _AMOUNTS


def tells_quantity(answer: str) -> bool:
    """Is there a number, or a word for an amount, in the answer?"""
    return bool(_AMOUNT.search(answer))


def asks_when(question: str) -> bool:
    """Does the question ask for a date or a stretch of time (not for a clock time or a duration)?"""
    return wanted(question) is Wanted.DATE


def asks_assistant(question: str) -> bool:
    """Does the question speak to an assistant or of one ("what did you suggest", "the assistant's list")?"""
    return bool(_TO_ASSISTANT.search(question))


@dataclass(frozen=True, slots=True)
class About:
    """Whom a question is about, among those who speak in the memories at hand; `words` are their names' words."""

    speakers: frozenset[str]
    words: frozenset[str]

    def share(self, memory: Memory) -> float:
        """1 where one of them speaks, 0 where somebody else does, a half where nobody is named or nobody speaks."""
        if not self.speakers or memory.speaker is None:
            return 0.5
        return float(memory.speaker in self.speakers)

    def may_tell(self, memory: Memory) -> bool:
        """May this tell what the named did? They speak, or are named in it, or nobody is asked about."""
        return self.share(memory) > 0.0 or not self.words.isdisjoint(words_of(memory.text))

    def instead_of(self, memory: Memory) -> str | None:
        """Who is to be thought to speak where a stranger does: one of the named. None where no stranger speaks.

        If the memory answers so, and no memory of the named one does, the question holds a mistake: it was told of
        somebody else.
        """
        return min(self.speakers) if self.is_stranger(memory) else None

    def is_stranger(self, memory: Memory) -> bool:
        """Does somebody else speak here, and neither of them nor to them?

        "I lost my job", said by Ann, does not answer what Ben lost; "Ben lost his job" and "you lost yours" may.
        """
        if not self.speakers or memory.speaker is None or memory.speaker in self.speakers:
            return False
        return (SECOND_PERSON | self.words).isdisjoint(words_of(memory.text))


def about(question: Question, memories: Iterable[Memory]) -> About:
    """Whom the question names; "I" and "my" name the owner, "what did you suggest" the assistant."""
    asked = set(words_of(question.text))
    named = {m.speaker for m in memories if m.speaker is not None and (
        m.origin is Origin.ASSISTANT if question.to_assistant else
        (question.of_owner and m.origin is Origin.OWNER) or not asked.isdisjoint(words_of(m.speaker)))}
    return About(frozenset(named), frozenset(word for name in named for word in words_of(name)))

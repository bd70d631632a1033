"""What a question asks for, as answering needs it: an amount or not, and about whom."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.recall.lexical import words_of
from mneme.recall.stopwords import SECOND_PERSON
from mneme.recall.understanding.question import Question, Wanted, meant
from mneme.types import Memory

_AMOUNT = expression(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|"
    r"million|half|few|several|couple|dozen|every|each|daily|weekly|monthly|yearly|once|twice|an?|years?|months?|weeks?|"
    r"days?|hours?|minutes?|ages|while|none|no|all)\b", re.IGNORECASE)
_CODE = expression(r"\b(?:what|which)(?:'s)? (?:\S+ ){0,4}?(?:code|pin|number)\b", re.IGNORECASE)
_WRITTEN_DATE = expression(r"\b(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b")
_AMOUNTS = frozenset((Wanted.QUANTITY, Wanted.COUNT, Wanted.FREQUENCY, Wanted.DURATION))


def lacks_quantity(question: Question, answer: str) -> bool:
    """Does the question ask for a number or an amount, and is there none in the answer? A date is no code."""
    if _CODE.search(question.text):
        return not re.search(r"\d", _WRITTEN_DATE.sub("", answer))
    return question.wanted in _AMOUNTS and not _AMOUNT.search(answer)


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
    named = frozenset(name for name, _origin in meant(question, {(m.speaker, m.origin) for m in memories}))
    return About(named, frozenset(word for name in named for word in words_of(name)))

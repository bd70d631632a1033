"""A conversation with a language model: what was sent, what was left out since, and the summary that stands for it."""

import math
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mneme.expressions import expression
from mneme.ports import Turn
from mneme.recall.lexical import question_terms

AGAIN = 2  # turns that left the conversation and are brought back where the question is about them
PHRASES, PHRASE_DECAY, LONGEST_PHRASE = 40, 0.97, 90  # of what a conversation keeps in mind without a summary
_CLAUSE = expression(r"[^.;!?\n]+")


@dataclass(slots=True)
class Past:
    """A turn that is over: the question, the answer, and the messages that it was sent as, to be sent the same again.

    `numbers` are the memories that it showed, by number; they are gone from the prompt once it is made `plain`.
    """

    asked: str
    answer: str
    turns: tuple[Turn, ...]
    numbers: dict[int, int] = field(default_factory=dict)
    plain: bool = False

    def make_plain(self) -> None:
        """Keep the question and the answer alone."""
        self.turns = (Turn("user", self.asked), Turn("assistant", self.answer))
        self.numbers = {}
        self.plain = True


@dataclass(slots=True)
class Talk:
    """One conversation. `summary` tells of the turns that were left out, which stay `behind`, to be looked up.

    `chat` is its row, if it is to be kept (`keep`) and has begun. Numbers [n] are given once in a conversation, so that
    what was shown can be cited again. One question at a time: hold `lock`.
    """

    chat: int | None = None
    keep: bool = False
    past: list[Past] = field(default_factory=list)
    behind: list[tuple[str, str]] = field(default_factory=list)
    summary: str = ""
    last_number: int = 0
    phrases: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    abroad: "Talk | None" = None

    def at(self, place: str) -> "Talk":
        """The conversation as far as a model at this place may know it.

        A server sees what was asked with its help, and nothing of what was answered on this computer.
        """
        if place == "here":
            return self
        self.abroad = self.abroad or Talk()
        return self.abroad

    def said(self) -> tuple[tuple[str, str | None], ...]:
        """The questions and answers so far, oldest first."""
        return (*self.behind, *((one.asked, one.answer) for one in self.past))

    def shown(self) -> dict[int, int]:
        """The numbers of the memories that still stand in the prompt, by memory."""
        return {memory: number for one in self.past for number, memory in one.numbers.items()}

    def add(self, asked: str, answer: str) -> None:
        """A turn that no language model wrote, or one elsewhere: its words alone stand in the prompt."""
        past = Past(asked, answer, ())
        past.make_plain()
        self.past.append(past)

    def next_number(self) -> int:
        self.last_number += 1
        return self.last_number

    def leave_behind(self) -> Past:
        """Take the oldest turn out of the prompt; it can be looked up, and its telling phrases are kept in mind."""
        oldest = self.past.pop(0)
        self.behind.append((oldest.asked, oldest.answer))
        self._keep_in_mind((oldest.asked, oldest.answer))
        return oldest

    def about(self, question: str) -> list[tuple[str, str]]:
        """Turns left behind that a question is about, by their rarer words, best first."""
        asked = set(question_terms(question))
        if not asked or not self.behind:
            return []
        words = [set(question_terms(f"{one} {answer}")) for one, answer in self.behind]
        held = Counter(word for turn in words for word in turn)
        scores = [sum(math.log1p(len(words) / held[word]) for word in asked & turn) for turn in words]
        best = sorted(range(len(words)), key=lambda place: (-scores[place], -place))[:AGAIN]
        return [self.behind[place] for place in sorted(best) if scores[place] > 0.0]

    def in_mind(self, most: int = 12) -> list[str]:
        """The phrases of the turns left behind that tell most, those said lately a little more."""
        return sorted(self.phrases, key=lambda phrase: -self.phrases[phrase])[:most]

    def _keep_in_mind(self, texts: Iterable[str]) -> None:
        """SirLLM's filter at the level of text: what is improbable is kept, and decays with each round (#381).

        A phrase weighs the information of its words, -log of how often this conversation uses them.
        """
        said = [word for one in self.said() for text in one if text for word in question_terms(text)]
        counts, total = Counter(said), max(len(said), 1)
        self.phrases = {phrase: weight * PHRASE_DECAY for phrase, weight in self.phrases.items()}
        for text in texts:
            for clause in (" ".join(found.group().split())[:LONGEST_PHRASE] for found in _CLAUSE.finditer(text)):
                terms = set(question_terms(clause))
                if terms:
                    self.phrases[clause] = sum(-math.log((counts[term] or 1) / (total + 1)) for term in terms)
        for phrase in sorted(self.phrases, key=lambda one: self.phrases[one])[:-PHRASES or None]:
            del self.phrases[phrase]


def taken_up(turns: Sequence[tuple[str, str | None]], most: int) -> Talk:
    """A conversation that goes on: its last `most` turns stand in the prompt, what came before is looked up."""
    talk = Talk(behind=[(asked, answer or "") for asked, answer in turns[:-most or None]] if len(turns) > most else [])
    for asked, answer in turns[-most:]:
        talk.add(asked, answer or "")
    return talk

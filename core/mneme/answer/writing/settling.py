"""From sentences as a model wrote them to sentences that an owner may read: each is checked, cited, or dropped."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mneme.answer import citing
from mneme.answer.checking import Evidence, Verdict
from mneme.answer.writing.evidence import Shown
from mneme.answer.writing.unfolding import Raw
from mneme.expressions import expression
from mneme.memory.sentences import sentences
from mneme.messages import _
from mneme.recall.lexical import question_terms
from mneme.types import Citation, Memory, Origin, Sentence, Support

Check = Callable[[str, Sequence[Evidence], Sequence[str], str], Verdict]
"""Judges a sentence by the evidence it cites and by what Mneme counted; the last is the question that it answers."""

NOTHING = expression(r"\W*no[ _]memory\b\W*", re.IGNORECASE)  # what a model writes that found nothing
LOOKED_AT = 3  # memories that may say what a sentence says, where those it cites do not
AT_ALL, PUT_RIGHT = 0.3, 0.7  # shares of its words in such a memory: to be looked at; to be cited in its place
SAME = 0.6  # the share of a thought's words from which on a sentence says it again
SHOWN = frozenset((Support.SUPPORTED, Support.COMPUTED, Support.UNSURE))


@dataclass(slots=True)
class Settling:
    """Collects the checked sentences of one answer, their citations, and what was dropped."""

    shown: Mapping[int, Shown]  # by number
    computed: Sequence[str]
    check: Check | None  # None: nothing is checked, and all is marked
    asked: str = ""
    kept: list[Sentence] = field(default_factory=list)
    dropped: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    nothing: bool = False  # the model says that there is no such memory

    def take(self, raw: Raw) -> None:
        """Judge a sentence; the same one again is passed over."""
        if NOTHING.fullmatch(raw.text):
            self.nothing = True
        elif any(one.text == raw.text for one in (*self.kept, *self.dropped)):
            return
        else:
            self._judge(raw)

    def give_up(self) -> None:
        """Nothing of it is shown: what was marked alone is no answer."""
        self.dropped = [*self.kept, *self.dropped]
        self.kept, self.citations = [], []

    def _judge(self, raw: Raw) -> None:
        cited = [self.shown[number] for number in raw.numbers if number in self.shown]
        verdict, used = self._verdict(raw, cited)
        if verdict.support in SHOWN:
            cites = tuple(self._cite(one.memory, raw.text) for one in used)
            self.kept.append(Sentence(raw.text, tuple(dict.fromkeys(cites)), verdict.support, verdict.doubtful,
                                      verdict.why))
        else:
            self.dropped.append(Sentence(raw.text, (), verdict.support, verdict.doubtful, verdict.why))

    def _verdict(self, raw: Raw, cited: Sequence[Shown]) -> tuple[Verdict, Sequence[Shown]]:
        """What is to be held of it, and what it stands on: where the wrong place is cited, the right one is found.

        The right one is a single memory: of many together something could be pieced that none of them says.
        """
        best: tuple[Verdict, Sequence[Shown]] | None = None
        for among, share in self._places(raw, cited):
            verdict = self._checked(raw, among)
            if verdict.support is Support.SUPPORTED and share < PUT_RIGHT:
                verdict = replace(verdict, support=Support.UNSURE, why=_("It names no memory that says so."))
            used = [among[place] for place in verdict.used] or among
            if best is None or _better(verdict.support, best[0].support):
                best = (verdict, used[:citing.MOST_CITATIONS])
            if verdict.support in (Support.SUPPORTED, Support.COMPUTED):
                break
        if best is None or (not cited and best[0].support is Support.UNSUPPORTED):
            return self._checked(raw, []), []  # what was counted stands by itself
        return best

    def _checked(self, raw: Raw, among: Sequence[Shown]) -> Verdict:
        if self.check is None:
            return Verdict(Support.UNSURE, why=_("It was not checked."))
        return self.check(raw.text, [evidence_of(one) for one in among], self.computed, self.asked)

    def _places(self, raw: Raw, cited: Sequence[Shown]) -> list[tuple[Sequence[Shown], float]]:
        """What it cites, and then, one by one, the other memories that share most words with it, and which share.

        What it cites is taken at its word: its share is 1.
        """
        wanted = set(question_terms(raw.text))
        others = [one for one in self.shown.values() if [one] != list(cited)]
        near = [(len(wanted & set(question_terms(one.memory.text))) / max(len(wanted), 1), one) for one in others]
        near.sort(key=lambda pair: -pair[0])
        return [*([(cited, 1.0)] if cited else []),
                *(([one], share) for share, one in near[:LOOKED_AT] if share >= AT_ALL)]

    def _cite(self, memory: Memory, sentence: str) -> int:
        citation = citing.nearest(memory, place_of(memory.text, sentence))
        for place, one in enumerate(self.citations):
            if (one.memory, one.span) == (citation.memory, citation.span):
                return place
        self.citations.append(citation)
        return len(self.citations) - 1


def text_of(kept: Sequence[Sentence]) -> str:
    """An answer as one text: [1] are its citations, (?) marks what is not certain."""
    return " ".join(" ".join(filter(None, (
        one.text, "".join(f"[{cite + 1}]" for cite in one.cites), "(?)" if one.support is Support.UNSURE else "")))
        for one in kept)


def without_numbers(kept: Sequence[Sentence]) -> str:
    """The sentences alone."""
    return " ".join(one.text for one in kept)


def evidence_of(one: Shown) -> Evidence:
    """A memory as the check takes it."""
    memory = one.memory
    return Evidence(memory.text, memory.speaker, memory.origin is Origin.OWNER,
                    memory.happened_at if memory.dated else None, one.before.text if one.before is not None else "")


def place_of(text: str, sentence: str) -> tuple[int, int]:
    """The sentence of `text` that shares most with `sentence`."""
    wanted = set(question_terms(sentence))
    spans = sentences(text) or [(0, len(text))]
    return max(spans, key=lambda span: (len(wanted & set(question_terms(text[span[0]:span[1]]))), -span[0]))


def said_again(thoughts: Sequence[tuple[int, str]], kept: Sequence[Sentence]) -> tuple[int, ...]:
    """The thoughts that an answer says again: those of whose words most stand in one of its sentences."""
    said = [set(question_terms(one.text)) for one in kept]
    return tuple(memory for memory, text in thoughts if (wanted := set(question_terms(text)))
                 and any(len(wanted & words) >= SAME * len(wanted) for words in said))


def says_nothing(draft: str) -> bool:
    """Whether a text begins to say that there is no such memory."""
    return bool(NOTHING.match(draft))


_ORDER = (Support.UNSUPPORTED, Support.UNSURE, Support.COMPUTED, Support.SUPPORTED)


def _better(one: Support, other: Support) -> bool:
    return _ORDER.index(one) > _ORDER.index(other)

"""Whether a sentence is shown plainly, marked, or not at all, and why."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mneme.answer.checking.evidence import Evidence, chosen, names
from mneme.answer.checking.orders import is_order, without_orders
from mneme.answer.checking.signs import Signs, says_nothing, signs
from mneme.answer.checking.times import timing, unknown_numbers
from mneme.answer.checking.words import Token, is_content, tokens
from mneme.messages import _
from mneme.types import Span, Support

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Near = Callable[[Sequence[str], Sequence[str]], "NDArray[np.float32]"]
"""The cosines (n, m) of n texts with m others."""

LEAST_TOLD = 0.4  # the share of a sentence's words below which nothing tells it
MOST_WORDS = 60  # of the evidence that a word is compared with
# How much a word is doubted, in log odds: a logistic regression of which words were lies, over two of the conversations
# of tests/benchmarks/lying.py, rounded, and moved by hand where that let fewer lies through.
CONSTANT, UNTOLD, AKIN_APART, APART = -0.8, 2.2, 0.9, -0.2
# the evidence has another word in its place (though it tells it elsewhere); it stands here more often than there
REPLACED, REPLACED_TOLD, AGAIN = 2.0, 1.3, 1.3
FOREIGN = 32.0  # for each point of cosine that the sentence comes nearer to the evidence without the word
LIKE_A_WORD, LIKE_THE_TEXT, LIKE_THE_SENTENCE = -1.8, -1.2, -1.5
# the first of its words; one with an ending of verbs or plurals; a name; what the sentence begins with
FIRST, ENDING, NAME, SUBJECT = 0.8, -0.4, 3.0, 1.5
MOST_DOUBT = 0.12  # of a sentence that is shown plainly, for the root of the number of its words


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sentence is worth: `doubtful` are stretches of it, in code points, that nothing bears out.

    `why` says in a sentence for the owner what is wrong; `used` are the places of the evidence that it stands on.
    """

    support: Support
    doubtful: tuple[Span, ...] = ()
    why: str = ""
    used: tuple[int, ...] = ()


def check(sentence: str, evidence: Sequence[Evidence], *, computed: Sequence[str] = (), asked: str = "",
          near: Near | None = None) -> Verdict:
    """Does the evidence say what the sentence says?

    Dropped (UNSUPPORTED) are orders and talk of a model about itself, sentences that say nothing, those of which the
    evidence says otherwise, and those of whose words it tells hardly any; words of the question `asked` are not held
    against them. Marked (UNSURE) are those that go beyond it. `computed` are sentences of Mneme's own with numbers and
    dates that it counted: a sentence that needs them is COMPUTED. Without `near` every word must be told.
    """
    if is_order(sentence):
        return _dropped(sentence, _("It is an instruction, or a model speaks of itself."))
    if not evidence and not computed:
        return _dropped(sentence, _("No memory stands behind it."))
    plain = [replace(one, text=without_orders(one.text), before=without_orders(one.before)) for one in evidence]
    places = chosen(sentence, plain)
    cited = [plain[place] for place in places]
    made = _weighed(signs(sentence, cited, computed, names(plain)), cited, computed, asked, near)
    return replace(made, used=tuple(places[place] for place in made.used))


def _weighed(found: Signs, evidence: Sequence[Evidence], computed: Sequence[str], asked: str,
             near: Near | None) -> Verdict:
    sentence = found.sentence
    if says_nothing(found):
        return _dropped(sentence, _("It says nothing that a memory could bear out."))
    against = [pair for pair in found.against if not (found.foreign and pair[1] == "person")]
    if against:
        words = [word for word, _how in against]
        return Verdict(Support.UNSUPPORTED, _spans(sentence, words), _reason(against[0][1]), found.used)
    if _is_hardly_told(found, asked):
        return Verdict(Support.UNSUPPORTED, _spans(sentence, _untold(found)), _("The memories do not tell this."))
    return _kept(found, evidence, computed, near)


def _kept(found: Signs, evidence: Sequence[Evidence], computed: Sequence[str], near: Near | None) -> Verdict:
    """Plain, counted or marked."""
    doubts = _doubts(found, evidence, near)
    most = max(doubts.values(), default=0.0)
    is_bare = not _is_borne_out(found)
    if found.loose or is_bare or sum(doubts.values()) > MOST_DOUBT * math.sqrt(len(found.wanted) or 1):
        words = [word for word, _how in found.loose] + [word for word, doubt in doubts.items() if doubt >= most / 2]
        why = _reason(found.loose[0][1]) if found.loose else _("The memories do not tell these words.")
        return Verdict(Support.UNSURE, _spans(found.sentence, words),
                       _("The memories say too little about this.") if is_bare and not words else why, found.used)
    is_counted = bool(computed) and _needs(found, evidence)
    return Verdict(Support.COMPUTED if is_counted else Support.SUPPORTED, used=found.used)


def _is_borne_out(found: Signs) -> bool:
    """Is one of its words told as it stands? In another language than English all of them must be."""
    exact = [word for word in found.wanted if word not in {*found.missing, *found.others, *found.akin, *found.mood}]
    if found.foreign:
        return len(exact) == len(found.wanted) >= 2
    return bool(exact) or any(word.is_number for word in found.words) or bool(found.timing.told)


def _is_hardly_told(found: Signs, asked: str) -> bool:
    if found.foreign:
        return False
    known = {word.stem for word in tokens(asked)}
    untold = [word for word in _untold(found) if word.stem not in known]
    told = len(found.wanted) - len(_untold(found))
    return bool(untold) and told < LEAST_TOLD * (told + len(untold))


def _untold(found: Signs) -> list[Token]:
    return [word for word in found.wanted if word in found.missing or word in found.others]


def _needs(found: Signs, evidence: Sequence[Evidence]) -> bool:
    """Does it stand on what was counted, and not on the memories alone?"""
    alone = timing(found.sentence, evidence, ())
    return bool(alone.wrong) or bool(unknown_numbers(
        [word for word in found.words if not alone.covers(word)], evidence, ()))


# ------------------------------------------------------------------ how much each word is doubted


def _doubts(found: Signs, evidence: Sequence[Evidence], near: Near | None) -> dict[Token, float]:
    """The doubts of the words that are not told as they stand, each 0 and up."""
    words = sorted({*found.missing, *found.others, *found.apart, *found.akin, *found.replaced, *found.again},
                   key=lambda word: word.start)
    if near is None or not evidence:
        return {word: float(word not in found.akin or word in found.apart) for word in words}
    if not words:
        return {}
    text = found.sentence
    shown = [one.text for one in evidence]
    rest = [text[:word.start] + text[word.end:].lstrip() for word in words]
    cosines = near([text, *rest, *(word.low for word in words)], shown)
    best = int(cosines[0].argmax())
    like_word = near([word.low for word in words], _said(evidence)).max(axis=1)
    out = {}
    for number, word in enumerate(words):
        foreign = float(cosines[number + 1, best] - cosines[0, best])
        odds = (_kind(found, word) + FOREIGN * max(0.0, foreign) + LIKE_A_WORD * float(like_word[number])
                + LIKE_THE_TEXT * float(cosines[len(words) + 1 + number, best])
                + LIKE_THE_SENTENCE * float(cosines[0, best]))
        out[word] = math.log1p(math.exp(odds))
    return out


def _kind(found: Signs, word: Token) -> float:
    odds = CONSTANT + FIRST * (word == found.wanted[0]) + ENDING * word.low.endswith(("ing", "ed", "s"))
    is_told = word not in {*found.missing, *found.others, *found.akin}
    odds += (REPLACED_TOLD if is_told else REPLACED) * (word in found.replaced) + AGAIN * (word in found.again)
    if word.text[0].isupper() and word.start > 0 and word in (*found.missing, *found.others):
        odds += NAME
    if word.start == 0 and word in (*found.missing, *found.others):
        odds += SUBJECT
    if word in found.missing or word in found.others:
        return odds + UNTOLD
    if word in found.apart:
        return odds + (AKIN_APART if word in found.akin else APART)
    return odds


def _said(evidence: Sequence[Evidence]) -> list[str]:
    """The words of the evidence that say something."""
    said = dict.fromkeys(word.low for one in evidence for word in tokens(one.text) if is_content(word))
    return list(said)[:MOST_WORDS] or [""]


# ------------------------------------------------------------------ for the owner


def _reason(how: str) -> str:
    return {
        "number": _("The memories do not give this number."), "time": _("The memories do not give this time."),
        "denied": _("What is denied here is told there, or the other way round."),
        "opposite": _("The memories say the opposite."), "person": _("The memories tell this of somebody else."),
        "roles": _("Who did it to whom is told the other way round."),
        "done": _("What was only wished or planned is told as done."),
        "always": _("The memories do not say that it is always so."),
    }[how]


def _dropped(sentence: str, why: str) -> Verdict:
    return Verdict(Support.UNSUPPORTED, ((0, len(sentence)),), why)


def _spans(sentence: str, words: Sequence[Token]) -> tuple[Span, ...]:
    """The stretches of these words; those with nothing but a space between are one."""
    out: list[Span] = []
    for start, end in sorted({(word.start, word.end) for word in words}):
        if out and not sentence[out[-1][1]:start].strip():
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(out)

"""The messages of a question: the evidence fenced as data, what Mneme counted, the question last."""

from collections.abc import Sequence, Set
from datetime import datetime

from mneme.answer import when
from mneme.answer.writing.evidence import Bearing, Shown, outline
from mneme.answer.writing.talk import Talk
from mneme.ports import Turn
from mneme.prompts.fencing import fenced
from mneme.types import Moment

LONGEST_QUESTION = 4000  # code points


def numbered(bearing: Sequence[Bearing], talk: Talk) -> list[Shown]:
    """The memories with their numbers in this conversation: those that still stand in the prompt keep theirs."""
    known = talk.shown()
    return [Shown(known.get(one.hit.memory.id) or talk.next_number(), one.hit.memory, one.before, one.relevance,
                  one.confidence) for one in bearing]


def asked(question: str, shown: Sequence[Shown], seen: Set[int], computed: Sequence[str], today: Moment, *,
          thoughts: Sequence[str] = (), flat: bool = False, twice: bool = False) -> tuple[Turn, ...]:
    """The message that asks: new memories, the numbers of those already shown, what was counted, the question.

    `thoughts` were concluded from some of these memories before. `twice`: the question stands before the memories, too,
    for models that keep a state in place of a cache (Just read twice, #106).
    """
    new = [one for one in shown if one.memory.id not in seen]
    again = [f"[{one.number}]" for one in shown if one.memory.id in seen]
    words = f"Question: {' '.join(question[:LONGEST_QUESTION].split())}"
    parts = [words] if twice else []
    parts += [fenced(outline(new, flat=flat))] if new else []
    if again:
        parts.append(f"Shown before: {', '.join(again)}")
    if not shown:
        parts.append("No memories were found.")
    if thoughts:
        parts.append("Concluded before, from memories such as these:\n" + fenced("\n".join(thoughts), "thoughts"))
    parts += [f"Counted by Mneme: {one}" for one in computed]
    parts.append(f"Today is {_day(today.local())}.\n{words}")
    return (Turn("user", "\n\n".join(parts)),)


def once_more(turns: Sequence[tuple[str, str]]) -> tuple[Turn, ...]:
    """Earlier turns of the conversation that the question is about, brought back."""
    if not turns:
        return ()
    told = "\n".join(f"Q: {' '.join(one.split())}\nA: {' '.join(answer.split())}" for one, answer in turns)
    return (Turn("user", "Earlier in this conversation:\n" + fenced(told, "earlier")), Turn("assistant", "I see."))


def _day(at: datetime) -> str:
    return f"{when.WEEKDAYS[at.weekday()]}, {at.day} {when.MONTHS[at.month - 1]} {at.year}"

"""Looks for an answer in rounds of search, reading and note, as long as each note is better than the last."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mneme.answer import when
from mneme.answer.tools.structured import IsCancelled, OnSpent, structured, unheeded
from mneme.answer.voices import who
from mneme.errors import Cancelled
from mneme.ports import LanguageModel, Turn
from mneme.prompts import prompt
from mneme.prompts.fencing import fenced, one_line
from mneme.recall.lexical import plain_form
from mneme.types import Memory

ROUNDS = 3
TOKENS = 500
NOTE, QUERY = 800, 200  # code points of a note, and of a search
READ, LINE = 8, 600  # memories that a round reads, and code points of each
_QUESTION = 1000

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"note": {"type": "string", "maxLength": NOTE}, "better": {"type": "boolean"},
                   "next_query": {"anyOf": [{"type": "string", "maxLength": QUERY}, {"type": "null"}]}},
    "required": ["note", "better", "next_query"],
    "additionalProperties": False,
}

Look = Callable[[str], Sequence[Memory]]
"""Searches: the memories that bear on a query, best first."""


@dataclass(frozen=True, slots=True)
class Refined:
    """A note after another round, whether it is better than the one before, and what to search for next.

    `reason` is a sentence for people where the model wrote nothing of use.
    """

    note: str
    better: bool
    next_query: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the rounds came to: the best note, the memories read for it, how many rounds, what was searched for.

    The note is a model's words: it leads the search and is no evidence.
    """

    note: str
    memories: tuple[Memory, ...]
    rounds: int
    searched: tuple[str, ...]
    reason: str = ""


def refine(model: LanguageModel, question_text: str, note: str, memories: Sequence[Memory], today: date, *,
           cancelled: IsCancelled, on_spent: OnSpent = unheeded) -> Refined:
    """Another note, from the note so far and new memories. Raises: Cancelled, ModelError."""
    turns = (Turn("system", prompt("deep_note").text), Turn("user", _asked(question_text, note, memories, today)))
    made = structured(model, turns, SCHEMA, max_tokens=TOKENS, longest=NOTE, cancelled=cancelled, on_spent=on_spent)
    if made.value is None:
        return Refined(note, False, None, made.reason)
    value = made.value
    return Refined(value["note"], value["better"] and bool(value["note"]), (value["next_query"] or "")[:QUERY] or None)


def gathered(model: LanguageModel, question_text: str, look: Look, today: date, *, cancelled: IsCancelled,
             most: int = ROUNDS, on_spent: OnSpent = unheeded) -> Gathered:
    """Look for what a question asks, in 1 to `most` rounds.

    It ends with the first note that is not better, where nothing new is found or nothing new is searched for
    (Adaptive-Note: Wang et al. 2024).
    Raises: Cancelled, ModelError, and as `look`.
    """
    note, reason, query = "", "", question_text
    kept: dict[int, Memory] = {}
    seen: set[int] = set()
    searched: dict[str, str] = {}
    while len(searched) < most and plain_form(query) not in searched:
        if cancelled():
            raise Cancelled
        searched[plain_form(query)] = query
        new = [memory for memory in look(query) if memory.id not in seen][:READ]
        if not new:
            break
        seen |= {memory.id for memory in new}
        made = refine(model, question_text, note, new, today, cancelled=cancelled, on_spent=on_spent)
        reason = made.reason
        if not made.better:
            break
        note = made.note
        kept |= {memory.id: memory for memory in new}
        if made.next_query is None:
            break
        query = made.next_query
    return Gathered(note, tuple(kept.values()), len(searched), tuple(searched.values()), reason)


def _asked(question: str, note: str, memories: Sequence[Memory], today: date) -> str:
    lines = "\n".join(map(_line, memories))
    return (f"Today is {today.isoformat()}.\n{fenced(one_line(question)[:_QUESTION], 'question')}\n"
            f"{fenced(note or '-', 'note')}\n{fenced(lines, 'memories')}")


def _line(memory: Memory) -> str:
    told = [when.shown(memory.happened_at)] if memory.happened_at is not None and memory.dated else []
    told += [who(memory)] if memory.speaker else []
    said = one_line(memory.text[:LINE])
    return f"[{memory.id}] {', '.join(told)}: {said}" if told else f"[{memory.id}] {said}"

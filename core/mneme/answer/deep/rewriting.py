"""Rewrites a question into what to search for, from the conversation; names that nobody said are not let through."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mneme.answer.tools.structured import IsCancelled, OnSpent, structured, unheeded
from mneme.errors import ModelError
from mneme.messages import _
from mneme.ports import LanguageModel, Turn
from mneme.prompts import prompt
from mneme.prompts.fencing import fenced, one_line
from mneme.recall.lexical import plain_form, words_of
from mneme.recall.understanding.named import names

MOST, LONGEST = 3, 200  # searches, and code points of one
TOKENS = 200
_TURNS, _QUESTION, _ANSWER = 6, 400, 600  # pairs of the conversation, code points of a question and of an answer
_READ = 2 * LONGEST  # of a search: what is longer than LONGEST is dropped, not cut

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"searches": {"type": "array", "minItems": 1, "maxItems": MOST,
                                "items": {"type": "string", "minLength": 1, "maxLength": LONGEST}}},
    "required": ["searches"],
    "additionalProperties": False,
}
_LOOSE: Mapping[str, Any] = {  # what is too long or too much is dropped by itself
    "type": "object", "properties": {"searches": {"type": "array", "items": {"type": "string"}}},
    "required": ["searches"]}


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What to search for in the question's place, 1 to MOST strings; () with the reason where there is nothing.

    `reason` tells what was dropped, too: a sentence for people, "" where all went well.
    """

    searches: tuple[str, ...]
    reason: str = ""


def rewritten(model: LanguageModel, question_text: str, conversation: Sequence[tuple[str, str | None]], today: date, *,
              cancelled: IsCancelled, on_spent: OnSpent = unheeded) -> Rewritten:
    """Search strings for a question, with names in place of pronouns; `conversation` are earlier (question, answer)s.

    A failure of the model is a reason, never an error. Raises: Cancelled.
    """
    turns = (Turn("system", prompt("rewrite").text), Turn("user", _asked(question_text, conversation, today)))
    try:
        made = structured(model, turns, SCHEMA, accepted=_LOOSE, max_tokens=TOKENS, longest=_READ,
                          cancelled=cancelled, on_spent=on_spent)
    except ModelError as error:
        return Rewritten((), str(error))
    if made.value is None:
        return Rewritten((), made.reason)
    said = [question_text, *(part for pair in conversation for part in pair if part)]
    return _kept(made.value["searches"], said)


def _kept(searches: Iterable[str], said: Sequence[str]) -> Rewritten:
    known = {word for text in said for word in words_of(text)}
    kept: dict[str, str] = {}
    strange = False
    for search in searches:
        if len(search) > LONGEST or not any(character.isalnum() for character in search):
            continue
        if _is_strange(search, known):
            strange = True
        else:
            kept.setdefault(plain_form(search), search)
    reason = _("A search was dropped that named somebody whom nobody had named.") if strange else ""
    if not kept and not reason:
        reason = _("The model wrote nothing to search for.")
    return Rewritten(tuple(kept.values())[:MOST], reason)


def _is_strange(search: str, known: set[str]) -> bool:
    """Whether a name stands in it that was not said; its first word, too, may be one."""
    return any(not known.issuperset(words_of(name)) for name in names(f"about {search}"))


def _asked(question: str, conversation: Sequence[tuple[str, str | None]], today: date) -> str:
    lines = [line for asked, answer in conversation[-_TURNS:]
             for line in (f"Asked: {one_line(asked)[:_QUESTION]}", f"Answer: {one_line(answer or '-')[:_ANSWER]}")]
    earlier = fenced("\n".join(lines), "earlier") + "\n" if lines else ""
    return f"Today is {today.isoformat()}.\n{earlier}{fenced(one_line(question)[:_QUESTION], 'question')}"

"""What a model knows by itself against what the memories say: the surer answers, the memories where they are meant."""

import math
import re
from collections.abc import Collection
from dataclasses import replace

from mneme.answer.deep.running import NodeAnswer
from mneme.answer.tools.structured import IsCancelled, OnSpent, unheeded, written
from mneme.expressions import expression
from mneme.memory.facts.people import KIN_WORDS
from mneme.ports import Generation, LanguageModel, Spent, Turn
from mneme.prompts import prompt
from mneme.prompts.fencing import fenced, one_line
from mneme.recall.lexical import plain_form, words_of
from mneme.recall.understanding.question import Question

TOKENS = 80
_QUESTION, _LONGEST = 1000, 300
_UNKNOWN = expression(r"\W*(?:unknown|i (?:do not|don['’]t) know|no idea|none)\b", re.IGNORECASE)
_SOMEBODY = frozenset(("he", "she", "him", "her", "his", "hers", "they", "them", "their", "theirs", "you", "your"))
_KIN = expression(rf"\b(?:{KIN_WORDS})\b", re.IGNORECASE)


def closed_book(model: LanguageModel, question_text: str, *, cancelled: IsCancelled,
                on_spent: OnSpent = unheeded) -> NodeAnswer:
    """What the model itself holds to be so; `confidence` is the geometric mean of its tokens' probabilities, 0..1.

    0 where those were not told (ProbTree: Cao et al. 2023). Raises: Cancelled, ModelError.
    """
    measured: list[Spent] = []
    turns = (Turn("system", prompt("closed_book").text),
             Turn("user", fenced(one_line(question_text)[:_QUESTION], "question")))
    text, reason = written(model, turns, Generation(TOKENS, stop=("\n",), logprob=True), cancelled, measured.append)
    for spent in measured:
        on_spent(spent)
    said = one_line(text)
    if reason or not said or len(said) > _LONGEST or not measured:
        return NodeAnswer("failed" if reason else "not_found", source="model")
    if _UNKNOWN.match(said):
        return NodeAnswer("not_found", source="model")
    mean = measured[-1].logprob
    return NodeAnswer("answered", said, 0.0 if mean is None else math.exp(min(mean, 0.0)), "model")


def is_personal(question: Question, *, unknown: Collection[str] = (), people: Collection[str] = ()) -> bool:
    """Whether a question is about the owner or somebody in the memories: their own knowledge is then no answer.

    `unknown` are names in it that no memory holds (Recalled.unknown), `people` those who are known by name. A question
    about "him", or about kin, means somebody.
    """
    if question.of_owner or question.to_assistant or any(name not in unknown for name in question.names):
        return True
    asked = set(words_of(question.text))
    named = f" {plain_form(question.text)} "
    return not asked.isdisjoint(_SOMEBODY) or bool(_KIN.search(question.text)) or any(
        f" {plain_form(name)} " in named or not asked.isdisjoint(words_of(name)) for name in people)


def surer(open_book: NodeAnswer, closed_book: NodeAnswer | None, *, personal: bool) -> NodeAnswer:
    """The surer of an answer from the memories and one from the model's own knowledge (None: it is not asked for).

    The memories answer what is `personal`, whatever the model holds; so they do at a tie, and where looking failed:
    a failure is not dressed as an answer.
    """
    if closed_book is None or personal or open_book.state == "failed" or closed_book.state != "answered":
        return open_book
    sure = open_book.confidence if open_book.state == "answered" else 0.0
    return replace(closed_book, rounds=open_book.rounds) if closed_book.confidence > sure else open_book

"""Sums up the turns that leave a conversation; where the model cannot, its telling phrases stand in for a summary."""

from collections.abc import Callable, Sequence

from mneme.answer.writing.talk import Past, Talk
from mneme.errors import ModelError
from mneme.models.whole import completed
from mneme.ports import Generation, LanguageModel, Turn
from mneme.prompts import prompt
from mneme.prompts.fencing import fenced

WORDS, TOKENS = 120, 220  # of a summary
LONGEST = 6000  # code points that are summed up at once


def summed_up(model: LanguageModel, talk: Talk, left: Sequence[Past], cancelled: Callable[[], bool]) -> str:
    """The summary of what was summed up before and of these turns, for the head of every prompt. Raises: Cancelled."""
    told = "\n".join(f"Q: {' '.join(one.asked.split())}\nA: {' '.join(one.answer.split())}" for one in left)
    text = "\n".join(filter(None, (talk.summary, told)))[-LONGEST:]
    wish = Generation(TOKENS)
    turns = [Turn("system", prompt("talk_summary").filled(words=str(WORDS))), Turn("user", fenced(text, "talk"))]
    try:
        facts = model.facts()
        room = facts.context - wish.max_tokens - 2 * facts.per_turn
        if sum(model.count([turn.text for turn in turns])) > room:
            return _phrases(talk)
        written, _spent = completed(model, turns, wish, cancelled)
    except ModelError:
        return _phrases(talk)
    words = written.split()[:2 * WORDS]
    return f"Earlier in this conversation: {' '.join(words)}" if words else _phrases(talk)


def _phrases(talk: Talk) -> str:
    return "Earlier in this conversation was said: " + "; ".join(talk.in_mind()) if talk.phrases else ""

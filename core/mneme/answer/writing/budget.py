"""The budget of a prompt: named segments that never hold more tokens than there are, and what gives way first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from mneme.answer.writing.talk import Past, Talk
from mneme.ports import LanguageModel, ModelFacts, Turn
from mneme.types import Segment

ANSWER = 400  # tokens of an answer
NOTES, NOTE = 60, 36  # tokens of all reading notes, and more for each
LEAST = 2  # memories that are shown whatever else has to give way
SPARE = 16

Composed = Callable[[int], tuple[Turn, ...]]  # the question's own messages, with so many of the memories


@dataclass(frozen=True, slots=True)
class Parts:
    """What a prompt is made of. `ask` makes the question's messages with the best n memories; `most` there are.

    `steps` are the messages that follow while it is answered: the request for notes, and for the answer.
    """

    system: str
    portrait: str
    again: tuple[Turn, ...]  # turns that were left behind and bear on the question
    ask: Composed
    most: int
    steps: tuple[str, ...]
    reserved: int  # tokens to be written


@dataclass(slots=True)
class Fitted:
    """A prompt that fits: its messages, how many memories it shows, and its segments."""

    turns: tuple[Turn, ...]
    shown: int
    segments: tuple[Segment, ...]
    left_behind: list[Past] = field(default_factory=list)


class TooLong(ValueError):
    """Even the least that a question needs is longer than the context."""


def notes_tokens(memories: int) -> int:
    """The most that reading notes may take."""
    return NOTES + NOTE * memories


def fit(model: LanguageModel, facts: ModelFacts, parts: Parts, talk: Talk) -> Fitted:
    """The prompt for a question in a conversation, within the context.

    What gives way, in this order: the evidence of earlier turns, the earliest turns themselves (to be summed up), the
    least of the memories, the portrait. Raises: TooLong.
    """
    count = _Counter(model, facts.per_turn)
    left: list[Past] = []
    shown, portrait = parts.most, parts.portrait
    while True:
        turns = _turns(parts, talk, portrait, shown)
        total = count.all(turns) + count.all([Turn("user", step) for step in parts.steps]) + parts.reserved + SPARE
        if total <= facts.context:
            return Fitted(turns, shown, _segments(count, parts, talk, portrait, shown), left)
        # All at once, and half of what there is: whatever is changed is read by the model again.
        if bare := [one for one in talk.past if not one.plain]:
            for one in bare:
                one.make_plain()
        elif talk.past:
            left += [talk.leave_behind() for _turn in range(-(-len(talk.past) // 2))]
        elif parts.again:
            parts = replace(parts, again=())
        elif shown > LEAST:
            shown -= 1
        elif portrait:
            portrait = ""
        elif shown:
            shown -= 1
        else:
            raise TooLong(f"{total} tokens are more than {facts.context}")


def head(parts: Parts, talk: Talk, portrait: str) -> str:
    """What every prompt of a conversation begins with: it stays the same, so that a model reads it once."""
    system = f"{parts.system}\n\n{portrait}" if portrait else parts.system
    return f"{system}\n\n{talk.summary}" if talk.summary else system


def _turns(parts: Parts, talk: Talk, portrait: str, shown: int) -> tuple[Turn, ...]:
    past = [turn for one in talk.past for turn in one.turns]
    return (Turn("system", head(parts, talk, portrait)), *past, *parts.again, *parts.ask(shown))


def _segments(count: "_Counter", parts: Parts, talk: Talk, portrait: str, shown: int) -> tuple[Segment, ...]:
    ask, without = parts.ask(shown), parts.ask(0)
    evidence = max(count.all(ask) - count.all(without), 0)
    chat = [turn for one in talk.past for turn in one.turns]
    sizes = {
        "system": count.all([Turn("system", parts.system)]), "portrait": count.text(portrait),
        "summary": count.text(talk.summary), "chat": count.all([*chat, *parts.again]), "evidence": evidence,
        "question": count.all(without) + count.all([Turn("user", step) for step in parts.steps]),
        "answer": parts.reserved}
    return tuple(Segment(name, tokens) for name, tokens in sizes.items())


class _Counter:
    """Counts each text once."""

    def __init__(self, model: LanguageModel, per_turn: int) -> None:
        self._model, self._per_turn = model, per_turn
        self._known: dict[str, int] = {"": 0}

    def text(self, text: str) -> int:
        return self.texts([text])

    def all(self, turns: Sequence[Turn]) -> int:
        return self.texts([turn.text for turn in turns]) + self._per_turn * len(turns)

    def texts(self, texts: Sequence[str]) -> int:
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if new:
            self._known |= dict(zip(new, self._model.count(new), strict=True))
        return sum(self._known[text] for text in texts)

"""Asking a language model about texts: fenced as data, sized to its context, the answer checked by a schema."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mneme.expressions import expression
from mneme.memory.sentences import sentences
from mneme.messages import _
from mneme.models.whole import completed
from mneme.ports import Generation, LanguageModel, Turn
from mneme.prompts.fencing import mark_for
from mneme.store.derived import PassageRow
from mneme.types import Span
from mneme.upkeep.made import reasons

IsCancelled = Callable[[], bool]
Item = Mapping[str, Any]
SPARE = 48  # tokens kept free for what stands around the passages
LEAST = 64  # tokens of text without which nothing can be asked
_FENCED = expression(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL)


class Malformed(Exception):
    """An answer that is none: `reason` counts it, `sentence` is for people."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Unit:
    """What is read at once: a memory's text, with a line that says whose, when and where it is.

    `row` is its passage, if it is one; `lines` are its sentences, where it is a summary; `related` texts are shown
    beside it; `newest` is the newest memory associated with it; `topic` the one that it stands for.
    """

    memory: int
    text: str
    head: str = ""
    private: bool = False
    row: PassageRow | None = None
    lines: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    newest: int = 0
    topic: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a unit's text, from `start` on."""

    unit: Unit
    text: str
    start: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """How answers look: a list under `key`, each of `item` (JSON Schema), which names its text by number in `label`."""

    key: str
    label: str
    item: Mapping[str, Any]
    optional: frozenset[str] = frozenset()
    most: int = 40  # items in one answer

    def schema(self, count: int) -> dict[str, Any]:
        """The schema of an answer about so many texts."""
        properties = {self.label: {"type": "integer", "enum": list(range(1, count + 1))}, **self.item}
        needed = [name for name in properties if name not in self.optional]
        item = {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}
        return {"type": "object", "properties": {self.key: {"type": "array", "items": item, "maxItems": self.most}},
                "required": [self.key], "additionalProperties": False}


@dataclass(slots=True)
class Answers:
    """What a model said of some pieces: items with their piece, and what was refused at once, by reason."""

    items: list[tuple[Piece, Item]] = field(default_factory=list)
    refused: list[tuple[Piece | None, str]] = field(default_factory=list)


def room(model: LanguageModel, system: str, answer: int) -> tuple[int, int]:
    """(tokens for texts, tokens for the answer) that the context leaves beside the instructions.

    Raises: Malformed where that is next to nothing; as `LanguageModel.facts`.
    """
    facts = model.facts()
    most = min(answer, facts.context // 3)
    left = facts.context - most - model.count([system])[0] - 3 * facts.per_turn - SPARE
    if left < LEAST:
        raise Malformed(reasons.TOO_LONG, _("The language model holds too few tokens for this."))
    return left, most


def batches(model: LanguageModel, units: Sequence[Unit], left: int, most: int) -> Iterator[list[Unit]]:
    """Units in prompts of at most `most`; one that is too long for any is alone."""
    sizes = model.count([_shown("0" * 16, 1, Piece(one, one.text)) for one in units])
    batch: list[Unit] = []
    used = 0
    for one, size in zip(units, sizes, strict=True):
        if batch and (used + size > left or len(batch) == most):
            yield batch
            batch, used = [], 0
        batch.append(one)
        used += size
    if batch:
        yield batch


def pieces(model: LanguageModel, unit: Unit, left: int) -> list[Piece]:
    """A unit's text in parts that fit, cut at sentences where it can be."""
    around = model.count([_shown("0" * 16, 1, Piece(unit, ""))])[0]
    return [Piece(unit, unit.text[start:end], start) for start, end in _fitting(model, unit.text, left - around)]


def ask(model: LanguageModel, system: str, form: Form, asked: Sequence[Piece], most: int,
        cancelled: IsCancelled) -> Answers:
    """What a model says of these pieces. Raises: Malformed; Cancelled, ModelFailed and as `LanguageModel.generate`."""
    schema = form.schema(len(asked))
    wish = Generation(max_tokens=most, schema=schema, urgent=False, temperature=0.0)
    return judged(written(model, system, fenced(asked), wish, cancelled), form, asked)


def judged(text: str, form: Form, asked: Sequence[Piece]) -> Answers:
    """The items of an answer that are as the schema wants them. Raises: Malformed where the whole is not."""
    found, is_valid = listed(text, form.schema(len(asked)))
    answers = Answers()
    for at, item in enumerate(found):
        if at >= form.most:
            answers.refused.append((None, reasons.TOO_MANY))
        elif is_valid(item):
            answers.items.append((asked[item[form.label] - 1], item))
        else:
            answers.refused.append(_misfit(item, form, asked))
    return answers


def listed(text: str, schema: Mapping[str, Any]) -> tuple[list[Any], Callable[[object], bool]]:
    """The one list that an answer is, and what tells whether an item of it is as the schema wants it.

    One item that is not costs no other. Raises: Malformed where the answer is no such list.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- slow import

    [key] = schema["properties"]
    whole = parsed(text)
    found = whole.get(key) if isinstance(whole, dict) else None
    if not isinstance(found, list) or set(whole) != {key}:
        raise Malformed(reasons.NOT_SCHEMA, _("The language model's answer was not of the form asked for."))
    return found, Draft202012Validator(schema["properties"][key]["items"]).is_valid


def parsed(text: str) -> Any:
    """The value of an answer in JSON, in a fence or bare. Raises: Malformed."""
    bare = _FENCED.fullmatch(text.strip())
    try:
        return json.loads(bare[1] if bare else text)
    except (ValueError, RecursionError):
        raise Malformed(reasons.NOT_JSON, _("The language model's answer could not be read.")) from None


def written(model: LanguageModel, system: str, user: str, wish: Generation, cancelled: IsCancelled) -> str:
    """All that a model writes. Raises: Malformed where it was cut off; as `LanguageModel.generate`."""
    try:
        text, spent = completed(model, [Turn("system", system), Turn("user", user)], wish, cancelled)
    except ValueError:  # its own count of the prompt's tokens was too low
        raise Malformed(reasons.TOO_LONG, _("The language model holds too few tokens for this.")) from None
    if spent.ended == "length":
        raise Malformed(reasons.CUT_OFF, _("The language model's answer was cut off."))
    return text


def fenced(asked: Sequence[Piece]) -> str:
    """Pieces as data between two lines of a mark that stands nowhere in them."""
    plain = "\n".join(f"{one.unit.head}\n{one.text}\n" + "\n".join(one.unit.related) for one in asked)
    mark = mark_for(plain, 8)
    shown = "\n".join(_shown(mark, number, one) for number, one in enumerate(asked, start=1))
    return f"{mark}\n{mark} begins\n{shown}\n{mark} ends"


def _shown(mark: str, number: int, one: Piece) -> str:
    related = "".join(f"\n{mark} related\n{text}" for text in one.unit.related)
    return f"{mark} {number} | {one.unit.head}\n{one.text}{related}"


def _misfit(item: object, form: Form, asked: Sequence[Piece]) -> tuple[Piece | None, str]:
    number = item.get(form.label) if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(number, int) or not set(item) <= {form.label, *form.item}:
        return None, reasons.NOT_SCHEMA
    if not 1 <= number <= len(asked):
        return None, reasons.NO_PASSAGE
    relation = form.item.get("relation")
    unknown = relation is not None and "relation" in item and item["relation"] not in relation["enum"]
    return asked[number - 1], reasons.NO_RELATION if unknown else reasons.NOT_SCHEMA


def _fitting(model: LanguageModel, text: str, left: int) -> list[Span]:
    """The text in spans of at most `left` tokens: whole sentences, where one fits."""
    spans: list[Span] = []
    waiting = [(0, len(text))]
    while waiting:
        start, end = waiting.pop()
        if end - start <= 16 or model.count([text[start:end]])[0] <= left:
            spans.append((start, end))
            continue
        middle = _middle(text, start, end)
        waiting += [(middle, end), (start, middle)]
    return spans


def _middle(text: str, start: int, end: int) -> int:
    """The beginning of a sentence next to the middle, else of a word, else the middle."""
    half = (start + end) // 2
    begins = [start + one[0] for one in sentences(text[start:end])[1:]]
    if begins:
        return min(begins, key=lambda at: abs(at - half))
    space = text.rfind(" ", start + 1, half)
    return space + 1 if space > start else half

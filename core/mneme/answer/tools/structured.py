"""Asks a language model for a value bound to a JSON Schema, and believes none that does not keep to it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mneme.errors import Cancelled
from mneme.messages import _
from mneme.models.whole import completed
from mneme.ports import Generation, LanguageModel, Spent, Turn
from mneme.prompts.fencing import one_line

IsCancelled = Callable[[], bool]
OnSpent = Callable[[Spent], None]



@dataclass(frozen=True, slots=True)
class Structured:
    """What a model wrote: `value` keeps to the schema, or is None for the `reason` (a sentence for people)."""

    value: Mapping[str, Any] | None
    raw: str = ""
    reason: str = ""


def unheeded(_spent: Spent) -> None:
    """Where nobody asks what a generation came to."""


def structured(model: LanguageModel, prompt: Sequence[Turn], schema: Mapping[str, Any], *, max_tokens: int,
               longest: int, cancelled: IsCancelled, on_spent: OnSpent = unheeded,
               accepted: Mapping[str, Any] | None = None) -> Structured:
    """A JSON object by `schema`; its strings on one line, without control characters, cut to `longest` code points.

    `accepted` is a wider schema, where whoever asks mends what is wrong in parts. Raises: Cancelled, ModelError.
    """
    raw, reason = written(model, prompt, Generation(max_tokens, schema=schema), cancelled, on_spent)
    if reason:
        return Structured(None, raw, reason)
    try:
        value = _clean(json.loads(raw, strict=False, parse_constant=_refused), longest)
    except (ValueError, RecursionError):
        return Structured(None, raw, _("The model did not write the form that it was asked for."))
    if not isinstance(value, dict) or not _keeps_to(value, schema if accepted is None else accepted):
        return Structured(None, raw, _("The model did not keep to the form that it was asked for."))
    return Structured(value, raw)


def written(model: LanguageModel, prompt: Sequence[Turn], wish: Generation, cancelled: IsCancelled,
            on_spent: OnSpent = unheeded) -> tuple[str, str]:
    """The whole text that a model writes, and the reason why that is no answer, "" where it is.

    Raises: Cancelled, ModelError.
    """
    if cancelled():
        raise Cancelled
    facts = model.facts()
    needed = sum(model.count([turn.text for turn in prompt])) + facts.per_turn * (len(prompt) + 1) + wish.max_tokens
    if needed > facts.context:
        return "", _("There is no room for this in the model's context.")
    text, spent = completed(model, prompt, wish, cancelled)
    on_spent(spent)
    return text, _("The model did not come to an end.") if spent.ended == "length" else ""


def _keeps_to(value: object, schema: Mapping[str, Any]) -> bool:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- slow import

    return bool(Draft202012Validator(dict(schema)).is_valid(value))


def _clean(value: Any, longest: int) -> Any:
    if isinstance(value, str):
        return one_line(value)[:longest].rstrip()
    if isinstance(value, list):
        return [_clean(one, longest) for one in value]
    if isinstance(value, dict):
        return {_clean(name, longest): _clean(one, longest) for name, one in value.items()}
    return value



def _refused(constant: str) -> Any:
    raise ValueError(constant)  # NaN and Infinity are no JSON

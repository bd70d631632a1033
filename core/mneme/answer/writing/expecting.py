"""Learning from surprises: what a model expected of its owner, and what they said against it."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mneme.answer.checking import Evidence
from mneme.answer.writing.settling import Check
from mneme.models.whole import completed
from mneme.ports import Generation, LanguageModel, Turn
from mneme.prompts import prompt
from mneme.prompts.fencing import fenced
from mneme.types import Support

LATEST = 8  # turns of the conversation that an expectation is drawn from
LONGEST = 200  # code points of what is learned
EXPECTATION: Mapping[str, Any] = {"type": "object", "additionalProperties": False, "required": ["expectation"],
                                  "properties": {"expectation": {"type": "string"}}}
SURPRISE: Mapping[str, Any] = {"type": "object", "additionalProperties": False, "required": ["surprise", "sentence"],
                               "properties": {"surprise": {"type": "boolean"}, "sentence": {"type": "string"}}}


def expected(model: LanguageModel, portrait: Sequence[str], said: Sequence[tuple[str, str | None]],
             cancelled: Callable[[], bool]) -> str:
    """What a model expects its owner to say next, from what it knew before; "" where it says nothing of use.

    Raises: ModelError, Cancelled.
    """
    lines = [*portrait, *(f"Owner: {one}" for one, _answer in said[-LATEST:])]
    text = fenced("\n".join(" ".join(line.split()) for line in lines) or "-", "known")
    value = _answered(model, [Turn("system", prompt("expect").text), Turn("user", text)], EXPECTATION, cancelled)
    return " ".join(str(value.get("expectation", "")).split())[:LONGEST]


def surprising(model: LanguageModel, expectation: str, said: str, check: Check, cancelled: Callable[[], bool]) -> str:
    """The sentence that is new about the owner where what was said goes against what was expected; else "".

    It is kept only where what was said supports it (Leer et al. 2023, #301). Raises: ModelError, Cancelled.
    """
    if not expectation:
        return ""
    text = f"{fenced(expectation, 'expected')}\n{fenced(' '.join(said.split()), 'said')}"
    value = _answered(model, [Turn("system", prompt("surprise").text), Turn("user", text)], SURPRISE, cancelled)
    sentence = " ".join(str(value.get("sentence", "")).split())
    if value.get("surprise") is not True or not 0 < len(sentence) <= LONGEST:
        return ""
    verdict = check(sentence, [Evidence(said, None, True, None)], (), "")
    return sentence if verdict.support is Support.SUPPORTED else ""


def _answered(model: LanguageModel, turns: Sequence[Turn], schema: Mapping[str, Any],
              cancelled: Callable[[], bool]) -> dict[str, Any]:
    text, _spent = completed(model, turns, Generation(120, schema=schema, urgent=False), cancelled)
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}

"""Tries a language model out: its speed, whether it keeps to a schema, and ten questions about a sample life."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mneme import builtin, demo
from mneme.demo import Outcome
from mneme.engine import Engine
from mneme.errors import Cancelled
from mneme.messages import _
from mneme.models.whole import completed
from mneme.paths import Profile
from mneme.ports import Generation, LanguageModel, ModelFacts, Spent, Turn
from mneme.prompts import prompt
from mneme.types import AnswerState, Progress

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]

TOKENS = 96  # of the text whose speed is measured
GRADES = ((9, "A"), (7, "B"), (5, "C"), (3, "D"))  # right answers in its own words, of ten

SCHEMA: Mapping[str, Any] = {
    "type": "object", "additionalProperties": False, "required": ["name", "place", "year"],
    "properties": {"name": {"type": "string"}, "place": {"type": "string"}, "year": {"type": "integer"}}}
SENTENCES = (
    ("Nadia moved to Lisbon in 2019.", {"name": "Nadia", "place": "Lisbon", "year": 2019}),
    ("In 2021 Tom opened a bakery in Graz.", {"name": "Tom", "place": "Graz", "year": 2021}),
    ("Since 2015 Mehmet has been living in Izmir.", {"name": "Mehmet", "place": "Izmir", "year": 2015}),
    ("It was in Oslo that Ingrid retired, in 2008.", {"name": "Ingrid", "place": "Oslo", "year": 2008}),
    ("Chiara studied in Turin until 2012.", {"name": "Chiara", "place": "Turin", "year": 2012}))


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `valid` of `asked` texts kept to the schema, `true` of them said what their sentence says.

    `outcomes` are the ten questions; a question is `own` where the model's own words were let through, or where it
    was right to have none. What only the built-in reader knew is not the model's.
    """

    facts: ModelFacts
    tokens_per_s: float
    first_ms: float
    asked: int
    valid: int
    true: int
    outcomes: tuple[Outcome, ...]

    @property
    def own(self) -> int:
        """Right answers in the model's own words, refusals among them."""
        return sum(is_own(one) for one in self.outcomes)

    @property
    def grade(self) -> str:
        """From A, for which the model is a help, to E, with which answers are better read out."""
        return next((grade for least, grade in GRADES if self.own >= least), "E")


def is_own(one: Outcome) -> bool:
    """Whether a right answer is the model's: it wrote something supported, or it noted and wrote nothing."""
    written = one.given.written
    if not one.right or written is None:
        return False
    if one.given.state is AnswerState.NOT_FOUND:
        return not written.dropped and not written.message.startswith(_("What the language model wrote"))
    return bool(written.sentences)


def run(model: LanguageModel, *, progress: OnProgress, cancelled: IsCancelled) -> Trial:
    """Try a model out; it stays loaded. Raises: ModelError where it cannot work at all; Cancelled."""
    progress(Progress("loading", 0, 0))
    facts = model.facts()
    progress(Progress("measuring", 0, 0))
    speed = _speed(model, cancelled)
    kept = [_kept_to(model, sentence, said, cancelled) for sentence, said in SENTENCES]
    outcomes = _quiz(model, progress, cancelled)
    seconds = max(speed.took_ms - speed.first_ms, 1e-3) / 1000.0
    return Trial(facts, max(speed.generated - 1, 0) / seconds, speed.first_ms, len(kept),
                 sum(valid for valid, _true in kept), sum(true for _valid, true in kept), tuple(outcomes))


def _speed(model: LanguageModel, cancelled: IsCancelled) -> Spent:
    turns = [Turn("user", "Count from one to a hundred, in words.")]
    return completed(model, turns, Generation(TOKENS), cancelled)[1]


def _kept_to(model: LanguageModel, sentence: str, said: Mapping[str, Any], cancelled: IsCancelled) -> tuple[bool, bool]:
    """(valid under the schema, true of the sentence)."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- slow import

    turns = [Turn("system", prompt("trial").text), Turn("user", sentence)]
    text, _spent = completed(model, turns, Generation(80, schema=SCHEMA), cancelled)
    try:
        value = json.loads(text)
    except ValueError:
        return False, False
    return Draft202012Validator(SCHEMA).is_valid(value), value == said


def _quiz(model: LanguageModel, progress: OnProgress, cancelled: IsCancelled) -> list[Outcome]:
    plugins = replace(builtin.plugins(), languages={model.model_id: model})
    outcomes = []
    with TemporaryDirectory(prefix="mneme-trial-", ignore_cleanup_errors=True) as scratch, \
            Engine.open(Profile(Path(scratch) / "profile"), use_keyring=False, plugins=plugins) as engine:
        demo.prepare(engine, progress=progress, cancelled=cancelled)
        for number, one in enumerate(demo.questions()):
            if cancelled():
                raise Cancelled
            progress(Progress("asking", number, 10))
            outcomes.append(demo.asked(engine, one, cancelled, model=model.model_id))
    return outcomes

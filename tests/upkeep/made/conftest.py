"""A diary that a scripted model reads: what it is shown, what it writes, what is kept of that."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from mneme.memory.consolidation.words import plain
from mneme.ports import ModelFacts
from mneme.store import model_tasks
from mneme.testing import ScriptedModel
from mneme.upkeep.made import running, thinking
from mneme.upkeep.steps import Sight

Item = Mapping[str, Any]


def shown(prompt: Sequence[Any]) -> list[tuple[int, str, str]]:
    """(number, the line above, text) of each thing that a prompt shows."""
    text = prompt[-1].text
    mark = text.partition("\n")[0]
    body = text.partition(f"{mark} begins\n")[2].rpartition(f"\n{mark} ends")[0]
    parts = re.split(rf"^{mark} (\d+) \| (.*)$", body, flags=re.MULTILINE)
    return [(int(number), head, said.strip("\n")) for number, head, said in zip(*[iter(parts[1:])] * 3, strict=True)]


def supports(sentence: str, texts: Sequence[str]) -> bool:
    """All words of the sentence stand in the texts."""
    held = {word for text in texts for word in plain(text)}
    return all(word in held for word in plain(sentence))


class Study:
    """A diary, and a model that reads it."""

    shown = staticmethod(shown)

    def __init__(self, diary: Any) -> None:
        self.diary = diary
        self.supports = supports
        self.owner = ""
        self.models: list[ScriptedModel] = []

    def sight(self) -> Sight:
        clock = self.diary.clock
        return Sight(clock.now(), clock.zone(), self.owner, None, lambda _vector, _most: [])

    def model(self, write: Callable[..., str], **more: Any) -> ScriptedModel:
        self.models.append(ScriptedModel(write, **more))
        return self.models[-1]

    def knowing(self, key: str, label: str, known: Mapping[str, Sequence[Item]], **more: Any) -> ScriptedModel:
        """A model that writes these items for each text that has the words they are listed under."""
        def write(prompt: Sequence[Any], _wish: object) -> str:
            return json.dumps({key: [{label: number, **item} for number, _head, text in shown(prompt)
                                     for part, items in known.items() if part in text for item in items]})
        return self.model(write, **more)

    def telling(self, known: Mapping[str, Sequence[Item]], **more: Any) -> ScriptedModel:
        return self.knowing("facts", "passage", known, **more)

    def saying(self, text: str, **more: Any) -> ScriptedModel:
        """A model that always writes the same."""
        return self.model(lambda _prompt, _wish: text, **more)

    def run(self, model: ScriptedModel, *tasks: str, **more: Any) -> running.Report:
        wanted = {"tasks": tasks or running.ALL, "cancelled": lambda: False, "on_progress": lambda _progress: None}
        return running.run(self.diary.store, model, self.sight(), self.supports, **{**wanted, **more})

    def one(self, model: ScriptedModel, task: str, **more: Any) -> running.Done:
        """What a single task came to."""
        [done] = self.run(model, task, **more).tasks
        return done

    def think(self, model: ScriptedModel, answered: thinking.Answered) -> thinking.Thoughts:
        return thinking.think(self.diary.store, model, self.sight(), self.supports, answered, lambda: False)

    def waiting(self) -> dict[str, int]:
        return dict(running.waiting(self.diary.store, self.sight()))

    def state(self, task: str, part: str) -> model_tasks.State | None:
        with self.diary.store.reader() as db:
            return model_tasks.state(db, task, self.diary.passage(part))

    def facts(self) -> list[tuple[str, str, str, str]]:
        return [(one.subject, one.relation, one.object, one.mode) for one in self.diary.life.facts(history=True)]

    def by_model(self) -> list[str]:
        """The texts of what a model made, in force."""
        return [row[0] for row in self.diary.rows(
            "SELECT m.text FROM made d JOIN memory m ON m.id = d.memory_id WHERE m.retired_at IS NULL "
            "AND m.forgotten_at IS NULL ORDER BY m.text")]

    def undo(self) -> None:
        self.diary.life.undo(by="upkeep")

    def everything(self) -> str:
        """Every text of every table, to look for words that must not be there."""
        tables = [row[0] for row in self.diary.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%'")]
        return json.dumps([[repr(row) for row in self.diary.rows(f"SELECT * FROM {table}")] for table in tables])


def elsewhere(context: int = 8192) -> ModelFacts:
    return ModelFacts(context=context, per_turn=4, place="own server", address="http://box:1")


@pytest.fixture
def study(diary: Any) -> Iterator[Study]:
    return Study(diary)


@pytest.fixture
def server() -> ModelFacts:
    """A model that runs elsewhere."""
    return elsewhere()

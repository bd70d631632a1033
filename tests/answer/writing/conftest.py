"""A diary whose language model is scripted; what it is shown can be read in what it was asked."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from mneme.ports import Generation, Turn
from mneme.testing import ScriptedModel
from mneme.types import Answer

ENTRY = re.compile(r"^\s*\[(\d+)\] (?:\([^)]*\) )?(.*)$", re.MULTILINE)


class Told:
    """A diary with a model that answers with `say`, from the memories that it is shown, after notes that all `bear`."""

    def __init__(self, new_diary: Callable[..., Any]) -> None:
        self.say: Callable[[dict[int, str]], str] = lambda memories: "NO MEMORY"
        self.bears = "relevant"
        self.model = ScriptedModel(self._write)
        self.diary = new_diary(languages={"scripted-model": self.model})
        self.engine, self.life = self.diary.engine, self.diary.life
        self.note, self.passage, self.said = self.diary.note, self.diary.passage, self.diary.said

    def ask(self, question: str, **more: Any) -> Answer:
        answer: Answer = self.engine.ask(question, model="scripted-model", **more)
        return answer

    @staticmethod
    def shown(prompt: Sequence[Turn]) -> dict[int, str]:
        """The memories in a prompt, by number: what a model can read of them."""
        asked = "\n".join(turn.text for turn in prompt if turn.role == "user")
        return {int(number): text for number, text in ENTRY.findall(asked)}

    @staticmethod
    def is_for_notes(wish: Generation) -> bool:
        return wish.schema is not None and "notes" in wish.schema["properties"]

    @classmethod
    def notes(cls, prompt: Sequence[Turn], bears: str = "relevant") -> str:
        """Reading notes on everything that is shown."""
        return json.dumps({"notes": [{"n": n, "bears": bears, "note": text[:30]}
                                     for n, text in cls.shown(prompt).items()]})

    def _write(self, prompt: Sequence[Turn], wish: Generation) -> str:
        if self.is_for_notes(wish):
            return self.notes(prompt, self.bears)
        return "{}" if wish.schema is not None else self.say(self.shown(prompt))


@pytest.fixture
def told(new_diary: Callable[..., Any]) -> Told:
    """A new profile, an empty folder, and a model that follows the test."""
    return Told(new_diary)

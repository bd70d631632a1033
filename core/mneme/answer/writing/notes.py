"""Chain-of-Note: before it answers, a language model notes of each memory whether it bears on the question (A19)."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mneme.answer.writing.budget import notes_tokens
from mneme.answer.writing.evidence import Shown
from mneme.models.whole import completed
from mneme.ports import Generation, LanguageModel, Spent, Turn
from mneme.types import ReadingNote

LONGEST = 300  # code points of a note
BEARS = ("relevant", "partly", "not")
SCHEMA: Mapping[str, Any] = {
    "type": "object", "additionalProperties": False, "required": ["notes"],
    "properties": {"notes": {"type": "array", "items": {
        "type": "object", "additionalProperties": False, "required": ["n", "bears", "note"],
        "properties": {"n": {"type": "integer"}, "bears": {"type": "string", "enum": list(BEARS)},
                       "note": {"type": "string"}}}}}}


def noted(model: LanguageModel, prompt: Sequence[Turn], shown: Sequence[Shown], cancelled: Callable[[], bool]
          ) -> tuple[str, tuple[ReadingNote, ...], Spent]:
    """What the model wrote, the notes in it that are whole, and what it took. No notes is no failure.

    Raises: ModelFailed, Cancelled.
    """
    text, spent = completed(model, prompt, Generation(notes_tokens(len(shown)), schema=SCHEMA), cancelled)
    return text, tuple(read(text, shown)), spent


def read(text: str, shown: Sequence[Shown]) -> list[ReadingNote]:
    """The notes that a model wrote: of memories that were shown, each once; what else it wrote is passed over."""
    try:
        value = json.loads(text)
    except ValueError:
        return []
    rows = value.get("notes") if isinstance(value, dict) else None
    numbers = {one.number: one.memory.id for one in shown}
    notes: dict[int, ReadingNote] = {}
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict) or not isinstance(row.get("n"), int) or row.get("bears") not in BEARS:
            continue
        memory = numbers.get(row["n"])
        if memory is not None and memory not in notes:
            notes[memory] = ReadingNote(memory, row["bears"], " ".join(str(row.get("note", "")).split())[:LONGEST])
    return list(notes.values())

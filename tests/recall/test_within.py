"""Asking one file alone: what stands elsewhere is not found, however well it would answer."""

from collections.abc import Callable
from typing import Any

import pytest

from mneme.ports import Extract, Reading
from mneme.testing import ScriptedReader
from mneme.types import AnswerState

PLACES = ("behind the barrel", "under the boat shed")


def read(_question: str, extract: Extract) -> Reading:
    """Marks either place, and is sure of it."""
    for place in PLACES:
        if (at := extract.text.find(place)) >= 0:
            return Reading(at, at + len(place), 12.0, 0.99)
    return Reading(0, 0, -9.0, 0.01)


@pytest.fixture
def diary(new_diary: Callable[..., Any]) -> Any:
    made = new_diary(reader=ScriptedReader(read))
    made.engine.set_setting("answer.caution", 0.0)
    made.note("cabin.md", "The spare key hangs behind the barrel.")
    made.note("letter.md", "The spare key lies under the boat shed.")
    made.note("tides.md", "High water is at six.")
    return made


@pytest.mark.parametrize(("name", "place"), [("cabin.md", PLACES[0]), ("letter.md", PLACES[1])])
def test_the_file_that_is_asked_answers(diary: Any, name: str, place: str) -> None:
    answer = diary.engine.ask("Where is the spare key?", within=[diary.folder / name])
    assert answer.state is AnswerState.ANSWERED
    assert answer.text == place
    assert {citation.source.rsplit("/", 1)[-1] for citation in answer.citations} == {name}


def test_a_file_that_does_not_say_it_has_no_answer(diary: Any) -> None:
    answer = diary.engine.ask("Where is the spare key?", within=[diary.folder / "tides.md"], record=False)
    assert answer.state is AnswerState.NOT_FOUND
    assert all(citation.source.endswith("tides.md") for citation in answer.nearest)


def test_of_a_file_that_is_gone_nothing_is_found(diary: Any) -> None:
    answer = diary.engine.ask("Where is the spare key?", within=[diary.folder / "gone.md"], record=False)
    assert answer.state is AnswerState.NOT_FOUND and not answer.nearest


def test_a_folder_means_what_is_in_it(diary: Any) -> None:
    answer = diary.engine.ask("Where is the spare key?", within=[diary.folder], record=False)
    assert answer.state is AnswerState.ANSWERED

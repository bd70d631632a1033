"""What a model is shown: a dated outline with numbers, the best last, fenced so that no text can end the fence."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.answer.weighing import Weighed
from mneme.answer.writing.evidence import Bearing, Shown, bearing, outline
from mneme.ports import Reading
from mneme.prompts.fencing import fenced
from mneme.recall.ports import Said
from mneme.types import Hit, Kind, Memory, Moment, Origin

DAY = datetime(2024, 5, 6, 9, tzinfo=UTC)


def memory(number: int, text: str, *, day: int = 6, title: str = "Chat", speaker: str | None = "Ines",
           origin: Origin = Origin.OTHER, dated: bool = True) -> Memory:
    return Memory(id=number, kind=Kind.PASSAGE, text=text, item=number, span=(0, len(text)), source="/home/maren/x.md",
                  title=title, speaker=speaker, origin=origin, happened_at=Moment(DAY.replace(day=day), 0, "minute"),
                  recorded_at=DAY, dated=dated)


def weighed(number: int, relevance: float) -> Weighed:
    return Weighed(Hit(memory(number, f"text {number}"), 1.0, {}), Reading(0, 0, 0.0, 0.0, relevance), {}, None)


def test_the_group_with_the_best_memory_is_last_and_a_group_runs_by_time() -> None:
    shown = [Shown(1, memory(1, "Later here.", day=7), None, 0.9), Shown(2, memory(2, "Sooner there.", title="Notes",
             speaker=None), Said("Maren", "What then?"), 0.5), Shown(3, memory(3, "Also here.", day=7), None, 0.2)]
    told = outline(shown)
    assert told.splitlines() == [
        "6 May 2024 - Notes", "      (Maren, right before: What then?)", "  [2] Sooner there.",
        "7 May 2024 - Chat", "  [1] Ines: Later here.", "  [3] Ines: Also here."]
    assert "/home/maren" not in told
    flat = outline(shown, flat=True)
    assert [line[:3] for line in flat.splitlines() if line.startswith("[")] == ["[3]", "[2]", "[1]"]


def test_what_yesterday_means_is_told_beside_it() -> None:
    told = outline([Shown(1, memory(1, "I painted the shed yesterday."), None, 0.9)])
    assert "yesterday = 5 May 2024" in told
    assert "=" not in outline([Shown(1, memory(1, "I painted the shed yesterday.", dated=False), None, 0.9)])


@pytest.mark.parametrize(("origin", "speaker", "expected"), [
    (Origin.OWNER, "Maren", "Maren (the owner): "), (Origin.ASSISTANT, "Bot", "an assistant: "),
    (Origin.OTHER, "Ines", "Ines: "), (Origin.OWNER, None, "[1] It")])
def test_who_says_it_is_told(origin: Origin, speaker: str | None, expected: str) -> None:
    assert expected in outline([Shown(1, memory(1, "It rains.", origin=origin, speaker=speaker), None, 0.9)])


@given(st.text(max_size=200))
def test_nothing_in_a_text_ends_its_fence(text: str) -> None:
    whole = fenced(text)
    first, last = whole.split("\n", 1)[0], whole.rsplit("\n", 1)[1]
    mark = first.split(" ", 1)[1].rstrip(">")
    assert last == f"</memories {mark}>" and mark not in text
    assert fenced(text) == whole  # the same text gives the same prompt: the cache holds


def test_a_text_that_knows_the_mark_gets_another() -> None:
    mark = fenced("x").split(" ", 1)[1].split(">")[0]
    assert fenced("x").count(mark) == 2 and mark not in fenced(f"x {mark}").replace(f"x {mark}", "")


def test_near_misses_are_left_out_but_never_all() -> None:
    read = [weighed(1, 0.9), weighed(2, 0.5), weighed(3, 0.01), weighed(4, 0.05), weighed(5, 0.2)]
    kept = [one.hit.memory.id for one in bearing(read, {}, 10)]
    assert kept == [1, 2, 5]
    assert [one.hit.memory.id for one in bearing([weighed(1, 0.001), weighed(2, 0.0)], {}, 10)] == [1, 2]
    assert len(bearing(read, {}, 2)) == 2 and isinstance(bearing(read, {}, 2)[0], Bearing)

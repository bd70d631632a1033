"""What stands around a memory: sums over neighbours in one conversation, and who stands right beside whom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.recall.nearby import REACH, beside, by_meaning, in_order, words_nearby
from mneme.types import Origin, Place

Where = tuple[int | None, int, int]  # thread, place in it, where in the message it starts


def places(*where: Where) -> list[Place]:
    """Memories 1, 2, 3 and so on at these places, in order."""
    return in_order([Place(n, thread, seq, start, None, Origin.OTHER)
                     for n, (thread, seq, start) in enumerate(where, 1)])


def test_places_are_in_the_order_of_what_was_said() -> None:
    made = places((2, 1, 0), (1, 2, 0), (1, 1, 9), (1, 1, 0), (None, 0, 5), (None, 0, 0))
    assert [place.memory for place in made] == [6, 5, 4, 3, 2, 1]


def test_words_are_summed_over_two_messages_to_each_side() -> None:
    assert REACH == 2
    made = words_nearby(places(*((1, seq, 0) for seq in range(1, 7))), {1: 4.0, 4: 1.0})
    assert made == {1: 4.0, 2: 5.0, 3: 5.0, 4: 1.0, 5: 1.0, 6: 1.0}


def test_neither_another_conversation_nor_a_gap_nor_a_note_is_near() -> None:
    made = words_nearby(places((1, 1, 0), (2, 2, 0), (1, 4, 0), (None, 0, 0), (None, 0, 9)), {1: 4.0, 4: 2.0})
    assert made == {1: 4.0, 4: 2.0}


def test_meaning_is_of_a_place_alone_and_of_the_mean_around_it() -> None:
    east, north = np.array([1, 0], np.float16), np.array([0, 1], np.float16)
    own, around = by_meaning(places((1, 1, 0), (1, 2, 0), (1, 9, 0), (1, 10, 0)), {1: east, 2: north, 3: north},
                             np.array([1, 0], np.float32))
    assert own == {1: 1.0, 2: 0.0, 3: 0.0}
    assert around == pytest.approx({1: 0.5 ** 0.5, 2: 0.5 ** 0.5, 3: 0.0, 4: 0.0})


def test_meaning_of_nothing() -> None:
    query = np.array([1, 0], np.float32)
    assert by_meaning([], {}, query) == ({}, {})
    assert by_meaning(places((1, 1, 0)), {}, query) == ({}, {})
    assert words_nearby([], {}) == {}


def test_beside_are_the_messages_right_before_and_after() -> None:
    made = beside(places((1, 1, 0), (1, 2, 0), (1, 3, 0), (1, 5, 0), (2, 2, 0), (None, 0, 0), (None, 0, 9)),
                  [2, 3, 4, 6, 99])
    assert {memory: sorted(near) for memory, near in made.items()} == {
        2: [1, 2, 3], 3: [2, 3], 4: [4], 6: [6], 99: [99]}


def test_beside_are_the_other_passages_of_a_message_too() -> None:
    assert sorted(beside(places((1, 1, 0), (1, 2, 0), (1, 2, 9)), [3])[3]) == [1, 2, 3]


def test_a_long_message_has_neighbours_too() -> None:
    made = beside(places((1, 1, 0), *((1, 2, start) for start in range(5)), (1, 3, 0)), [4])
    assert {1, 7} <= set(made[4])


@given(st.lists(st.tuples(st.none() | st.integers(1, 2), st.integers(0, 6), st.integers(0, 2)), max_size=12))
def test_whatever_stands_around_each_place_counts_at_least_itself(where: list[Where]) -> None:
    made = places(*where)
    scores = {place.memory: float(place.memory) for place in made}
    summed = words_nearby(made, scores)
    assert all(summed[memory] >= score for memory, score in scores.items())
    threads = {place.memory: place.thread for place in made}
    for memory, near in beside(made, list(scores)).items():
        assert near[0] == memory and len(set(near)) == len(near)
        assert {threads[other] for other in near} == {threads[memory]}

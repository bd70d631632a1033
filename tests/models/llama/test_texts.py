"""Stop strings and remembered answers, without a model."""

from hypothesis import given
from hypothesis import strategies as st

from mneme.models.llama.texts import REMEMBERED, Answers, Stops

SHORT = st.text("ab\n", max_size=12)


def fed(stops: list[str], pieces: list[str]) -> tuple[str, str]:
    """All that was shown, and the stop that was met."""
    through, shown = Stops(stops), ""
    for piece in pieces:
        text, met = through.feed(piece)
        shown += text
        if met:
            return shown, met
    return shown + through.rest(), ""


def test_a_stop_is_found_across_pieces_and_not_shown() -> None:
    assert fed(["\nUser:"], ["He said", "\nUs", "er", ": what"]) == ("He said", "\nUser:")


def test_what_only_began_like_a_stop_is_shown() -> None:
    assert fed(["\nUser:"], ["one\nUs", "ual"]) == ("one\nUsual", "")
    assert fed(["\nUser:"], ["one\nUser"]) == ("one\nUser", "")


def test_what_may_become_a_stop_is_held_back() -> None:
    assert Stops(["###"]).feed("text#") == ("text", "")


@given(st.lists(SHORT, max_size=6), st.lists(st.text("ab\n", min_size=1, max_size=4), max_size=3))
def test_pieces_and_the_whole_end_at_the_same_place(pieces: list[str], stops: list[str]) -> None:
    shown, met = fed(stops, pieces)
    whole = "".join(pieces)
    assert whole.startswith(shown)
    assert not any(stop in shown for stop in stops)
    assert (shown == whole) == (met == "")
    assert whole[len(shown):].startswith(met)


def test_an_answer_is_told_in_the_tokens_that_were_sampled() -> None:
    answers = Answers(lambda text: [ord(c) for c in text])
    answers.remember("abc ", [900, 901], [3, 4])
    assert answers.tokens("abc ") == answers.tokens("abc") == [900, 901]
    assert answers.tokens("abd") == [97, 98, 100]


def test_of_a_token_that_a_stop_cut_only_the_shown_part_is_kept() -> None:
    answers = Answers(lambda text: [ord(c) for c in text])
    answers.remember("abcd", [900, 901, 902], [2, 6, 8])
    assert answers.tokens("abcd") == [900, ord("c"), ord("d")]


def test_only_the_last_answers_are_remembered() -> None:
    answers = Answers(lambda text: [1])
    for number in range(REMEMBERED + 1):
        answers.remember(f"answer {number:03}", [900 + number], [10])
    assert answers.tokens("answer 000") == [1]
    assert answers.tokens("answer 001") == [901]

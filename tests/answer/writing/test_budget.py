"""A prompt never holds more tokens than there are; what gives way does so in its order, and the head stays the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.answer.writing.budget import Fitted, Parts, TooLong, fit
from mneme.answer.writing.talk import Past, Talk
from mneme.ports import Turn
from mneme.testing import ScriptedModel


def model(context: int) -> ScriptedModel:
    return ScriptedModel(lambda prompt, wish: "", context=context)


def parts(memories: int, *, words: int = 20, portrait: int = 30) -> Parts:
    return Parts("s " * 40, "p " * portrait, (), lambda n: (Turn("user", "m " * words * n + "question"),), memories,
                 ("note them", "now answer"), 50)


def talk(turns: int, words: int = 60) -> Talk:
    return Talk(past=[Past(f"q{n}", f"a{n}", (Turn("user", "e " * words), Turn("assistant", f"a{n}")), {n: n})
                      for n in range(turns)])


def total(fitted: Fitted) -> int:
    return sum(one.tokens for one in fitted.segments)


@given(st.integers(150, 4000), st.integers(0, 12), st.integers(0, 30))
def test_whatever_there_is_it_fits_or_it_is_said(context: int, memories: int, turns: int) -> None:
    one = model(context)
    try:
        fitted = fit(one, one.facts(), parts(memories), talk(turns))
    except TooLong:
        assert context < 250
        return
    sent = sum(one.count([turn.text])[0] + 4 for turn in fitted.turns)
    assert sent + 50 <= context
    assert total(fitted) <= context


def test_first_old_evidence_gives_way_then_old_turns_then_memories_then_the_portrait() -> None:
    long = talk(4)
    plenty = fit(model(4000), model(4000).facts(), parts(6), long)
    assert plenty.shown == 6 and not any(one.plain for one in long.past) and not plenty.left_behind
    tight = fit(model(440), model(440).facts(), parts(6), long)
    assert tight.shown == 6 and all(one.plain for one in long.past) and not tight.left_behind
    tighter = fit(model(300), model(300).facts(), parts(6), long)
    assert tighter.shown == 6 and tighter.left_behind and len(long.behind) == len(tighter.left_behind)
    tightest = fit(model(260), model(260).facts(), parts(6), talk(0))
    assert tightest.shown < 6


def test_the_head_is_the_same_from_question_to_question() -> None:
    one, long = model(4000), talk(2)
    first = fit(one, one.facts(), parts(3), long)
    second = fit(one, one.facts(), parts(5), long)
    assert first.turns[:5] == second.turns[:5]


def test_a_question_that_is_longer_than_everything_is_refused() -> None:
    one = model(100)
    with pytest.raises(TooLong):
        fit(one, one.facts(), parts(0), talk(0))

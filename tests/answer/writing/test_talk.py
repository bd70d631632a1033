"""What a conversation keeps: numbers given once, turns that were left behind and are found again, telling phrases."""

from mneme.answer.writing.talk import Past, Talk, taken_up
from mneme.ports import Turn


def past(asked: str, answer: str) -> Past:
    return Past(asked, answer, (Turn("user", asked), Turn("assistant", answer)), {1: 10})


def test_a_turn_that_was_left_behind_is_found_by_its_rarer_words() -> None:
    talk = Talk(past=[past("Where is the spare key?", "Behind the barrel."), past("Who called?", "Ines called."),
                      past("What is for dinner?", "Soup.")])
    for _turn in range(3):
        talk.leave_behind()
    assert talk.about("and which barrel was that?") == [("Where is the spare key?", "Behind the barrel.")]
    assert talk.about("zebra") == []
    assert talk.said()[0] == ("Where is the spare key?", "Behind the barrel.")


def test_what_left_the_prompt_has_no_number_any_more() -> None:
    talk = Talk(past=[past("a", "b")], last_number=1)
    assert talk.shown() == {10: 1}
    talk.past[0].make_plain()
    assert talk.shown() == {} and talk.next_number() == 2


def test_rare_phrases_stay_in_mind_while_common_ones_fade() -> None:
    talk = Talk()
    for number in range(60):
        said = "We buy seventeen saffron buns" if number == 3 else "We buy milk"
        talk.past.append(past(f"Shopping list {number % 2}", said))
    for _turn in range(55):
        talk.leave_behind()
    assert any("saffron" in phrase for phrase in talk.in_mind())  # said 50 turns ago
    assert len(talk.phrases) <= 40


def test_a_conversation_is_taken_up_where_it_stopped() -> None:
    talk = taken_up([(f"q{n}", f"a{n}") for n in range(9)], 6)
    assert [one.asked for one in talk.past] == [f"q{n}" for n in range(3, 9)]
    assert talk.behind == [("q0", "a0"), ("q1", "a1"), ("q2", "a2")]
    assert taken_up([], 6).past == []

"""Learning from conversations: what a message leaves out stands in those before it, as far as they are there."""

from datetime import UTC, datetime, timedelta

from mneme.memory.facts.context import MOST
from mneme.store import derived

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)  # a Monday
ASKED = ("Ines", "Where do you live now?", DAY)
ANSWERED = ("Maren", "Porto, by the river", DAY + timedelta(minutes=2))


def told(diary) -> list[tuple[str, str, str, str]]:
    return [(one.subject, one.relation, one.topic, one.object) for one in diary.life.facts()]


def test_an_answer_is_a_fact_and_stands_on_its_own_words_alone(diary) -> None:
    diary.chat("Ines", ASKED, ANSWERED)
    [fact] = diary.life.facts()
    assert (fact.subject, fact.relation, fact.object) == ("me", "lives_in", "Porto")
    assert [(one.text, one.speaker) for one in fact.evidence] == [("Porto, by the river", "Maren")]


def test_the_same_words_without_their_question_tell_nothing(diary) -> None:
    diary.chat("Ines", ANSWERED)
    diary.note("porto.md", "Porto, by the river\n")
    assert told(diary) == []


def test_a_chat_that_grows_is_read_on_from_what_it_said(diary) -> None:
    diary.chat("Ines", ASKED)
    assert told(diary) == []
    diary.chat("Ines", ASKED, ANSWERED)
    assert told(diary) == [("me", "lives_in", "", "Porto")]


def test_a_question_of_another_conversation_is_not_answered(diary) -> None:
    diary.chat("Ines", ASKED)
    diary.chat("Olav", ANSWERED, people=("Maren", "Olav"))
    assert told(diary) == []


def test_a_question_in_the_bin_is_not_read(diary) -> None:
    diary.chat("Ines", ASKED)
    diary.engine.forget([diary.passage("Where do you live")])
    diary.chat("Ines", ASKED, ANSWERED)
    assert told(diary) == []


def test_a_plan_is_moved_without_its_name(diary) -> None:
    diary.chat("Ines", ("Maren", "dentist on 10 June at 9", DAY), ("Ines", "good luck", DAY + timedelta(minutes=1)),
               ("Maren", "ugh, moved AGAIN, now it's the 17th at 8", DAY + timedelta(days=2)))
    plans = diary.life.facts(relations=["plan"], history=True)
    assert [(one.topic, one.valid_from and one.valid_from.iso()[:16]) for one in plans] == [
        ("dentist", "2025-06-10T09:00"), ("dentist", "2025-06-17T08:00")]


def test_the_messages_before_are_the_last_ones_in_order(diary) -> None:
    diary.chat("Ines", *(("Ines", f"Message {n}.", DAY + timedelta(minutes=n)) for n in range(MOST + 3)))
    with diary.store.reader() as db:
        rows = derived.passages_after(db, 0, 100)
        heard = derived.heard_before(db, [one.item for one in rows], MOST)
    assert [one.text for one in heard[rows[-1].item]] == [f"Message {n}." for n in range(2, MOST + 2)]
    assert [len(heard.get(one.item, ())) for one in rows] == [min(n, MOST) for n in range(MOST + 3)]


# ------------------------------------------------------------------ topics


def test_the_key_is_the_spare_key_that_was_told_of(diary) -> None:
    diary.note("2025-05-01.md", "The spare key is under the blue pot.\n")
    diary.note("2025-05-20.md", "Forget the blue pot, the key is with Mrs Allen now.\n")
    assert told(diary) == [("me", "kept_at", "spare key", "with Mrs Allen")]
    before = diary.life.facts(history=True)
    assert [one.object for one in before if one.state == "past"] == ["under the blue pot"]


def test_of_two_longer_topics_neither_is_meant(diary) -> None:
    diary.note("2025-05-01.md", "The spare key is under the blue pot. The shed key is in the drawer.\n")
    diary.note("2025-05-20.md", "The key is with Mrs Allen now.\n")
    assert ("me", "kept_at", "key", "with Mrs Allen") in told(diary)


def test_a_plan_that_is_over_is_not_meant(diary) -> None:
    diary.note("2025-03-01.md", "The budget review is on 5 March.\n")
    diary.note("2025-05-30.md", "The review is on 10 June.\n")
    assert {one.topic for one in diary.life.facts(history=True)} == {"budget review", "review"}


def test_the_review_is_the_budget_review_that_lies_ahead(diary) -> None:
    diary.note("2025-05-28.md", "The budget review is on 10 June.\n")
    diary.note("2025-05-30.md", "The review is now on 12 June.\n")
    plans = diary.life.facts(relations=["plan"], history=True)
    assert [(one.topic, one.valid_from and one.valid_from.iso()[:10]) for one in plans] == [
        ("budget review", "2025-06-10"), ("budget review", "2025-06-12")]

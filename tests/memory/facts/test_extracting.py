"""Statements: exactly what people tell, of whom and from when on; nothing from what they only ask, joke or quote."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.facts.extracting import statements
from mneme.memory.facts.objects import HIDDEN, MOST_WORDS
from mneme.memory.facts.reading import first_person
from mneme.memory.facts.relations import RELATIONS
from mneme.memory.facts.speaking import LONGEST, MOST
from mneme.memory.facts.statements import ME, Saying, Statement
from mneme.types import Moment, Origin

HERE = Path(__file__).parent
SAID = Moment.of(datetime(2024, 3, 5, 18, 20), UTC, "minute")  # a Tuesday


def _saying(text: str, origin: Origin = Origin.OWNER, speaker: str | None = None, *, owner: str = "",
            others: tuple[str, ...] = (), heading: str = "", said: Moment | None = SAID) -> Saying:
    return Saying(text, origin, speaker, said, owner, others, heading)


def _row(one: Statement) -> str:
    """A statement as the tables write it."""
    begins = one.valid_from.iso().removesuffix("+00:00") if one.valid_from else ""
    ends = f"until {one.valid_to.iso().removesuffix('+00:00')}" if one.valid_to else ""
    mode = one.mode + (" corrects" if one.corrects else "")
    when = " ".join(filter(None, (begins, ends)))
    return " | ".join([one.subject, one.relation, one.topic, one.object, mode] + ([when] if when else []))


def _rows(saying: Saying) -> list[str]:
    return [_row(one) for one in statements(saying)]


def _told() -> list[tuple[str, list[str]]]:
    table: list[tuple[str, list[str]]] = []
    _, _, rows = (HERE / "told.txt").read_text(encoding="utf-8").partition("\n\n")
    for line in rows.splitlines():
        if line.startswith("    "):
            table[-1][1].append(line.strip())
        else:
            table.append((line.replace("\\n", "\n"), []))
    return table


def _untold() -> list[str]:
    lines = (HERE / "untold.txt").read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line and not line.startswith("# ")]


@pytest.mark.parametrize(("text", "expected"), _told())
def test_a_saying_tells_exactly_this(text: str, expected: list[str]) -> None:
    assert _rows(_saying(text)) == expected


@pytest.mark.parametrize("text", _untold())
def test_a_saying_tells_nothing(text: str) -> None:
    assert _rows(_saying(text)) == []


def test_the_tables_are_wide() -> None:
    told = _told()
    relations = {row.split(" | ")[1] for _, rows in told for row in rows}
    assert sum(len(rows) for _, rows in told) >= 150
    assert len(_untold()) >= 120
    assert relations == set(RELATIONS)


# ------------------------------------------------------------------ whose it is

def test_the_first_person_of_others_is_who_speaks() -> None:
    assert _rows(_saying("I work at Kestrel", Origin.OTHER, "Anna")) == ["Anna | works_at |  | Kestrel | holds"]
    assert _rows(_saying("my sister lives in Rome", Origin.OTHER, "Anna")) == [
        "Anna's sister | lives_in |  | Rome | holds"]


def test_a_speaker_with_the_owners_name_is_the_owner() -> None:
    saying = _saying("I work at Kestrel", Origin.OTHER, "Nora Berg", owner="nora berg")
    assert first_person(saying) == ME
    assert _rows(saying) == ["me | works_at |  | Kestrel | holds"]


def test_the_first_person_of_an_unknown_author_is_nobody() -> None:
    assert _rows(_saying("I live in Oslo. My number is 555 0199.", Origin.OTHER)) == []
    assert _rows(_saying("Anna lives in Oslo.", Origin.OTHER)) == ["Anna | lives_in |  | Oslo | holds"]


@pytest.mark.parametrize("origin", [Origin.ASSISTANT, Origin.DERIVED])
@pytest.mark.parametrize(("text", "expected"), _told()[:40])
def test_an_assistant_states_nothing(origin: Origin, text: str, expected: list[str]) -> None:
    assert expected
    assert statements(_saying(text, origin, "Nora", owner="Nora")) == []


def test_a_pronoun_is_the_one_just_named() -> None:
    assert _rows(_saying("Anna called. She lives in Rome.")) == ["Anna | lives_in |  | Rome | holds"]
    assert _rows(_saying("Lunch with Kaisa. Her husband drives a blue Volvo.")) == [
        "Kaisa's husband | drives |  | a blue Volvo | holds"]


def test_a_pronoun_of_another_gender_or_of_nobody_is_left_alone() -> None:
    assert _rows(_saying("My brother is called Leo. She lives in Rome.")) == ["me | sibling | brother | Leo | holds"]
    assert _rows(_saying("Nice day. She lives in Rome.")) == []


def test_what_others_are_told_to_have_said_is_about_them() -> None:
    assert _rows(_saying("Anna says Leo works at Siemens")) == ["Leo | works_at |  | Siemens | holds"]
    assert _rows(_saying("Anna told me she no longer works at Siemens")) == ["Anna | works_at |  | Siemens | ended"]


def test_what_two_share_is_moved_for_the_owner_too() -> None:
    saying = _saying("The review is moved to Friday", Origin.OTHER, "Anna", owner="Nora", others=("Nora",))
    assert _rows(saying) == ["me | plan | review | review | planned | 2024-03-08"]
    apart = _saying("I'm flying to Lisbon on 3 May", Origin.OTHER, "Anna", owner="Nora", others=("Nora",))
    assert [one.subject for one in statements(apart)] == ["Anna"]


# ------------------------------------------------------------------ cards, headings, signatures

def test_labelled_lines_are_of_whom_the_heading_names() -> None:
    assert _rows(_saying("Phone: 555 0199", heading="People › Anna Berg")) == [
        "Anna Berg | phone |  | 555 0199 | holds"]
    assert _rows(_saying("Phone: 555 0199", heading="About me")) == ["me | phone |  | 555 0199 | holds"]
    assert _rows(_saying("Phone: 555 0199", heading="the plumber")) == []


def test_a_card_with_a_name_is_of_that_person() -> None:
    card = "Name: Anna Berg\nPhone: 555 0199\nBirthday: 4 May 1987"
    assert _rows(_saying(card)) == ["Anna Berg | phone |  | 555 0199 | holds",
                                    "Anna Berg | birthday |  | 1987-05-04 | holds"]
    assert [one.subject for one in statements(_saying(card, owner="Anna Berg"))] == [ME, ME, ME]


def test_an_entry_is_on_the_day_of_its_heading() -> None:
    assert _rows(_saying("14:00 Dentist", heading="12 March 2024")) == [
        "me | plan | dentist | Dentist | planned | 2024-03-12T14:00"]


def test_a_signature_is_of_whoever_signed() -> None:
    mail = "See you then.\n\nBest regards,\nTom Aas\nHead of Sales, Kestrel\nTel: +47 555 01 99\ntom@kestrel.example"
    assert _rows(_saying(mail, Origin.OTHER)) == [
        "Tom Aas | works_as |  | Head of Sales | holds", "Tom Aas | works_at |  | Kestrel | holds",
        "Tom Aas | phone |  | +47 555 01 99 | holds", "Tom Aas | email |  | tom@kestrel.example | holds"]
    assert {one.subject for one in statements(_saying(mail, Origin.OTHER, "Tom Aas", owner="Tom Aas"))} == {ME}


def test_the_signature_of_a_quoted_mail_is_left_alone() -> None:
    mail = "I agree.\n\n-----Original Message-----\nSee you.\n\nBest regards,\nTom Aas\nHead of Sales, Kestrel"
    assert _rows(_saying(mail)) == []


def test_a_reply_tells_and_what_it_quotes_does_not() -> None:
    reply = "I moved to Bergen.\n\nOn Mon, 4 Mar 2024 at 10:00, Anna wrote:\n> I live in Oslo.\n> My number is 555 0199"
    assert _rows(_saying(reply)) == ["me | lives_in |  | Bergen | holds"]


# ------------------------------------------------------------------ time

def test_without_a_time_of_saying_no_time_is_resolved() -> None:
    [one] = statements(_saying("I moved to Oslo last week", said=None))
    assert (one.object, one.valid_from) == ("Oslo", None)
    [plan] = statements(_saying("dentist on Tuesday at 3", said=None))
    assert (plan.topic, plan.mode, plan.valid_from) == ("dentist", "planned", None)


def test_times_are_on_the_clock_of_those_who_said_it() -> None:
    late = Moment.of(datetime(2024, 3, 5, 23, 30), timezone(timedelta(hours=5)), "minute")
    [one] = statements(_saying("dentist tomorrow at 9:30", said=late))
    assert one.valid_from is not None
    assert one.valid_from.iso() == "2024-03-06T09:30+05:00"


@pytest.mark.parametrize(("text", "expected"), [
    ("dentist on 3/4 at 10:30", None),  # 3 April, or 4 March
    ("dentist on 13/3 at 10:30", "2024-03-13T10:30+00:00"), ("dentist on 13.3. at 10.30", "2024-03-13T10:30+00:00"),
    ("dinner on Friday at 7", "2024-03-08T19:00+00:00"), ("dentist on Friday at 7", "2024-03-08T07:00+00:00"),
    ("dentist on Friday at half past two", "2024-03-08T14:30+00:00"), ("dentist on the 14th", "2024-03-14"),
    ("dentist in May", "2024-05"), ("dentist on 4 March", "2025-03-04"), ("dentist on 2024-03-09", "2024-03-09")])
def test_the_time_of_a_plan(text: str, expected: str | None) -> None:
    found = [one.valid_from.iso() for one in statements(_saying(text)) if one.valid_from is not None]
    assert found == ([expected] if expected else [])


def test_what_is_over_is_no_plan() -> None:
    assert _rows(_saying("dentist on 4 March 2024 at 9:30")) == []


# ------------------------------------------------------------------ how sure

def test_a_hedge_makes_it_less_certain() -> None:
    [sure], [hedged] = statements(_saying("Anna lives in Oslo")), statements(_saying("I think Anna lives in Oslo"))
    assert .5 <= hedged.certainty < sure.certainty <= 1


def test_a_joke_takes_back_what_stands_before_it_alone() -> None:
    assert _rows(_saying("I work at Kestrel. I live on the moon. Just kidding!")) == [
        "me | works_at |  | Kestrel | holds"]


def test_big_news_on_the_first_of_april_are_left_alone() -> None:
    fools = Moment.of(datetime(2024, 4, 1, 9), UTC, "minute")
    assert _rows(_saying("Big news, I joined Bluefin!!", said=fools)) == []
    assert len(statements(_saying("Big news, I joined Bluefin!!"))) == 1


# ------------------------------------------------------------------ any text at all

_PIECES = st.lists(st.sampled_from((
    "I", " ", "my", "sister", "Eva", "works", "at", "Acme", ".", ",", "moved", "to", "Oslo", "on", "Tuesday", "3", ":",
    "is", "not", "the", "review", "\n", "> ", "😀", "\ud800", "\u202e", "İ", "ß", "\"", "'", "’", "*", "actually", "no",
    "wait", "called", "Bo", "555 0199", "|", "-", "(", "any more", "if", "and", "Anna", "'s", "birthday", "4 May", "?",
)), max_size=40).map(" ".join)


def _check(saying: Saying) -> None:
    last = (0, 0)
    for one in statements(saying):
        start, end = one.span
        assert last <= one.span
        assert 0 <= start < end <= len(saying.text)
        assert one.relation in RELATIONS
        assert .5 <= one.certainty <= 1
        assert one.topic == one.topic.lower()
        assert HIDDEN not in one.object
        assert len(one.object.split()) <= MOST_WORDS + 4
        if one.object_span is not None:
            assert start <= one.object_span[0] < one.object_span[1] <= end
            assert saying.text[slice(*one.object_span)] == one.object
        last = one.span


@given(st.text(max_size=300) | _PIECES, st.sampled_from(list(Origin)), st.sampled_from([None, "Anna", "", "Nora"]))
def test_any_text_gives_exact_spans_and_never_an_error(text: str, origin: Origin, speaker: str | None) -> None:
    _check(_saying(text, origin, speaker, owner="Nora", heading="x › 3 May"))


@pytest.mark.parametrize(("text", "expected"), _told())
def test_evidence_is_verbatim_behind_emoji_and_small_talk(text: str, expected: list[str]) -> None:
    moved = "😀 Ha, İzmir!\n\n" + text
    _check(_saying(moved))
    assert _rows(_saying(moved)) == expected


@pytest.mark.parametrize("unit", ["a", " ", "\n", "my ", "my my's ", "1 ", "1:1 ", "(", "'s ", "\"", "* ", "|",
                                  "Anna and ", "not ", "I live in ", "on Tuesday at 3 ", "+1 ", "x@x.", "> ", "\ud800",
                                  "the the review "])
def test_long_monotony_is_read_in_the_end(unit: str) -> None:
    _check(_saying(unit * (200_000 // len(unit))))


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert _rows(_saying("Rain. " * (MOST // 6) + "I live in Oslo.")) == []
    assert _rows(_saying("Rain, " * (LONGEST // 6) + "and I live in Oslo.")) == []
    assert len(statements(_saying("I live in Oslo. " + "Rain. " * MOST))) == 1


def test_the_same_saying_always_tells_the_same() -> None:
    saying = _saying("\n".join(text for text, _ in _told()[:30]))
    assert statements(saying) == statements(saying)
    assert len(statements(saying)) > 20

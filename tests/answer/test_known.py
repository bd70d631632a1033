"""Answers from facts: lives that are told and settled, and asked about now, then, as of a day, and in doubt."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from mneme.answer.known import UNCLEAR, Known, known
from mneme.memory.facts.relations import RELATIONS
from mneme.memory.facts.settling import Told, opposite, settled
from mneme.memory.facts.statements import ME
from mneme.recall.understanding.question import understood
from mneme.types import Citation, Fact, Kind, Memory, Moment, Origin

NOW = Moment(datetime(2025, 6, 15, 12, tzinfo=UTC), 0, "minute")


def moment(text: str | None) -> Moment | None:
    """A day, or with a T a minute; a month where the day is left out."""
    if text is None:
        return None
    precision = {7: "month", 10: "day"}.get(len(text), "minute")
    at = datetime.fromisoformat(text if len(text) > 7 else f"{text}-01").replace(tzinfo=UTC)
    return Moment(at, 0, precision)  # type: ignore[arg-type]


def said(relation: str, thing: str, at: str, mode: str = "holds", *, subject: str = ME, topic: str = "",
         start: str | None = None, end: str | None = None, **more: Any) -> dict[str, Any]:
    return {"relation": relation, "object": thing, "at": at, "mode": mode, "subject": subject, "topic": topic,
            "start": moment(start), "end": moment(end), **more}


def settle(*told: dict[str, Any]) -> list[Fact]:
    """The facts that come of what was told, each slot settled, restatements merged."""
    slots: dict[tuple[str, ...], list[Told]] = {}
    texts: dict[int, dict[str, Any]] = {}
    for number, one in enumerate(told, start=1):
        pair = min(one["relation"], opposite(one["relation"]) or one["relation"])
        start, end = one["start"], one["end"]
        extra = {key: one[key] for key in ("origin", "corrects", "certainty", "source", "by_owner") if key in one}
        at = moment(one["at"])
        assert at is not None
        slots.setdefault((one["subject"], pair, one["topic"]), []).append(Told(
            number, one["object"], one["mode"], at.utc, start and start.utc, end and end.utc,
            relation=one["relation"], precision=start.precision if start else "second", **extra))
        texts[number] = one
    return [fact for (subject, relation, topic), those in slots.items()
            for fact in _facts(subject, RELATIONS[relation].single, topic, those, texts)]


def _facts(subject: str, single: bool, topic: str, told: Sequence[Told], texts: dict[int, dict[str, Any]]
           ) -> list[Fact]:
    made = settled(told, single=single, now=NOW.utc, of_owner=subject == ME)
    places: dict[int, list[Citation]] = {one.id: [] for one in made}
    for one in made:
        places[one.same_as or one.id].append(Citation(one.id, texts[one.id]["object"], "/chat", (0, 1),
                                                      moment(texts[one.id]["at"])))
    facts = []
    for one in made:
        text = texts[one.id]
        if one.same_as is None:
            memory = Memory(one.id, Kind.FACT, text["object"], 1, (0, 1), "/chat", "chat", None, Origin.OWNER,
                            moment(text["at"]), NOW.utc)
            start = text["start"] if text["start"] and text["start"].utc == one.valid_from else (
                one.valid_from and Moment(one.valid_from, 0, "minute" if text["relation"] == "plan" else "day"))
            facts.append(Fact(
                memory, subject, text["relation"], topic, text["object"], text["mode"], one.state, start,
                one.valid_to and Moment(one.valid_to, 0, "day"), text.get("certainty", 0.8), one.superseded_by,
                one.conflicts, tuple(places[one.id]), text.get("by_owner", False), moment(text["at"])))
    return facts


def ask(question: str, facts: Sequence[Fact]) -> Known | None:
    return known(understood(question, NOW), NOW, facts)


def answer(question: str, facts: Sequence[Fact]) -> str | None:
    made = ask(question, facts)
    return None if made is None else made.text


def sure(question: str, facts: Sequence[Fact]) -> float:
    made = ask(question, facts)
    assert made is not None
    return made.confidence


# ------------------------------------------------------------------ a job, a city, a phone

JOBS = settle(said("works_at", "Globex", "2021-02-01"), said("works_at", "Initech", "2023-01-10", start="2023-01-01"),
              said("works_at", "Acme", "2025-03-05", start="2025-03-01"), said("works_at", "Acme", "2025-05-05"))


@pytest.mark.parametrize(("question", "expected"), [
    ("Where do I work?", "Acme"), ("Where do I work now?", "Acme"), ("Who is my employer?", "Acme"),
    ("Where did I work before?", "Initech"), ("Where did I use to work?", "Initech"),
    ("Where did I work as of 1 April 2024?", "Initech"), ("Where did I work in March 2024?", "Initech"),
    ("Where did I work in 2022?", "Globex"), ("Where did I work in 2023?", "Initech"),
    ("Where did I work first?", "Globex"), ("Where did I work as of February 2025?", "Initech"),
    ("Where did I work as of March 2025?", "Acme"), ("Where did I originally work?", "Globex"),
    ("Where did I work before Acme?", "Initech"), ("Where did I work before Initech?", "Globex"),
    ("Where did I work before Globex?", None), ("Where did I work before Umbrella?", None),
    ("Where did I work in 2019?", None), ("Where did I work as of March 2019?", None),
    ("Am I still at Acme?", "Yes"), ("Am I still at Initech?", "No longer"), ("Do I work at Initech?", "No longer"),
    ("Do I work at Umbrella?", "No"), ("Did I work at Globex?", "Yes"), ("Did I work at Umbrella?", None),
    ("Did I work at Initech in 2024?", "Yes"), ("Did I work at Acme in 2022?", "No"),
    ("What did I say about work?", None), ("Where does Anna work?", None), ("Where do I live?", None)])
def test_the_time_of_the_question_chooses_the_job(question: str, expected: str | None) -> None:
    assert answer(question, JOBS) == expected
    assert answer(question, JOBS[::-1]) == expected


def test_what_was_superseded_is_told_in_a_reason() -> None:
    made = ask("Where do I work?", JOBS)
    assert made is not None
    assert made.reasons == ("Before that, until 1 March 2025: Initech.", "The same is said in 2 places.")
    assert [fact.object for fact in made.replaced] == ["Initech"]
    assert [fact.object for fact in made.facts] == ["Acme"]
    made = ask("Where did I work before?", JOBS)
    assert made is not None and made.reasons == ("Since 1 March 2025: Acme.",)


def test_a_clear_and_current_fact_is_sure_and_age_and_hedges_make_it_less_so() -> None:
    clear = said("lives_in", "Oslo", "2025-06-01")
    assert sure("Where do I live?", settle(clear)) == pytest.approx(0.9, abs=0.01)
    assert sure("Where do I live?", settle(clear | {"at": "2020-06-01"})) < 0.75
    assert sure("Where do I live?", settle(clear | {"certainty": 0.5})) < 0.6
    assert sure("Where do I live?", settle(clear, clear)) > sure("Where do I live?", settle(clear))
    old = said("birthday", "1987-05-04", "2015-06-01")
    assert sure("When is my birthday?", settle(old)) == pytest.approx(0.9)


def test_what_is_over_is_no_answer_to_what_holds_now() -> None:
    facts = settle(said("works_at", "Acme", "2024-01-01"), said("works_at", "Acme", "2025-01-01", "ended"))
    assert answer("Where do I work?", facts) is None
    assert answer("Where did I work?", facts) == "Acme"
    assert answer("Where did I work before?", facts) == "Acme"
    assert answer("Am I still at Acme?", facts) == "No longer"


def test_an_end_with_an_unknown_start_answers_with_less_confidence() -> None:
    facts = settle(said("lives_in", "Rome", "2024-01-01", "ended"), said("lives_in", "Oslo", "2024-01-02"))
    assert answer("Where did I live before?", facts) == "Rome"
    assert answer("Where did I live as of March 2020?", facts) == "Rome"
    assert sure("Where did I live as of March 2020?", facts) < 0.7


def test_a_correction_leaves_no_former_number() -> None:
    facts = settle(said("phone", "555 0199", "2024-03-01"), said("phone", "555 0198", "2024-03-01", corrects=True))
    assert answer("What's my phone number?", facts) == "555 0198"
    assert answer("What was my previous phone number?", facts) is None
    facts = settle(said("phone", "555 0199", "2024-03-01"), said("phone", "555 7777", "2025-03-01"))
    assert answer("What was my previous phone number?", facts) == "555 0199"
    assert answer("What was my old mobile phone number?", facts) == "555 0199"


def test_what_was_taken_back_is_no_answer() -> None:
    facts = settle(said("phone", "555 0199", "2024-03-01"), said("phone", "", "2024-03-02", "cancelled"))
    assert answer("What's my phone number?", facts) is None


def test_a_planned_move_is_told_beside_the_present_home() -> None:
    home = said("lives_in", "Oslo", "2024-03-01")
    made = ask("Where do I live?", settle(home, said("lives_in", "Bergen", "2025-06-01", "planned", start="2025-08")))
    assert made is not None and (made.text, made.reasons) == ("Oslo", ("Planned from August 2025: Bergen.",))


def test_a_move_that_was_planned_has_probably_happened_unless_something_else_was_told_since() -> None:
    home, move = said("lives_in", "Oslo", "2024-03-01"), said("lives_in", "Bergen", "2025-01-01", "planned",
                                                              start="2025-03")
    made = ask("Where do I live?", settle(home, move))
    assert made is not None and made.text == "Bergen" and [fact.object for fact in made.replaced] == ["Oslo"]
    assert made.confidence < 0.7 * sure("Where do I live?", settle(home)) + 0.05
    assert made.reasons == ("It was planned from March 2025; whether it happened is not told.", "Before that: Oslo.")
    assert answer("Where do I live?", settle(move)) == "Bergen"
    assert answer("Where do I live?", settle(home, move, said("lives_in", "Oslo", "2025-05-01"))) == "Oslo"
    assert answer("Where do I live?", settle(home, move, said("lives_in", "Bergen", "2025-02-01", "cancelled")
                                                )) == "Oslo"


# ------------------------------------------------------------------ conflicts, and other people's facts


def test_a_conflict_gives_no_confident_answer() -> None:
    facts = settle(said("lives_in", "Oslo", "2025-01-01"),
                   said("lives_in", "Bergen", "2025-03-01", origin=Origin.OTHER))
    made = ask("Where do I live?", facts)
    assert made is not None
    assert (made.text, [fact.object for fact in made.replaced]) == ("Bergen", ["Oslo"])
    assert made.confidence <= UNCLEAR
    assert made.reasons == ("It is told differently elsewhere: Oslo.",)
    assert sure("Do I live in Oslo?", facts) <= UNCLEAR


def test_somebody_elses_word_that_it_is_over_makes_it_doubtful() -> None:
    facts = settle(said("works_at", "Acme", "2025-01-01"),
                   said("works_at", "Acme", "2025-03-01", "ended", origin=Origin.OTHER))
    made = ask("Where do I work?", facts)
    assert made is not None and (made.text, made.reasons) == ("Acme", ("It is also told that this is over.",))
    assert made.confidence <= UNCLEAR


def test_somebody_elses_fact_is_not_the_owners() -> None:
    theirs = settle(said("works_at", "Siemens", "2025-01-01", subject="Leo"))
    assert answer("Where do I work?", theirs) is None
    assert answer("Where does Leo work?", theirs) == "Siemens"
    mine = settle(said("works_at", "Acme", "2025-01-01"))
    assert answer("Where does Leo work?", mine) is None
    assert answer("Who works at Acme?", mine + theirs) == "you"


# ------------------------------------------------------------------ preferences and lists

TASTES = settle(said("likes", "coffee", "2023-01-01"), said("likes", "jazz", "2023-02-01"),
                said("dislikes", "coffee", "2025-01-01"), said("likes", "instant noodles", "2025-01-02"))


@pytest.mark.parametrize(("question", "expected"), [
    ("Do I like coffee?", "No"), ("Do I hate coffee?", "Yes"), ("Do I like jazz?", "Yes"),
    ("Did I like coffee in 2024?", "Yes"), ("Do I like noodles?", None), ("Do I like Jazz!", "Yes")])
def test_a_preference_is_what_was_said_last(question: str, expected: str | None) -> None:
    assert answer(question, TASTES) == expected


def test_lists_are_joined_and_counts_are_digits() -> None:
    facts = settle(said("sibling", "Eva", "2024-01-01", topic="sister"),
                   said("sibling", "Tom", "2024-01-02", topic="brother"),
                   said("speaks", "Norwegian", "2024-01-01"), said("speaks", "Spanish", "2024-02-01"))
    assert answer("Who are my siblings?", facts) == "Eva, Tom"
    assert answer("How many siblings do I have?", facts) == "2"
    assert answer("What's my sister's name?", facts) == "Eva"
    assert answer("What languages do I speak?", facts) == "Norwegian, Spanish"
    assert answer("How many pets do I have?", facts) is None
    made = ask("How many siblings do I have?", facts)
    assert made is not None and made.reasons == ("Counted: Eva, Tom. There may be more.",)
    assert made.confidence < sure("Who are my siblings?", facts)


def test_who_is_asked_for_is_everybody_of_whom_it_is_told() -> None:
    facts = settle(said("lives_in", "Oslo, Norway", "2024-01-01"),
                   said("lives_in", "Oslo", "2024-01-02", subject="Anna"),
                   said("lives_in", "Oslo", "2024-01-03", subject="my boss"),
                   said("lives_in", "New Oslo", "2024-01-03", subject="Kim"))
    assert answer("Who lives in Oslo?", facts) == "Anna, your boss, you"


def test_a_birthday_is_said_as_a_date() -> None:
    assert answer("When is Anna's birthday?", settle(
        said("birthday", "--05-04", "2024-01-01", subject="Anna"))) == "4 May"
    assert answer("When was Anna born?", settle(
        said("birthday", "1987-05-04", "2024-01-01", subject="Anna"))) == "4 May 1987"


def test_of_two_relations_the_first_that_is_known_answers() -> None:
    assert answer("Who is my wife?", settle(said("partner", "Mia", "2024-01-01"))) == "Mia"
    assert answer("Who is my wife?", settle(said("partner", "Mia", "2020-01-01"),
                                            said("married_to", "Ida", "2024-01-01"))) == "Ida"


# ------------------------------------------------------------------ plans

DENTIST = [said("plan", "dentist on Friday", "2025-06-01", "planned", topic="dentist", start="2025-06-20T15:00"),
           said("plan", "moved to Tuesday", "2025-06-05", "planned", topic="dentist", start="2025-06-24T15:00"),
           said("plan", "no, Friday week", "2025-06-09", "planned", topic="dentist", start="2025-06-27T09:30")]


def test_a_plan_moved_twice_is_at_its_last_time() -> None:
    made = ask("When is my dentist appointment?", settle(*DENTIST))
    assert made is not None
    assert made.text == "27 June 2025, 9:30"
    assert made.reasons == ("It was moved; before, it was planned for 24 June 2025, 15:00.",)
    assert answer("When was the dentist originally?", settle(*DENTIST)) == "20 June 2025, 15:00"
    assert answer("When was my dentist appointment first planned?", settle(*DENTIST)) == "20 June 2025, 15:00"
    assert answer("When was my dentist appointment before?", settle(*DENTIST)) == "24 June 2025, 15:00"
    assert answer("When was my dentist appointment as of 6 June 2025?", settle(*DENTIST)) == "24 June 2025, 15:00"


def test_a_plan_that_is_off_says_so() -> None:
    facts = settle(*DENTIST, said("plan", "", "2025-06-12", "cancelled", topic="dentist"))
    made = ask("When is my dentist appointment?", facts)
    assert made is not None
    assert (made.text, made.reasons) == ("It was cancelled", ("It was planned for 27 June 2025, 9:30.",))
    assert answer("Is the dentist still on?", facts) == "No"
    assert answer("Is the dentist still on?", settle(*DENTIST)) == "Yes"


def test_the_next_plan_is_meant_and_in_the_past_the_last() -> None:
    facts = settle(said("plan", "dentist", "2025-01-01", "planned", topic="dentist", start="2025-01-10"),
                   said("plan", "dentist", "2025-06-01", "planned", topic="dentist", start="2025-06-20"))
    assert answer("When is my dentist appointment?", facts) == "20 June 2025"
    assert answer("When was my dentist appointment in January?", facts) == "10 January 2025"
    assert answer("When is my dentist appointment?", facts[:1]) is None
    assert answer("When was my dentist appointment?", facts[:1]) == "10 January 2025"


def test_a_more_exact_time_is_no_move() -> None:
    facts = settle(said("plan", "review on Friday", "2025-06-01", "planned", topic="review", start="2025-06-20"),
                   said("plan", "at three", "2025-06-02", "planned", topic="review", start="2025-06-20T15:00"))
    made = ask("When is the review?", facts)
    assert made is not None and (made.text, made.reasons, made.replaced) == ("20 June 2025, 15:00", (), ())


# ------------------------------------------------------------------ topics, kinds, and what else is told


def test_a_topic_may_be_told_more_shortly_or_more_fully() -> None:
    keys = settle(said("kept_at", "under the pot", "2025-01-01", topic="spare key"))
    assert answer("Where is the key?", keys) == answer("Where is the spare key?", keys) == "under the pot"
    short = settle(said("kept_at", "in the drawer", "2025-01-01", topic="key"))
    assert answer("Where is the spare key?", short) == "in the drawer"
    assert sure("Where is the spare key?", short) < sure("Where is the key?", short)
    more = short + settle(said("kept_at", "in the car", "2025-01-01", topic="office key"))
    assert answer("Where is the spare key?", more) is None
    two = keys + settle(said("kept_at", "in the car", "2025-01-01", topic="office key"))
    assert answer("Where is the key?", two) is None
    plan = settle(said("plan", "kickoff", "2025-06-01", "planned", topic="kickoff for the harbour project",
                       start="2025-06-20"))
    assert answer("When is the kickoff?", plan) == "20 June 2025"
    assert answer("When is the budget review?", settle(
        said("plan", "review", "2025-06-01", "planned", topic="review", start="2025-06-20"))) is None


def test_a_flight_is_the_journey_and_its_last_time_counts() -> None:
    facts = settle(said("plan", "flying to Recife", "2025-06-01", "planned", topic="recife", start="2025-08-09"),
                   said("plan", "new flight", "2025-06-05", "planned", topic="flight", start="2025-08-23"))
    assert answer("When do I fly to Recife?", facts) == "23 August 2025"
    assert answer("When am I going to Natal?", facts) is None


def test_a_number_for_work_is_told_apart_from_others() -> None:
    private, work = said("phone", "555 0138", "2025-01-01"), said("is", "555 0190", "2025-01-01", topic="work number")
    assert answer("What is my work number?", settle(private, work)) == "555 0190"
    assert answer("What is my private number?", settle(private, work)) == "555 0138"
    assert answer("What is my work number?", settle(private)) is None
    assert answer("How do I reach Tom?", settle(said("email", "tom@sun.example", "2025-01-01", subject="Tom"))
                  ) == "tom@sun.example"


def test_only_objects_of_the_kind_that_is_asked_for_are_named() -> None:
    facts = settle(said("plays", "trombone", "2025-01-01"), said("plays", "football", "2025-01-01"),
                   said("likes", "opera", "2025-01-01"), said("likes", "coffee", "2025-01-01"))
    assert answer("Which instrument do I play?", facts) == "trombone"
    assert answer("Which sport do I play?", facts) == "football"
    assert answer("What kind of music do I like?", facts) == "opera"
    assert answer("What do I drink?", facts) == "coffee"
    assert answer("What sport can't I stand?", facts) is None


def test_a_diet_tells_what_is_not_eaten() -> None:
    facts = settle(said("diet", "vegetarian", "2023-01-01"), said("diet", "pescatarian", "2025-01-01"))
    assert answer("Do I eat meat?", facts) == "No"
    assert answer("Do I eat fish?", facts) is None
    assert answer("Am I vegetarian?", facts) == "No longer"
    assert answer("Am I vegan?", facts) == "No"
    assert answer("Am I lactose intolerant?", facts) is None
    assert answer("Am I vegan or pescatarian?", facts) == "pescatarian"


@pytest.mark.parametrize(("told", "married", "engaged", "single"), [
    (said("married_to", "Ida", "2025-01-01"), "Yes", "No", "No"),
    (said("status", "single", "2025-01-01"), "No", "No", "Yes"),
    (said("status", "engaged", "2025-01-01"), "No", "Yes", "No"),
    (said("partner", "Ida", "2025-01-01"), None, None, "No")])
def test_who_is_bound_is_what_was_told_last(told: dict[str, Any], married: str | None, engaged: str | None,
                                            single: str) -> None:
    facts = settle(told)
    assert [answer(f"Am I {word}?", facts) for word in ("married", "engaged", "single")] == [married, engaged, single]


def test_an_engagement_that_was_taken_back_is_none() -> None:
    facts = settle(said("status", "engaged", "2024-09-02"), said("status", "", "2024-11-18", "cancelled"))
    assert answer("Am I engaged?", facts) == "No"
    assert answer("Am I married?", facts) is None


def test_what_is_over_was_quit() -> None:
    facts = settle(said("works_at", "Acme", "2024-01-01"), said("works_at", "Acme", "2025-01-01", "ended"),
                   said("likes", "coffee", "2024-01-01"))
    assert answer("Did I quit Acme?", facts) == "Yes"
    assert answer("Did I quit my job?", facts) == "Yes"
    assert answer("Did I give up coffee?", facts) == "No"
    assert answer("Did I give up sugar?", facts) is None
    assert answer("Which company did I leave?", facts) == "Acme"
    assert answer("Which company did I leave in January 2025?", facts) == "Acme"
    assert answer("Which company did I leave in March 2024?", facts) is None


def test_what_is_over_is_not_what_holds_however_it_is_asked() -> None:
    facts = settle(said("phone", "555 0199", "2024-01-01"), said("phone", "555 0199", "2025-01-01", "ended"))
    for question in ("What's my number?", "whats my number", "Remind me what my number is", "How can I be reached?"):
        assert answer(question, facts) is None
    assert answer("What was my number?", facts) == "555 0199"


def test_the_time_of_a_change_that_is_planned() -> None:
    facts = settle(said("lives_in", "Bergen", "2025-06-01", "planned", start="2025-08-01"))
    assert answer("When am I moving to Bergen?", facts) == "1 August 2025"
    assert answer("When am I moving to Rome?", facts) is None


def test_without_facts_or_a_question_for_one_there_is_no_answer() -> None:
    assert answer("Where do I work?", []) is None
    assert answer("Why did I move?", JOBS) is None
    assert known(replace(understood("Where do I work?", NOW), to_assistant=True), NOW, JOBS) is None

"""Expressions of time: every line of the suite, what holds for any text, and that the time taken is linear."""

import importlib.util
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.times.expressions import TimeExpression, expressions
from mneme.types import Moment

RUNNER = Path(__file__).with_name("time_suite.py")
_spec = importlib.util.spec_from_file_location("time_suite", RUNNER)
assert _spec is not None
assert _spec.loader is not None
suite = importlib.util.module_from_spec(_spec)
sys.modules["time_suite"] = suite
_spec.loader.exec_module(suite)
CASES = list(suite.cases(suite.OWN))
FRIDAY = Moment(datetime(2023, 7, 14, 18, 30, tzinfo=UTC), 0, "minute")

_SAID = """
    yesterday today tonight tomorrow morning evening night last this next past week weekend month year decade
    few couple several a an the of in on at by ago back from now to until since between and before after day
    days weeks months years hours minutes Friday Sunday mon sat May March June december spring summer fall
    Christmas Easter every each early late mid end beginning half two three twenty - five 2 12 31 29 99 2019
    1990s 90s 7/5/2023 2023-02-30 5:30 pm o'clock noon first second third 3rd when I was age once twice times
    gestern vor drei Tagen ich war ayer hace dos hier il y a trois jours forrige uke went will . , '
"""
WORDS = [*_SAID.split(), "\n\n"]
MOMENTS = st.builds(lambda at, offset: Moment(at.replace(tzinfo=UTC), offset, "minute"),
                    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)), st.integers(-14 * 60, 14 * 60))
TEXTS = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join),
                  st.sampled_from([case.text for case in CASES]))


def only(text: str, said: Moment = FRIDAY, **options: object) -> TimeExpression:
    [one] = expressions(text, said, **options)  # type: ignore[arg-type]
    return one


# ------------------------------------------------------------------ the suite


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.line}: {case.text}")
def test_a_line_of_the_suite(case):
    assert case.misses() == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.line}: {case.text}")
def test_nothing_else_is_taken_for_a_time(case):
    assert len(case.found()) == (case.expression is not None)


def test_the_suite_is_of_the_size_it_claims():
    assert len(CASES) >= 200
    assert len({case.precision for case in CASES}) == 10  # all nine, and none
    assert sum(case.expression is None for case in CASES) >= 30


def run(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(RUNNER), str(file)], capture_output=True, text=True, encoding="utf-8",
                          check=False)


def test_a_foreign_file_is_run_and_a_miss_is_told(tmp_path):
    file = tmp_path / "theirs.jsonl"
    good = '{"text": "See you tomorrow", "said": "2023-07-14T18:30:00+02:00", "expression": "tomorrow", ' \
           '"start": "2023-07-15", "end": "2023-07-16", "precision": "day"}\n'
    file.write_text(good, encoding="utf-8")
    assert (run(file).returncode, run(file).stdout) == (0, "1 of 1 as expected\n")
    file.write_text(good + "\n" + good.replace("2023-07-15", "2023-07-13"), encoding="utf-8")
    done = run(file)
    assert done.returncode == 1
    assert "theirs.jsonl:3" in done.stdout
    assert "start is 2023-07-15, should be 2023-07-13" in done.stdout


# ------------------------------------------------------------------ what the lines cannot say


@pytest.mark.parametrize(("day_first", "start"), [(True, date(2023, 5, 7)), (False, date(2023, 7, 5))])
def test_an_ambiguous_date_is_read_as_one_is_told(day_first, start):
    assert only("due 07/05/2023", day_first=day_first).start == start
    assert expressions("due 07/05/2023", FRIDAY) == []


def test_a_week_begins_on_the_day_one_is_told():
    assert only("last week", week_start=6).start == date(2023, 7, 2)
    assert only("last week").start == date(2023, 7, 3)


def test_the_day_and_the_clock_are_those_of_the_speaker():
    late = Moment(datetime(2023, 7, 14, 23, 30, tzinfo=UTC), 120, "minute")  # half past one on the 15th, there
    assert only("yesterday", late).start == date(2023, 7, 14)
    clock = only("tomorrow at 9 am", late).start
    assert isinstance(clock, datetime)
    assert clock.isoformat() == "2023-07-16T09:00:00+02:00"


@pytest.mark.parametrize(("text", "approximate"), [
    ("Dinner with Tom on Friday", True), ("We had dinner on Friday", False), ("We'll have dinner on Friday", False),
    ("a few days ago", True), ("two days ago", False), ("in early June", True), ("the other day", True),
    ("last July", False), ("last June", True), ("last Monday", True), ("last Saturday", False)])
def test_what_is_open_is_marked(text, approximate):
    assert only(text).approximate is approximate


@pytest.mark.parametrize(("text", "anchored"), [
    ("on 7 May 2023", True), ("on 7 May", False), ("in the 90s", True), ("since 2019", True), ("since March", False),
    ("Easter 2022", True), ("last week", False), ("gestern war ich da", False)])
def test_what_names_its_year_is_anchored(text, anchored):
    assert only(text).anchored is anchored


def test_an_anchored_expression_means_the_same_whenever_it_is_said():
    later = Moment(datetime(2031, 1, 1, tzinfo=UTC), 0, "day")
    for text in ("7 May 2023", "the 90s", "Easter 2022", "summer of 2019", "27/05/2023", "from May to July 2021"):
        one, other = only(text), only(text, later)
        assert (one.start, one.end) == (other.start, other.end)


@pytest.mark.parametrize(("when", "text"), [
    (datetime(1, 1, 1, tzinfo=UTC), "yesterday"), (datetime(9999, 12, 31, tzinfo=UTC), "tomorrow"),
    (datetime(1, 1, 1, tzinfo=UTC), "last month"), (datetime(50, 1, 1, tzinfo=UTC), "99 years ago"),
    (datetime(9999, 12, 31, tzinfo=UTC), "next year"), (datetime(9999, 12, 31, tzinfo=UTC), "today"),
    (datetime(2023, 1, 1, tzinfo=UTC), "30 February 2023"), (datetime(2023, 1, 1, tzinfo=UTC), "9999 years ago")])
def test_what_no_calendar_has_is_left_out(when, text):
    assert expressions(text, Moment(when, 0, "day")) == []


# ------------------------------------------------------------------ what holds for any text


@given(TEXTS, MOMENTS)
def test_any_text_at_any_time(text, said):
    end = 0
    for one in expressions(text, said):
        assert end <= one.span[0] < one.span[1] <= len(text)
        assert one.text == text[one.span[0]:one.span[1]]
        assert one.kind == "date" or (one.start is None and one.end is None)
        if one.start is not None and one.end is not None:
            assert isinstance(one.start, datetime) == isinstance(one.end, datetime)
            assert one.start < one.end
        end = one.span[1]


FINE = ("minute", "hour", "day", "weekend", "week")
RELATIVE = [case.text for case in CASES if case.start is not None and case.precision in FINE
            and not any(sign.isdigit() for sign in case.text)
            and only(case.text, case.said).relation is not None]


@given(st.sampled_from(RELATIVE), MOMENTS, st.integers(1, 50))
def test_a_week_later_everything_means_a_week_later(text, said, weeks):
    try:
        moved = replace(said, utc=said.utc + timedelta(weeks=weeks))
    except OverflowError:
        return
    one, other = expressions(text, said), expressions(text, moved)
    if one and other:  # not at the ends of the calendar
        assert other[0].start == one[0].start + timedelta(weeks=weeks)
        assert other[0].end == one[0].end + timedelta(weeks=weeks)
        assert (other[0].span, other[0].precision, other[0].kind) == (one[0].span, one[0].precision, one[0].kind)


HOSTILE = {"one number": "1", "numbers": "2 2 2 2 weeks ", "last": "last ", "the": "the ", "twenty": "twenty-",
           "gaps": " \n \n", "dates": "1 May ", "years": "in 2019 ",
           "since": "since ", "from": "from May to ", "early": "early ", "shifts": "the day before ", "quotes": "'",
           "points": "1.1.", "colons": "1:1:", "clocks": "yesterday at ", "weekdays": "Friday, ", "few": "a few ",
           "ages": "when I was ", "vor": "vor drei ", "il": "il y a ", "ends": "the end of "}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_the_time_is_linear(unit):
    """Eight times the text takes about eight times as long: far from 64 times, which a quadratic step would take."""
    texts = [(unit * (size // len(unit) + 1))[:size] for size in (10_000, 80_000)]
    short, long = (min(_seconds(text) for _n in range(2)) for text in texts)
    assert long < 24 * short + 0.05


def _seconds(text: str) -> float:
    begin = time.process_time()
    expressions(text, FRIDAY)
    return time.process_time() - begin

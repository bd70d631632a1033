"""The benchmark of statements sees what is wrong, and its own lines are what they say they are."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mneme.memory.facts.relations import RELATIONS
from mneme.memory.facts.statements import Statement

HERE = Path(__file__).parent
LINES = HERE.parent / "memory" / "facts"
sys.path += [str(HERE), str(LINES)]  # the benchmarks are scripts beside each other

import junk  # noqa: E402
import junk_lines  # noqa: E402

TEXT = "Tea is made. I live in Oslo."
OSLO = {"subject": "me", "relation": ["lives_in", "address"], "object": "Oslo"}
LIVES = Statement("me", "lives_in", "", "Oslo", "holds", (13, 28), (23, 27))


def line(origin: str = "owner", **more: Any) -> dict[str, Any]:
    return {"text": TEXT, "origin": origin, **more}


def test_what_is_expected_and_found_is_right() -> None:
    right = junk.checked(line(expected=[OSLO]), [LIVES])
    assert (right.broken, right.unexpected, right.missed, right.required) == ((), (), (), 1)


def test_what_nobody_expects_is_unexpected_and_what_is_not_found_is_missed() -> None:
    rome = {**OSLO, "object": "Rome"}
    assert junk.checked(line(expected=[]), [LIVES]).unexpected == (LIVES,)
    other = junk.checked(line(expected=[rome]), [LIVES])
    assert other.unexpected == (LIVES,) and other.missed == (rome,)
    assert junk.checked(line(expected=[{**rome, "optional": True}]), []).missed == ()
    assert junk.checked(line(expected=[{**OSLO, "mode": "ended"}]), [LIVES]).unexpected == (LIVES,)


def test_a_line_of_which_nothing_is_expected_is_not_judged() -> None:
    foreign = junk.checked(line(), [LIVES])
    assert not foreign.judged and foreign.unexpected == () and foreign.broken == ()


@pytest.mark.parametrize(("origin", "found", "broken"), [
    ("assistant", [LIVES], "stated by assistant"),
    ("derived", [LIVES], "stated by derived"),
    ("owner", [Statement("me", "lives_in", "", "Oslo", "holds", (13, 29), (23, 27))], "the span (13, 29)"),
    ("owner", [Statement("me", "lives_in", "", "Oslo", "holds", (13, 28), (22, 26))], "'Oslo' does not stand"),
    ("owner", [LIVES, LIVES], "stated 2 times"),
])
def test_what_must_never_be_is_seen(origin: str, found: list[Statement], broken: str) -> None:
    [what] = junk.checked(line(origin), found).broken
    assert what.startswith(broken)


def test_the_table_counts_by_kind() -> None:
    results = [junk.checked(line(kind="facts", expected=[OSLO]), [LIVES]),
               junk.checked(line(kind="facts", expected=[OSLO]), []),
               junk.checked(line(kind="verse", expected=[]), [LIVES])]
    rows = [row.split() for row in junk.table(results).splitlines()[1:]]
    assert rows == [["facts", "2", "1", "0", "0%", "0", "1", "of", "2", "50%"],
                    ["verse", "1", "1", "1", "100%", "1", "0", "of", "0", "-"],
                    ["all", "3", "2", "1", "50%", "1", "1", "of", "2", "50%"]]
    assert len(junk.sample(results, 1, seed=3)) == 1 and len(junk.sample(results, 9, seed=3)) == 2


def test_its_own_lines_are_five_thousand_of_which_some_tell_something() -> None:
    lines = junk_lines.lines()
    assert lines == junk_lines.lines() and len(lines) == 5000
    telling = [one for one in lines if one["expected"]]
    assert {one["kind"] for one in telling} == {"facts"} and len(telling) == 750
    assert 0.45 < sum(one["held"] for one in telling) / len(telling) < 0.55
    assert {one["origin"] for one in lines} == {"owner", "other", "assistant", "derived"}
    assert {name for one in telling for told in one["expected"] for name in told["relation"]} <= set(RELATIONS)
    held = {one["text"]: one["held"] for one in telling}
    assert Counter(one["held"] == held[one["text"]] for one in telling) == {True: 750}, "held is by sentence"


def test_as_a_program_on_fifty_lines(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    fifty = [one for one in junk_lines.lines() if not one["held"]][:50]
    path.write_text("\n".join(json.dumps(one) for one in fifty), encoding="utf-8")
    done = subprocess.run([sys.executable, HERE / "junk.py", path, "--held", "false", "--sample", "5", "--verbose"],
                          text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n0 broken" in done.stdout
    [row] = [row for row in done.stdout.splitlines() if row.startswith("all ")]
    assert row.split()[1] == "50"

"""The commands for the life of memories over a real store: what scripts get, what people see, and what goes wrong."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.cli import knowing, living, upkeeping
from mneme.cli.main import run
from mneme.cli.telling import BLOCKS, sparkline

Run = Callable[..., tuple[int, dict, str]]
Told = Callable[..., tuple[int, str, str]]

THEMES = (("The ferry to Kinn leaves at noon from the old quay.", "We nearly missed the ferry at the quay again.",
           "The next ferry to Kinn is at six."),
          ("I baked bread with rye flour and walnuts.", "The bread came out heavy, the walnuts were good.",
           "There is rye flour left for another bread."),
          ("The roof of the cabin leaks above the bunk.", "We put a bucket under the leaking roof.",
           "The bunk below the roof is wet."))
NEWS = (("2024-07-30T10:00:00", "a", "I work at Acme."),
        ("2024-07-30T10:01:00", "a", "I live in Oslo. 👩‍👩‍👧 מפתח הבית"),
        ("2024-07-30T10:02:00", "b", "I live in Bergen."), ("2024-08-14T09:00:00", "a", "I live in Voss now."))
FACT = {"fact", "text", "subject", "relation", "topic", "object", "state", "since", "until", "said_at", "certainty",
        "by_owner", "superseded_by", "conflicts", "evidence"}
CHANGE = {"change", "at", "what", "by", "counts", "undone_at", "undoable"}
LASTING = {"memory", "text", "pinned", "retention", "layer", "fades_at"}
OUTLINE = {"memory", "level", "key", "text", "happened_at", "keywords", "sentences", "parts", "told"}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile with a summer's chat in it, put in order once."""
    folder = tmp_path_factory.mktemp("lived")
    evenings = [datetime(2024, 6, 3, 19) + timedelta(days=2 * n) for n in range(27)]
    said = [((evening + timedelta(minutes=n)).isoformat(), "aba"[n], f"{words} That was evening {number}.")
            for number, evening in enumerate(evenings) for n, words in enumerate(THEMES[number % 3])]
    people = [{"id": "a", "name": "Kim", "role": "owner"}, {"id": "b", "name": "Ben", "role": "other"}]
    lines = [{"mneme": "conversation", "version": 1, "title": "Cabin", "participants": people},
             *({"id": str(n), "from": who, "at": f"{at}+00:00", "text": text}
               for n, (at, who, text) in enumerate([*said, *NEWS]))]
    (folder / "chat.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    profile = folder / "profile"
    for command in (["add", str(folder / "chat.jsonl")], ["upkeep", "run"]):
        assert run(["--profile", str(profile), "--no-keyring", *command, "--json"]) == 0
    return profile


@pytest.fixture
def mneme(lived: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """For tests that only look: the JSON of a command."""
    return as_json(lived, capsys)


@pytest.fixture
def own(lived: Path, tmp_path: Path) -> Path:
    """A copy of the profile, for a test that changes it."""
    shutil.copytree(lived, tmp_path / "profile")
    return tmp_path / "profile"


@pytest.fixture
def mine(own: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return as_json(own, capsys)


@pytest.fixture
def told(own: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """What people see of a command, on the copy."""
    return as_text(own, capsys)


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return as_json(tmp_path / "nothing", capsys)


def as_json(profile: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, dict, str]:
        code, out, err = as_text(profile, capsys)(*arguments, "--json")
        return code, json.loads(out) if out.strip() else {}, err
    return call


def as_text(profile: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["--no-keyring", "--profile", str(profile), *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err
    return call


def fact_saying(mneme: Run, text: str) -> dict:
    found = [one for one in mneme("facts", "--history")[1]["facts"] if one["text"] == text]
    assert len(found) == 1
    return found[0]


def passage_saying(mneme: Run, words: str) -> int:
    found = [one for one in mneme("list", "--limit", "1000")[1]["memories"] if words in one["text"]]
    return int(found[0]["memory"])


# ------------------------------------------------------------------ facts


def test_facts_have_the_promised_names_and_an_exact_source(mneme: Run) -> None:
    code, found, _err = mneme("facts", "--about", "me", "--relation", "works at")
    assert code == 0
    [fact] = found["facts"]
    assert set(fact) == FACT
    assert (fact["text"], fact["state"], fact["since"]) == ("You work at Acme.", "holds", "2024-07-30")
    assert fact["evidence"][0]["text"] == "I work at Acme."
    whole = mneme("show", str(fact["evidence"][0]["memory"]))[1]["item_text"]
    assert whole[slice(*fact["evidence"][0]["span"])] == "I work at Acme."


def test_facts_know_what_held_when(mneme: Run) -> None:
    def homes(*arguments: str) -> list[str]:
        found = mneme("facts", "--about", "ME", "--relation", "lives_in", *arguments)[1]
        return [one["object"] for one in found["facts"]]

    assert homes() == ["Voss"]
    assert homes("--as-of", "2024-08-01") == ["Oslo"]
    assert homes("--as-of", "2024-08") == ["Oslo"], "a month begins with its first day"
    assert homes("--as-of", "2019") == []
    assert sorted(homes("--history")) == ["Oslo", "Voss"]
    assert len(mneme("facts", "--history", "--limit", "1")[1]["facts"]) == 1


def test_facts_are_shown_with_what_superseded_them(told: Told, mine: Run) -> None:
    old, new = fact_saying(mine, "You live in Oslo."), fact_saying(mine, "You live in Voss.")
    assert old["superseded_by"] == new["fact"]
    code, shown, _err = told("facts", "--history")
    [row] = [line for line in shown.splitlines() if "You live in Oslo." in line]
    assert code == 0 and f"#{old['fact']} " in row
    assert f"history: superseded by #{new['fact']}" in row and "chat.jsonl" in row and "14 August 2024" in row
    assert "You live in Oslo." not in told("facts")[1]


def test_nothing_known_of_somebody_names_those_of_whom_something_is(told: Told) -> None:
    code, shown, _err = told("facts", "--about", "Zoe \x1b[31m \udcff")
    assert code == 0 and "\x1b" not in shown
    assert "No facts like that" in shown and "Ben (1)" in shown


@pytest.fixture
def torn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A profile in which two notes of one day contradict each other."""
    (tmp_path / "notes").mkdir()
    for name, town in (("one", "Oslo"), ("two", "Bergen")):
        (tmp_path / "notes" / f"2024-05-01 {name}.md").write_text(f"I live in {town}.\n", encoding="utf-8")
    assert as_json(tmp_path / "torn", capsys)("add", str(tmp_path / "notes"))[0] == 0
    return tmp_path / "torn"


def test_a_contradiction_shows_both_sides_until_one_is_confirmed(torn: Path,
                                                                 capsys: pytest.CaptureFixture[str]) -> None:
    mneme, told = as_json(torn, capsys), as_text(torn, capsys)
    [conflict] = mneme("facts", "--conflicts")[1]["conflicts"]
    assert set(conflict) == {"subject", "relation", "topic", "sides"}
    oslo, bergen = sorted(conflict["sides"], key=lambda side: side["object"], reverse=True)
    assert (oslo["object"], bergen["object"], oslo["conflicts"]) == ("Oslo", "Bergen", [bergen["fact"]])
    shown = told("facts", "--conflicts")[1]
    assert "“I live in Oslo.”" in shown and "“I live in Bergen.”" in shown and "mneme confirm ID" in shown
    assert "contradicted" in told("facts")[1]
    assert mneme("facts", "--conflicts", "--about", "Ben")[1] == {"conflicts": []}

    code, confirmed, _err = mneme("confirm", str(oslo["fact"]))
    assert code == 0 and confirmed["confirmed"]["state"] == "holds"
    assert [one["fact"] for one in confirmed["closed"]] == [bergen["fact"]]
    assert "No facts contradict each other." in told("facts", "--conflicts")[1]
    assert mneme("undo")[1]["undone"]["what"] == "confirm"
    shown = told("confirm", str(bergen["fact"]))[1]
    assert "Confirmed: You live in Bergen." in shown and "Closed: You live in Oslo." in shown


def test_the_portrait_has_a_line_for_each_fact_that_holds(mneme: Run, told: Told) -> None:
    lines = mneme("portrait")[1]["lines"]
    assert all(set(one) == {"section", "text", "fact"} and set(one["fact"]) == FACT for one in lines)
    assert {(one["section"], one["text"]) for one in lines} == {
        ("me", "You live in Voss."), ("me", "You work at Acme."), ("people", "Ben lives in Bergen.")}
    code, shown, _err = told("portrait")
    assert code == 0
    assert shown.index("You\n") < shown.index("You work at Acme.") < shown.index("People\n") < shown.index("Ben lives")
    assert all(f"#{one['fact']['fact']} " in shown for one in lines)
    assert "chat.jsonl" in shown and "mneme forget ID" in shown


def test_a_line_of_the_portrait_goes_with_its_fact(mine: Run) -> None:
    fact = fact_saying(mine, "You work at Acme.")["fact"]
    assert mine("forget", str(fact))[0] == 0
    assert "You work at Acme." not in {one["text"] for one in mine("portrait")[1]["lines"]}


# ------------------------------------------------------------------ time and topics


def test_the_timeline_keeps_to_levels_and_days(mneme: Run) -> None:
    def keys(*arguments: str) -> list[str]:
        return [one["key"] for one in mneme("timeline", "--limit", "100", *arguments)[1]["summaries"]]

    assert keys("--level", "month") == ["2024-07", "2024-06"]
    assert keys("--level", "day", "--from", "2024-06-04", "--to", "2024-06-09") == [
        "2024-06-09", "2024-06-07", "2024-06-05"]
    assert keys("--level", "week", "--from", "2024-06-05", "--to", "2024-06-14") == ["2024-W24", "2024-W23"]
    june = keys("--from", "2024-06", "--to", "2024-06")
    assert {"2024-06", "2024-W23", "2024-W26", "2024-06-03", "2024-06-29"} <= set(june)
    assert not {key for key in june if key.startswith(("2024-05", "2024-07", "2024-W22", "2024-W27"))}
    assert june.index("2024-06-03") < june.index("2024-W23") < june.index("2024-06"), "the latest first"
    assert keys("--to", "2024") == keys() and keys("--to", "2023") == []


def test_a_summary_opens_into_exact_sources_and_parts(mneme: Run) -> None:
    [day] = mneme("timeline", "--level", "day", "--from", "2024-07-30", "--to", "2024-07-30")[1]["summaries"]
    assert set(day) == OUTLINE and day["level"] == "day"
    code, opened, _err = mneme("expand", str(day["memory"]))
    assert code == 0 and set(opened) == OUTLINE
    assert opened["sentences"]
    for sentence in opened["sentences"]:
        whole = mneme("show", str(sentence["memory"]))[1]["item_text"]
        start, end = sentence["span"]
        assert whole[start:end] == sentence["text"]
        assert whole[:start].endswith(sentence["before"]) and whole[end:].startswith(sentence["after"])
    assert [one["kind"] for one in opened["parts"]] == ["event"]
    event = mneme("expand", str(opened["parts"][0]["memory"]))[1]
    assert event["level"] == "event" and event["sentences"]


def test_the_timeline_for_people_can_be_opened(told: Told, mine: Run) -> None:
    code, shown, _err = told("timeline", "--level", "month", "--to", "2024-06")
    assert code == 0 and "2024-06 · month" in shown and "ferry" in shown
    [june] = mine("timeline", "--level", "month", "--to", "2024-06")[1]["summaries"]
    assert f"#{june['memory']} " in shown
    opened = told("expand", str(june["memory"]))[1]
    assert "chat.jsonl" in opened and "Made of:" in opened and "That was evening" in opened


def test_topics_are_a_tree_whose_counts_the_list_keeps(mneme: Run, told: Told) -> None:
    code, found, _err = mneme("topics")
    assert code == 0 and found["topics"]
    assert all(set(one) == {"topic", "name", "parent", "count", "by_owner"} for one in found["topics"])
    for topic in found["topics"]:
        listed = mneme("list", "--kind", "event", "--topic", str(topic["topic"]), "--limit", "100")[1]
        assert listed["total"] == topic["count"] > 0
    lines = told("topics")[1].splitlines()
    for topic in found["topics"]:
        [line] = [one for one in lines if one.lstrip().startswith(f"#{topic['topic']} ")]
        assert line.startswith(" ") == (topic["parent"] is not None)
    assert mneme("list", "--topic", "999999")[1]["total"] == 0


def test_topics_are_named_and_filled_by_hand(mine: Run) -> None:
    topic = mine("topics")[1]["topics"][-1]
    event = mine("list", "--kind", "event")[1]["memories"][0]["memory"]
    code, changed, _err = mine("topics", "--rename", str(topic["topic"]), " Båten 🛥️ ", "--move", str(event),
                               str(topic["topic"]))
    assert code == 0
    [renamed] = [one for one in changed["topics"] if one["topic"] == topic["topic"]]
    assert (renamed["name"], renamed["by_owner"]) == ("Båten 🛥️", True)
    listed = mine("list", "--kind", "event", "--topic", str(topic["topic"]), "--limit", "100")[1]["memories"]
    assert event in {one["memory"] for one in listed}
    assert mine("topics", "--rename", str(topic["topic"]), " ")[0] == 2
    assert mine("topics", "--rename", "999999", "x")[0] == 1
    assert mine("topics", "--move", "999999", str(topic["topic"]))[0] == 1


# ------------------------------------------------------------------ the owner's hand


def test_a_pinned_memory_does_not_fade_until_it_is_unpinned(mine: Run, told: Told) -> None:
    memory = str(passage_saying(mine, "rye flour"))
    code, pinned, _err = mine("pin", memory, memory)
    assert code == 0
    [one] = pinned["memories"]
    assert set(one) == LASTING
    assert (one["pinned"], one["fades_at"]) == (True, None)
    assert "does not fade" in told("pin", memory)[1]
    assert mine("pin", memory, "--off")[1]["memories"][0]["fades_at"] is not None
    assert "No longer pinned." in told("pin", memory, "--off")[1]


def test_a_kept_memory_fades_later(mine: Run, told: Told) -> None:
    memory = str(passage_saying(mine, "bucket"))
    now, before = datetime.now(UTC), datetime.fromisoformat(mine("show", memory)[1]["fades_at"])
    kept = datetime.fromisoformat(mine("keep", memory)[1]["memories"][0]["fades_at"])
    assert kept - now > 2 * (before - now)
    code, shown, _err = told("keep", memory)
    assert code == 0 and "three times slower" in shown and "it will have faded on" in shown


def test_what_is_let_go_has_faded_and_can_be_listed(mine: Run, told: Told) -> None:
    memory = passage_saying(mine, "bucket")
    assert mine("list", "--faded")[1]["total"] == 0
    [faded] = mine("fade", str(memory))[1]["memories"]
    assert datetime.fromisoformat(faded["fades_at"]) <= datetime.now(UTC) + timedelta(seconds=1)
    assert "It has faded" in told("history", str(memory))[1]
    assert [one["memory"] for one in mine("list", "--faded")[1]["memories"]] == [memory]


def test_new_words_are_found_and_taken_back(mine: Run) -> None:
    words = "The bucket is under the bed 🪣 " + "דלי " * 2000
    memory = passage_saying(mine, "bucket")
    code, edited, _err = mine("edit", str(memory), words)
    assert code == 0 and edited["changed"] and edited["memory"] != memory
    assert mine("show", str(edited["memory"]))[1]["text"] == words.strip()
    assert passage_saying(mine, "under the bed") == edited["memory"]
    assert mine("undo")[1]["undone"]["what"] == "edit"
    assert not [one for one in mine("list", "--limit", "1000")[1]["memories"] if "under the bed" in one["text"]]


def test_a_fact_is_put_right_by_a_word(mine: Run, told: Told) -> None:
    old = fact_saying(mine, "You work at Acme.")["fact"]
    new = mine("edit", str(old), "Globex")[1]["memory"]
    assert mine("history", str(old))[1]["superseded_by"] == new
    assert f"Superseded by #{new}." in told("history", str(old))[1]
    assert "You work at Globex." in told("facts")[1]


def test_without_words_an_editor_opens_with_the_present_ones(mine: Run, told: Told, tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    memory = str(passage_saying(mine, "I baked bread"))
    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\nsed -i "s/rye/oat/" "$1"\n')
    script.chmod(0o700)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(script))
    edited = mine("edit", memory)[1]
    assert edited["changed"]
    assert mine("show", str(edited["memory"]))[1]["text"].startswith("I baked bread with oat flour")
    monkeypatch.setenv("EDITOR", "true")
    assert mine("edit", str(edited["memory"]))[1] == {"memory": edited["memory"], "changed": False}
    assert told("edit", str(edited["memory"]), " ") == (0, "Nothing was changed.\n", "")


def test_where_nobody_can_type_it_says_so(mine: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    code, error, said = mine("edit", str(passage_saying(mine, "rye flour")))
    assert code == 1 and "EDITOR" in error["error"]["remedy"] and error["error"]["message"] in said


def test_a_history_tells_all_that_happened_in_the_order_of_time(mine: Run, told: Told) -> None:
    memory = passage_saying(mine, "I work at Acme.")
    mine("search", "I work at Acme.")
    mine("keep", str(memory))
    new = mine("edit", str(memory), "I do not work any more.")[1]["memory"]
    code, life, _err = mine("history", str(new))
    assert code == 0
    assert set(life) == LASTING | {"nature", "happened_at", "captured_at", "forgotten_at", "version", "current",
                                   "superseded_by", "uses", "changes", "curve"}
    assert [one["what"] for one in life["uses"]] == ["found", "kept", "edited"]
    assert [one["what"] for one in mine("history", str(memory))[1]["changes"]] == ["keep", "edit"]
    assert set(life["changes"][0]) == CHANGE
    assert all(0 < point["retention"] <= 1 for point in life["curve"])
    shown = told("history", str(memory))[1]
    places = [shown.index(words) for words in ("captured", "found in a search", "· keep · by you", "· edit · by you")]
    assert places == sorted(places)
    assert set(shown.splitlines()[1].strip()) <= set(BLOCKS)
    assert f"Your words in #{new} have taken its place." in shown
    mine("forget", str(new))
    assert "In the bin since" in told("history", str(new))[1]


def test_undo_names_what_was_undone_and_refuses_twice(mine: Run, told: Told) -> None:
    memory = str(passage_saying(mine, "rye flour"))
    mine("pin", memory)
    change = str(mine("upkeep", "journal", "--by", "owner", "--limit", "1")[1]["changes"][0]["change"])
    code, shown, _err = told("undo", change)
    assert code == 0 and f"Undone: change {change} · pin · by you" in shown
    assert mine("show", memory)[1]["pinned"] is False
    code, error, _err = mine("undo", change)
    assert code == 1 and "undone already" in error["error"]["message"]
    code, error, _err = mine("undo")
    assert code == 1 and error["error"]["message"] == "There is nothing to undo."


def test_showing_tells_what_stands_on_what(mine: Run, told: Told) -> None:
    fact = fact_saying(mine, "You work at Acme.")
    passage = fact["evidence"][0]["memory"]
    shown = mine("show", str(passage))[1]
    assert fact["fact"] in [one["memory"] for one in shown["standing"]] and shown["evidence"] == []
    derived = mine("show", str(fact["fact"]))[1]
    assert [one["text"] for one in derived["evidence"]] == ["I work at Acme."] and derived["standing"] == []
    assert "Made of it:" in told("show", str(passage))[1]
    text = told("show", str(fact["fact"]))[1]
    assert f"#{fact['fact']} You work at Acme." in text and "It stands on:" in text


# ------------------------------------------------------------------ upkeep and questions


def test_a_plan_is_what_the_run_then_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mneme, told = as_json(tmp_path / "profile", capsys), as_text(tmp_path / "profile", capsys)
    (tmp_path / "2024-05-01 note.md").write_text("The spare key hangs behind the barrel.\n", encoding="utf-8")
    mneme("add", str(tmp_path / "2024-05-01 note.md"))
    before = mneme("doctor", "--digest")[1]["digest"]
    code, planned, _err = mneme("upkeep", "plan", "--only", "events")
    assert code == 0 and mneme("doctor", "--digest")[1]["digest"] == before
    [step] = planned["steps"]
    assert set(step) == {"step", "counts", "examples", "waiting", "took_ms", "changes"}
    assert step["counts"] == {"events": 1}
    assert "events" in told("upkeep", "plan")[1]
    done = mneme("upkeep", "run", "--only", "events")[1]
    assert [one["counts"] for one in done["steps"]] == [step["counts"]] and done["stopped"] is False
    assert told("upkeep", "run", "--only", "events")[1] == "Nothing was left to do.\n"
    assert told("upkeep", "plan", "--only", "events")[1] == "There is nothing to do.\n"
    undone = mneme("upkeep", "undo")[1]["undone"]
    assert set(undone) == CHANGE and (undone["what"], undone["by"]) == ("events", "upkeep")
    assert mneme("list", "--kind", "event")[1]["total"] == 0
    assert "undone on" in told("upkeep", "journal", "--by", "upkeep")[1]


def test_the_journal_can_be_narrowed(mine: Run) -> None:
    mine("pin", str(passage_saying(mine, "bucket")))
    whole = mine("upkeep", "journal")[1]["changes"]
    assert all(set(one) == CHANGE for one in whole)
    assert {one["by"] for one in whole} == {"owner", "upkeep"}
    assert [one["change"] for one in whole] == sorted((one["change"] for one in whole), reverse=True)
    assert [one["what"] for one in mine("upkeep", "journal", "--by", "owner")[1]["changes"]] == ["pin"]
    assert len(mine("upkeep", "journal", "--limit", "2")[1]["changes"]) == 2


def test_a_question_that_found_nothing_waits_until_it_is_dropped(mine: Run, told: Told) -> None:
    asked = "Who composed the opera about the vacuum cleaner? 🎭"
    assert mine("ask", asked)[1]["state"] == "not_found"
    [question] = mine("pending")[1]["questions"]
    assert set(question) == {"question", "text", "asked_at", "answered_at", "answer", "memory"}
    assert (question["text"], question["answer"]) == (asked, None)
    assert asked in told("pending")[1]
    assert mine("pending", "--answered")[1] == {"questions": []}
    assert mine("pending", "--drop", str(question["question"]))[1] == {"questions": [], "dropped": question["question"]}
    assert mine("pending", "--drop", str(question["question"]))[0] == 1


# ------------------------------------------------------------------ a made-up life


def test_a_simulated_life_opens_no_store_and_is_the_same_again(empty: Run, tmp_path: Path) -> None:
    code, life, _err = empty("simulate", "--days", "100")
    assert code == 0 and not (tmp_path / "nothing").exists()
    assert set(life) == {"days", "curve", "faded_below", "memories", "crowd"}
    assert all(set(one) == {"name", "text", "retention", "layer", "fades_on", "samples"} for one in life["memories"])
    assert life["memories"][0]["samples"][0] == {"day": 0, "retention": 1.0}
    assert life["crowd"][-1]["day"] == life["days"] == 100
    assert all(one["kept"] + one["faded"] == one["captured"] == sum(one["layers"].values()) for one in life["crowd"])
    assert empty("simulate", "--days", "100")[1] == life
    assert empty("simulate", "--days", "100", "--curve", "exponential")[1]["memories"] != life["memories"]


def test_a_simulated_life_for_people_has_a_line_for_each_memory(told: Told, mneme: Run) -> None:
    shown = told("simulate", "--days", "700")[1]
    for one in mneme("simulate", "--days", "700")[1]["memories"]:
        [line] = [line for line in shown.splitlines() if line.strip().startswith(one["name"])]
        assert f"{100 * one['retention']:.0f} %" in line and one["layer"] in line
        assert line.rstrip().endswith(" never") == (one["fades_on"] is None)
        assert sum(line.count(block) for block in BLOCKS) == living.NARROW


@given(st.lists(st.floats(0, 1), max_size=200), st.integers(1, 80))
def test_a_sparkline_is_as_wide_as_asked_and_rises_with_its_values(values: list[float], width: int) -> None:
    line = sparkline(values, width)
    assert len(line) == min(width, len(values)) and set(line) <= set(BLOCKS)
    ordered = sparkline(sorted(values), width)
    assert list(ordered) == sorted(ordered, key=BLOCKS.index)


# ------------------------------------------------------------------ nothing yet, and what goes wrong


EMPTY = {("facts",): "no facts yet", ("facts", "--conflicts"): "No facts contradict", ("portrait",): "nothing here yet",
         ("timeline",): "No summaries here", ("topics",): "no topics yet", ("pending",): "No question waits",
         ("pending", "--answered"): "No question has found", ("upkeep", "plan"): "nothing to do",
         ("upkeep", "run"): "Nothing was left", ("upkeep", "journal"): "Nothing was changed",
         ("list", "--kind", "fact"): "0 of 0", ("list", "--faded"): "0 of 0"}


def test_an_empty_memory_says_in_a_sentence_that_there_is_nothing(tmp_path: Path,
                                                                  capsys: pytest.CaptureFixture[str]) -> None:
    told, mneme = as_text(tmp_path / "nothing", capsys), as_json(tmp_path / "nothing", capsys)
    for arguments, words in EMPTY.items():
        code, shown, err = told(*arguments)
        assert code == 0 and words in shown and err == "", arguments
        code, found, _err = mneme(*arguments)
        assert code == 0 and not any(found[key] for key in found if key != "steps"), arguments


@pytest.mark.parametrize("arguments", [
    ("edit", "999999", "x"), ("pin", "999999"), ("keep", "1", "999999"), ("fade", "999999"), ("history", "999999"),
    ("undo", "999999"), ("undo",), ("upkeep", "undo", "999999"), ("confirm", "999999"), ("confirm", "1"),
    ("expand", "999999"), ("expand", "1"), ("pending", "--drop", "999999")])
def test_known_errors_end_with_one_change_nothing_and_say_why(mneme: Run, arguments: tuple[str, ...]) -> None:
    before = mneme("doctor", "--digest")[1]["digest"]
    code, error, said = mneme(*arguments)
    assert code == 1 and error["error"]["message"] and error["error"]["message"] in said
    assert mneme("doctor", "--digest")[1]["digest"] == before


@pytest.mark.parametrize("arguments", [
    ("edit",), ("pin",), ("pin", "0"), ("history", "one"), ("facts", "--as-of", "maybe"), ("facts", "--limit", "0"),
    ("facts", "--relation", "luck"), ("facts", "--conflicts", "--history"),
    ("timeline", "--from", "2024-13"), ("timeline", "--level", "year"),
    ("list", "--kind", "dream"), ("list", "--source", "luck"), ("upkeep",), ("upkeep", "run", "--only", "luck"),
    ("upkeep", "journal", "--by", "fate"), ("simulate", "--days", "0"), ("simulate", "--curve", "straight")])
def test_wrong_usage_ends_with_two(mneme: Run, arguments: tuple[str, ...]) -> None:
    assert mneme(*arguments)[0] == 2


def test_every_command_is_explained_in_one_or_two_sentences() -> None:
    commands: list[click.Command] = [*living.COMMANDS, *knowing.COMMANDS, *upkeeping.COMMANDS,
                                     *upkeeping.upkeep.commands.values()]
    for command in commands:
        said = (command.help or "").strip()
        assert said.endswith(".") and "\n" not in said, command.name
        assert all(option.help for option in command.params
                   if isinstance(option, click.Option) and option.name != "limit"), command.name

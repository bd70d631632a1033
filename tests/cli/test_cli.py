"""The command line over a real store: the JSON others rely on, exit codes, and sentences for what goes wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mneme.cli.main import run
from mneme.types import PARTS

Run = Callable[..., tuple[int, dict, str]]
NOTE = "# Cabin log\n\n## 14 October 2024\n\nThe spare key hangs behind the blue rain barrel 🗝️ now, under the eaves.\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile with three notes in it, for tests that only look."""
    folder = tmp_path_factory.mktemp("home")
    notes(folder / "notes")
    assert run(["--profile", str(folder / "profile"), "--no-keyring", "add", str(folder / "notes"), "--json"]) == 0
    return folder


@pytest.fixture
def mneme(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(home / "profile", capsys)


@pytest.fixture
def fresh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    notes(tmp_path / "notes")
    return runner(tmp_path / "profile", capsys)


def runner(profile: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, dict, str]:
        capsys.readouterr()
        code = run(["--no-keyring", *arguments, "--json", "--profile", str(profile)])
        shown = capsys.readouterr()
        return code, json.loads(shown.out) if shown.out.strip() else {}, shown.err
    return call


def notes(folder: Path) -> None:
    folder.mkdir()
    (folder / "log.md").write_text(NOTE)
    (folder / "2024-05-07 Ferry.txt").write_text("The ferry to Kinn leaves at noon from the old quay.\n")
    (folder / "empty.md").write_text("")


def first_id(mneme: Run, words: str) -> int:
    return mneme("search", words)[1]["hits"][0]["memory"]


def test_ask_gives_the_promised_object_and_its_span_is_exact(mneme: Run, home: Path) -> None:
    code, answer, _err = mneme("ask", "Where does the spare key hang?")
    assert code == 0
    assert set(answer) == {"state", "answer", "confidence", "citations", "reasons", "contradicts", "refusal", "took_ms"}
    assert answer["state"] == "answered"
    assert "rain barrel" in answer["answer"]
    assert 0 <= answer["confidence"] <= 1
    citation = answer["citations"][0]
    assert set(citation) == {"memory", "text", "source", "span", "happened_at"}
    assert citation["source"] == str(home / "notes" / "log.md")
    shown = mneme("show", str(citation["memory"]))[1]
    assert shown["item_text"][slice(*citation["span"])] == citation["text"]
    assert shown["item_text"][slice(*shown["span"])] == shown["text"]


def test_nothing_found_is_a_result_and_not_an_error(mneme: Run) -> None:
    code, answer, _err = mneme("ask", "Who composed the opera about the vacuum cleaner?")
    assert (code, answer["state"], answer["answer"], answer["citations"]) == (0, "not_found", None, [])


def test_search_gives_the_promised_object(mneme: Run) -> None:
    code, found, _err = mneme("search", "ferry", "-k", "2")
    assert code == 0
    assert set(found) == {"hits", "took_ms"}
    hit = found["hits"][0]
    assert set(hit) == {"memory", "kind", "text", "source", "span", "score", "why", "happened_at"}
    assert hit["kind"] == "passage"
    assert hit["happened_at"] == "2024-05-07"
    assert hit["why"]


def test_add_reports_items_files_and_reasons(fresh: Run, tmp_path: Path) -> None:
    code, report, _err = fresh("add", str(tmp_path / "notes"))
    assert code == 0
    assert {k: report[k] for k in ("added", "unchanged", "updated")} == {"added": 2, "unchanged": 0, "updated": 0}
    assert set(report["files"]) == {"seen", "done", "skipped", "failed"}
    assert (report["files"]["seen"], report["files"]["done"]) == (3, 2)
    assert [Path(s["path"]).name for s in report["files"]["skipped"]] == ["empty.md"]
    again = fresh("add", str(tmp_path / "notes"))[1]
    assert (again["added"], again["unchanged"]) == (0, 2)


def test_a_failed_file_is_no_error_but_a_missing_root_is(fresh: Run, tmp_path: Path) -> None:
    (tmp_path / "notes" / "cut.pdf").write_bytes(b"%PDF-1.5 cut")
    code, report, _err = fresh("add", str(tmp_path / "notes"))
    assert code == 0
    assert [Path(s["path"]).name for s in report["files"]["failed"]] == ["cut.pdf"]
    code, error, said = fresh("add", str(tmp_path / "nowhere"))
    assert code == 1
    assert set(error["error"]) == {"message", "remedy"}
    assert "nowhere" in said


def test_no_wait_leaves_vectors_to_the_next_run(fresh: Run, tmp_path: Path) -> None:
    fresh("add", str(tmp_path / "notes"), "--no-wait")
    assert fresh("doctor")[1]["counts"]["vectors"] == 0
    assert fresh("search", "ferry")[1]["hits"]
    fresh("add", str(tmp_path / "notes"))
    counts = fresh("doctor")[1]["counts"]
    assert counts["vectors"] == counts["distinct_texts"] == 2 + counts["facts"]


def test_forget_restore_erase(fresh: Run, tmp_path: Path) -> None:
    fresh("add", str(tmp_path / "notes"))
    ferry = str(first_id(fresh, "ferry"))
    assert fresh("forget", ferry)[1] == {"forgotten": 1}
    assert not [h for h in fresh("search", "ferry")[1]["hits"] if "ferry" in h["text"]]
    assert fresh("list", "--bin")[1]["total"] == 1
    assert fresh("restore", ferry)[1] == {"restored": 1}
    code, error, _err = fresh("erase", ferry)
    assert code == 1
    assert "--yes" in error["error"]["remedy"]
    assert fresh("erase", ferry, "--yes")[0] == 0
    assert fresh("show", ferry)[0] == 1
    assert fresh("add", str(tmp_path / "notes"))[1]["added"] == 0
    assert fresh("doctor")[1]["healthy"]


def test_now_and_no_record_change_nothing_stored(mneme: Run) -> None:
    before = mneme("doctor", "--digest")[1]["digest"]
    assert mneme("ask", "Where does the key hang?", "--now", "2001-02-03", "--no-record")[0] == 0
    assert mneme("search", "ferry", "--now", "2030-02-03T10:00+02:00", "--no-record")[0] == 0
    assert mneme("doctor", "--digest")[1]["digest"] == before


@pytest.mark.parametrize("arguments", [
    ("ask",), ("search", "x", "-k", "0"), ("ask", "x", "--now", "yesterdayish"), ("nonsense",), ("show", "abc")])
def test_wrong_usage_ends_with_two(mneme: Run, arguments: tuple[str, ...]) -> None:
    assert mneme(*arguments)[0] == 2


@pytest.mark.parametrize("arguments", [("show", "999999"), ("forget", "999999"), ("settings", "no.such"),
                                       ("settings", "bin.days", "many"), ("add", ".", "--as", "nonsense")])
def test_known_errors_end_with_one_and_say_what_to_do(mneme: Run, arguments: tuple[str, ...]) -> None:
    code, error, said = mneme(*arguments)
    assert code == 1
    assert error["error"]["message"] in said


def test_settings_are_shown_and_changed(fresh: Run) -> None:
    assert fresh("settings", "bin.days")[1] == {"settings": {"bin.days": 30}}
    assert fresh("settings", "bin.days", "7")[1] == {"settings": {"bin.days": 7}}
    assert "answer.caution" in fresh("settings")[1]["settings"]


def test_the_key_can_be_saved_changed_and_brought_back(fresh: Run, tmp_path: Path) -> None:
    fresh("add", str(tmp_path / "notes"))
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    assert fresh("key", "save", str(first))[0] == 0
    assert first.stat().st_mode & 0o077 == 0
    changed = fresh("key", "change")[1]["recovery_key"]
    assert changed != first.read_text().strip()
    second.write_text(changed)
    (tmp_path / "profile" / "key.json").unlink()
    assert fresh("list")[0] == 1
    assert fresh("key", "restore", str(first))[0] == 1
    assert fresh("key", "restore", str(second))[0] == 0
    assert fresh("list")[1]["total"] == 2


def test_paths_and_queue(mneme: Run, home: Path) -> None:
    assert mneme("paths")[1]["profile"] == str(home / "profile")
    queue = mneme("queue")[1]
    assert queue["counts"] == {"done": 2, "skipped": 1}
    assert {Path(e["path"]).name: e["state"] for e in queue["entries"]}["empty.md"] == "skipped"


def test_for_people_it_prints_sentences(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["--profile", str(home / "profile"), "--no-keyring", "ask", "Where does the spare key hang?"]) == 0
    shown = capsys.readouterr().out
    assert "rain barrel" in shown
    assert "[1]" in shown
    assert run(["--profile", str(home / "profile"), "--no-keyring", "search", "[bold]ferry"]) == 0
    assert "ferry" in capsys.readouterr().out


def test_the_real_command_prints_one_json_object_and_survives_a_closed_pipe(home: Path) -> None:
    command = [sys.executable, "-m", "mneme.cli", "--profile", str(home / "profile"), "--no-keyring"]
    done = subprocess.run([*command, "list", "--json"], capture_output=True, check=True)
    assert json.loads(done.stdout.decode("utf-8"))["total"] == 2
    with subprocess.Popen([*command, "list", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_help_is_quick_because_nothing_heavy_is_loaded() -> None:
    code = "import sys; from mneme.cli.main import run; run(['--help']); print(sorted(set(sys.modules) & {" \
           "'onnxruntime', 'PySide6', 'keyring', 'dateparser', 'docx', 'numpy', 'sqlite_utils'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


# ------------------------------------------------------------------ why, follow-ups, and what can be left out


@pytest.fixture(scope="module")
def friends(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile with a conversation in it, in which somebody's name would colour a terminal."""
    folder = tmp_path_factory.mktemp("friends")
    said = [("2021-03-02T19:00", "a", "I live in Bergen, near the harbour."), ("2023-07-14T20:00", "a", "Rain again."),
            ("2023-09-01T08:00", "b", "I bought a kayak today."),
            ("2024-02-20T09:00", "a", "I live in Oslo, near the park."),
            ("2024-06-03T09:00", "c", "The moon key lies under the anvil.")]
    people = [{"id": "a", "name": "Ann", "role": "other"}, {"id": "b", "name": "Ben", "role": "other"},
              {"id": "c", "name": "C\x1b[31mid", "role": "other"}]
    lines = [{"mneme": "conversation", "version": 1, "title": "Friends", "participants": people},
             *({"id": str(n), "from": who, "at": f"{at}+00:00", "text": text}
               for n, (at, who, text) in enumerate(said))]
    (folder / "chat.jsonl").write_text("\n".join(map(json.dumps, lines)))
    add = ["add", str(folder / "chat.jsonl"), "--json"]
    assert run(["--profile", str(folder / "profile"), "--no-keyring", *add]) == 0
    return folder / "profile"


@pytest.fixture
def chat(friends: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(friends, capsys)


def shown(profile: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What people see."""
    capsys.readouterr()
    assert run(["--no-keyring", *arguments, "--no-record", "--profile", str(profile)]) == 0
    return capsys.readouterr().out


def test_what_contradicts_an_answer_is_cited_with_a_reason(chat: Run) -> None:
    answer = chat("ask", "Where does Ann live now?", "--no-record")[1]
    assert "Oslo" in answer["answer"] and answer["refusal"] is None
    assert [set(one) for one in answer["contradicts"]] == [{"memory", "text", "source", "span", "happened_at"}]
    assert "Bergen" in answer["contradicts"][0]["text"]
    assert answer["reasons"] == ["Before that, until 20 February 2024: Bergen."]


def test_a_refusal_says_which_and_has_no_reasons(chat: Run) -> None:
    code, answer, _err = chat("ask", "Who composed the opera about the vacuum cleaner?", "--no-record")
    assert (code, answer["state"], answer["reasons"], answer["contradicts"]) == (0, "not_found", [], [])
    assert answer["refusal"] in ("no_hit", "no_answer", "other_person", "other_time")


def test_a_counted_answer_says_how(chat: Run) -> None:
    answer = chat("ask", "How many days ago did Ben buy a kayak?", "--now", "2023-09-30T12:00Z", "--no-record")[1]
    assert answer["answer"] == "29 days ago"
    assert answer["reasons"] == ["Counted from 1 September 2023 to today, 30 September 2023."]
    assert answer["citations"][0]["text"] == "I bought a kayak today."


def test_a_follow_up_after_one_or_several_questions(chat: Run) -> None:
    for earlier in (("What did Ann buy?",), ("Where does Ann live?", "What did Ann buy?")):
        after = [word for question in earlier for word in ("--after", question)]
        answer = chat("ask", "and Ben?", *after, "--trace", "--no-record")[1]
        assert answer["trace"]["question"] == "What did Ben buy?"
        assert "kayak" in answer["answer"]
    alone = chat("ask", "and Ben?", "--trace", "--no-record")[1]
    assert alone["trace"]["question"] == "and Ben?"
    assert "trace" not in chat("ask", "and Ben?", "--no-record")[1]


def test_the_trace_as_json_is_the_promised_object(chat: Run) -> None:
    trace = chat("ask", "Where does Ann live now?", "--trace", "--no-record", "--without", "known")[1]["trace"]
    assert set(trace) == {"question", "understood", "stages", "hits", "considered"}
    assert ["about", "Ann"] in trace["understood"]
    assert {"words", "meaning", "reading"} <= set(trace["stages"])
    assert {"memory", "text", "score", "why"} <= set(trace["hits"][0])
    for one in trace["considered"]:
        assert set(one) == {"memory", "answer", "score", "parts"}
        assert sum(one["parts"].values()) == pytest.approx(one["score"], abs=0.1)


def test_the_trace_for_people(friends: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(friends, capsys, "ask", "Where does Ann live now?", "--trace", "--without", "known")
    for words in ("Something else is said here:", "[1]", "[2]", "asks for: a place", "Weighed", " ms", "reads +"):
        assert words in told
    counted = shown(friends, capsys, "ask", "How many days ago did Ben buy a kayak?", "--trace")
    assert "Read" in counted and "Weighed" not in counted, "what is counted is not weighed"
    assert "Weighed" not in shown(friends, capsys, "ask", "Where does Ann live now?")


def test_the_trace_of_a_known_fact(chat: Run) -> None:
    trace = chat("ask", "Where does Ann live now?", "--trace", "--no-record")[1]["trace"]
    assert set(trace["stages"]) == {"facts"} and trace["hits"] == []
    assert [one["answer"] for one in trace["considered"]] == ["Oslo"]


@pytest.mark.parametrize("part", ["words nearby", "meaning", "context"])
def test_a_part_can_be_left_out(chat: Run, part: str) -> None:
    code, answer, _err = chat("ask", "Where does Ann live now?", "--without", part, "--trace", "--no-record")
    assert code == 0
    assert not any(part in hit["why"] for hit in answer["trace"]["hits"])
    code, found, _err = chat("search", "kayak", "--without", part, "--no-record")
    assert code == 0 and found["hits"] and not any(part in hit["why"] for hit in found["hits"])


def test_several_parts_can_be_left_out_and_an_unknown_one_is_wrong_usage(chat: Run) -> None:
    without = [word for part in ("words", "words nearby", "speaker", "facts") for word in ("--without", part)]
    found = chat("search", "kayak", *without, "--no-record")[1]
    assert all(set(hit["why"]) <= {"meaning", "meaning nearby", "covers"} for hit in found["hits"])
    code, _answer, told = chat("ask", "kayak", "--without", "luck")
    assert code == 2 and all(part in told for part in PARTS)
    without = ("--without", "choosing", "--without", "known")
    assert chat("ask", "Where does Ann live now?", *without, "--no-record")[1]["contradicts"] == []


@pytest.mark.parametrize("earlier", ["", "?", "👩‍👩‍👧", "\udcff and \ud800"])
def test_any_earlier_question_is_borne(chat: Run, earlier: str) -> None:
    assert chat("ask", "and Ben?", "--after", earlier, "--no-record")[0] == 0


def test_no_name_colours_the_terminal(friends: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x1b" not in shown(friends, capsys, "search", "moon key anvil")
    assert "\x1b" not in shown(friends, capsys, "ask", "Where does the moon key lie?", "--trace")

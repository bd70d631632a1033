"""The benchmark of the gate reads files of its form, names what is wrong with others, and turns red when it should."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

GATE = Path(__file__).with_name("gate.py")


def run(file: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    file.write_text("\n".join(lines), encoding="utf-8")
    return subprocess.run([sys.executable, str(GATE), str(file)], text=True, capture_output=True, check=False)


def case(**fields: object) -> str:
    return json.dumps({"id": "1", "kind": "any", **fields})


def test_cases_that_hold(tmp_path: Path) -> None:
    done = run(tmp_path / "cases", case(expect="masked", text="password: {0}", secrets=[["kettle", "-77"]]), "",
               case(id="2", expect="kept", text="I forgot my password.", keep=["my password"]))
    assert done.returncode == 0, done.stderr
    assert "precision 1.000, recall 1.000" in done.stdout


@pytest.mark.parametrize("line", [
    case(expect="masked", text="the word is kettle", secrets=["kettle"]),
    case(expect="kept", text="password: kettle-77", keep=["kettle-77"]),
    case(expect="taken", rules=["deny folder /a"], candidate={"path": "/a/b"}),
    case(expect="left out", rules=["nonsense"], candidate={"path": "/a/b"}),
    case(expect="pause", steps=[["paused", True]])])
def test_what_does_not_hold_is_counted(tmp_path: Path, line: str) -> None:
    done = run(tmp_path / "cases", line)
    assert done.returncode == 1, done.stderr
    assert "1 of 1 cases are wrong" in done.stdout


@pytest.mark.parametrize(("line", "said"), [
    ("{", "no JSON"), ("[]", "not an object"), (case(expect="well"), "`expect` is none of"),
    (case(expect="masked", text=5, secrets=[]), "`text` is missing, or is no str"), ("", "there are no cases"),
    (case(expect="kept", text="", keep=[], **{"as": "pdf"}), "`as` is none of")])
def test_what_is_no_case_is_named(tmp_path: Path, line: str, said: str) -> None:
    done = run(tmp_path / "cases", line)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_same_id_twice(tmp_path: Path) -> None:
    line = case(expect="kept", text="a", keep=["a"])
    assert "twice" in run(tmp_path / "cases", line, line).stderr

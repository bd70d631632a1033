"""The benchmark of pasted answers on a few lines: nothing comes back, and what the owner wrote before is learned."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import pasted

LINES = ("I live in Lisbon.", "My sister is called Ines.", "I work at Acme, and I adopted a dog called Bo.",
         "I was born on 2 February 1988.", "I've lived in Kraków since 2011.")


def test_nothing_that_an_assistant_said_comes_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                                   capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(json.dumps({"text": line}) for line in LINES), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["pasted.py", str(file)])
    assert pasted.main() == 0
    shown = capsys.readouterr().out
    assert f"{len(LINES)} lines" in shown and "before the assistant said it: 0" not in shown

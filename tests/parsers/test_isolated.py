"""The worker process: limits hold, crashes are said, results come back whole, and it goes with its parent."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from datetime import UTC, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.errors import Skipped, Unreadable
from mneme.parsers import wire
from mneme.parsers.isolated import IsolatedRunner, Limits
from mneme.ports import Parsed, ParseInput, Parser
from mneme.testing import FakeClock
from mneme.types import Block, Conversation, Document, Message, Moment, Participant, Role

# A plug-in as somebody else might install it; what it does is told by the bytes.
PLUGIN = """
import os, time
from mneme.errors import Skipped
from mneme.types import Document

class Odd:
    format = "odd"
    suffixes = frozenset({".odd"})
    isolated = True

    def recognises(self, head, name):
        return 0.0

    def parse(self, source):
        word = source.data.decode()
        if word == "sleep":
            time.sleep(60)
        if word == "die":
            os._exit(3)
        if word == "trip":
            raise ZeroDivisionError
        if word == "swell":
            yield Document("x" * len(bytearray(2_000_000_000)))
        if word == "print":
            print("between the frames", flush=True)
        yield Document(f"{os.getpid()} {source.name} {source.since} {source.wal.decode()}", happened_at=None)
        if word == "skip":
            raise Skipped("enough", "of this")
        if word == "zone":
            from datetime import datetime
            yield Document(str(source.clock.zone().utcoffset(datetime(2024, 7, 1))))
"""


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parser:
    (tmp_path / "odd_plugin.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")])))
    made: Parser = __import__("odd_plugin").Odd()
    return made


@pytest.fixture
def runner(odd: Parser) -> Iterator[IsolatedRunner]:
    made = IsolatedRunner([odd], Limits(seconds=20, files=3))
    yield made
    made.close()


def ask(runner: IsolatedRunner, word: str, zone: tzinfo = ZoneInfo("Asia/Tokyo")) -> list[str]:  # noqa: B008 -- a value
    parsed = runner.parse("odd", ParseInput(word.encode(), "näme 🙂\n", FakeClock(zone=zone), "Öwner", "wäl".encode()))
    return [p.text for p in parsed if isinstance(p, Document)]


def process_id(said: list[str]) -> int:
    return int(said[0].split()[0])


def test_one_worker_reads_many_files_and_is_renewed(runner: IsolatedRunner) -> None:
    ids = [process_id(ask(runner, "word")) for _file in range(7)]
    assert len(set(ids)) == 3
    assert ids[0] == ids[1] == ids[2] != os.getpid()


def test_name_cursor_log_and_zone_reach_the_worker(runner: IsolatedRunner) -> None:
    assert ask(runner, "word")[0].endswith("näme 🙂\n Öwner wäl")
    assert ask(runner, "zone")[1] == "9:00:00"
    assert ask(runner, "zone", timezone(timedelta(hours=-3)))[1] == "-1 day, 21:00:00"


def test_what_was_yielded_comes_before_what_was_raised(runner: IsolatedRunner) -> None:
    parsed = runner.parse("odd", ParseInput(b"skip", "n", FakeClock()))
    assert isinstance(next(parsed), Document)
    with pytest.raises(Skipped) as caught:
        next(parsed)
    assert (caught.value.message, caught.value.remedy) == ("enough", "of this")


def test_printing_does_not_disturb_the_pipe(runner: IsolatedRunner) -> None:
    assert len(ask(runner, "print")) == 1


def test_what_takes_too_long_is_ended(odd: Parser) -> None:
    runner = IsolatedRunner([odd], Limits(seconds=3))
    before = process_id(ask(runner, "word"))
    start = time.monotonic()
    with pytest.raises(Unreadable, match="longer than 3 seconds"):
        ask(runner, "sleep")
    assert time.monotonic() - start < 15
    assert not psutil.pid_exists(before)
    assert process_id(ask(runner, "word")) != before
    runner.close()


@pytest.mark.allow_log("mneme.parsers.isolated")
def test_a_crash_costs_one_file(runner: IsolatedRunner) -> None:
    for word in ("die", "trip"):
        with pytest.raises(Unreadable, match="crashed"):
            ask(runner, word)
        assert ask(runner, "word")


def test_too_much_memory_is_said(runner: IsolatedRunner) -> None:
    with pytest.raises(Unreadable, match="memory"):
        ask(runner, "swell")
    assert ask(runner, "word")


def test_a_worker_that_was_killed_meanwhile_is_replaced(runner: IsolatedRunner) -> None:
    before = process_id(ask(runner, "word"))
    psutil.Process(before).kill()
    psutil.Process(before).wait(10)
    assert process_id(ask(runner, "word")) != before


def test_many_threads_may_ask(runner: IsolatedRunner) -> None:
    said: list[int] = []
    threads = [threading.Thread(target=lambda: said.append(len(ask(runner, "word")))) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [1] * 6


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals to send")
def test_the_worker_goes_when_its_parent_is_killed(odd: Parser, tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import odd_plugin, time
        from mneme.parsers.isolated import IsolatedRunner
        from mneme.ports import ParseInput
        from mneme.testing import FakeClock
        runner = IsolatedRunner([odd_plugin.Odd()])
        for document in runner.parse("odd", ParseInput(b"word", "n", FakeClock())):
            print(document.text.split()[0], flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    _gone, alive = psutil.wait_procs([worker], timeout=10)
    assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []


TEXT = st.text(st.characters(), max_size=20)
MOMENTS = st.none() | st.builds(
    Moment, st.datetimes().map(lambda d: d.replace(tzinfo=UTC)), st.integers(-800, 800),
    st.sampled_from(["year", "day", "second"]))
SMALL = st.integers(0, 9)
DOCUMENTS = st.builds(
    Document, TEXT, st.tuples(st.builds(Block, st.just("page"), SMALL, SMALL, SMALL)),
    st.none() | TEXT, st.tuples(TEXT), MOMENTS, st.tuples(TEXT), st.tuples(TEXT),
    st.dictionaries(TEXT, TEXT, max_size=2), st.tuples(TEXT))
CONVERSATIONS = st.builds(
    Conversation, TEXT, TEXT, st.tuples(st.builds(Participant, TEXT, TEXT, st.sampled_from(Role))),
    st.tuples(st.builds(Message, TEXT, TEXT, TEXT, MOMENTS, st.none() | TEXT)))


@given(st.lists(DOCUMENTS | CONVERSATIONS, max_size=3))
def test_what_goes_over_the_wire_comes_back_the_same(parsed: list[Parsed]) -> None:
    assert wire.from_json(wire.to_json(parsed, None)) == (parsed, None)


@pytest.mark.parametrize("data", [
    b"", b"[]", b"{}", b'{"parsed": [{"text": 1}], "error": null}', b"\xff", b"[" * 99_999])
def test_nonsense_on_the_wire_is_a_broken_frame(data: bytes) -> None:
    with pytest.raises(wire.BrokenFrame):
        wire.from_json(data)

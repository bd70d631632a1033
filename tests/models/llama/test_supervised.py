"""The child is watched: cancelled, killed, stopped or left alone at any moment, the next request is answered."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from asking import PROMPT, Make, never, written

from mneme.errors import Cancelled, ModelFailed, ModelTimedOut
from mneme.models.llama.model import LlamaModel
from mneme.ports import Generation, Spent, Turn
from mneme.testing import FakeClock

pytest.importorskip("llama_cpp", reason="llama.cpp is not installed: no language model runs here")

posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no signals to send")
expected = pytest.mark.allow_log("mneme.models.llama.model")
LONG = (Turn("user", "The boat lay in the shed by the water, and Maren had the key. " * 200),)
FAR = Generation(1500)


def after(looks: int) -> Callable[[], bool]:
    """A cancel button that is pressed at the n-th look."""
    left = iter(range(looks))
    return lambda: next(left, None) is None


def begun(model: LlamaModel, wish: Generation = FAR) -> Iterator[str | Spent]:
    """A generation of which the first piece has come."""
    pieces = model.generate(PROMPT, wish, never)
    assert isinstance(next(pieces), str)
    return pieces


def send(model: LlamaModel, number: int) -> int:
    """Send a signal to the child; its process id."""
    pid = model.pid
    assert pid is not None
    os.kill(pid, number)
    return pid


def gone(pid: int) -> bool:
    """Whether the process ends within ten seconds; one that only waits to be collected has ended."""
    over = time.monotonic() + 10
    while time.monotonic() < over:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False


# ------------------------------------------------------------------ cancelling


def test_cancelling_while_the_prompt_is_evaluated_stops_it(make: Make, slow: Path) -> None:
    fresh = written(make(slow), max_tokens=8)[0]
    model = make(slow)
    model.facts()
    before = model.pid
    for looks in (2, 3, 5):
        with pytest.raises(Cancelled):
            written(model, LONG, cancelled=after(looks))
        assert written(model, max_tokens=8)[0] == fresh
    assert model.pid == before


def test_what_was_evaluated_before_cancelling_is_kept(make: Make, slow: Path) -> None:
    model = make(slow)
    model.facts()
    with pytest.raises(Cancelled):
        written(model, LONG, cancelled=after(12))
    _text, spent = written(model, LONG, max_tokens=4)
    assert spent.evaluated < spent.prompt
    assert written(model, LONG, max_tokens=4)[1].evaluated == 1


def test_cancelling_while_it_writes_stops_it(make: Make, talker: Path) -> None:
    model = make(talker)
    text = written(model)[0]
    pieces = model.generate(PROMPT, FAR, after(3))
    with pytest.raises(Cancelled):
        list(pieces)
    before = model.pid
    assert written(model)[0] == text
    assert model.pid == before


def test_cancelling_before_anything_happens(make: Make, talker: Path) -> None:
    model = make(talker)
    with pytest.raises(Cancelled):
        written(model, cancelled=lambda: True)
    assert written(model)[1].generated == 24


def test_cancelling_while_another_has_the_turn(make: Make, talker: Path) -> None:
    model = make(talker)
    pieces = begun(model)
    with pytest.raises(Cancelled):
        written(model, cancelled=after(3))
    assert isinstance(list(pieces)[-1], Spent)


@posix
def test_a_child_that_does_not_stop_is_ended_and_nobody_waits_for_it(make: Make, talker: Path) -> None:
    model = make(talker)
    model.facts()
    pieces = model.generate(PROMPT, FAR, after(5))
    next(pieces)
    stopped = send(model, signal.SIGSTOP)
    with pytest.raises(Cancelled):
        list(pieces)
    assert psutil.Process(stopped).status() == psutil.STATUS_STOPPED
    assert written(model)[1].generated == 24
    assert gone(stopped)
    assert model.pid != stopped


def test_an_abandoned_text_frees_its_turn(make: Make, talker: Path) -> None:
    model = make(talker)
    pieces = begun(model)
    before = model.pid
    pieces.close()  # type: ignore[attr-defined]
    assert written(model)[1].generated == 24
    assert model.pid == before


@posix
def test_silence_is_waited_for_only_so_long(make: Make, talker: Path) -> None:
    model = make(talker)
    pieces = begun(model, Generation(1500, patience=0.5))
    stopped = send(model, signal.SIGSTOP)
    with pytest.raises(ModelTimedOut):
        list(pieces)
    assert gone(stopped)
    assert written(model)[1].generated == 24


# ------------------------------------------------------------------ falls


@posix
@expected
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_fall_costs_one_request(make: Make, talker: Path, number: int) -> None:
    model = make(talker)
    text = written(model)[0]
    pieces = begun(model)
    fallen = send(model, number)
    said: list[object] = []
    with pytest.raises(ModelFailed, match="memory" if number == signal.SIGKILL else "crashed"):
        said.extend(pieces)
    assert not any(isinstance(one, Spent) for one in said)
    assert written(model)[0] == text
    assert model.pid != fallen


@posix
@expected
def test_a_fall_while_nobody_asks_costs_nothing(make: Make, talker: Path) -> None:
    model = make(talker)
    for ask in (lambda: written(model), lambda: model.count(["boat"]), lambda: model.facts(), lambda: written(model)):
        assert ask()
        send(model, signal.SIGKILL)
    assert written(model, urgent=False)[1].generated == 24


@posix
@expected
def test_what_falls_again_and_again_is_left_alone_for_a_while(make: Make, talker: Path, tmp_path: Path) -> None:
    clock = FakeClock()
    model = make(talker, clock=clock)
    for _fall in range(3):
        pieces = begun(model)
        send(model, signal.SIGSEGV)
        with pytest.raises(ModelFailed, match="crashed"):
            list(pieces)
    for ask in (lambda: written(model), lambda: model.count(["a"]), lambda: model.facts()):
        with pytest.raises(ModelFailed, match="crashed 3 times in a row; for 30 seconds") as caught:
            ask()
        assert str(tmp_path / "logs/llama.log") in caught.value.remedy
        assert model.pid is None
    clock.advance(timedelta(seconds=30))
    pieces = begun(model)
    send(model, signal.SIGSEGV)
    with pytest.raises(ModelFailed, match="crashed"):
        list(pieces)
    with pytest.raises(ModelFailed, match="4 times"):
        written(model)
    clock.advance(timedelta(seconds=31))
    assert written(model)[1].generated == 24
    pieces = begun(model)
    send(model, signal.SIGSEGV)
    with pytest.raises(ModelFailed, match="crashed"):
        list(pieces)
    assert written(model)[1].generated == 24  # the completed request ended the row


@posix
@expected
def test_the_stack_of_a_fall_is_in_the_log(make: Make, talker: Path, tmp_path: Path) -> None:
    model = make(talker)
    pieces = begun(model)
    send(model, signal.SIGSEGV)
    with pytest.raises(ModelFailed):
        list(pieces)
    log = (tmp_path / "logs/llama.log").read_text()
    assert "Fatal Python error: Segmentation fault" in log
    assert f"ended by itself: {-signal.SIGSEGV}" in log


# ------------------------------------------------------------------ many at a time


def test_what_is_urgent_comes_before_what_runs_in_the_background(make: Make, talker: Path) -> None:
    model = make(talker)
    wish = {"max_tokens": 1500}
    undisturbed = written(model, urgent=False, **wish)
    order: list[str] = []
    results: dict[str, tuple[str, Spent]] = {}

    def background() -> None:
        results["background"] = written(model, urgent=False, **wish)
        order.append("background")

    thread = threading.Thread(target=background)
    thread.start()
    while model._turns._holder is None:
        thread.join(0.001)
    for _question in range(3):
        assert written(model, [Turn("user", "Who has the key?")])[1].generated == 24
        order.append("urgent")
    thread.join()
    assert order[0] == "urgent"
    assert order.count("background") == 1
    assert results["background"][0] == undisturbed[0]


def test_many_threads_may_ask(make: Make, talker: Path) -> None:
    model = make(talker)
    texts: list[str] = []
    threads = [threading.Thread(target=lambda n=n: texts.append(written(model, urgent=n % 2 == 0)[0]))
               for n in range(6)]
    threads += [threading.Thread(target=lambda: texts.append(str(model.count(["boat"])))) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 10
    assert len(set(texts)) == 2


def test_counting_waits_for_no_turn(make: Make, talker: Path) -> None:
    model = make(talker)
    pieces = begun(model)
    assert model.count(["boat"])[0] > 0
    assert isinstance(list(pieces)[-1], Spent)


def test_closing_cancels_what_is_written(make: Make, talker: Path) -> None:
    model = make(talker)
    pieces = begun(model)
    model.close()
    with pytest.raises(Cancelled):
        list(pieces)
    assert written(model)[1].generated == 24


# ------------------------------------------------------------------ the parent's end


SCRIPT = """
    import sys, time
    from pathlib import Path
    from mneme.models.llama.model import LlamaModel
    from mneme.ports import Generation, Turn
    from mneme.registry import Workshop
    model = LlamaModel(Path(sys.argv[1]), "tiny@1", lambda: None, Workshop(Path(sys.argv[2])))
    pieces = model.generate([Turn("user", "?")], Generation(1500), lambda: False)
    next(pieces)
    print(model.pid, flush=True)
    {}
"""


@posix
@pytest.mark.parametrize("end", ["time.sleep(60)", "list(pieces); time.sleep(60)", ""])
def test_the_child_goes_with_its_parent(talker: Path, tmp_path: Path, end: str) -> None:
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT.format(end)), str(talker), str(tmp_path / "logs")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        if end:
            parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert gone(child)

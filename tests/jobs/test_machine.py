"""What keeps heavy work from running, on machines as values, and this computer as it is."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.jobs.machine import ROOM, Machine, MachineState, lower_priority, may_run

QUIET = MachineState(on_power=True, charge=0.9, load=0.1, idle_seconds=3600.0, free_bytes=50 * ROOM)
shares = st.none() | st.floats(0.0, 1.0)
machines = st.builds(MachineState, on_power=st.none() | st.booleans(), charge=shares, load=shares,
                     idle_seconds=st.none() | st.floats(0.0, 1e6), free_bytes=st.none() | st.integers(0, 10 * ROOM))


@pytest.mark.parametrize(("state", "plain", "urgent"), [
    (QUIET, "", ""),
    (MachineState(), "", ""),
    (replace(QUIET, on_power=False), "on power", ""),
    (replace(QUIET, on_power=False, charge=0.2), "on power", "on power"),
    (replace(QUIET, on_power=False, charge=None), "on power", ""),
    (replace(QUIET, idle_seconds=10.0), "a pause", ""),
    (replace(QUIET, load=0.9), "less busy", ""),
    (replace(QUIET, free_bytes=ROOM - 1), "more room", "more room"),
])
def test_what_heavy_work_waits_for(state: MachineState, plain: str, urgent: str) -> None:
    for reason, pressing in ((plain, False), (urgent, True)):
        allowed, said = may_run(state, pressing)
        assert allowed is not bool(reason)
        assert reason in said


@given(machines)
def test_a_refusal_has_a_reason_and_urgent_work_runs_wherever_other_work_does(state: MachineState) -> None:
    plain, why = may_run(state, False)
    urgent, why_urgent = may_run(state, True)
    assert plain is not bool(why)
    assert urgent is not bool(why_urgent)
    assert urgent or not plain


def test_this_computer_tells_how_it_is(tmp_path: Path) -> None:
    state = Machine(tmp_path, lambda: 12.5).state()
    assert state.idle_seconds == 12.5
    assert state.free_bytes is not None and state.free_bytes > 0
    assert state.on_power in (True, False, None)
    assert state.charge is None or 0.0 <= state.charge <= 1.0


def test_a_folder_that_is_gone_leaves_its_room_unknown(tmp_path: Path) -> None:
    assert Machine(tmp_path / "gone", lambda: 0.0).state().free_bytes is None


class Counted(Machine):
    """A machine whose core seconds (in all, at work, our own) are given."""

    times: list[tuple[float, float, float]]

    def _cpu_times(self) -> tuple[float, float, float]:
        return self.times.pop(0)


@pytest.mark.parametrize(("later", "load"), [
    ((110.0, 57.0, 20.0), 0.7), ((110.0, 57.0, 25.0), 0.2), ((110.0, 57.0, 27.5), 0.0), ((100.1, 50.1, 20.0), None)])
def test_the_load_is_that_of_others_and_not_our_own(tmp_path: Path, later: tuple[float, float, float],
                                                    load: float | None) -> None:
    Counted.times = [(100.0, 50.0, 20.0), later]
    assert Counted(tmp_path, lambda: 0.0).state().load == (load if load is None else pytest.approx(load))


def test_what_another_program_spends_is_load(tmp_path: Path) -> None:
    machine = Machine(tmp_path, lambda: 0.0)
    before = psutil.cpu_times()
    subprocess.run([sys.executable, "-c", "import os\nwhile os.times().user < 1:\n    sum(range(10_000))"], check=True)
    load = machine.state().load
    assert load is not None
    assert load * (sum(psutil.cpu_times()) - sum(before)) >= 0.8  # core seconds


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a niceness for each thread")
def test_only_the_thread_that_asks_gives_way() -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    seen: list[int] = []

    def work() -> None:
        lower_priority()
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [10]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before

"""A run in the background rests as long as its share of a core asks for, and lets others go first."""

import time

import pytest

from mneme.ingest import resting
from mneme.ingest.resting import Resting


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The rests that were taken; time goes by all the same."""
    rests: list[float] = []
    monkeypatch.setattr(resting.time, "sleep", rests.append)
    return rests


@pytest.mark.parametrize(("share", "rests"), [(1.0, 0.0), (0.5, 1.0), (0.25, 3.0)])
def test_it_rests_in_proportion_to_what_a_file_took(share: float, rests: float, slept: list[float],
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter((0.0, 0.2, 10.0, 10.1, 20.0))  # made, a file of .2 s, then another of .1 s
    monkeypatch.setattr(resting.time, "monotonic", lambda: next(ticks))
    rest = Resting(share, lambda: None)
    rest()
    rest()
    assert slept == pytest.approx([0.2 * rests, 0.1 * rests])


def test_no_rest_is_long(slept: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter((0.0, 60.0, 60.0))
    monkeypatch.setattr(resting.time, "monotonic", lambda: next(ticks))
    Resting(0.05, lambda: None)()
    assert slept == [resting.LONGEST]


def test_giving_way_is_no_work(slept: list[float]) -> None:
    sleep, real = [], time.monotonic
    rest = Resting(0.5, lambda: sleep.append(real()))
    rest()
    assert len(sleep) == 1 and slept[0] < 0.5

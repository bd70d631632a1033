"""What every test shares: a clock that stands still, a folder for a profile, outside data, a quiet log."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from mneme.paths import Profile
from mneme.testing import FakeClock

# Speed is measured in benchmarks, never in tests: the first example of a run may load a slow library.
settings.register_profile("mneme", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mneme")


@pytest.fixture
def clock() -> FakeClock:
    """Noon on a day in June 2025, UTC, until the test moves it."""
    return FakeClock()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """A profile that does not exist yet."""
    return Profile(tmp_path / "profile")


def outside(variable: str) -> Path:
    """The folder that `variable` names; without it the test is skipped, and the summary says so."""
    named = os.environ.get(variable)
    if not named or not Path(named).is_dir():
        pytest.skip(f"{variable} names no folder: this test needs data from outside")
    return Path(named)


@pytest.fixture(scope="session")
def eval_data() -> Path:
    """Question sets for evaluation, where MNEME_EVAL_DATA names their folder."""
    return outside("MNEME_EVAL_DATA")


@pytest.fixture(scope="session")
def fixture_data() -> Path:
    """Exports and vaults of other programs, where MNEME_FIXTURES names their folder."""
    return outside("MNEME_FIXTURES")


@pytest.fixture(autouse=True)
def quiet_log(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log that the test did not announce with `allow_log` fails it."""
    yield
    marker = request.node.get_closest_marker("allow_log")
    allowed = () if marker is None else marker.args or ("",)
    records = caplog.get_records("setup") + caplog.get_records("call")
    loud = [f"{r.name}: {r.getMessage()}" for r in records
            if r.levelno >= logging.WARNING and not _expected(r.name, allowed)]
    assert not loud, "unexpected in the log:\n" + "\n".join(loud)


def _expected(logger: str, allowed: tuple[str, ...]) -> bool:
    return any(name in ("", logger) or logger.startswith(f"{name}.") for name in allowed)

"""The rows of the jobs: a run is claimed once, ends once, and goes on where it was saved."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from mneme.jobs.book import JobBook
from mneme.store.database import Database
from mneme.store.jobs import JobRow, JobState
from mneme.testing import FakeClock

SLOT = "2025-06-15"


def begin(book: JobBook, slot: str = SLOT) -> JobRow:
    claim = book.claim(book.row("tidy"), slot)
    assert claim is not None
    return claim


def test_a_job_that_never_ran_has_an_empty_row(book: JobBook) -> None:
    assert book.row("tidy") == JobRow("tidy")


def test_a_claim_begins_a_run(book: JobBook, clock: FakeClock) -> None:
    claim = begin(book)
    assert claim == book.row("tidy")
    assert (claim.state, claim.slot, claim.started_at) == (JobState.RUNNING, SLOT, clock.now())


def test_of_those_who_saw_the_same_row_one_gets_the_slot(book: JobBook) -> None:
    seen = book.row("tidy")
    claims: list[JobRow | None] = []
    threads = [threading.Thread(target=lambda: claims.append(book.claim(seen, SLOT))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([claim for claim in claims if claim is not None]) == 1


def test_another_process_that_saw_the_same_row_comes_too_late(book: JobBook, tmp_path: Path, clock: FakeClock) -> None:
    other = Database.open(tmp_path / "memory.db", None, clock=clock)
    seen = book.row("tidy")
    assert JobBook(other, clock).claim(seen, SLOT) is not None
    assert book.claim(seen, SLOT) is None
    other.close()


def test_a_run_goes_on_where_it_was_stopped_and_begins_anew_when_done(book: JobBook) -> None:
    claim = begin(book)
    assert book.save(claim, {"after": 17, "seen": ["ü", None]})
    book.end(claim, JobState.STOPPED)
    again = begin(book)
    assert again.cursor == {"after": 17, "seen": ["ü", None]}
    book.end(again, JobState.DONE, "Tidied 3 drawers.")
    assert book.row("tidy").cursor is None
    third = begin(book, "2025-06-16")
    book.end(third, JobState.DONE)
    assert book.row("tidy").result == "Tidied 3 drawers."


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.DONE])
def test_an_end_keeps_when_and_what(book: JobBook, clock: FakeClock, state: JobState) -> None:
    claim = begin(book)
    clock.advance(timedelta(minutes=2))
    book.end(claim, state, problem="The drawer is stuck.")
    row = book.row("tidy")
    assert (row.state, row.ended_at, row.problem) == (state, clock.now(), "The drawer is stuck.")


def test_a_run_that_another_took_over_keeps_nothing(book: JobBook) -> None:
    old = begin(book)
    new = book.claim(old, SLOT)  # in the same microsecond, even
    assert new is not None
    assert not book.save(old, 1)
    book.end(old, JobState.FAILED)
    assert book.row("tidy") == new


def test_only_something_new_is_noted(book: JobBook, store: Database, tmp_path: Path, clock: FakeClock) -> None:
    other = Database.open(tmp_path / "memory.db", None, clock=clock)

    def noted(result: str | None, problem: str | None) -> bool:
        before = other.data_version()
        book.note(book.row("tick"), 1.5, result, problem)
        return other.data_version() != before

    assert not noted(None, None)
    assert noted(None, "The disk is full.")
    assert not noted(None, "The disk is full.")
    assert noted(None, None)
    assert noted("3 texts", None)
    assert not noted("3 texts", None)
    assert not noted(None, None)
    row = book.row("tick")
    assert (row.state, row.result, row.ended_at) == (JobState.DONE, "3 texts", clock.now())
    assert row.started_at == clock.now() - timedelta(seconds=1.5)
    other.close()


def test_pausing_leaves_the_rest_of_the_row_alone(book: JobBook) -> None:
    book.pause("tidy", True)
    assert book.row("tidy") == JobRow("tidy", paused=True)
    claim = begin(book)
    assert claim.paused
    book.pause("tidy", False)
    assert book.row("tidy").state is JobState.RUNNING

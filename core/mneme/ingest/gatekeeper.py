"""The gate as it stands: the owner's rules, read from the store once and asked of everything before it is read."""

import sys
from collections.abc import Sequence
from datetime import datetime

from mneme.clock import Clock
from mneme.gate.rules import why_left_out
from mneme.messages import _
from mneme.ports import Ask
from mneme.store import sources
from mneme.store.database import Database
from mneme.types import Candidate

FOLDS_CASE = sys.platform in ("win32", "darwin")  # where "Private" and "private" are one folder


def gate(store: Database, clock: Clock) -> Ask:
    """The gate with the rules of now; what changed during private mode stays outside."""
    with store.reader() as db:
        rules, private = tuple(sources.rules(db)), sources.private_times(db)

    def ask(candidate: Candidate) -> str | None:
        if candidate.changed_at is not None and not candidate.is_folder and is_private(private, candidate.changed_at):
            return _("is of a time when you were in private mode")
        return why_left_out(rules, candidate, clock.now(), folds_case=FOLDS_CASE) if rules else None

    return ask


def is_private(times: Sequence[sources.Stretch], at: datetime) -> bool:
    """Whether a moment lies in a stretch of private mode."""
    return any(start <= at and (end is None or at <= end) for start, end in times)

"""The gate as it stands: the owner's rules, read from the store once and asked of everything before it is read."""

import sys

from mneme.clock import Clock
from mneme.gate.rules import why_left_out
from mneme.ports import Ask
from mneme.store import sources
from mneme.store.database import Database
from mneme.types import Candidate

FOLDS_CASE = sys.platform in ("win32", "darwin")  # where "Private" and "private" are one folder


def gate(store: Database, clock: Clock) -> Ask:
    """The gate with the rules of now."""
    with store.reader() as db:
        rules = tuple(sources.rules(db))

    def ask(candidate: Candidate) -> str | None:
        return why_left_out(rules, candidate, clock.now(), folds_case=FOLDS_CASE) if rules else None

    return ask

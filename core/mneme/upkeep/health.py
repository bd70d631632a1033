"""Doctor: look at the whole store, and mend what can be rebuilt from the ground truth."""

from concurrent.futures import ThreadPoolExecutor

from mneme.store import health
from mneme.store.database import Database
from mneme.types import DoctorReport, Finding


def doctor(store: Database, *, repair: bool, digest: bool) -> DoctorReport:
    """What is wrong with the store, mended where `repair` asks for it and it can be."""
    store.checkpoint()
    mended: list[Finding] = store.write(health.repair) if repair else []
    # A thread of its own has a connection of its own: on one that has looked at FTS5 before, SQLite's
    # integrity check compares with what it cached then, and calls a whole index damaged.
    with ThreadPoolExecutor(1, "mneme-doctor") as fresh:
        return fresh.submit(_look, store, mended, repair, digest).result()


def _look(store: Database, mended: list[Finding], repaired: bool, digest: bool) -> DoctorReport:
    with store.reader() as db:
        findings = mended if repaired else health.examine(db)
        return DoctorReport(tuple(findings), health.counts(db), health.digest(db) if digest else None)

"""Doctor: look at the whole store, and mend what can be rebuilt from the ground truth."""

from mneme.store import health
from mneme.store.database import Database
from mneme.types import DoctorReport, Finding


def doctor(store: Database, *, repair: bool, digest: bool) -> DoctorReport:
    """What is wrong with the store, mended where `repair` asks for it and it can be."""
    store.checkpoint()
    findings: list[Finding]
    if repair:
        findings = store.write(health.repair)
    else:
        with store.reader() as db:
            findings = health.examine(db)
    with store.reader() as db:
        return DoctorReport(tuple(findings), health.counts(db), health.digest(db) if digest else None)

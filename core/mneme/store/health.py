"""Is the store whole? Integrity, orphans, counts that must agree; what can be rebuilt is rebuilt."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from mneme.messages import _
from mneme.store import fulltext
from mneme.store.columns import Handle
from mneme.types import Finding

LOGICAL = ("source", "rule", "entry", "thread", "item", "memory", "evidence", "revision", "use", "tombstone", "setting",
           "fact", "link", "outline", "topic", "membership", "asked", "made", "description")


@dataclass(frozen=True, slots=True)
class Check:
    """One question to the store: what is wrong (None: nothing), and how to mend it (None: it cannot be)."""

    name: str
    find: Callable[[Handle], str | None]
    mend: Callable[[Handle], object] | None = None


def counts(db: Handle) -> dict[str, int]:
    """How many rows there are of what matters."""
    live = "retired_at IS NULL AND forgotten_at IS NULL"
    questions = {
        "entries": "SELECT count(*) FROM entry",
        "items": "SELECT count(*) FROM item WHERE retired_at IS NULL",
        "old_versions": "SELECT count(*) FROM item WHERE retired_at IS NOT NULL",
        "memories": f"SELECT count(*) FROM memory WHERE {live}",
        "in_bin": "SELECT count(*) FROM memory WHERE forgotten_at IS NOT NULL",
        "facts": f"SELECT count(*) FROM memory WHERE kind = 'fact' AND {live}",
        "full_text": "SELECT (SELECT count(*) FROM memory_fts) + (SELECT count(*) FROM derived_fts)",
        "vectors": "SELECT count(*) FROM vector",
        "distinct_texts": f"SELECT count(DISTINCT digest) FROM memory WHERE {live}",
        "tombstones": "SELECT count(*) FROM tombstone",
    }
    return {name: int(db.execute(sql).fetchone()[0]) for name, sql in questions.items()}


def examine(db: Handle) -> list[Finding]:
    """What is wrong, without changing anything."""
    return [Finding(check.name, message, check.mend is not None)
            for check in CHECKS if (message := check.find(db)) is not None]


def repair(db: Handle) -> list[Finding]:
    """Mend what can be rebuilt; each finding says whether it is well now."""
    findings = []
    for check in CHECKS:
        message = check.find(db)
        if message is None:
            continue
        if check.mend is not None:
            check.mend(db)
        findings.append(Finding(check.name, message, check.mend is not None,
                                repaired=check.mend is not None and check.find(db) is None))
    return findings


def digest(db: Handle) -> str:
    """One hash over all logical rows, whatever order or pages they lie in; vectors and indexes are derived."""
    whole = hashlib.blake2b(digest_size=32)
    for table in LOGICAL:
        columns = [column.name for column in db[table].columns]
        quoted = ", ".join(f'"{column}"' for column in columns)
        whole.update(f"{table}({quoted})".encode())
        keys = ", ".join(f'"{column}"' for column in (db.table(table).pks or columns))
        for row in db.execute(f"SELECT {quoted} FROM {table} ORDER BY {keys}"):
            whole.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def _number(sql: str, message: str) -> Callable[[Handle], str | None]:
    def find(db: Handle) -> str | None:
        n = int(db.execute(sql).fetchone()[0])
        return _(message).format(n=n) if n else None
    return find


def _integrity(db: Handle) -> str | None:
    rows = [row[0] for row in db.execute("PRAGMA integrity_check(5)").fetchall()]
    return None if rows == ["ok"] else _("The file is damaged: {what}").format(what="; ".join(map(str, rows)))


def _foreign_keys(db: Handle) -> str | None:
    rows = db.execute("PRAGMA foreign_key_check").fetchall()
    return _("{n} rows point to something that is not there.").format(n=len(rows)) if rows else None


def _fulltext_differs(db: Handle) -> str | None:
    missing = extra = 0
    for index, kinds in ((fulltext.PASSAGES, "kind = 'passage'"), (fulltext.DERIVED, "kind <> 'passage'")):
        live = f"SELECT id FROM memory WHERE retired_at IS NULL AND forgotten_at IS NULL AND {kinds}"
        here = f"SELECT rowid FROM {index}"
        missing += db.execute(f"SELECT count(*) FROM ({live} EXCEPT {here})").fetchone()[0]
        extra += db.execute(f"SELECT count(*) FROM ({here} EXCEPT {live})").fetchone()[0]
    if not missing and not extra:
        return None
    return _("The full-text index lacks {missing} memories and has {extra} too many.").format(
        missing=missing, extra=extra)


def _delete_orphan_vectors(db: Handle) -> None:
    db.execute("DELETE FROM vector WHERE NOT EXISTS (SELECT 1 FROM memory m WHERE m.digest = vector.digest)")


def _delete_broken_vectors(db: Handle) -> None:
    db.execute(f"DELETE FROM vector WHERE id IN (SELECT v.id FROM {_BROKEN_VECTORS})")


def _requeue(db: Handle) -> None:
    db.execute("UPDATE entry SET state = 'waiting', digest = NULL, mtime_ns = 0 "
               "WHERE state = 'done' AND held = 0 AND NOT EXISTS (SELECT 1 FROM item i WHERE i.entry_id = entry.id)")


_BROKEN_VECTORS = "vector v JOIN model o ON o.id = v.model_id WHERE length(v.data) <> 2 * o.dim"

CHECKS: tuple[Check, ...] = (
    Check("integrity", _integrity),
    Check("foreign keys", _foreign_keys),
    Check("passages", _number(
        """SELECT count(*) FROM memory m JOIN evidence e ON e.memory_id = m.id JOIN item i ON i.id = e.item_id
           WHERE m.kind = 'passage' AND m.text <> substr(i.text, e.start + 1, e."end" - e.start)""",
        "{n} passages are not what their text says at their place.")),
    Check("places", _number(
        "SELECT count(*) FROM memory m WHERE NOT EXISTS (SELECT 1 FROM evidence e WHERE e.memory_id = m.id)",
        "{n} memories stand nowhere.")),
    Check("versions", _number(
        "SELECT count(*) FROM (SELECT 1 FROM item WHERE retired_at IS NULL GROUP BY entry_id, key HAVING count(*) > 1)",
        "{n} items have more than one current version.")),
    Check("queue", _number(
        "SELECT count(*) FROM entry n WHERE state = 'done' AND held = 0 AND NOT EXISTS "
        "(SELECT 1 FROM item i WHERE i.entry_id = n.id)",
        "{n} places are called done and have nothing."), _requeue),
    Check("full text", _fulltext_differs, fulltext.rebuild),
    Check("vectors without text", _number(
        "SELECT count(*) FROM vector v WHERE NOT EXISTS (SELECT 1 FROM memory m WHERE m.digest = v.digest)",
        "{n} vectors belong to no memory."), _delete_orphan_vectors),
    Check("vectors of wrong length", _number(
        f"SELECT count(*) FROM {_BROKEN_VECTORS}", "{n} vectors have the wrong length."), _delete_broken_vectors),
)

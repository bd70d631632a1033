"""What may be half done in a store after upkeep, and what two stores have in common that did the same."""

import hashlib
import json
from collections import Counter
from typing import TypeVar

from mneme.engine import Engine
from mneme.store import health

T = TypeVar("T")


def digest(engine: Engine) -> str:
    """The digest of all logical rows, as `doctor --digest` tells it."""
    with engine._store.reader() as db:
        return health.digest(db)


def number(engine: Engine, sql: str) -> int:
    """The one number that a query gives, 0 for none."""
    return int(engine._store.query(sql)[0][0] or 0)


def last_set(engine: Engine) -> int:
    """The change-set that was made last."""
    return number(engine, "SELECT max(id) FROM change_set")


DERIVED = {
    "memories": "SELECT * FROM memory WHERE kind <> 'passage' ORDER BY id",
    "evidence": "SELECT e.* FROM evidence e JOIN memory m ON m.id = e.memory_id AND m.kind <> 'passage' ORDER BY 1, 2",
    **{table: f"SELECT * FROM {table} ORDER BY 1, 2" for table in ("fact", "outline", "topic", "membership")},
    "link": "SELECT * FROM link ORDER BY 1, 2, 3",
}


def made(engine: Engine) -> dict[str, str]:
    """A digest of each table of what upkeep makes."""
    return {name: hashlib.sha256(repr([tuple(row) for row in engine._store.query(sql)]).encode()).hexdigest()
            for name, sql in DERIVED.items()}


_SELF = "SELECT m.kind || '|' || m.text FROM memory m WHERE m.id = "
CONTENT = {  # without ids: what two runs have in common that did the same
    "memories": """SELECT m.kind, m.text, m.heading, m.origin, m.importance, m.nature, m.valid_from, m.valid_to,
        m.happened_at, m.retired_at IS NULL, m.forgotten_at IS NULL,
        (SELECT group_concat(place, ' ') FROM (SELECT n.shown || '#' || i.key || '#' || i.version || '#' || e.start
            || '-' || e."end" AS place FROM evidence e JOIN item i ON i.id = e.item_id JOIN entry n ON n.id = i.entry_id
            WHERE e.memory_id = m.id ORDER BY e.ordinal)) FROM memory m""",
    "facts": f"""SELECT subject, relation, topic, object, mode, state, said_at, told_from, told_to,
        ({_SELF} superseded_by), ({_SELF} same_as) FROM fact""",
    "links": f"SELECT ({_SELF} from_id), kind, ({_SELF} to_id), weight FROM link",
    "outlines": f"SELECT level, CASE level WHEN 'topic' THEN '' ELSE key END, ({_SELF} memory_id) FROM outline",
    "topics": "SELECT name, size, (SELECT p.name FROM topic p WHERE p.id = t.parent_id) FROM topic t",
    "memberships": f"SELECT ({_SELF} memory_id), t.name FROM membership JOIN topic t ON t.id = topic_id",
    "uses": f"SELECT ({_SELF} memory_id), at, what FROM use",
    "vectors": "SELECT digest, data, derived FROM vector",
}


def content(engine: Engine) -> dict[str, Counter[str]]:
    """What the store holds, table by table, without ids."""
    return {name: Counter(repr(tuple(row)) for row in engine._store.query(sql)) for name, sql in CONTENT.items()}


def difference(wanted: Counter[T], there: Counter[T]) -> str:
    """The first of what is missing, and of what is too many."""
    return f"missing {list((wanted - there).items())[:3]}, too many {list((there - wanted).items())[:3]}"


WHOLE = {
    "derived memories stand nowhere":
        "SELECT count(*) FROM memory m WHERE NOT EXISTS (SELECT 1 FROM evidence e WHERE e.memory_id = m.id)",
    "facts have no row of their own": """SELECT count(*) FROM memory m WHERE m.kind = 'fact'
        AND NOT EXISTS (SELECT 1 FROM fact f WHERE f.memory_id = m.id)""",
    "events or summaries stand for nothing": """SELECT count(*) FROM memory m WHERE m.kind IN ('event', 'summary')
        AND NOT EXISTS (SELECT 1 FROM outline o WHERE o.memory_id = m.id)""",
    "rows of facts or outlines belong to another kind": """SELECT
        (SELECT count(*) FROM fact JOIN memory m ON m.id = memory_id AND m.kind <> 'fact')
        + (SELECT count(*) FROM outline JOIN memory m ON m.id = memory_id AND m.kind NOT IN ('event', 'summary'))""",
    "summaries stand for topics that are gone": """SELECT count(*) FROM outline o
        WHERE o.level = 'topic' AND NOT EXISTS (SELECT 1 FROM topic t WHERE CAST(t.id AS TEXT) = o.key)""",
    "links lack an end": """SELECT count(*) FROM link l WHERE NOT EXISTS (SELECT 1 FROM memory WHERE id = l.from_id)
        OR NOT EXISTS (SELECT 1 FROM memory WHERE id = l.to_id)""",
    "changes belong to no change-set":
        "SELECT count(*) FROM change c WHERE NOT EXISTS (SELECT 1 FROM change_set s WHERE s.id = c.set_id)",
    "change-sets are empty, or lack one of their changes": """SELECT count(*) FROM change_set s WHERE sealed = 0 AND
        (SELECT count(*) FROM change c WHERE c.set_id = s.id)
        <> coalesce((SELECT max(seq) FROM change c WHERE c.set_id = s.id), -1)""",
}
# What a step counts, by the rows that it makes: a table, and what its primary key holds.
COUNTED = {("facts",): ("fact", ""), ("copies",): ("link", '"duplicate"'), ("associations",): ("link", '"association"'),
           ("events", "summaries"): ("outline", ""), ("topics",): ("topic", "")}


def broken(engine: Engine) -> list[str]:
    """What is half done in the store."""
    wrong = [f"{n} {what}" for what, sql in WHOLE.items() if (n := number(engine, sql))]
    wrong += [str(finding) for finding in engine.doctor().findings]
    for row in engine._store.query("SELECT id, counts FROM change_set WHERE by = 'upkeep' AND sealed = 0"):
        counts = json.loads(row[1])
        for names, (table, holding) in COUNTED.items():
            there = engine._store.query("SELECT count(*) FROM change WHERE set_id = ? AND tbl = ? AND before IS NULL "
                                        "AND instr(pk, ?) > 0", [row[0], table, holding or "["])[0][0]
            if there != sum(counts.get(name, 0) for name in names):
                wrong.append(f"change-set {row[0]} counts {counts}, and made {there} rows of {table} {holding}")
    return wrong

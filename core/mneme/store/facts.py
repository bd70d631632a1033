"""Facts with their times: each telling is a row; those of one slot are settled together, and nothing is deleted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mneme.memory.facts.relations import RELATIONS, sentence
from mneme.memory.facts.settling import Settled, Told, opposite, settled
from mneme.memory.facts.statements import ME, Statement
from mneme.memory.facts.topics import known_topic, may_be_short, planned_state
from mneme.store import derived, links, memories
from mneme.store.changes import ChangeSet, Value
from mneme.store.columns import Handle, Row, in_batches, instant, instant_or_none, marks, micros, micros_or_none
from mneme.store.derived import NewDerived, Place
from mneme.types import Fact, FactState, Kind, Memory, Moment, Origin, Precision

Slot = tuple[str, str, str]  # subject, relation, topic


@dataclass(frozen=True, slots=True)
class NewFact:
    """A statement to be kept, with its place in its item's text, and when it was said or else recorded."""

    statement: Statement
    place: Place
    said: Moment
    origin: Origin
    importance: float = 0.5
    by_owner: bool = False

    @property
    def slot(self) -> Slot:
        """What it is about."""
        return self.statement.subject, self.statement.relation, self.statement.topic


# a fact that tells: its place is in a current version, in a passage in force, and neither is in the bin
_TELLING = """m.forgotten_at IS NULL AND EXISTS (
    SELECT 1 FROM evidence e JOIN item i ON i.id = e.item_id AND i.retired_at IS NULL
    JOIN evidence p ON p.item_id = e.item_id AND p.start < e."end" AND e.start < p."end"
    JOIN memory o ON o.id = p.memory_id AND o.kind = 'passage' AND o.forgotten_at IS NULL AND o.retired_at IS NULL
    WHERE e.memory_id = m.id AND e.ordinal = 0)"""


def keep(changes: ChangeSet, new: NewFact) -> int:
    """Keep a telling; its memory's id. It is settled with the others of its slot by `settle`."""
    told = new.statement
    memory = derived.make(changes, NewDerived(
        Kind.FACT, sentence(told), (new.place,), new.origin, happened_at=new.said, importance=new.importance,
        nature=RELATIONS[told.relation].nature))
    changes.insert("fact", {
        "memory_id": memory, "subject": told.subject, "relation": told.relation, "topic": told.topic,
        "object": told.object, "mode": told.mode, "certainty": told.certainty, "corrects": int(told.corrects),
        "by_hand_at": micros(changes.now) if new.by_owner else None, "said_at": micros(new.said.utc),
        "said_offset": new.said.offset,
        **_columns("told_from", told.valid_from), **_columns("told_to", told.valid_to)})
    return memory


def with_known_topic(db: Handle, new: NewFact, evidence: str) -> NewFact:
    """The telling with the topic that its own is short for, where one such of its subject and relation is known.

    A plan that is over is none. `evidence` is the text of its place. Source of the rule: memory/facts/topics.py.
    """
    told = new.statement
    planned = planned_state(told)
    if planned is not None and _is_planned(db, planned):
        return replace(new, statement=planned)
    if not may_be_short(told, evidence):
        return new
    rows = db.execute(
        f"""SELECT DISTINCT f.topic FROM fact f JOIN memory m ON m.id = f.memory_id
            WHERE f.subject = ? COLLATE NOCASE AND f.relation = ? AND {_TELLING} AND f.said_at <= ?
            AND (f.topic = ? OR substr(f.topic, -?) = ? OR substr(f.topic, 1, ?) = ?)
            AND (f.relation <> 'plan' OR f.topic = ? OR coalesce(f.told_from, f.said_at) >= ?)""",
        [told.subject, told.relation, micros(new.said.utc), told.topic, len(told.topic) + 1, f" {told.topic}",
         len(told.topic) + 1, f"{told.topic} ", told.topic, micros(new.said.utc - timedelta(days=1))]).fetchall()
    topic = known_topic(told.topic, (row[0] for row in rows))
    return new if topic == told.topic else replace(new, statement=replace(told, topic=topic))


def _is_planned(db: Handle, told: Statement) -> bool:
    """Whether something of that slot is planned, or since its time has come expected."""
    return db.execute(
        f"""SELECT 1 FROM fact f JOIN memory m ON m.id = f.memory_id WHERE f.subject = ? COLLATE NOCASE
            AND f.relation = ? AND f.mode = 'planned' AND f.superseded_by IS NULL AND {_TELLING} LIMIT 1""",
        [told.subject, told.relation]).fetchone() is not None


def is_told(db: Handle, new: NewFact, *, before: int) -> bool:
    """Whether a telling of this slot was learned at this very place from a passage that the one `before` was cut of."""
    item, start, end = new.place
    return db.execute(
        """SELECT 1 FROM evidence e JOIN fact f ON f.memory_id = e.memory_id
           WHERE e.item_id = ? AND e.start = ? AND e."end" = ? AND e.memory_id < ?
           AND f.subject = ? COLLATE NOCASE AND f.relation = ? AND f.topic = ?""",
        [item, start, end, before, *new.slot]).fetchone() is not None


def inherit(db: Handle, changes: ChangeSet, memory: int, new: NewFact) -> None:
    """Have a telling go on with the life of the same telling in the version before: the owner's word, uses, the bin."""
    told = new.statement
    old = db.execute(
        """SELECT o.*, f.by_hand_at FROM item n
           JOIN item i ON i.entry_id = n.entry_id AND i.key = n.key AND i.retired_at IS NOT NULL
           JOIN evidence e ON e.item_id = i.id AND e.ordinal = 0 JOIN fact f ON f.memory_id = e.memory_id
           JOIN memory o ON o.id = f.memory_id
           WHERE n.id = ? AND f.subject = ? COLLATE NOCASE AND f.relation = ? AND f.topic = ? AND f.object = ?
           AND f.mode = ? ORDER BY i.version DESC, o.id DESC LIMIT 1""",
        [new.place[0], *new.slot, told.object, told.mode]).fetchone()
    if old is None:
        return
    changes.update("fact", memory, {"by_hand_at": old["by_hand_at"]})
    changes.update("memory", memory, {"recorded_at": old["recorded_at"], "pinned": old["pinned"],
                                      "private": old["private"],
                                      "forgotten_at": None if _went_along(db, old) else old["forgotten_at"]})
    for at, what in db.execute("SELECT at, what FROM use WHERE memory_id = ? AND what <> 'repeated' ORDER BY id",
                               [old["id"]]).fetchall():
        changes.insert("use", {"memory_id": memory, "at": at, "what": what})


def settle(db: Handle, changes: ChangeSet, slots: Iterable[Slot]) -> None:
    """Settle the tellings of these slots anew: what holds when, what supersedes or repeats what, what is in conflict.

    Slots of opposite relations (likes, dislikes) are settled together. Source of the rules: memory/facts/settling.py.
    """
    done: set[tuple[str, frozenset[str], str]] = set()
    for subject, relation, topic in sorted(set(slots)):
        relations = frozenset(name for name in (relation, opposite(relation)) if name)
        if (subject.casefold(), relations, topic) not in done:
            done.add((subject.casefold(), relations, topic))
            _settle_slot(db, changes, subject, sorted(relations), topic)


def dangling(db: Handle, limit: int) -> list[Slot]:
    """Slots in which a telling refers to one that tells no more, or tells though nobody settled it so."""
    rows = db.execute(
        f"""SELECT DISTINCT f.subject, f.relation, f.topic FROM fact f CROSS JOIN memory m ON m.id = f.memory_id
            WHERE (f.same_as IS NOT NULL OR f.superseded_by IS NOT NULL OR m.retired_at IS NOT NULL) AND (
              EXISTS (SELECT 1 FROM fact r JOIN memory o ON o.id = r.memory_id
                      WHERE r.memory_id IN (f.same_as, f.superseded_by)
                      AND (o.forgotten_at IS NOT NULL OR (o.retired_at IS NOT NULL AND r.same_as IS NULL)))
              OR (m.retired_at IS NOT NULL AND f.same_as IS NULL)) AND {_TELLING} LIMIT ?""", [limit]).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


@dataclass(frozen=True, slots=True)
class About:
    """Which facts are wanted. `as_of`: those that held then; `history`: those that are over, too."""

    subject: str | None = None
    relations: tuple[str, ...] = ()
    topic: str | None = None
    as_of: datetime | None = None
    history: bool = False
    conflicts: bool = False  # only those in conflict


def find(db: Handle, about: About, now: datetime, limit: int = 1000) -> list[Fact]:
    """Facts that are live, by subject, relation and time; restatements are part of the first telling's evidence."""
    where, parameters = ["m.kind = 'fact'", memories.LIVE], list[object]()
    if about.subject is not None:
        where.append("f.subject = ? COLLATE NOCASE")
        parameters.append(about.subject)
    if about.relations:
        where.append(f"f.relation IN ({marks(about.relations)})")
        parameters += about.relations
    if about.topic is not None:
        where.append("f.topic = ?")
        parameters.append(about.topic)
    if about.conflicts:
        where.append("f.state = 'conflict'")
    elif about.as_of is not None:
        where.append("""f.state <> 'cancelled' AND f.mode IN ('holds', 'planned')
            AND coalesce(m.valid_from, -9223372036854775808) <= ?
            AND coalesce(m.valid_to, 9223372036854775807) > ?""")
        parameters += [micros(about.as_of), micros(about.as_of)]
    elif not about.history:
        where.append("f.state IN ('holds', 'planned', 'conflict') AND coalesce(m.valid_to, 9223372036854775807) > ?")
        parameters.append(micros(now))
    ids = [row[0] for row in db.execute(
        f"""SELECT m.id FROM fact f JOIN memory m ON m.id = f.memory_id WHERE {' AND '.join(where)}
            ORDER BY f.subject <> 'me', f.subject COLLATE NOCASE, f.relation, f.topic, m.valid_from, m.id LIMIT ?""",
        [*parameters, limit]).fetchall()]
    return load(db, ids, now)


def load(db: Handle, ids: Sequence[int], now: datetime) -> list[Fact]:
    """These facts, in the order asked, with the evidence of their restatements."""
    found = {memory.id: memory for memory in memories.load(db, ids, now)}
    rows: dict[int, Row] = {}
    again: dict[int, list[int]] = {}
    for part in in_batches(ids):
        rows |= {row["memory_id"]: row for row in db.execute(
            f"""SELECT f.*, m.valid_from, m.valid_to FROM fact f JOIN memory m ON m.id = f.memory_id
                WHERE f.memory_id IN ({marks(part)})""", part).fetchall()}
        for first, other in db.execute(f"SELECT same_as, memory_id FROM fact WHERE same_as IN ({marks(part)}) "
                                       "ORDER BY said_at", part).fetchall():
            again.setdefault(first, []).append(other)
    return [_fact(db, found[one], rows[one], again.get(one, []), micros(now))
            for one in ids if one in rows and one in found]


def named(db: Handle, name: str) -> list[str]:
    """The subjects whom a name means: whose it is wholly, else whose it begins ("Anna" for "Anna Berg")."""
    rows = db.execute(
        f"""SELECT DISTINCT f.subject COLLATE NOCASE FROM fact f JOIN memory m ON m.id = f.memory_id
            WHERE {memories.LIVE} AND (f.subject = ? COLLATE NOCASE OR substr(f.subject, 1, ?) = ? COLLATE NOCASE)
            ORDER BY 1""", [name, len(name) + 1, name + " "]).fetchall()
    found = [row[0] for row in rows]
    exact = [one for one in found if one.casefold() == name.casefold()]
    return exact[:1] or found


def subjects(db: Handle) -> list[tuple[str, int]]:
    """Whom facts are about, with how many, most first."""
    return [(row[0], row[1]) for row in db.execute(
        f"""SELECT f.subject, count(*) FROM fact f JOIN memory m ON m.id = f.memory_id WHERE {memories.LIVE}
            GROUP BY f.subject COLLATE NOCASE ORDER BY 2 DESC, 1""").fetchall()]


def slots_of(db: Handle, facts: Sequence[int]) -> list[Slot]:
    """The slots of these facts."""
    rows = [row for part in in_batches(facts) for row in db.execute(
        f"SELECT DISTINCT subject, relation, topic FROM fact WHERE memory_id IN ({marks(part)})",
        part).fetchall()]
    return [(row[0], row[1], row[2]) for row in rows]


def by_hand(db: Handle, items: Sequence[int]) -> set[int]:
    """Those of these items that tell a fact by the owner's hand: a correction's words are told already."""
    return {row[0] for part in in_batches(items) for row in db.execute(
        f"""SELECT e.item_id FROM evidence e JOIN fact f ON f.memory_id = e.memory_id AND f.by_hand_at IS NOT NULL
            WHERE e.item_id IN ({marks(part)})""", part).fetchall()}


def replaced_by(db: Handle, fact: int) -> list[int]:
    """The facts that this one closed, moved or took back; the latest first. Restatements are left out."""
    return [row[0] for row in db.execute(
        """SELECT f.memory_id FROM fact f JOIN memory m ON m.id = f.memory_id AND m.forgotten_at IS NULL
           WHERE f.superseded_by = ? AND f.same_as IS NULL ORDER BY f.said_at DESC, f.memory_id DESC""",
        [fact]).fetchall()]


def told_of(db: Handle, memories: Sequence[int]) -> list[str]:
    """The names of those, but for the owner, whom the facts among these are about."""
    return list(dict.fromkeys(row[0] for part in in_batches(memories) for row in db.execute(
        f"""SELECT subject FROM fact WHERE subject <> ? AND memory_id IN ({marks(part)}) ORDER BY memory_id""",
        [ME, *part]).fetchall()))


def conflicting(db: Handle, fact: int) -> tuple[int, ...]:
    """The facts that contradict this one, unsettled."""
    rows = db.execute("""SELECT to_id FROM link WHERE from_id = ? AND kind = 'conflict'
                         UNION SELECT from_id FROM link WHERE to_id = ? AND kind = 'conflict' ORDER BY 1""",
                      [fact, fact]).fetchall()
    return tuple(row[0] for row in rows)


# ------------------------------------------------------------------ within


def _settle_slot(db: Handle, changes: ChangeSet, subject: str, relations: Sequence[str], topic: str) -> None:
    rows = db.execute(
        f"""SELECT f.*, m.origin, m.recorded_at, m.retired_at, m.valid_from, m.valid_to, i.entry_id
            FROM fact f JOIN memory m ON m.id = f.memory_id
            JOIN evidence s ON s.memory_id = m.id AND s.ordinal = 0 JOIN item i ON i.id = s.item_id
            WHERE f.subject = ? COLLATE NOCASE AND f.relation IN ({marks(relations)}) AND f.topic = ? AND {_TELLING}
            ORDER BY f.memory_id""", [subject, *relations, topic]).fetchall()
    by_id = {row["memory_id"]: row for row in rows}
    outcome = settled([_told(row) for row in rows], single=RELATIONS[relations[0]].single, now=changes.now,
                      of_owner=subject.casefold() == ME)
    for one in outcome:
        _write_outcome(changes, by_id[one.id], one)
    _write_conflicts(db, changes, list(by_id), outcome)


def _write_outcome(changes: ChangeSet, row: Row, one: Settled) -> None:
    memory: dict[str, Value] = {
        "valid_from": micros_or_none(one.valid_from), "valid_to": micros_or_none(one.valid_to)}
    if (one.same_as is None) != (row["retired_at"] is None):
        memory["retired_at"] = None if one.same_as is None else micros(changes.now)
    _update(changes, "memory", row, memory)
    if one.same_as is not None and row["same_as"] != one.same_as:
        changes.insert("use", {"memory_id": one.same_as, "at": row["recorded_at"], "what": "repeated"})
        changes.count("repeated")
    if one.superseded_by is not None and row["superseded_by"] != one.superseded_by:
        changes.count("superseded")
    _update(changes, "fact", row, {"state": one.state, "superseded_by": one.superseded_by, "same_as": one.same_as})


def _update(changes: ChangeSet, table: str, row: Row, values: Mapping[str, Value]) -> None:
    """Change what differs from the row as it was read; most of a slot's tellings stay as they are."""
    if any(row[name] != value for name, value in values.items()):
        changes.update(table, row["memory_id"], values)


def _write_conflicts(db: Handle, changes: ChangeSet, tellings: Sequence[int], outcome: Sequence[Settled]) -> None:
    wanted = {(min(one.id, other), max(one.id, other)) for one in outcome for other in one.conflicts}
    marked = marks(tellings)
    there = {(row[0], row[1]) for row in db.execute(
        f"SELECT from_id, to_id FROM link WHERE kind = 'conflict' AND from_id IN ({marked}) AND to_id IN ({marked})",
        [*tellings, *tellings]).fetchall()}
    for first, second in sorted(there - wanted):
        changes.delete("link", (first, "conflict", second))
    for first, second in sorted(wanted - there):
        links.link(changes, first, "conflict", second)
        changes.count("conflicts")


def _went_along(db: Handle, old: Row) -> bool:
    """Whether a fact is in the bin only because its passage is."""
    return db.execute(
        """SELECT 1 FROM evidence e JOIN evidence p ON p.item_id = e.item_id AND p.start < e."end" AND e.start < p."end"
           JOIN memory o ON o.id = p.memory_id AND o.kind = 'passage' AND o.forgotten_at = ?
           WHERE e.memory_id = ?""", [old["forgotten_at"], old["id"]]).fetchone() is not None


def _told(row: Row) -> Told:
    return Told(
        id=row["memory_id"], relation=row["relation"], object=row["object"], mode=row["mode"],
        said=instant(row["said_at"]), valid_from=instant_or_none(row["told_from"]),
        valid_to=instant_or_none(row["told_to"]), certainty=row["certainty"], origin=Origin(row["origin"]),
        corrects=bool(row["corrects"]), by_owner=row["by_hand_at"] is not None,
        by_hand_at=instant_or_none(row["by_hand_at"]),
        source=row["entry_id"], precision=row["told_from_precision"] or "second")


def _state_at(row: Row, now: int) -> FactState:
    """The state, where time has passed since the slot was settled: what was planned holds, what had its end is past."""
    if row["state"] in ("holds", "planned") and row["valid_to"] is not None and row["valid_to"] <= now:
        return "past"
    has_come = row["valid_from"] is not None and row["valid_from"] <= now
    return "holds" if row["state"] == "planned" and row["relation"] != "plan" and has_come else row["state"]


def _fact(db: Handle, memory: Memory, row: Row, again: Sequence[int], now: int) -> Fact:
    evidence = [citation for one in (memory.id, *again) for citation in derived.citations(db, one)]
    return Fact(
        memory=memory, subject=row["subject"], relation=row["relation"], topic=row["topic"], object=row["object"],
        mode=row["mode"], state=_state_at(row, now), valid_from=_when(row, "from"), valid_to=_when(row, "to"),
        certainty=row["certainty"], superseded_by=row["superseded_by"], by_owner=row["by_hand_at"] is not None,
        conflicts=conflicting(db, memory.id) if row["state"] == "conflict" else (), evidence=tuple(evidence),
        said_at=Moment(instant(row["said_at"]), row["said_offset"], "minute"))


def _when(row: Row, side: str) -> Moment | None:
    """The settled time; as precise as it was told where it is the told one, else a day."""
    at = row[f"valid_{side}"]
    if at is None:
        return None
    if at == row[f"told_{side}"]:
        precision: Precision = row[f"told_{side}_precision"]
        return Moment(instant(at), row[f"told_{side}_offset"], precision)
    return Moment(instant(at), row["said_offset"], "day")


def _columns(name: str, moment: Moment | None) -> Mapping[str, Value]:
    return {name: None if moment is None else micros(moment.utc),
            f"{name}_offset": None if moment is None else moment.offset,
            f"{name}_precision": None if moment is None else moment.precision}

"""The journal: every change to what is kept belongs to a change-set, which can be undone as a whole."""

import base64
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar

from mneme.errors import KnownError, NotFound
from mneme.messages import _, ngettext
from mneme.store import fulltext, vectors
from mneme.store.columns import Handle, instant, instant_or_none, marks, micros, to_json
from mneme.store.driver import IntegrityError, Row
from mneme.types import JournalEntry, Wording

T = TypeVar("T")
By = Literal["owner", "upkeep"]
Value = int | float | str | bytes | None
Key = int | tuple[Value, ...]

KEYS: Mapping[str, tuple[str, ...]] = {
    "memory": ("id",), "evidence": ("memory_id", "ordinal"), "fact": ("memory_id",), "item": ("id",),
    "entry": ("id",), "use": ("id",), "revision": ("id",), "link": ("from_id", "kind", "to_id"),
    "outline": ("memory_id",), "topic": ("id",), "membership": ("memory_id",), "asked": ("id",),
    "made": ("memory_id",), "description": ("memory_id", "part")}
_OWNERS = {"memory": "id", "link": "from_id"}  # the column that names the memory; elsewhere `memory_id`
# The rows that refer to a row made by a change-set, and would go with it: table, and key as the journal writes it.
_REFERRING = """
    WITH made (tbl, id) AS (SELECT tbl, json_extract(pk, '$[0]') FROM change WHERE set_id = ? AND before IS NULL)
    SELECT 'link' AS tbl, json_array(k.from_id, k.kind, k.to_id) AS pk
    FROM made JOIN link k ON k.to_id = made.id WHERE made.tbl = 'memory'
    UNION SELECT 'fact', json_array(f.memory_id) FROM made JOIN fact f ON f.same_as = made.id WHERE made.tbl = 'fact'
    UNION SELECT 'fact', json_array(f.memory_id)
    FROM made JOIN fact f ON f.superseded_by = made.id WHERE made.tbl = 'fact'
    UNION SELECT 'membership', json_array(s.memory_id)
    FROM made JOIN membership s ON s.topic_id = made.id WHERE made.tbl = 'topic'
    UNION SELECT 'evidence', json_array(e.memory_id, e.ordinal)
    FROM made JOIN evidence e ON e.item_id = made.id WHERE made.tbl = 'item'
"""


class ChangeSet:
    """Writes rows and keeps how they were; made inside a transaction, and ended by `close` in the same one.

    Nothing is written for a change-set that changes nothing. Full text follows by itself.
    """

    def __init__(self, db: Handle, what: str, by: By, now: datetime) -> None:
        self._db = db
        self._what = what
        self._by = by
        self.now = now
        self.counts: dict[str, int] = {}
        self._id: int | None = None
        self._seq = 0
        self._touched: set[int] = set()
        self._reworded: set[int] = set()  # whose words, or places, changed
        self._free: list[bytes] = []  # digests of texts that are no more

    def insert(self, table: str, values: Mapping[str, Value]) -> int:
        """Make a row; its rowid (0 for a table without)."""
        columns = ", ".join(f'"{name}"' for name in values)
        cursor = self._db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks(values)})",
                                  list(values.values()))
        rowid = int(cursor.lastrowid or 0)
        keys = KEYS[table]
        pk = [values.get(name, rowid) for name in keys]
        self._note(table, pk, None, _owner(table, {**values, keys[0]: pk[0]}))
        return rowid

    def update(self, table: str, key: Key, values: Mapping[str, Value]) -> bool:
        """Change columns of a row; False where they are so already. Raises: NotFound."""
        pk = _key(key)
        row = self._row(table, pk)
        before = {name: row[name] for name in values if row[name] != values[name]}
        if not before:
            return False
        self._note(table, pk, before, _owner(table, row))
        sets = ", ".join(f'"{name}" = ?' for name in before)
        self._db.execute(f"UPDATE {table} SET {sets} WHERE {_where(table)}",
                         [*(values[name] for name in before), *pk])
        return True

    def delete(self, table: str, key: Key) -> None:
        """Take a row away. What refers to it with a cascade must have been taken before. Raises: NotFound."""
        pk = _key(key)
        row = self._row(table, pk)
        self._note(table, pk, dict(zip(row.keys(), row, strict=True)), _owner(table, row))
        self._db.execute(f"DELETE FROM {table} WHERE {_where(table)}", pk)

    def count(self, name: str, more: int = 1) -> None:
        """Count something for the journal's account."""
        self.counts[name] = self.counts.get(name, 0) + more

    def close(self, *, sealed: bool = False) -> int | None:
        """Write down the account, bring the full text up to date; the change-set's id, None where nothing changed.

        What is `sealed` cannot be undone.
        """
        if self._id is not None:
            self._db.execute("UPDATE change_set SET counts = ?, sealed = ? WHERE id = ?",
                             [to_json(self.counts), int(sealed), self._id])
            fulltext.sync(self._db, self._reworded)
            vectors.delete_unused(self._db, self._free)
        return self._id

    @property
    def touched(self) -> frozenset[int]:
        """The memories whose rows were changed."""
        return frozenset(self._touched)

    def _row(self, table: str, pk: Sequence[Value]) -> Row:
        row: Row | None = self._db.execute(f"SELECT * FROM {table} WHERE {_where(table)}", pk).fetchone()
        if row is None:
            raise NotFound(_("What was to be changed is no longer there."))
        return row

    def _note(self, table: str, pk: Sequence[Value], before: Mapping[str, Value] | None, owner: int | None) -> None:
        if self._id is None:
            self._id = int(self._db.execute(
                "INSERT INTO change_set (at, what, by) VALUES (?, ?, ?)",
                [micros(self.now), self._what, self._by]).lastrowid or 0)
        self._seq += 1
        self._db.execute(
            "INSERT INTO change (set_id, seq, tbl, pk, memory_id, before) VALUES (?, ?, ?, ?, ?, ?)",
            [self._id, self._seq, table, _packed(list(pk)), owner,
             None if before is None else _packed(dict(before))])
        if owner is not None:
            self._touched.add(owner)
            if table in ("memory", "evidence"):
                self._reworded.add(owner)
        if table == "memory" and before is not None and isinstance(digest := before.get("digest"), bytes):
            self._free.append(digest)


def within(db: Handle, what: str, by: By, now: datetime, work: Callable[[ChangeSet], T]) -> T:
    """Do `work` as one change-set, inside the transaction that is open; what it returns."""
    made = ChangeSet(db, what, by, now)
    done = work(made)
    made.close()
    return done


def undo(db: Handle, set_id: int, now: datetime) -> frozenset[int]:
    """Put every row of a change-set back as it was; the memories it touched.

    Raises: NotFound; KnownError where it was undone already, where a part of it was erased, or where a later
    change-set that is still in force changed the same rows or refers to them.
    """
    row = db.execute("SELECT * FROM change_set WHERE id = ?", [set_id]).fetchone()
    if row is None:
        raise NotFound(_("There is no change {id} in the journal.").format(id=set_id),
                       _("`mneme upkeep journal` lists them."))
    _refuse_undo(db, row)
    try:
        touched = _put_back(db, set_id)
    except IntegrityError as error:  # a row that it referred to was erased since
        raise _partly_erased(set_id) from error
    # The place of the owner's own words is nobody's change, since all of them stand in it; empty it is of no use.
    db.execute("DELETE FROM entry WHERE format = 'own words' AND id NOT IN (SELECT entry_id FROM item)")
    db.execute("UPDATE change_set SET undone_at = ? WHERE id = ?", [micros(now), set_id])
    fulltext.sync(db, touched)
    return frozenset(touched)


def journal(db: Handle, *, by: By | None = None, limit: int = 50, offset: int = 0) -> list[JournalEntry]:
    """The change-sets, latest first."""
    where, parameters = ("WHERE by = ?", [by]) if by else ("", [])
    rows = db.execute(f"SELECT * FROM change_set {where} ORDER BY id DESC LIMIT ? OFFSET ?",
                      [*parameters, limit, offset]).fetchall()
    return [_entry(row) for row in rows]


def get(db: Handle, set_id: int) -> JournalEntry:
    """One change-set, which must be there."""
    return _entry(db.execute("SELECT * FROM change_set WHERE id = ?", [set_id]).fetchone())


def of_memory(db: Handle, memory: int) -> list[JournalEntry]:
    """The change-sets that touched a memory, the oldest first."""
    rows = db.execute("""SELECT * FROM change_set WHERE id IN (SELECT set_id FROM change WHERE memory_id = ?)
                         ORDER BY id""", [memory]).fetchall()
    return [_entry(row) for row in rows]


def wordings(db: Handle, memory: int) -> list[Wording]:
    """How the words of a memory were changed, the oldest first: in place, by words that took its place, or put right.

    What was undone, or erased, is not told.
    """
    told = [*_rewritten(db, memory), *_put_right(db, memory)]
    later = memory
    while (former := db.execute("""SELECT o.id, o.text AS before, o.retired_at, m.text AS after FROM link l
                                   JOIN memory m ON m.id = l.from_id JOIN memory o ON o.id = l.to_id
                                   WHERE l.from_id = ? AND l.kind = 'correction' AND m.kind = 'passage'""",
                                [later]).fetchone()) is not None:
        told.append(Wording(instant(former["retired_at"]), former["before"], former["after"]))
        later = former["id"]
    told.reverse()  # so that those of one instant are told in the order in which they were made
    return sorted(told, key=lambda one: one.at)


def _rewritten(db: Handle, memory: int) -> list[Wording]:
    rows = db.execute("""SELECT s.at, c.before FROM change c JOIN change_set s ON s.id = c.set_id
                         WHERE c.memory_id = ? AND c.tbl = 'memory' AND c.before IS NOT NULL AND s.undone_at IS NULL
                         ORDER BY c.set_id DESC, c.seq DESC""", [memory]).fetchall()
    present = db.execute("SELECT text FROM memory WHERE id = ?", [memory]).fetchone()
    after, told = "" if present is None else str(present[0]), []
    for at, packed in rows:
        before = _unpacked(packed).get("text")
        if before is not None:
            told.append(Wording(instant(at), before, after))
            after = before
    return told


def _put_right(db: Handle, memory: int) -> list[Wording]:
    rows = db.execute("""SELECT u.at, o.text AS before, m.text AS after FROM use u JOIN memory m ON m.id = u.memory_id
                         JOIN fact f ON f.superseded_by = m.id AND f.same_as IS NULL
                         JOIN memory o ON o.id = f.memory_id
                         WHERE u.memory_id = ? AND u.what = 'corrected' ORDER BY f.said_at DESC LIMIT 1""",
                      [memory]).fetchall()
    return [Wording(instant(row["at"]), row["before"], row["after"]) for row in rows]


def latest(db: Handle, by: By) -> int | None:
    """The last change-set of the owner, or of upkeep, that is in force and can be undone."""
    row = db.execute("SELECT max(id) FROM change_set WHERE by = ? AND undone_at IS NULL AND sealed = 0",
                     [by]).fetchone()
    return None if row[0] is None else int(row[0])


def erase(db: Handle, memories: Iterable[int], items: Iterable[int]) -> None:
    """Take these memories out of the journal, and what was taken away earlier and held words of these items.

    Change-sets that held one cannot be undone any more.
    """
    for memory in {*memories, *_taken_away(db, set(items))}:
        db.execute("UPDATE change_set SET sealed = 1 WHERE id IN (SELECT set_id FROM change WHERE memory_id = ?)",
                   [memory])
        db.execute("DELETE FROM change WHERE memory_id = ?", [memory])


def erase_rows(db: Handle, table: str, keys: Iterable[int]) -> None:
    """Take these rows of a table out of the journal; change-sets that held one cannot be undone any more."""
    for key in keys:
        values = [table, json.dumps([key])]
        db.execute("UPDATE change_set SET sealed = 1 WHERE id IN (SELECT set_id FROM change WHERE tbl = ? AND pk = ?)",
                   values)
        db.execute("DELETE FROM change WHERE tbl = ? AND pk = ?", values)


def drop_hollow(db: Handle) -> None:
    """Take away what upkeep once did and of which nothing is left."""
    db.execute("""DELETE FROM change_set WHERE by = 'upkeep' AND sealed = 1
                  AND NOT EXISTS (SELECT 1 FROM change c WHERE c.set_id = change_set.id)""")


def renew(db: Handle, table: str, renewed: Callable[[dict[str, Value]], dict[str, Value]]) -> None:
    """Have the journal keep the former columns of a table's rows as `renewed` makes them."""
    for set_id, seq, before in db.execute("SELECT set_id, seq, before FROM change WHERE tbl = ? AND before IS NOT NULL",
                                          [table]).fetchall():
        packed = _packed(renewed(_unpacked(before)))
        if packed != before:
            db.execute("UPDATE change SET before = ? WHERE set_id = ? AND seq = ?", [packed, set_id, seq])


def _taken_away(db: Handle, items: Collection[int]) -> list[int]:
    """Memories in the journal alone that stood on one of these items; and summaries, made of more than they cite."""
    gone = [row[0] for row in db.execute("""SELECT DISTINCT memory_id FROM change WHERE tbl = 'memory'
        AND before IS NOT NULL AND memory_id NOT IN (SELECT id FROM memory)""").fetchall()]
    return [memory for memory in gone if any(
        _unpacked(row[0]).get("item_id") in items or _unpacked(row[0]).get("kind") == "summary" for row in db.execute(
            "SELECT before FROM change WHERE memory_id = ? AND tbl IN ('memory', 'evidence') AND before IS NOT NULL",
            [memory]).fetchall())]


def _partly_erased(set_id: int) -> KnownError:
    return KnownError(_("Change {id} cannot be undone: a part of what it changed was erased.").format(id=set_id))


def _refuse_undo(db: Handle, row: Row) -> None:
    if row["undone_at"] is not None:
        raise KnownError(_("Change {id} was undone already.").format(id=row["id"]))
    if row["sealed"]:
        raise _partly_erased(row["id"])
    later = _built_on(db, row["id"])
    if any(db.execute("SELECT sealed FROM change_set WHERE id = ?", [one]).fetchone()[0] for one in later):
        raise _partly_erased(row["id"])
    if later:
        named = ", ".join(str(one) for one in later[:10]) + (", …" if len(later) > 10 else "")
        raise KnownError(_("Change {id} cannot be undone alone: later changes built on it.").format(id=row["id"]),
                         ngettext("Undo change {named} first.", "Undo changes {named} first, in this order.",
                                  len(later)).format(named=named))


def _built_on(db: Handle, set_id: int) -> list[int]:
    """The later change-sets in force that changed a row of this one, or what hangs on one it made; latest first."""
    return [one[0] for one in db.execute(
        f"""SELECT l.set_id FROM change own
           JOIN change l ON l.tbl = own.tbl AND l.pk = own.pk AND l.set_id > own.set_id
           JOIN change_set s ON s.id = l.set_id AND s.undone_at IS NULL WHERE own.set_id = ?
           UNION
           SELECT l.set_id FROM change own
           JOIN change l ON l.memory_id = own.memory_id AND l.set_id > own.set_id
           JOIN change_set s ON s.id = l.set_id AND s.undone_at IS NULL
           WHERE own.set_id = ? AND own.tbl = 'memory' AND own.before IS NULL
           UNION
           SELECT l.set_id FROM ({_REFERRING}) r JOIN change l ON l.tbl = r.tbl AND l.pk = r.pk AND l.set_id > ?
           JOIN change_set s ON s.id = l.set_id AND s.undone_at IS NULL
           ORDER BY 1 DESC""", [set_id] * 4).fetchall()]


def _put_back(db: Handle, set_id: int) -> set[int]:
    touched: set[int] = set()
    free: list[bytes] = []
    rows = db.execute("SELECT tbl, pk, memory_id, before FROM change WHERE set_id = ? ORDER BY seq DESC",
                      [set_id]).fetchall()
    for table, pk, memory, before in rows:
        key: list[Value] = _unpacked(pk)
        if table == "memory":
            free += [bytes(row[0]) for row in db.execute("SELECT digest FROM memory WHERE id = ?", key).fetchall()]
        if before is None:
            db.execute(f"DELETE FROM {table} WHERE {_where(table)}", key)
        else:
            columns: dict[str, Value] = _unpacked(before)
            _write_back(db, table, key, columns)
        if memory is not None and table in ("memory", "evidence"):
            touched.add(memory)
    vectors.delete_unused(db, free)
    return touched


def _write_back(db: Handle, table: str, key: Sequence[Value], before: Mapping[str, Value]) -> None:
    sets = ", ".join(f'"{name}" = ?' for name in before)
    cursor = db.execute(f"UPDATE {table} SET {sets} WHERE {_where(table)}", [*before.values(), *key])
    if cursor.rowcount == 0:  # the row was deleted: `before` holds all of it
        columns = ", ".join(f'"{name}"' for name in before)
        db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks(before)})", list(before.values()))


def _entry(row: Row) -> JournalEntry:
    return JournalEntry(
        id=row["id"], at=instant(row["at"]), what=row["what"], by=row["by"], counts=json.loads(row["counts"]),
        undone_at=instant_or_none(row["undone_at"]), undoable=row["undone_at"] is None and not row["sealed"])


def _owner(table: str, row: Row | Mapping[str, Value]) -> int | None:
    column = _OWNERS.get(table, "memory_id")
    if column == "memory_id" and table in ("item", "entry", "topic"):
        return None
    value = row[column]
    return None if value is None else int(value)


def _key(key: Key) -> list[Value]:
    return list(key) if isinstance(key, tuple) else [key]


def _where(table: str) -> str:
    return " AND ".join(f'"{name}" = ?' for name in KEYS[table])


def _packed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_bytes_to_json, separators=(",", ":"))


def _unpacked(text: str) -> Any:
    return json.loads(text, object_hook=_bytes_from_json)


def _bytes_to_json(value: object) -> dict[str, str]:
    if not isinstance(value, bytes):
        raise TypeError(f"{type(value).__name__} cannot be kept in the journal")
    return {"\x00bytes": base64.b85encode(value).decode("ascii")}


def _bytes_from_json(value: dict[str, str]) -> object:
    return base64.b85decode(value["\x00bytes"]) if value.keys() == {"\x00bytes"} else value

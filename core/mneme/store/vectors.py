"""Vectors as blobs with model, dimension and dtype; one for each distinct text, passages and derived texts apart."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mneme.errors import StoreError
from mneme.messages import _
from mneme.store.columns import Handle, embedded_text, in_batches, marks

DTYPE = "float16"  # keeps the float32 top ten on real text, at half the size
Stored = NDArray[np.float16]


def model(db: Handle, name: str, dim: int) -> int:
    """The id under which a model's vectors are kept; a new model is written down.

    Raises: StoreError where the name is known with another dimension.
    """
    row = db.execute("SELECT id, dim FROM model WHERE name = ?", [name]).fetchone()
    if row is None:
        db.table("model").insert({"name": name, "dim": dim, "dtype": DTYPE})
        return model(db, name, dim)
    if row[1] != dim:
        raise StoreError(_("The model {name} has another vector length than before.").format(name=name),
                         _("Give the new model a name of its own."))
    return int(row[0])


def known_model(db: Handle, name: str) -> int | None:
    """The id of a model, if any vectors were ever kept for it."""
    row = db.execute("SELECT id FROM model WHERE name = ?", [name]).fetchone()
    return None if row is None else int(row[0])


def dim_of(db: Handle, model_id: int) -> int:
    """How long the vectors of a model are."""
    return int(db.execute("SELECT dim FROM model WHERE id = ?", [model_id]).fetchone()[0])


def put(db: Handle, model_id: int, digests: Sequence[bytes], rows: NDArray[np.float32]) -> int:
    """Keep vectors, float32 (n, dim) of unit length; how many were new."""
    before = db.conn.total_changes
    db.conn.executemany(
        """INSERT OR IGNORE INTO vector (model_id, digest, data, derived) VALUES (?, ?, ?, NOT EXISTS (
             SELECT 1 FROM memory m WHERE m.digest = ? AND m.kind = 'passage'))""",
        [(model_id, digest, row.astype(np.float16).tobytes(), digest)
         for digest, row in zip(digests, rows, strict=True)])
    return int(db.conn.total_changes - before)


def after(db: Handle, model_id: int, last: int, limit: int, *, derived: bool) -> tuple[NDArray[np.int64], Stored]:
    """Vectors of passages, or of derived texts, with an id above `last`: ids int64 (n,), rows float16 (n, dim)."""
    # The plus keeps SQLite from reading all vectors of the model by the unique index, and sorting them.
    rows = db.execute(
        "SELECT id, data FROM vector WHERE +model_id = ? AND id > ? AND derived = ? ORDER BY id LIMIT ?",
        [model_id, last, derived, limit]).fetchall()
    return _stacked(rows)


def fetch(db: Handle, ids: Sequence[int]) -> tuple[NDArray[np.int64], Stored]:
    """The vectors of these ids that are still there, in ascending order of id."""
    return _stacked(db.execute(f"SELECT id, data FROM vector WHERE id IN ({marks(ids)}) ORDER BY id",
                               [int(i) for i in ids]).fetchall())


def live_memories(db: Handle, ids: Sequence[int]) -> list[tuple[int, int]]:
    """(vector, memory) for each live memory whose text has one of these vectors."""
    rows = db.execute(
        f"""SELECT v.id, m.id FROM vector v JOIN memory m ON m.digest = v.digest
            WHERE v.id IN ({marks(ids)}) AND m.retired_at IS NULL AND m.forgotten_at IS NULL
            ORDER BY v.id, m.id""", [int(i) for i in ids]).fetchall()
    return [(row[0], row[1]) for row in rows]


def of_memories(db: Handle, model_id: int, memories: Sequence[int]) -> dict[int, Stored]:
    """The vectors (dim,) of memories that have one."""
    # CROSS: else SQLite starts from all vectors of the model
    return {row[0]: np.frombuffer(row[1], np.float16) for part in in_batches(memories) for row in db.execute(
        f"""SELECT m.id, v.data FROM memory m CROSS JOIN vector v ON v.digest = m.digest AND v.model_id = ?
            WHERE m.id IN ({marks(part)})""", [model_id, *part]).fetchall()}


def ids_of(db: Handle, model_id: int, memories: Sequence[int]) -> dict[int, Stored]:
    """The vectors (dim,) of memories by their own ids: equal texts have one."""
    return {row[0]: np.frombuffer(row[1], np.float16) for part in in_batches(memories) for row in db.execute(
        f"""SELECT v.id, v.data FROM memory m CROSS JOIN vector v ON v.digest = m.digest AND v.model_id = ?
            WHERE m.id IN ({marks(part)})""", [model_id, *part]).fetchall()}


def generation(db: Handle, *, derived: bool) -> int:
    """Grows with every deletion of its kind: an index in memory that saw another generation is made anew."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", [_GENERATIONS[derived]]).fetchone()
    return 0 if row is None else int(row[0])


def waiting(db: Handle, model_id: int | None, after_memory: int, limit: int) -> list[tuple[int, bytes, str]]:
    """(memory, digest, what to embed) of live memories without a vector of this model, by memory id."""
    rows = db.execute(
        f"""SELECT m.id, m.digest, m.text, CASE m.kind WHEN 'passage' THEN i.speaker END FROM memory m
            JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0 JOIN item i ON i.id = e.item_id
            WHERE m.id > ? AND {_NO_VECTOR} ORDER BY m.id LIMIT ?""",
        [after_memory, model_id, limit]).fetchall()
    return [(row[0], row[1], embedded_text(row[2], row[3])) for row in rows]


def count_waiting(db: Handle, model_id: int | None) -> int:
    """How many distinct texts wait for a vector of this model."""
    return int(db.execute(f"SELECT count(DISTINCT m.digest) FROM memory m WHERE {_NO_VECTOR}",
                          [model_id]).fetchone()[0])


def delete_unused(db: Handle, digests: Sequence[bytes]) -> int:
    """Delete the vectors of texts that no memory has any more; how many."""
    unused = "digest = ? AND NOT EXISTS (SELECT 1 FROM memory m WHERE m.digest = vector.digest)"
    gone = 0
    for derived in (False, True):
        before = db.conn.total_changes
        db.conn.executemany(f"DELETE FROM vector WHERE derived = {int(derived)} AND {unused}",
                            [(digest,) for digest in set(digests)])
        if now := int(db.conn.total_changes - before):
            _grow_generation(db, derived=derived)
            gone += now
    return gone


def drop(db: Handle, name: str) -> int:
    """Delete all vectors of a model and its name; how many vectors."""
    known = known_model(db, name)
    if known is None:
        return 0
    before = db.conn.total_changes
    db.execute("DELETE FROM vector WHERE model_id = ?", [known])
    gone = int(db.conn.total_changes - before)
    db.execute("DELETE FROM model WHERE id = ?", [known])
    for derived in (False, True):
        _grow_generation(db, derived=derived)
    return gone


_GENERATIONS = ("vector_generation", "vector_generation_derived")


def _grow_generation(db: Handle, *, derived: bool) -> None:
    db.execute("INSERT INTO meta (key, value) VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET value = value + 1",
               [_GENERATIONS[derived]])


_NO_VECTOR = """m.retired_at IS NULL AND m.forgotten_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM vector v WHERE v.model_id = ? AND v.digest = m.digest)"""


def _stacked(rows: Sequence[Sequence[object]]) -> tuple[NDArray[np.int64], Stored]:
    ids = np.array([row[0] for row in rows], np.int64)
    data = b"".join(bytes(row[1]) for row in rows)  # type: ignore[call-overload]
    matrix = np.frombuffer(data, np.float16)
    return ids, matrix.reshape(len(rows), -1) if rows else matrix.reshape(0, 0)

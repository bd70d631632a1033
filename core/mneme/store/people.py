"""The names that the owner goes by: what was said under one of them before that was known becomes the owner's word."""

import json
from collections.abc import Collection
from datetime import datetime

from mneme.store import items
from mneme.store.columns import Handle, Row, moment_of, to_json
from mneme.store.items import NewItem, NewPassage
from mneme.types import Moment, Origin


def claim(db: Handle, names: Collection[str], now: datetime) -> int:
    """Make the owner of everybody who speaks under one of `names` (case-folded); how many messages that were.

    Each becomes a newer version of itself, so that facts are learned from it anew and those learned before go.
    """
    _claim_threads(db, names)
    speakers = [row[0] for row in db.execute(
        "SELECT DISTINCT speaker FROM item WHERE origin = 'other' AND speaker IS NOT NULL AND retired_at IS NULL"
    ).fetchall() if row[0].strip().casefold() in names]
    rows = [row for speaker in speakers for row in db.execute(
        """SELECT i.*, t.key AS thread_key FROM item i LEFT JOIN thread t ON t.id = i.thread_id
           WHERE i.speaker = ? AND i.origin = 'other' AND i.retired_at IS NULL ORDER BY i.id""", [speaker]).fetchall()]
    for row in rows:
        threads = {} if row["thread_key"] is None else {row["thread_key"]: row["thread_id"]}
        items.keep(db, row["entry_id"], _as_owner(db, row), threads, now)
    return len(rows)


def speakers(db: Handle) -> list[tuple[str, int]]:
    """Who speaks in chats in which nobody is the owner yet, and in how many of them; the busiest first."""
    counts: dict[str, int] = {}
    for row in db.execute("SELECT participants FROM thread").fetchall():
        people = json.loads(row[0])
        if not any(one["role"] in ("owner", "assistant") for one in people):
            for one in people:
                if one["role"] == "other":
                    counts[one["name"]] = counts.get(one["name"], 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _claim_threads(db: Handle, names: Collection[str]) -> None:
    for thread, participants in db.execute("SELECT id, participants FROM thread").fetchall():
        people = json.loads(participants)
        mine = [one for one in people if one["role"] == "other"
                and (one["name"].strip().casefold() in names or one["key"].strip().casefold() in names)]
        for one in mine:
            one["role"] = "owner"
        if mine:
            db.execute("UPDATE thread SET participants = ? WHERE id = ?", [to_json(people), thread])


def _as_owner(db: Handle, row: Row) -> NewItem:
    passages = db.execute(
        """SELECT e.start, e."end" AS stop, m.heading, m.importance, m.nature, m.happened_at, m.happened_offset,
                  m.happened_precision
           FROM evidence e JOIN memory m ON m.id = e.memory_id
           WHERE e.item_id = ? AND e.ordinal = 0 AND m.kind = 'passage' AND m.retired_at IS NULL ORDER BY e.start""",
        [row["id"]]).fetchall()
    happened: Moment | None = moment_of(row)
    return NewItem(
        key=row["key"], title=row["title"], text=row["text"], origin=Origin.OWNER,
        passages=tuple(NewPassage((p["start"], p["stop"]), p["heading"], moment_of(p), p["importance"], p["nature"])
                       for p in passages),
        happened_at=happened, happened_from=row["happened_from"], authors=tuple(json.loads(row["authors"])),
        tags=tuple(json.loads(row["tags"])), links=tuple(json.loads(row["links"])),
        properties=json.loads(row["properties"]), notes=tuple(json.loads(row["notes"])), thread=row["thread_key"],
        seq=row["seq"], speaker=row["speaker"], reply_to=row["reply_to"])


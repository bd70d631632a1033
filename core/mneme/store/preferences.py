"""The owner's settings and the store's own small values, as rows."""

import json

from mneme.settings import SETTINGS, Value
from mneme.store.columns import Handle


def all_settings(db: Handle) -> dict[str, Value]:
    """Every setting with the value in force. Rows of settings that no longer exist are passed over."""
    kept = {row[0]: json.loads(row[1]) for row in db.execute("SELECT key, value FROM setting").fetchall()}
    return {setting.key: kept.get(setting.key, setting.default) for setting in SETTINGS}


def set_value(db: Handle, key: str, value: Value) -> None:
    """Keep a setting's value, already checked."""
    db.table("setting").upsert({"key": key, "value": json.dumps(value)}, pk="key")


def own_value(db: Handle, key: str, default: str) -> str:
    """A small value that the program keeps for itself."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return default if row is None else str(row[0])


def set_own_value(db: Handle, key: str, value: str) -> None:
    db.table("meta").upsert({"key": key, "value": value}, pk="key")

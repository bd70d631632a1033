"""Keyed hashes of words that are not to be kept: what comes again is recognised, and nobody can read what it was."""

import hashlib
import secrets

from mneme.store.columns import Handle


class KeyedHashes:
    """BLAKE2b under a key of its own kind, which lies in the store and is made with the first hash."""

    def __init__(self, db: Handle, name: str) -> None:
        self._db, self._name = db, name
        row = db.execute("SELECT value FROM meta WHERE key = ?", [name]).fetchone()
        self._key = bytes(row[0]) if row else None

    @property
    def used(self) -> bool:
        """Whether there was ever anything to hash."""
        return self._key is not None

    def of(self, kind: bytes, place: bytes, content: bytes) -> bytes:
        """16 bytes that name `content` at `place`; `kind` (at most 16 bytes) keeps uses apart."""
        if self._key is None:
            self._key = secrets.token_bytes(32)
            self._db.table("meta").insert({"key": self._name, "value": self._key}, pk="key")
        digest = hashlib.blake2b(key=self._key, digest_size=16, person=kind)
        digest.update(len(place).to_bytes(4))
        digest.update(place)
        digest.update(content)
        return digest.digest()

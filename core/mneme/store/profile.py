"""Opening a profile: its key, its file, its notices; and changing or bringing back the key."""

import secrets
from dataclasses import dataclass
from typing import Literal

from mneme.clock import Clock
from mneme.errors import KnownError, StoreError
from mneme.messages import _
from mneme.paths import Profile
from mneme.store import fulltext, keys, migrate, places
from mneme.store.database import Database
from mneme.store.driver import KEY_BYTES, is_plain, sqlcipher_available

Place = Literal["keyring", "file", "passphrase", "none"]

_PLACES: dict[str, keys.KeyPlace] = {"keyring": "keyring", "file": "file", "passphrase": "passphrase"}


@dataclass(slots=True)
class OpenStore:
    """An open store, its key (None: not encrypted), and where the key is kept."""

    database: Database
    key: bytes | None
    place: Place
    created: bool
    notices: tuple[str, ...]

    @classmethod
    def open(cls, profile: Profile, clock: Clock, *, passphrase: str | None, use_keyring: bool) -> "OpenStore":
        """Open a profile's store, making key and file where there are none.

        Raises: StoreError and its kinds; then nothing was changed.
        """
        created = not profile.store.exists()
        key, place = _key(profile, created, passphrase, use_keyring)
        database = Database.open(profile.store, key, clock=clock)
        with database.reader() as db:
            overwrites = fulltext.is_secure(db)
        if not overwrites:
            database.write(fulltext.secure)
        return cls(database, key, place, created, _notices(profile, place))

    def recovery_text(self) -> str:
        """The key as a person can write it down. Raises: KnownError where nothing is encrypted."""
        if self.key is None:
            raise KnownError(_("This store is not encrypted; it has no key."))
        return keys.recovery_text(self.key)

    def change_key(self, profile: Profile, place: str, passphrase: str | None) -> None:
        """Encrypt the store with a new key, kept in `place`. Raises: KnownError, StoreError."""
        if self.key is None:
            raise KnownError(_("This store is not encrypted; it has no key."))
        chosen = _place(place)
        if chosen == "passphrase" and not passphrase:
            raise KnownError(_("A passphrase is needed."), _("Type one, or choose another place for the key."))
        new = secrets.token_bytes(KEY_BYTES)
        keys.change(profile, self.key, new, chosen, passphrase, self.database.rekey)
        for backup in migrate.backups(profile.store):  # under the old key, which nobody may have any more
            backup.unlink(missing_ok=True)
        self.key, self.place = new, chosen
        self.notices = _notices(profile, chosen)

    def protect(self, profile: Profile, passphrase: str) -> bool:
        """Keep the key under a passphrase; whether it is a new key.

        A key that lay in a file may linger on the disk: then the store gets another. Raises: KnownError, StoreError.
        """
        if self.key is None or self.place == "file":
            self.change_key(profile, "passphrase", passphrase)
            return True
        keys.save_to(profile, self.key, "passphrase", passphrase)
        self.place, self.notices = "passphrase", _notices(profile, "passphrase")
        return False

    def close(self) -> None:
        """Let the file go, and the key."""
        self.database.close()
        self.key = None


def bring_back_key(profile: Profile, text: str, *, place: str, passphrase: str | None, clock: Clock) -> None:
    """Keep the key that a recovery key tells, once it is known to open the store.

    Raises: KnownError for a mistyped recovery key; WrongKey, StoreError.
    """
    key = keys.from_recovery_text(text)
    if not profile.store.exists():
        raise StoreError(_("There is no store in {folder}.").format(folder=profile.root),
                         _("Name the profile's folder with --profile."))
    Database.open(profile.store, key, clock=clock).close()
    keys.save_to(profile, key, _place(place), passphrase)


def _key(profile: Profile, created: bool, passphrase: str | None, use_keyring: bool) -> tuple[bytes | None, Place]:
    with places.file_errors(profile.store):
        plain = not sqlcipher_available() if created else is_plain(profile.store)
    if plain:
        return None, "none"
    if created:
        return keys.create(profile, use_keyring=use_keyring, passphrase=passphrase)
    return keys.load(profile, use_keyring=use_keyring, passphrase=passphrase)


def _place(name: str) -> keys.KeyPlace:
    found = _PLACES.get(name)
    if found is None:
        raise KnownError(_("The key cannot be kept in {place}.").format(place=name),
                         _("It can be kept in the keyring, in a file, or under a passphrase."))
    return found


def _notices(profile: Profile, place: Place) -> tuple[str, ...]:
    if place == "none":
        about_key: str | None = _("The store is not encrypted: it was made where SQLCipher is missing.")
    else:
        about_key = keys.notice(place, profile)
    return tuple(([about_key] if about_key else []) + places.warnings(profile.root))

"""A store's key: 32 random bytes, kept in the system's keyring, in a private file, or under a passphrase.

The file `key.json` says where. While a key is being changed it names two slots, `current` and `pending`; which
of them holds, the store itself decides, so that a process may die at any point of the change.
"""

import hashlib
import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mneme.errors import StoreBusy, StoreError, StoreLocked, WrongKey
from mneme.messages import _
from mneme.paths import Profile
from mneme.store import keyrings, wrapping
from mneme.store.driver import KEY_BYTES, opens
from mneme.store.places import file_errors, make_private_file, make_private_folder, write_private
from mneme.store.recovery import from_recovery_text, recovery_text

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["KeyPlace", "change", "create", "from_recovery_text", "load", "notice", "recovery_text", "save_to"]

KeyPlace = Literal["keyring", "file", "passphrase"]

LOCK_SECONDS = 60.0

_PLACES: Mapping[str, KeyPlace] = {"keyring": "keyring", "file": "file", "passphrase": "passphrase"}


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one key is kept. `check` recognises the key without telling it; `data` is what the place needs."""

    place: KeyPlace
    check: str
    data: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The content of `key.json`: the slot of the key, and that of the next one while the key is being changed."""

    current: Slot
    pending: Slot | None = None

    @property
    def slots(self) -> tuple[Slot, ...]:
        return (self.current,) if self.pending is None else (self.current, self.pending)


# ------------------------------------------------------------------ for the engine


def create(profile: Profile, *, use_keyring: bool, passphrase: str | None) -> tuple[bytes, KeyPlace]:
    """The key of a new profile, and where it is kept; where another process was quicker, the key that it made.

    With a passphrase the key is kept under it, else in the keyring if one works, else in the file.
    Raises: StoreError (and its kinds) where a key is there and cannot be had, or the folder cannot be written.
    """
    with _alone(profile):
        if profile.key_file.exists():
            return _load(profile, use_keyring, passphrase)
        if _has_store(profile):
            raise _missing(profile)
        key = secrets.token_bytes(KEY_BYTES)
        slot = _first_slot(key, use_keyring, passphrase)
        _write(profile, KeyRing(slot))
        return key, slot.place


def load(profile: Profile, *, use_keyring: bool, passphrase: str | None) -> tuple[bytes, KeyPlace]:
    """The key of a profile, and where it is kept. `use_keyring=False` never touches the system's keyring.

    Raises: StoreLocked where a passphrase is needed and none given; WrongKey where it does not fit; StoreError
    where there is no key to be had.
    """
    if _read(profile).pending is None:
        return _load(profile, use_keyring, passphrase)
    with _alone(profile):  # a change of key may be under way in another process: wait for its end
        return _load(profile, use_keyring, passphrase)


def save_to(profile: Profile, key: bytes, place: KeyPlace, passphrase: str | None) -> None:
    """Keep `key` in `place`, and nowhere else: to bring a key back, or to change the passphrase.

    The caller knows that the key opens the store. What a file held before may linger in free blocks of the disk:
    moving a key out of a file is better done by `change`. Raises: StoreError where the place does not work.
    """
    with _alone(profile):
        old = _slots_there_were(profile)
        _write(profile, KeyRing(_slot(key, place, passphrase)))
        for slot in old:
            _let_go(slot)


def change(profile: Profile, old: bytes, new: bytes, place: KeyPlace, passphrase: str | None,
           rekey: Callable[[bytes], None]) -> None:
    """Put the open store under the key `new`, kept in `place`. `rekey` is the open store's own method.

    First `new` is kept as pending, then the store changes in one transaction, then `new` becomes current. Whenever
    the process dies, or `rekey` raises, the slot of the key that holds is there, and `load` finds out which it is.
    """
    with _alone(profile):
        before = _read(profile)
        fresh = _slot(new, place, passphrase)
        _write(profile, KeyRing(_settled(before, old), fresh))
        rekey(new)
        _write(profile, KeyRing(fresh))
        for slot in before.slots:
            _let_go(slot)


def notice(place: KeyPlace, profile: Profile) -> str | None:
    """What the owner should know about where the key is; None where all is well."""
    if place != "file":
        return None
    return _("The store's key is kept in the file {file}: whoever can read the files of this account can read the "
             "store. A passphrase protects it better.").format(file=profile.key_file)


# ------------------------------------------------------------------ slots


def _first_slot(key: bytes, use_keyring: bool, passphrase: str | None) -> Slot:
    if passphrase is not None:
        return _slot(key, "passphrase", passphrase)
    if use_keyring:
        with suppress(keyrings.KeyringFailed):
            return Slot("keyring", _check(key), {"account": keyrings.keep(key)})
    return _slot(key, "file", None)


def _slot(key: bytes, place: KeyPlace, passphrase: str | None) -> Slot:
    if place == "passphrase":
        return Slot(place, _check(key), wrapping.wrap(key, passphrase or ""))
    if place == "file":
        return Slot(place, _check(key), {"key": key.hex()})
    try:
        return Slot(place, _check(key), {"account": keyrings.keep(key)})
    except keyrings.KeyringFailed as error:
        raise StoreError(_("The system's keyring cannot keep the key ({reason}).").format(reason=error),
                         _("Unlock the keyring and try again, or choose a passphrase.")) from error


def _key_of(slot: Slot, profile: Profile, use_keyring: bool, passphrase: str | None) -> bytes:
    if slot.place == "file":
        key = _bytes(profile, slot.data.get("key"))
    elif slot.place == "keyring":
        key = _from_keyring(slot, profile, use_keyring)
    elif passphrase is None:
        raise StoreLocked(_("The store is protected with a passphrase."), _("Give the passphrase."))
    else:
        key = _unwrapped(slot, profile, passphrase)
    if _check(key) != slot.check:
        raise _damaged(profile)
    return key


def _from_keyring(slot: Slot, profile: Profile, use_keyring: bool) -> bytes:
    if not use_keyring:
        raise StoreError(_("The store's key is in the system's keyring, which is not to be used this time."),
                         _("Allow the keyring, or bring the key back with `mneme key restore`."))
    try:
        found = keyrings.fetch(str(slot.data.get("account")))
    except keyrings.KeyringFailed as error:
        raise StoreError(_("The system's keyring does not give the store's key ({reason}).").format(reason=error),
                         _("Unlock the keyring and try again, or bring the key back with `mneme key restore`."),
                         ) from error
    if found is None:
        raise _missing(profile)
    return _bytes(profile, found)


def _unwrapped(slot: Slot, profile: Profile, passphrase: str) -> bytes:
    try:
        key = wrapping.unwrap(slot.data, passphrase)
    except ValueError as error:
        raise _damaged(profile) from error
    if key is None:
        raise WrongKey(_("This is not the passphrase of the store."),
                       _("Try again; without the passphrase, `mneme key restore` takes the recovery key."))
    return key


def _let_go(slot: Slot) -> None:
    """Take a key that is no longer used out of the keyring; a leftover opens nothing, so failing is harmless."""
    if slot.place == "keyring":
        keyrings.drop(str(slot.data.get("account")))


def _check(key: bytes) -> str:
    return hashlib.blake2b(key, digest_size=8, person=b"mneme key check").hexdigest()


def _bytes(profile: Profile, text: object) -> bytes:
    try:
        key = bytes.fromhex(str(text))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise _damaged(profile)
    return key


# ------------------------------------------------------------------ which slot holds


def _load(profile: Profile, use_keyring: bool, passphrase: str | None) -> tuple[bytes, KeyPlace]:
    keys = _read(profile)
    if keys.pending is None:
        return _key_of(keys.current, profile, use_keyring, passphrase), keys.current.place
    return _decide(profile, keys, keys.pending, use_keyring, passphrase)


def _decide(profile: Profile, keys: KeyRing, pending: Slot, use_keyring: bool,
            passphrase: str | None) -> tuple[bytes, KeyPlace]:
    """After a change that was cut off: the slot whose key opens the store stays, the other goes."""
    problems = []
    for slot, other in ((keys.current, pending), (pending, keys.current)):
        try:
            key = _key_of(slot, profile, use_keyring, passphrase)
        except StoreError as error:
            problems.append(error)
            continue
        if not _has_store(profile) or opens(profile.store, key):
            _write(profile, KeyRing(slot))
            _let_go(other)
            return key, slot.place
    raise problems[0] if problems else WrongKey(
        _("Neither the old nor the new key fits the store {file}.").format(file=profile.store),
        _("`mneme key restore` brings a key back from the recovery key."))


def _settled(keys: KeyRing, in_use: bytes) -> Slot:
    """The slot of the key that the open store has, when an earlier change was cut off."""
    if keys.pending is not None and keys.pending.check == _check(in_use):
        return keys.pending
    return keys.current


# ------------------------------------------------------------------ key.json


def _read(profile: Profile) -> KeyRing:
    try:
        with file_errors(profile.key_file):
            content = json.loads(profile.key_file.read_bytes())
        pending = content.get("pending")
        return KeyRing(_slot_from(content["current"]), None if pending is None else _slot_from(pending))
    except StoreError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise _missing(profile) from error
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(profile) from error


def _slots_there_were(profile: Profile) -> tuple[Slot, ...]:
    """None where the file is lost or damaged: whoever brings a key back comes with just that."""
    try:
        return _read(profile).slots
    except StoreError:
        return ()


def _slot_from(content: dict[str, str | int]) -> Slot:
    data = dict(content)
    return Slot(_PLACES[str(data.pop("place"))], str(data.pop("check")), data)


def _write(profile: Profile, keys: KeyRing) -> None:
    content = {name: {"place": slot.place, "check": slot.check, **slot.data}
               for name, slot in zip(("current", "pending"), keys.slots, strict=False)}
    with file_errors(profile.key_file):
        write_private(profile.key_file, json.dumps({"format": 1, **content}, indent=1).encode())


def _has_store(profile: Profile) -> bool:
    with file_errors(profile.store):
        return profile.store.exists() and profile.store.stat().st_size > 0


def _missing(profile: Profile) -> StoreError:
    return StoreError(_("The key of the store {file} is missing.").format(file=profile.store),
                      _("`mneme key restore` brings it back from the recovery key."))


def _damaged(profile: Profile) -> StoreError:
    return StoreError(_("The file {file} is damaged; it tells where the store's key is.").format(file=profile.key_file),
                      _("`mneme key restore` makes a new one from the recovery key."))


# ------------------------------------------------------------------ one process at a time


@contextmanager
def _alone(profile: Profile) -> Iterator[None]:
    """Hold the profile's key lock. The system lets it go when the process ends, however it ends.

    Raises: StoreBusy after a minute.
    """
    path = profile.root / "key.lock"
    with file_errors(path):
        make_private_folder(profile.root)
        make_private_file(path)
        file = path.open("ab")
    with file:
        _wait_for_lock(file.fileno(), path)
        yield  # closing the file unlocks it


def _wait_for_lock(handle: int, path: Path) -> None:
    until = time.monotonic() + LOCK_SECONDS
    while not _try_lock(handle):
        if time.monotonic() > until:
            raise StoreBusy(_("Another window of Mneme is changing the key ({file}).").format(file=path),
                            _("Wait until it is done, and try again."))
        time.sleep(0.02)


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody has it; a disk without locks ends in StoreBusy
        return False
    return True

"""The key of the owner's own server: in the system's keyring where there is one, else in the encrypted store."""

import json

from mneme.errors import KnownError, ModelFailed
from mneme.messages import _
from mneme.store import keyrings, preferences
from mneme.store.columns import to_json
from mneme.store.database import Database

_ROW = "server.key"  # among the store's own values: never a setting, never among what is shown or exported


def server_key(store: Database, address: str) -> str | None:
    """The key for the server at this address (scheme, host and port); another host never gets it.

    Raises: ModelFailed where the keyring does not give it out.
    """
    kept = _kept(store)
    if not kept or kept["for"] != address:
        return None
    if not kept["account"]:
        return kept["key"]
    try:
        found = keyrings.fetch(kept["account"])
    except keyrings.KeyringFailed as error:
        raise ModelFailed(_("The system's keyring does not give out the key of your server."),
                          _("Unlock it and ask again, or give the key anew with `mneme models server --key`."),
                          ) from error
    return None if found is None else bytes.fromhex(found).decode()


def set_server_key(store: Database, address: str, key: str | None, *, use_keyring: bool) -> None:
    """Keep the key for the server at this address in place of the one before; None: keep none.

    Raises: KnownError where there is neither a keyring nor encryption.
    """
    before = _kept(store)
    kept = {} if not key else _put(store, key, use_keyring=use_keyring) | {"for": address}
    store.write(lambda db: preferences.set_own_value(db, _ROW, to_json(kept)))
    if before and before["account"]:
        keyrings.drop(before["account"])


def _put(store: Database, key: str, *, use_keyring: bool) -> dict[str, str]:
    if use_keyring:
        try:
            return {"account": keyrings.keep(key.encode()), "key": ""}
        except keyrings.KeyringFailed:
            pass  # then it is kept with everything else
    if not store.encrypted:
        raise KnownError(_("There is no safe place for the key: no keyring, and this store is not encrypted."),
                         _("Set up a keyring, or use a server that wants no key."))
    return {"account": "", "key": key}


def _kept(store: Database) -> dict[str, str]:
    with store.reader() as db:
        kept: dict[str, str] = json.loads(preferences.own_value(db, _ROW, "{}"))
    return kept

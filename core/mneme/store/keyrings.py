"""The system's keyring as a place for keys: kept, fetched, dropped, and nothing of it imported before it is used."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SERVICE = "Mneme"


class KeyringFailed(Exception):
    """The keyring is not there, is locked, or failed; says how in a word, without secrets."""


def keep(key: bytes) -> str:
    """Keep the key under a new account name, which is returned. Raises: KeyringFailed."""
    account = f"store-{secrets.token_hex(8)}"
    with _foreign_code():
        import keyring  # noqa: PLC0415 -- slow import

        # Backends of a priority below 1 are those that keep nothing, or keep it in plain text.
        if keyring.get_keyring().priority < 1:
            raise KeyringFailed("there is no keyring")
        keyring.set_password(SERVICE, account, key.hex())
        if keyring.get_password(SERVICE, account) != key.hex():
            raise KeyringFailed("it did not keep what it was given")
    return account


def fetch(account: str) -> str | None:
    """The key as hexadecimal digits; None where the keyring has none of this name. Raises: KeyringFailed."""
    with _foreign_code():
        import keyring  # noqa: PLC0415 -- slow import

        return keyring.get_password(SERVICE, account)


def drop(account: str) -> None:
    """Delete a key that is no longer used, if the keyring lets us."""
    with suppress(KeyringFailed), _foreign_code():
        import keyring  # noqa: PLC0415 -- slow import

        keyring.delete_password(SERVICE, account)


@contextmanager
def _foreign_code() -> Iterator[None]:
    try:
        yield
    except KeyringFailed:
        raise
    except Exception as error:  # a plug-in call: every backend fails in its own ways
        raise KeyringFailed(type(error).__name__) from error

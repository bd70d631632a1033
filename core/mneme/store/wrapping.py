"""A key under its owner's passphrase: scrypt makes a key of the passphrase, AES-GCM wraps the store's key with it."""

import secrets
import unicodedata
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mneme.errors import StoreError
from mneme.messages import _

# 128 MiB and about 0.4 s for each guess (RFC 7914; OWASP's recommendation for scrypt).
COST, BLOCK_SIZE, PARALLEL = 2**17, 8, 1
MAX_MEMORY = 2**30  # what a tampered file may make us use: 1 GiB

_PURPOSE = b"mneme store key 1"
_SHORT = 12


def wrap(key: bytes, passphrase: str) -> dict[str, str | int]:
    """The wrapped key and what is needed to unwrap it, except the passphrase. Raises: StoreError if that is empty."""
    if not passphrase:
        raise StoreError(_("A passphrase cannot be empty."), _("Choose some words that only you would put together."))
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    wrapped = AESGCM(_derived(passphrase, salt, COST, BLOCK_SIZE, PARALLEL)).encrypt(nonce, key, _PURPOSE)
    return {"kdf": "scrypt", "n": COST, "r": BLOCK_SIZE, "p": PARALLEL, "salt": salt.hex(), "nonce": nonce.hex(),
            "wrapped": wrapped.hex()}


def unwrap(data: Mapping[str, str | int], passphrase: str) -> bytes | None:
    """The key; None if the passphrase does not fit. Raises: ValueError if `data` is not what `wrap` made."""
    try:
        n, r, p = (int(data[name]) for name in ("n", "r", "p"))
        salt, nonce, wrapped = (bytes.fromhex(str(data[name])) for name in ("salt", "nonce", "wrapped"))
    except (KeyError, TypeError) as error:
        raise ValueError("what belongs to a wrapped key is missing") from error
    if data.get("kdf") != "scrypt" or not 0 < 128 * n * r <= MAX_MEMORY or not 0 < p <= 16:
        raise ValueError("unknown or excessive parameters")
    try:
        return AESGCM(_derived(passphrase, salt, n, r, p)).decrypt(nonce, wrapped, _PURPOSE)
    except InvalidTag:
        return None


def passphrase_hint(passphrase: str) -> str | None:
    """A word of advice for a weak passphrase; it is the owner's choice."""
    if len(passphrase) >= _SHORT and len(set(passphrase.casefold())) >= _SHORT // 2:
        return None
    return _("This passphrase is easy to guess. Four or more words that do not belong together are better.")


def _derived(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # NFC: the same letters from another keyboard or system are the same passphrase.
    text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(text)

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
TRIES = 1000.0  # a second, of somebody with many computers who has the file: each try takes 128 MiB
DAY, YEAR, LIFETIME = 86_400.0, 31_557_600.0, 100 * 31_557_600.0  # seconds
LONGEST_WEIGHED = 100  # characters; what is longer is as strong as its beginning, at least


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


def passphrase_strength(passphrase: str) -> tuple[float, str]:
    """From 0 (known to everybody) to 1 (nobody guesses it), and a sentence of advice; it is the owner's choice."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 -- lists of words that are seldom needed

    if not passphrase:
        return 0.0, _("Four or more words that do not belong together are easy to remember and hard to guess.")
    seconds = float(zxcvbn(passphrase[:LONGEST_WEIGHED], max_length=LONGEST_WEIGHED)["guesses"]) / TRIES
    if seconds < DAY:
        return 0.25, _("Easy to guess. Four or more words that do not belong together are better.")
    if seconds < YEAR:
        return 0.5, _("Guessing it would take some months at most. One more word makes it much stronger.")
    if seconds < LIFETIME:
        return 0.75, _("Good: guessing it would take years.")
    return 1.0, _("Very good: guessing it would take longer than a life.")


def _derived(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # NFC: the same letters from another keyboard or system are the same passphrase.
    text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(text)

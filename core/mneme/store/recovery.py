"""The recovery key: a store's key as letters and digits a person can write down and type in again.

Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O and U, and what looks alike is read alike.
32 bytes of key and 3 of checksum are 56 characters, in 14 groups of four.
"""

import hashlib

from mneme.errors import WrongKey
from mneme.expressions import expression
from mneme.messages import _
from mneme.store.driver import KEY_BYTES

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP = 4

_CHECK_BYTES = 3
_LENGTH = (KEY_BYTES + _CHECK_BYTES) * 8 // 5
_ALIKE = str.maketrans("OIL", "011")
_BETWEEN = expression(r"[\W_]+")  # spaces, line ends, and every kind of dash


def recovery_text(key: bytes) -> str:
    """The key as groups of four characters with dashes between them."""
    number = int.from_bytes(key + _checksum(key))
    text = "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
    return "-".join(text[at:at + GROUP] for at in range(0, _LENGTH, GROUP))


def from_recovery_text(text: str) -> bytes:
    """The key that was written down, in any case and spacing. Raises: WrongKey for a typing error."""
    plain = _BETWEEN.sub("", text).upper().translate(_ALIKE)
    strange = next((character for character in plain if character not in ALPHABET), None)
    if strange is not None:
        raise _mistyped(_("The recovery key cannot contain {character}.").format(character=strange))
    if len(plain) != _LENGTH:
        raise _mistyped(_("The recovery key has {right} letters and digits; this one has {n}.").format(
            right=_LENGTH, n=len(plain)))
    number = 0
    for character in plain:
        number = number << 5 | ALPHABET.index(character)
    data = number.to_bytes(KEY_BYTES + _CHECK_BYTES)
    key, check = data[:KEY_BYTES], data[KEY_BYTES:]
    if _checksum(key) != check:
        raise _mistyped(_("There is a mistake in the recovery key."))
    return key


def _checksum(key: bytes) -> bytes:
    return hashlib.blake2b(key, digest_size=_CHECK_BYTES, person=b"mneme recovery").digest()


def _mistyped(message: str) -> WrongKey:
    return WrongKey(message, _("Compare it with what you wrote down, group by group."))

"""The 2048 English words that wallets write their recovery phrases with, from BIP 39's reference implementation."""

from functools import cache

from mnemonic import Mnemonic


@cache
def wordlist() -> Mnemonic:
    """The list, read when a text first looks like a phrase: https://github.com/bitcoin/bips/tree/master/bip-0039."""
    return Mnemonic("english")


@cache
def known_words() -> frozenset[str]:
    """The words of the list."""
    return frozenset(wordlist().wordlist)

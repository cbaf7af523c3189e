"""Numbers that decide of a unit: hashes under salts, so that whoever asks again is told the same."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Final

from tessella.domain.identifiers import Namespace

#: What is drawn is below this, and the weights of variants are integers that sum to it.
WHOLE: Final = 1 << 31
_SALT_BYTES: Final = 32


@lru_cache(maxsize=4096)
def salt_of(namespace: Namespace, *parts: str) -> bytes:
    """The key of the hashes of one experiment, or of one of its purposes: other parts, independent numbers.

    >>> salt_of("shop", "banner") == salt_of("shop", "banner", "traffic")
    False
    """
    return blake2b("\0".join((namespace, *parts)).encode(), digest_size=_SALT_BYTES).digest()


def unit_hash(salt: bytes, unit: str) -> int:
    """64 bits, each number as likely. `salt` has 1 to 64 bytes."""
    return int.from_bytes(blake2b(unit.encode(), digest_size=8, key=salt).digest(), "big")

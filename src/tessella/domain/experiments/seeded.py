"""Draws that come out the same for whoever repeats them."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np


def seeded(*texts: str) -> np.random.Generator:
    """The same numbers for the same texts.

    >>> bool(seeded("banner", "1").integers(100) == seeded("banner", "1").integers(100))
    True
    """
    seed = blake2b("\0".join(texts).encode(), digest_size=16).digest()
    return np.random.default_rng(int.from_bytes(seed, "big"))

"""When a delivery that failed is tried again."""

from __future__ import annotations

from typing import Final

from tessella.domain.identifiers import Instant

_SECOND: Final = 1_000_000
FIRST_SECONDS: Final = 5
LONGEST_SECONDS: Final = 2 * 3600
#: A delivery is given up that cannot be made for so long.
GIVEN_UP_SECONDS: Final = 24 * 3600


def next_attempt(created_at: Instant, attempts: int, now: Instant, chance: float) -> Instant | None:
    """When to try again after `attempts` failures; None when the delivery is to be given up.

    The pause is 5 s x 2^(attempts - 1), two hours at most, of which `chance` (0 to 1, uniform) takes away up to a half:
    what failed together does not come back together.

    >>> [next_attempt(Instant(0), attempts, Instant(0), 0.0) for attempts in (1, 2, 3)]
    [5000000, 10000000, 20000000]
    >>> next_attempt(Instant(0), 1, Instant(0), 1.0)
    2500000
    """
    doubled = FIRST_SECONDS * 2 ** min(attempts - 1, 20)
    pause = min(doubled, LONGEST_SECONDS) * (1 - chance / 2)
    at = now + int(pause * _SECOND)
    return Instant(at) if at <= created_at + GIVEN_UP_SECONDS * _SECOND else None

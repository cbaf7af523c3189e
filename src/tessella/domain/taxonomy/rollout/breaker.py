"""A circuit breaker: a system that keeps failing is left alone for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tessella.domain.identifiers import Instant

#: So many failures in a row open it.
FAILURES: Final = 5
#: Then nobody asks for so long; after that one request tries.
OPEN_US: Final = 30_000_000

_NEVER: Final = Instant(0)


@dataclass(frozen=True, slots=True)
class Breaker:
    """Its state. Immutable: each outcome makes the next one.

    >>> breaker = Breaker()
    >>> for _ in range(FAILURES):
    ...     breaker = breaker.failed(Instant(0))
    >>> breaker.lets_through(Instant(1)), breaker.lets_through(Instant(OPEN_US))
    (False, True)
    """

    #: Failures in a row.
    failures: int = 0
    #: Nobody asks before; 0 while it is closed.
    closed_from: Instant = _NEVER

    @property
    def is_open(self) -> bool:
        """Whether it has opened, and no request has gone well since."""
        return self.failures >= FAILURES

    def lets_through(self, now: Instant) -> bool:
        """Whether the system may be asked."""
        return not self.is_open or now >= self.closed_from

    def tried(self, now: Instant) -> Breaker:
        """One request tries while it is open: the others wait as long again, or until that one has gone well."""
        return replace(self, closed_from=Instant(now + OPEN_US)) if self.is_open else self

    def went_well(self) -> Breaker:
        """Closed."""
        return Breaker()

    def failed(self, now: Instant) -> Breaker:
        """One failure more."""
        return Breaker(self.failures + 1, Instant(now + OPEN_US))

"""The breakers of a process: one for each system of each game."""

from __future__ import annotations

from tessella.domain.identifiers import GameId, Instant, Namespace
from tessella.domain.taxonomy.rollout.breaker import Breaker
from tessella.domain.taxonomy.rollout.strategy import System

#: Namespace, game and system.
BreakerKey = tuple[Namespace, GameId, System]


class Breakers:
    """What has become of the systems that were asked. Each process has its own."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        #: Those that are as new are left out.
        self._held: dict[BreakerKey, Breaker] = {}

    def lets_through(self, key: BreakerKey, now: Instant) -> bool:
        """Whether a system may be asked. While a breaker is open, one request in a while may."""
        held = self._held.get(key)
        if held is None:
            return True
        if not held.lets_through(now):
            return False
        self._held[key] = held.tried(now)
        return True

    def went_well(self, key: BreakerKey) -> None:
        """It answered."""
        self._held.pop(key, None)

    def failed(self, key: BreakerKey, now: Instant) -> None:
        """It failed, or took too long."""
        self._held[key] = self._held.get(key, Breaker()).failed(now)

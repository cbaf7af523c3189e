"""The taxonomies of one namespace in the memory of a process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Final

from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import GameId
from tessella.domain.taxonomy.game import Game
from tessella.ports.taxonomy import PreparedTaxonomy

#: A version that could not be read is tried again after a while: another release may have written it.
AGAIN_SECONDS: Final = 10.0


@dataclass(slots=True)
class Served:
    """What this process serves of one game, and what it has tried."""

    prepared: PreparedTaxonomy | None = None
    #: The version that was tried last, and as which declaration; 0 for none.
    version: int = 0
    game: Game | None = None
    #: Why it could not be prepared; None when it could.
    failure: TessellaError | None = None
    #: When that was, in monotonic seconds.
    tried_at: float = -inf

    def is_settled(self, game: Game, wanted: int, now: float) -> bool:
        """Whether there is nothing to load for a version and a declaration, at a monotonic time.

        A version newer than is known to be in force may have been read: it stays.
        """
        if self.version < wanted or not self._is_of(game):
            return False
        return self.failure is None or now - self.tried_at < AGAIN_SECONDS

    def _is_of(self, game: Game) -> bool:
        if self.game is not game and self.game == game:
            self.game = game  # of a newer snapshot: the next who asks need not compare all of it
        return self.game is game


class LoadedTaxonomies:
    """What a process knows of a namespace's taxonomies."""

    __slots__ = ("active", "changed_at", "lock", "served")

    def __init__(self) -> None:
        #: The versions in force, a second old at most; None until somebody asks.
        self.active: Mapping[str, int] | None = None
        self.served: dict[GameId, Served] = {}
        self.lock = asyncio.Lock()
        #: When this process itself has stored a taxonomy, in monotonic seconds.
        self.changed_at = -inf

    def forget(self) -> None:
        """Have the next who asks look, after a version was stored here: the watcher would, within a second."""
        self.active, self.changed_at = None, time.monotonic()

    def take_in(self, found: Mapping[str, int], asked_at: float) -> None:
        """What the database told, unless it was asked before the last version was stored here."""
        if asked_at > self.changed_at:
            self.active = found

"""What a game declares, as a digest: whether a taxonomy was calibrated from what is declared now."""

from __future__ import annotations

from typing import Final

import msgspec

from tessella.domain.hashing import digest
from tessella.domain.taxonomy.game import Game

#: What changes no day of a player and no axis.
_UNREAD: Final = frozenset({"name", "description", "fresh_days", "anomalies", "rollout"})


def declared_digest(game: Game) -> str:
    """The first 16 digits of a digest of all that a calibration reads: equal where it would see the same days and axes.

    Units and descriptions of metrics change no number: they do not count.

    >>> from tessella.domain.identifiers import GameId
    >>> quiet, loud = Game(GameId("g"), {}, {}), Game(GameId("g"), {}, {}, window_days=28)
    >>> declared_digest(quiet) == declared_digest(msgspec.structs.replace(quiet, name="G")) != declared_digest(loud)
    True
    """
    metrics = {
        name: msgspec.structs.replace(each, unit="", description="") for name, each in game.metrics.items()
    }  # fmt: skip
    read = {
        name: each for name, each in msgspec.structs.asdict(msgspec.structs.replace(game, metrics=metrics)).items()
        if name not in _UNREAD
    }  # fmt: skip
    return digest(msgspec.to_builtins(read))[:16]

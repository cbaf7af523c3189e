"""Find the players whose last day is most unlike them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING, Final

from tessella.domain.identifiers import GameId
from tessella.ports import Session
from tessella.ports.taxonomy import PreparedTaxonomy
from tessella.usecases.taxonomy.declared import game_named, prepared_of

if TYPE_CHECKING:
    from tessella.domain.taxonomy.baselines import Baseline
    from tessella.domain.taxonomy.detection import AnomalyDetection

#: Of more players, so many are looked at: a request has to end.
MOST_LOOKED_AT: Final = 5_000


@dataclass(frozen=True, slots=True)
class UnusualPlayers:
    """Who was found among how many."""

    looked_at: int
    #: Of those, whose last day the method in force flags.
    flagged: int
    #: The most unusual first.
    found: Sequence[AnomalyDetection]


async def unusual_players(session: Session, game_id: GameId, *, limit: int) -> UnusualPlayers:
    """Judge the last days of all players, or of `MOST_LOOKED_AT` that are chosen evenly by a hash of their ids.

    By the method of the game, from the days that the last refresh has taken up. Nobody who has opted out is among
    them. Raises `NoSuch`, `NotCalibrated` and `MetricsChanged`.
    """
    prepared = await prepared_of(session, game_named(session, game_id))
    chosen = await session.sample_players(game_id, MOST_LOOKED_AT)
    known = await session.baselines_of(game_id, chosen, prepared.taxonomy.standard.metrics)
    return await asyncio.to_thread(_judged, prepared, known.values(), limit)


def _judged(prepared: PreparedTaxonomy, players: Collection[Baseline], limit: int) -> UnusualPlayers:
    from tessella.domain.taxonomy.anomaly.bulk import last_scores  # loads numpy
    from tessella.domain.taxonomy.anomaly.detect import detected
    from tessella.domain.taxonomy.anomaly.distance_delta import LINE

    scored = zip(last_scores(prepared.yardstick, list(players)), players, strict=True)
    told = [(score, each) for score, each in scored if score is not None]
    first = nlargest(limit, told, key=lambda pair: (pair[0], pair[1].player_id))
    found = [detected(prepared.yardstick, each) for _, each in first]
    return UnusualPlayers(len(players), sum(score > LINE for score, _ in told), found)

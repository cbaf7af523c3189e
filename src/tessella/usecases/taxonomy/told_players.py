"""What the taxonomy says of all players of a game, for facts: the best segment of each axis, and the anomaly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

from tessella.domain.identifiers import GameId
from tessella.domain.taxonomy.game import AnomalyMethod
from tessella.ports import Session
from tessella.ports.taxonomy import PreparedTaxonomy
from tessella.usecases.taxonomy.facts import ToldPlayer, asks_for_anomalies

if TYPE_CHECKING:
    from tessella.domain.taxonomy.baselines import Baseline

#: The score of a player's last day; None where it is not told.
Score = Callable[["Baseline"], float | None]


async def told_players(
    session: Session, game_id: GameId, prepared: PreparedTaxonomy
) -> AsyncIterator[Sequence[ToldPlayer]]:
    """Everybody, some thousand at a time, told in a thread. Anomalies are told only where a feature asks for them."""
    scored, metrics = asks_for_anomalies(session, game_id), prepared.taxonomy.standard.metrics
    score = _scored(prepared) if scored else _not_scored
    stream = session.stream_baselines if scored else session.stream_sums
    async for baselines in stream(game_id, metrics):
        yield await asyncio.to_thread(_told, prepared, baselines, score)


def _told(prepared: PreparedTaxonomy, baselines: Sequence[Baseline], score: Score) -> list[ToldPlayer]:
    from tessella.domain.taxonomy.membership.place import placed_baselines, together  # loads numpy

    axes = prepared.taxonomy.axes
    placed = placed_baselines(prepared.space, together(baselines))
    names = [[axis.segments[at].name for at in best] for axis, best in zip(axes, placed.best.tolist(), strict=True)]
    rows = zip(zip(*names, strict=True), placed.strength.T.tolist(), baselines, strict=True)
    axis_names = [each.axis_name for each in axes]
    return [
        ToldPlayer(each.player_id, dict(zip(axis_names, zip(best, strengths, strict=True), strict=True)), score(each))
        for best, strengths, each in rows
    ]


def _not_scored(_: Baseline) -> None:
    return None


def _scored(prepared: PreparedTaxonomy) -> Score:
    """By the method in force; a player of no recent day has no score."""
    from tessella.domain.taxonomy.anomaly.detect import detected  # loads numpy

    def score(baseline: Baseline) -> float | None:
        if not baseline.recent:
            return None
        found = detected(prepared.yardstick, baseline)
        return found.displacement.score if found.method is AnomalyMethod.DISPLACEMENT else found.overall_score

    return score

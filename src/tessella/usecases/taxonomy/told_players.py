"""What the taxonomy says of all players of a game, for facts: the best segment of each axis, and the anomaly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tessella.domain.identifiers import GameId
from tessella.ports import Session
from tessella.ports.taxonomy import PreparedTaxonomy
from tessella.usecases.taxonomy.facts import ToldPlayer, asks_for_anomalies

if TYPE_CHECKING:
    from tessella.domain.taxonomy.baselines import Baseline

#: The scores of players' last days; None where there is none to tell.
Scores = Callable[[Sequence["Baseline"]], Sequence[float | None]]


async def told_players(
    session: Session, game_id: GameId, prepared: PreparedTaxonomy
) -> AsyncIterator[Sequence[ToldPlayer]]:
    """Everybody, some thousand at a time, told in a thread. Anomalies are told only where a feature asks for them."""
    is_scored, metrics = asks_for_anomalies(session, game_id), prepared.taxonomy.standard.metrics
    scores = _by_method_in_force(prepared) if is_scored else _not_scored
    stream = session.stream_baselines if is_scored else session.stream_sums
    async for baselines in stream(game_id, metrics):
        yield await asyncio.to_thread(_told, prepared, baselines, scores)


def _told(prepared: PreparedTaxonomy, baselines: Sequence[Baseline], scores: Scores) -> list[ToldPlayer]:
    from tessella.domain.taxonomy.membership.place import placed_baselines, together  # loads numpy

    axes = prepared.taxonomy.axes
    placed = placed_baselines(prepared.space, together(baselines))
    names = [[axis.segments[at].name for at in best] for axis, best in zip(axes, placed.best.tolist(), strict=True)]
    rows = zip(zip(*names, strict=True), placed.strength.T.tolist(), baselines, scores(baselines), strict=True)
    axis_names = [each.axis_name for each in axes]
    return [
        ToldPlayer(each.player_id, dict(zip(axis_names, zip(best, strengths, strict=True), strict=True)), score)
        for best, strengths, each, score in rows
    ]


def _not_scored(baselines: Sequence[Baseline]) -> Sequence[None]:
    return [None] * len(baselines)


def _by_method_in_force(prepared: PreparedTaxonomy) -> Scores:
    from tessella.domain.taxonomy.anomaly.bulk import last_scores  # loads numpy

    return partial(last_scores, prepared.yardstick)

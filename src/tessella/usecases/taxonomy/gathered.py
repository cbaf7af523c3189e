"""What a calibration looks at, from days that are loaded. numpy is loaded with this module."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.taxonomy.baselines import Array, Seen
from tessella.domain.taxonomy.days.gathering import PARTS, Gathering, values_of
from tessella.domain.taxonomy.days.sampling import (
    MOST_DAYS,
    chosen_days,
    chosen_sql,
    most_players,
    outcomes_sql,
)
from tessella.domain.taxonomy.game import Outcome
from tessella.ports import Session, Warehouse
from tessella.usecases.taxonomy.day_rows import parquet
from tessella.usecases.taxonomy.loaded_days import LoadedDays

_FACTS = {"subject_id": "VARCHAR", "feature": "VARCHAR", "value": "VARCHAR", "as_of": "BIGINT"}


async def gathered(session: Session, warehouse: Warehouse, days: LoadedDays, as_of: Instant) -> Seen:
    """The chosen players' sums, in halves and in turns, what became of them, and single days of some."""
    plan = days.plan
    chosen = days.folder / "chosen.parquet"
    await warehouse.result_parquet(chosen_sql(plan.game.game_id, days.source, most_players(len(plan.kinds))), chosen)
    gathering = await _summed(warehouse, days, chosen)
    below = max(1, gathering.players_within(MOST_DAYS))
    single = await warehouse.columns(chosen_days(plan, days.source, parquet(chosen), below))
    return Seen(
        **{part: gathering.baselines(part) for part in PARTS},
        outcomes=await _outcomes(session, warehouse, days, chosen, as_of),
        day_player=single["place"],
        day=single["day"],
        day_context=single["context"].astype(np.int8),
        day_values=values_of(single, len(plan.kinds)),
        players=days.players,
        as_of=plan.calendar.last,
    )


async def _summed(warehouse: Warehouse, days: LoadedDays, chosen: Path) -> Gathering:
    """A file at a time. The later half begins in the middle of the days that anybody has."""
    players = await warehouse.columns(f"SELECT player FROM {parquet(chosen)} ORDER BY place")
    ids = [SubjectId(each) for each in players["player"]]
    gathering = Gathering(ids, days.plan.scales, (days.first + days.last + 1) // 2)
    for file in days.files:
        columns = await warehouse.columns(chosen_days(days.plan, parquet(file), parquet(chosen)))
        await asyncio.to_thread(gathering.add, columns)
    return gathering


async def _outcomes(session: Session, warehouse: Warehouse, days: LoadedDays, chosen: Path, as_of: Instant) -> Array:
    """(players, outcomes that the game names), in the order of `Outcome`."""
    named = days.plan.game.outcomes
    features = [named[each] for each in Outcome if each in named]
    if not features:
        return np.empty((min(days.players, most_players(len(days.plan.kinds))), 0))
    facts = days.folder / "facts.parquet"
    await warehouse.csv_to_parquet(facts, _FACTS, session.stream_facts(features, until=as_of))
    told = await warehouse.columns(outcomes_sql(features, parquet(facts), parquet(chosen)))
    return values_of({f"m{at}": told[f"o{at}"] for at in range(len(features))}, len(features))

"""Which players a calibration looks at, as DuckDB statements over rows of days.

The chosen are those with the lowest digests of game and id: the same ones every time, whoever else there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.features.duckdb_values import bounded, literal
from tessella.domain.identifiers import FeatureName, GameId
from tessella.domain.taxonomy.days.baselines_sql import clean_days
from tessella.domain.taxonomy.days.plan import DayPlan

#: So many players are looked at, or fewer where there are many metrics: sums of 2,000,000 metrics of players, each by
#: context and in five parts, take 0.7 GB.
MOST_PLAYERS: Final = 100_000
MOST_CELLS: Final = 2_000_000
#: So many single days are looked at, of as many of the players as have them.
MOST_DAYS: Final = 800_000


def most_players(metrics: int) -> int:
    """How many are looked at with so many metrics.

    >>> most_players(8), most_players(40)
    (100000, 50000)
    """
    return min(MOST_PLAYERS, MOST_CELLS // max(1, metrics))


def chosen_sql(game_id: GameId, days: str, most: int) -> str:
    """Player and place, from 0 in the order of digests, of at most so many players."""
    digest = f"sha256({literal(f'{game_id}:')} || player)"
    first = f"SELECT player, {digest} AS digest FROM {days} WHERE nth = 1 ORDER BY digest, player LIMIT {most}"
    return f"SELECT player, CAST(row_number() OVER (ORDER BY digest, player) - 1 AS BIGINT) AS place FROM ({first})"


def extent_sql(days: str) -> str:
    """One row: how many players and how many days there are, and the first and the last day."""
    return f"SELECT count(*) FILTER (WHERE nth = 1), count(*), min(day), max(day) FROM {days}"


def chosen_days(plan: DayPlan, days: str, chosen: str, below: int | None = None) -> str:
    """The clean days of the chosen, by place and day; with `below`, of those whose place is below it."""
    metrics = "".join(f", m{at}" for at in range(len(plan.kinds)))
    kept = "" if below is None else f" WHERE place < {below}"
    labels = ", ".join(f"CAST({each} AS BIGINT) AS {each}" for each in ("day", "context", "nth"))
    return (
        f"SELECT place, {labels}{metrics}"
        f" FROM ({clean_days(plan, days)}) JOIN {chosen} USING (player){kept} ORDER BY place, day"
    )


def outcomes_sql(features: Sequence[FeatureName], facts: str, chosen: str) -> str:
    """o0, o1 and so on in the order of `features`, a row for each of the chosen by place; truth is 1 or 0.

    `facts` has subject_id, feature and value, which is JSON text. What is no number is NULL.
    """
    number = bounded("TRY_CAST(value AS DOUBLE)")
    truth = f"CASE value WHEN 'true' THEN 1.0::DOUBLE WHEN 'false' THEN 0.0::DOUBLE ELSE {number} END"
    named = enumerate(map(literal, features))
    told = ", ".join(f"max({truth}) FILTER (WHERE feature = {name}) AS o{at}" for at, name in named)
    return f"SELECT place, {told} FROM {chosen} LEFT JOIN {facts} ON subject_id = player GROUP BY place ORDER BY place"

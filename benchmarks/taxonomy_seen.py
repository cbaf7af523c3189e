"""What a calibration sees of a game whose events are in DuckDB: by the statements of the product, without a server."""

from __future__ import annotations

from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.readings import PROPERTY
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.taxonomy.baselines import Array, Seen
from tessella.domain.taxonomy.days.gathering import Gathering, values_of
from tessella.domain.taxonomy.days.plan import DayPlan, plan_of
from tessella.domain.taxonomy.days.sampling import chosen_days, chosen_sql, most_players
from tessella.domain.taxonomy.days.statement import days_of_events, event_table
from tessella.domain.taxonomy.game import Game

#: Single days are kept of so many players.
_DAY_PLAYERS: Final = 4_000


def seen_of(connection: duckdb.DuckDBPyConnection, game: Game, as_of: Instant, outcomes: str) -> Seen:
    """Days, sums and outcomes of the players of a game.

    The connection has a view `typed_events` with subject_id, event_type, occurred_at (microseconds), item_id, value
    and properties (JSON). `outcomes` gives player, and o0, o1 and so on in the order of `Outcome`.
    """
    plan = plan_of(game, as_of)
    _make_days(connection, plan)
    connection.execute(
        f"CREATE OR REPLACE TABLE chosen AS {chosen_sql(game.game_id, 'days', most_players(len(plan.kinds)))}"
    )
    ids = [SubjectId(each) for (each,) in connection.execute("SELECT player FROM chosen ORDER BY place").fetchall()]
    columns = _columns(connection, chosen_days(plan, "days", "chosen"))
    gathering = Gathering(ids, plan.scales, (plan.calendar.first + plan.calendar.last + 1) // 2)
    gathering.add(columns)
    parts = {part: gathering.baselines(part) for part in ("whole", "first", "second", "odd", "even")}
    kept = {name: column[columns["place"] < _DAY_PLAYERS] for name, column in columns.items()}
    return Seen(
        **parts,
        outcomes=_outcomes(connection, game, outcomes),
        day_player=kept["place"],
        day=kept["day"],
        day_context=kept["context"].astype(np.int8),
        day_values=values_of(kept, len(plan.kinds)),
        players=len(ids),
        as_of=plan.calendar.last,
    )


def _make_days(connection: duckdb.DuckDBPyConnection, plan: DayPlan) -> None:
    table = event_table(plan)
    loaded = zip(table.fields(), table.columns(), strict=True)
    fields = ", ".join(f"{_field(field)} AS {column}" for field, column in loaded)
    connection.execute(f"CREATE OR REPLACE TABLE events AS SELECT {fields} FROM typed_events")
    connection.execute(f"CREATE OR REPLACE TABLE days AS {days_of_events(plan, 'events')}")


def _field(field: str) -> str:
    """A property is its JSON text."""
    path = field.removeprefix(PROPERTY)
    return f"json_extract(properties, '$.{path}')::VARCHAR" if field.startswith(PROPERTY) else field


def _columns(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, NDArray[np.generic]]:
    found = connection.execute(sql).fetchnumpy()
    return {
        name: each.astype(np.float64).filled(np.nan) if np.ma.isMaskedArray(each) else each
        for name, each in found.items()
    }


def _outcomes(connection: duckdb.DuckDBPyConnection, game: Game, outcomes: str) -> Array:
    names = ", ".join(f"o{place}" for place in range(len(game.outcomes)))
    found = _columns(connection, f"SELECT {names} FROM chosen LEFT JOIN ({outcomes}) USING (player) ORDER BY place")
    return np.column_stack([np.asarray(each, np.float64) for each in found.values()])

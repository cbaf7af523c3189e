"""What days are made from, as one Parquet file beside us: events, or rows that hold days already."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tessella.domain.audiences.source import CustomerSource, SourceEngine
from tessella.domain.features.duckdb_values import literal
from tessella.domain.identifiers import GameId, Instant, SourceId
from tessella.domain.taxonomy.days.calendar import moment_over
from tessella.domain.taxonomy.days.plan import DayPlan, plan_of
from tessella.domain.taxonomy.game import DayRows, Game
from tessella.ports import Session, Warehouse
from tessella.ports.customer_engine import OpenEngine

if TYPE_CHECKING:
    from tessella.domain.rules.sql import Engine, Stored  # loads sqlglot

    _Statement = Callable[[DayPlan, DayRows, Mapping[str, Stored], str, Engine], str]

_FILES: Final = (".parquet", ".csv")


@dataclass(frozen=True, slots=True)
class RawDays:
    """A file, and what makes days of any part of it that holds all rows of its players."""

    path: Path
    #: The column of the player.
    key: str
    #: The statement that makes days of a relation.
    days: Callable[[str], str]
    #: The statement that counts players and days in a relation; None where rows cannot differ.
    pairs: Callable[[str], str] | None = None
    #: Rows that were left out, by reason.
    left_out: Mapping[str, int] = field(default_factory=dict)


async def raw_of_events(session: Session, warehouse: Warehouse, plan: DayPlan, as_of: Instant, folder: Path) -> RawDays:
    """The events of the window up to `as_of`, of all who have not opted out."""
    from tessella.domain.taxonomy.days.statement import days_of_events, event_table  # loads sqlglot

    table, path = event_table(plan), folder / "events.parquet"
    until = Instant(min(as_of, plan.calendar.end))
    events = session.stream_events(table.fields(), until=until, since=plan.calendar.begin)
    await warehouse.csv_to_parquet(path, table.columns(), events)
    return RawDays(path, "subject_id", partial(days_of_events, plan))


async def raw_of_rows(
    session: Session, warehouse: Warehouse, open_engine: OpenEngine, plan: DayPlan, folder: Path
) -> RawDays:
    """The rows of the game's days, of all who have not opted out.

    Raises what the source raises, `DayColumnMissing` and `DayColumnUnfit`.
    """
    from tessella.domain.taxonomy.days.source_rows import rows_sql  # loads sqlglot
    from tessella.domain.taxonomy.days.statement import days_of_rows, row_faults, usable_rows

    read, path, opted_out = folder / "read.parquet", folder / "rows.parquet", folder / "opted_out.parquet"
    await _extract(session, open_engine, plan, rows_sql, read)
    await warehouse.csv_to_parquet(opted_out, {"subject_id": "VARCHAR"}, session.stream_opted_out())
    [(no_player, no_day)] = await warehouse.rows(row_faults(parquet(read)))
    await warehouse.result_parquet(_without(read, opted_out), path)
    read.unlink()
    left_out = {"rows without a player": no_player, "rows without a day": no_day}
    pairs = partial(_pairs, partial(usable_rows, plan))
    return RawDays(path, "player", partial(days_of_rows, plan), pairs, left_out)


async def rows_moment(
    session: Session, warehouse: Warehouse, open_engine: OpenEngine, game: Game, now: Instant
) -> Instant:
    """Now, or the moment at which the last day of the game's rows was over, where they have ended before.

    It is now where there are no rows. Raises as `raw_of_rows` does.
    """
    from tessella.domain.taxonomy.days.source_rows import days_sql  # loads sqlglot
    from tessella.domain.taxonomy.days.statement import last_day

    plan = plan_of(game, now)
    with tempfile.TemporaryDirectory(prefix="tessella-last-day-") as folder:
        path = Path(folder, "days.parquet")
        await _extract(session, open_engine, plan, days_sql, path)
        [(last,)] = await warehouse.rows(last_day(plan, parquet(path)))
    return now if last is None else min(now, moment_over(game, last))


async def _extract(session: Session, open_engine: OpenEngine, plan: DayPlan, statement: _Statement, path: Path) -> None:
    """Run a statement where the rows are, and write what it yields."""
    rows = plan.game.days
    assert rows is not None, "the caller has asked"
    engine = open_engine(session.caller.namespace, source_of(plan.game.game_id, rows))
    try:
        found = {each.name: each.stored for each in await engine.columns()}
        source = (await engine.relation({})).source
        await engine.extract(statement(plan, rows, found, source, engine.dialect), path)
    finally:
        await engine.close()


def source_of(game_id: GameId, rows: DayRows) -> CustomerSource:
    """Where the rows are, as sources of customers are declared. Credentials are those of a source called as the game.

    A folder of DuckDB is the view of its name in the folder above.

    >>> from tessella.domain.taxonomy.game import DayRows
    >>> source = source_of(GameId("arena"), DayRows("lake/days"))
    >>> source.location, source.view
    ('lake', 'days')
    """
    location, view = rows.location, rows.view
    if rows.engine == "duckdb" and not view and not location.endswith(_FILES):
        location, _, view = location.rstrip("/").rpartition("/")
    source_id, engine = SourceId(game_id), SourceEngine(rows.engine)
    return CustomerSource(source_id, engine, location or ".", view or "days", rows.player)


def _without(rows: Path, opted_out: Path) -> str:
    of, who = parquet(rows), parquet(opted_out)
    return f"SELECT * FROM {of} WHERE player IS NOT NULL AND player NOT IN (SELECT subject_id FROM {who})"


def _pairs(usable: Callable[[str], str], source: str) -> str:
    return f"SELECT count(*) FROM (SELECT DISTINCT player, day FROM ({usable(source)}))"


def parquet(*paths: Path) -> str:
    """Files as a relation; a path may be a pattern."""
    return f"read_parquet([{', '.join(literal(str(each)) for each in paths)}], hive_partitioning = false)"

"""A game's days in files beside us: read from events or from rows, a part of the players at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.domain.errors.taxonomy_days import NoDays
from tessella.domain.features.duckdb_values import literal
from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.days.calendar import day_text
from tessella.domain.taxonomy.days.plan import DayPlan, plan_of
from tessella.domain.taxonomy.game import Game
from tessella.logs import get_logger
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.taxonomy.day_rows import RawDays, parquet, raw_of_events, raw_of_rows

_LOG: Final = get_logger(__name__)
#: About so many rows are made to days, and summed, at once: memory holds one part, however many there are.
ROWS_AT_ONCE: Final = 2_000_000
#: So many rows are divided into parts by one statement.
ROWS_OF_STATEMENT: Final = 8_000_000
#: Files that are written at once.
MOST_PARTS: Final = 256


@dataclass(frozen=True, slots=True)
class LoadedDays:
    """Days as `statement` yields them, as Parquet. All days of a player are in one file."""

    plan: DayPlan
    files: Sequence[Path]
    folder: Path
    players: int
    days: int
    #: The first day that anybody has, and the last.
    first: int
    last: int
    #: What was left out and why, and how many rows or values that were.
    left_out: Mapping[str, int]

    @property
    def source(self) -> str:
        """All of them as a relation."""
        return parquet(*self.files)


async def load_days(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    game: Game,
    as_of: Instant,
    folder: Path,
    progress: Progress,
) -> LoadedDays:
    """The days of the window whose last day is over at `as_of`, of all who have not opted out, as files of `folder`.

    Raises `NoDays`, what `plan_of` raises, and what the source of rows raises.
    """
    from tessella.domain.taxonomy.days.sampling import extent_sql  # loads sqlglot

    plan = plan_of(game, as_of)
    if game.days is None:
        raw = await raw_of_events(session, warehouse, plan, as_of, folder)
    else:
        raw = await raw_of_rows(session, warehouse, open_engine, plan, folder)
    progress(0.5)
    files, repeated = await _written(warehouse, raw, folder)
    progress(0.9)
    [(players, days, first, last)] = await warehouse.rows(extent_sql(parquet(*files)))
    if not days:
        raise NoDays(game.game_id, day_text(plan.calendar.first), day_text(plan.calendar.last))
    left_out = {**raw.left_out, "rows that differ on one day": repeated, **await _uncounted(warehouse, plan, files)}
    progress(1.0)
    _LOG.info("days_read", count=days)
    kept = {what: count for what, count in left_out.items() if count}
    return LoadedDays(plan, files, folder, players, days, first, last, kept)


async def _uncounted(warehouse: Warehouse, plan: DayPlan, files: Sequence[Path]) -> dict[str, int]:
    """How many values of days do not count, by metric and reason."""
    from tessella.domain.taxonomy.days.baselines_sql import fault_counts, faults_named

    [counts] = await warehouse.rows(fault_counts(plan, parquet(*files)))
    named = (f"{metric}: {reason}" for metric, reason in faults_named(plan))
    return dict(zip(named, counts, strict=True))


async def _written(warehouse: Warehouse, raw: RawDays, folder: Path) -> tuple[list[Path], int]:
    """The files of days, and of how many days rows differed."""
    files, repeated = [], 0
    for at, part in enumerate(await _parts(warehouse, raw, folder)):
        files.append(folder / f"days-{at}.parquet")
        written = await warehouse.result_parquet(raw.days(parquet(part)), files[-1])
        if raw.pairs is not None:
            [(pairs,)] = await warehouse.rows(raw.pairs(parquet(part)))
            repeated += pairs - written
        _remove(folder, part)
    return files, repeated


async def _parts(warehouse: Warehouse, raw: RawDays, folder: Path) -> list[Path]:
    """The raw rows by parts of the players: patterns of files."""
    [(rows,)] = await warehouse.rows(f"SELECT count(*) FROM {parquet(raw.path)}")
    count = min(MOST_PARTS, -(-rows // ROWS_AT_ONCE))
    if count <= 1:
        return [raw.path]
    place = folder / "parts"
    place.mkdir()
    for begin in range(0, rows, ROWS_OF_STATEMENT):
        await warehouse.rows(_divide(raw, count, begin, place / f"{begin}"))
    raw.path.unlink()
    return [place / "*" / f"part={part}" / "*.parquet" for part in range(count) if any(place.glob(f"*/part={part}"))]


def _divide(raw: RawDays, count: int, begin: int, place: Path) -> str:
    """The statement that writes some of the rows by parts: one over all would hold a piece of every part at once."""
    numbered = f"read_parquet({literal(str(raw.path))}, file_row_number = true)"
    some = f"file_row_number >= {begin} AND file_row_number < {begin + ROWS_OF_STATEMENT}"
    by = f"SELECT * EXCLUDE (file_row_number), hash({raw.key}) % {count} AS part FROM {numbered} WHERE {some}"
    return f"COPY ({by}) TO {literal(str(place))} (FORMAT parquet, PARTITION_BY (part))"


def _remove(folder: Path, pattern: Path) -> None:
    for each in folder.glob(str(pattern.relative_to(folder))):
        each.unlink()

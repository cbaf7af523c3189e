"""Rows of players' days are read alike where each engine has them."""

import pytest

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import GameId, Instant
from tessella.domain.taxonomy.days.plan import plan_of
from tessella.domain.taxonomy.days.source_rows import days_sql, rows_sql
from tessella.domain.taxonomy.days.statement import days_of_rows, last_day
from tessella.domain.taxonomy.game import DayMetric, DayRows, Game, Scale
from tests.warehouse.customers.places import ODD

pytestmark = pytest.mark.anyio

VIEW = "player_days"
ROWS = f"""
SELECT who::bigint AS who, played::date AS played, spend::decimal(18, 3) AS spend, score::double precision AS score,
       level::integer AS "{ODD.replace('"', '""')}"
  FROM (VALUES ('7', '2026-11-20', '12.5', '3', '1'), ('7', '2026-11-22', '-1', 'NaN', NULL),
               ('7', '2026-11-23', '1', '1', '1'), ('8', '2026-11-20', NULL, 'Infinity', '2'),
               ('8', '2020-01-01', '1', '1', '1'), (NULL, '2026-11-20', '1', '1', '1'), ('9', NULL, '1', '1', '1')
       ) AS t (who, played, spend, score, level)
"""
GAME = Game(
    GameId("arena"),
    {"spend": DayMetric(scale=Scale.LOG), "score": DayMetric(), "level": DayMetric(column=ODD)},
    {},
    days=DayRows("", player="who", day="played"),
)
#: Monday, 23 November 2026, 0:00 UTC.
PLAN = plan_of(GAME, Instant(20_780 * DAY_US))


@pytest.fixture
def extracted(place, duckdb_runner, tmp_path):
    """A statement's rows as every engine gives them, as a relation of DuckDB."""

    async def extracted(statement) -> str:
        place.put(VIEW, ROWS)
        engine = place.open(view=VIEW, key="who")
        path = tmp_path / "rows.parquet"
        try:
            found = {each.name: each.stored for each in await engine.columns()}
            source = (await engine.relation({})).source
            await engine.extract(statement(PLAN, GAME.days, found, source, engine.dialect), path)
        finally:
            await engine.close()
        return f"read_parquet('{path}')"

    return extracted


async def test_every_engine_gives_the_same_days(extracted, duckdb_runner):
    rows = await extracted(rows_sql)
    days = duckdb_runner.query(f"SELECT * FROM ({days_of_rows(PLAN, rows)}) ORDER BY player, day")
    assert [repr(each) for each in days] == [
        repr(("7", 20_777, 0, 1, 2, 12.5, 3.0, 1.0)),
        repr(("7", 20_779, 1, 2, 1, -1.0, float("nan"), None)),
        repr(("8", 20_777, 0, 1, 1, None, float("inf"), 2.0)),
    ]


async def test_every_engine_tells_the_last_day_that_is_over(extracted, duckdb_runner):
    assert [tuple(each) for each in duckdb_runner.query(last_day(PLAN, await extracted(days_sql)))] == [(20_779,)]

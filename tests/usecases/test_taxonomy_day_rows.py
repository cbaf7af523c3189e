"""Players' days from files that hold a row for each."""

from functools import partial
from pathlib import Path

import msgspec
import pytest

from tessella.domain.errors import ColumnsChanged, LocationRefused, ViewGone
from tessella.domain.errors.taxonomy_days import DayColumnMissing, DayColumnUnfit
from tessella.domain.identifiers import GameId, Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.taxonomy.days.calendar import day_text
from tessella.domain.taxonomy.days.plan import plan_of
from tessella.domain.taxonomy.game import DayMetric, DayRows, Game
from tessella.usecases.taxonomy.day_rows import rows_moment
from tessella.usecases.taxonomy.refresh_days import refresh_days
from tests.database import session_of
from tests.usecases.days import AS_OF, HEADER, ROWS, gather, stored, told

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


@pytest.fixture
def place(tmp_path, namespace) -> Path:
    folder = tmp_path / "warehouse" / namespace
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def refresh(session, warehouse, opened):
    async def refresh(game: Game, as_of: Instant = AS_OF):
        return await refresh_days(session, warehouse, opened, game, as_of=as_of, progress=told)

    return refresh


@pytest.fixture
def seen_of(session, warehouse, opened):
    return partial(gather, session, warehouse, opened)


async def test_who_opted_out_has_no_days_in_files_either(session, refresh, seen_of, place):
    (place / "days.csv").write_text(HEADER + "a,2026-11-20,1,1\nb,2026-11-20,2,2\n")
    await session.set_consent(SubjectId("a"), Consent(personalization_enabled=False, data_sharing_consent=False))
    assert (await refresh(ROWS)).players == 1
    assert await stored(session, ROWS, "a") is None
    assert (await seen_of(ROWS)).whole.player_ids == ["b"]


async def test_rows_of_days_are_read_and_what_cannot_be_is_counted(session, refresh, place):
    (place / "days.csv").write_text(
        HEADER
        + "a,2026-11-20,9,4\na,2026-11-20,9,4\n"  # twice the same counts once
        + "a,2026-11-21,1,1\na,2026-11-21,2,1\n"  # which is it?
        + "a,2026-11-23,1,1\n"  # not over
        + ",2026-11-20,1,1\nb,soon,1,1\nb,,1,1\n"
        + "b,2026-11-19,-1,inf\nb,2026-11-18,,nan\n"
    )
    done = await refresh(ROWS)
    assert (done.players, done.days) == (2, 3)
    assert done.left_out == {
        "rows without a player": 1,
        "rows without a day": 2,
        "rows that differ on one day": 1,
        "spend: below 0, and the scale is log": 1,
        "points: not finite, or 2^53 or more in size": 2,
    }
    found = await stored(session, ROWS, "a")
    assert found is not None
    assert [each.values.tolist() for each in found.recent] == [[9.0, 4.0]]
    found = await stored(session, ROWS, "b")
    assert found is not None
    assert found.counts.sum() == 0
    assert len(found.recent) == 2


async def test_a_row_whose_player_cannot_be_stored_is_left_out_alone(duckdb, session, refresh, place):
    unfit = "'a' || chr(0)", "repeat('x', 257)"
    odd = "repeat('😀', 256)", "'\\N'", "chr(10) || '\\.' || chr(10)", "'{\"'", "'<img>'"
    rows = " UNION ALL ".join(f"SELECT {each} AS player_id, '2026-11-20' AS day, 1.0 AS spend" for each in unfit + odd)
    duckdb.execute(f"COPY ({rows}) TO '{place / 'days.parquet'}'")
    game = Game(ROWS.game_id, {"spend": DayMetric()}, {}, days=DayRows("days.parquet"))
    done = await refresh(game)
    assert (done.players, done.left_out) == (5, {"rows without a player": 2})
    assert await stored(session, game, "\n\\.\n") is not None


@pytest.mark.parametrize("location", ["days.parquet", "lake", "days.csv"])
async def test_rows_of_days_lie_in_a_file_or_a_folder(duckdb, refresh, place, location):
    path = place / location
    rows = "SELECT 'a' AS player_id, DATE '2026-11-20' AS day, 3::FLOAT AS spend, 2::SMALLINT AS score"
    if not path.suffix:
        path.mkdir()
        duckdb.execute(f"COPY ({rows.replace('20', '19')}) TO '{path / '2.parquet'}'")
        path /= "1.parquet"
    duckdb.execute(f"COPY ({rows}) TO '{path}'")
    changed = Game(ROWS.game_id, ROWS.metrics, {}, days=DayRows(location))
    assert (await refresh(changed)).players == 1


@pytest.mark.parametrize(
    ("days", "metric", "error"),
    [
        (DayRows("nowhere.csv"), "spend", ViewGone),
        (DayRows("../other/days.csv"), "spend", LocationRefused),
        (DayRows("days.csv", player="who"), "spend", ColumnsChanged),
        (DayRows("days.csv", day="date"), "spend", DayColumnMissing),
        (DayRows("days.csv"), "spent", DayColumnMissing),
        (DayRows("days.csv"), "name", DayColumnUnfit),
        (DayRows("days.csv", day="spend"), "score", DayColumnUnfit),
    ],
)
async def test_rows_that_are_not_as_declared_are_refused_by_name(refresh, place, days, metric, error):
    (place / "days.csv").write_text("player_id,day,spend,score,name\na,2026-11-20,1.5,1,x\n")
    with pytest.raises(error):
        await refresh(Game(GameId("arena"), {metric: DayMetric()}, {}, days=days))


async def test_rows_that_have_ended_are_told_as_of_their_last_day(session, warehouse, opened, place):
    (place / "days.csv").write_text(HEADER + "a,2017-03-01,1,1\na,2017-03-04,1,1\na,soon,1,1\nb,2090-01-01,1,1\n")
    chatham = msgspec.structs.replace(ROWS, timezone="Pacific/Chatham")
    moment = await rows_moment(session, warehouse, opened, chatham, AS_OF)
    assert day_text(plan_of(chatham, moment).calendar.last) == "2017-03-04"


async def test_rows_that_go_on_are_told_as_of_the_last_day_that_is_over_and_without_days_as_of_now(
    session, warehouse, opened, place
):
    (place / "days.csv").write_text(HEADER + "a,2026-11-22,1,1\na,2026-11-23,1,1\n")
    now = Instant(AS_OF + 5)
    assert await rows_moment(session, warehouse, opened, ROWS, now) == AS_OF
    (place / "days.csv").write_text(HEADER + "a,soon,1,1\n")
    assert await rows_moment(session, warehouse, opened, ROWS, now) == now

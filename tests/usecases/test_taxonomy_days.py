"""Players' days in a namespace: from its events or from files, without those who opted out, stored and gathered."""

import random
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tessella.domain.errors import ColumnsChanged, LocationRefused, ViewGone
from tessella.domain.errors.taxonomy_days import BaselineOutdated, DayColumnMissing, DayColumnUnfit, NoDays
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import FeatureName, GameId, Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.taxonomy.baselines import Baseline, Baselines, Seen
from tessella.domain.taxonomy.days import sampling
from tessella.domain.taxonomy.days.calendar import day_named
from tessella.domain.taxonomy.days.plan import plan_of
from tessella.domain.taxonomy.days.reference import baseline_of, days_of
from tessella.domain.taxonomy.game import DayMetric, DayRows, Game, Outcome, Scale
from tessella.domain.taxonomy.stored_baseline import baseline_from
from tessella.ports import StoredFact
from tessella.usecases.taxonomy import loaded_days
from tessella.usecases.taxonomy.day_rows import rows_moment
from tessella.usecases.taxonomy.refresh_days import gather_seen, refresh_and_gather, refresh_days
from tests.database import session_of
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

#: Monday, 23 November 2026, 0:00 UTC.
AS_OF = Instant(20_780 * DAY_US)
METRICS = {
    "buys": DayMetric({"kind": "count", "event_type": "buy"}, scale=Scale.LOG),
    "spend": DayMetric({"kind": "sum", "field": "value", "event_type": "buy"}, scale=Scale.LOG),
    "away": DayMetric({"kind": "gap"}),
}
SHOP = Game(GameId("shop"), METRICS, {}, window_days=60)
ROWS = Game(
    GameId("arena"), {"spend": DayMetric(scale=Scale.LOG), "points": DayMetric(column="score")}, {},
    days=DayRows("days.csv"),
)  # fmt: skip
HEADER = "player_id,day,spend,score\n"


def told(_: float) -> None:
    """Nobody asks how far it is."""


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
def gather(session, warehouse, opened):
    async def gather(game: Game, as_of: Instant = AS_OF) -> Seen:
        return await gather_seen(session, warehouse, opened, game, as_of=as_of, progress=told)

    return gather


def bought(subject: str, day: int, value: float | None = 5.0, name: str = "") -> Event:
    """Something bought so many days before the last one."""
    at = Instant(AS_OF - day * DAY_US - DAY_US // 2)
    return Event(f"{subject}-{day}{name}", SubjectId(subject), "buy", at, value=value)


def some_events(players: int, seed: int = 0) -> list[Event]:
    luck = random.Random(seed)
    return [
        bought(f"p{player}", day, round(luck.uniform(-1, 30), 2), str(turn))
        for player in range(players)
        for day in luck.sample(range(60), luck.randint(1, 30))
        for turn in range(luck.randint(1, 2))
    ]


async def stored(session, game: Game, player: str) -> Baseline | None:
    return await session.baseline_of(game.game_id, SubjectId(player))


async def test_everybodys_days_are_stored_as_python_tells_them(session, refresh):
    events = some_events(20)
    await session.add_events(events)
    done = await refresh(SHOP)
    plan = plan_of(SHOP, AS_OF)
    expected = days_of(plan, events)
    assert (done.as_of_day, done.players, done.days) == (20_779, 20, sum(map(len, expected.values())))
    for player, days in expected.items():
        found, meant = await stored(session, SHOP, player), baseline_of(plan, player, days)
        assert found is not None
        assert found.as_of == meant.as_of
        np.testing.assert_array_equal(found.counts, meant.counts)
        np.testing.assert_allclose(found.sums, meant.sums, rtol=1e-12)
        np.testing.assert_allclose(found.squares, meant.squares, rtol=1e-12)
        assert [each.day for each in found.recent] == [each.day for each in meant.recent]
        np.testing.assert_array_equal([e.values for e in found.recent], [e.values for e in meant.recent])


async def test_values_that_cannot_be_scaled_are_left_out_and_counted(session, refresh):
    await session.add_events([bought("a", 1, -3.0), bought("a", 2, 4.0)])
    done = await refresh(SHOP)
    assert done.left_out == {"spend: below 0, and the scale is log": 1}
    found = await stored(session, SHOP, "a")
    assert found is not None
    assert found.counts.sum(axis=0).tolist() == [2.0, 1.0, 1.0]


async def test_a_game_without_any_day_is_told_so_and_keeps_what_is_stored(session, refresh):
    await session.add_events([bought("a", 1)])
    await refresh(SHOP)
    with pytest.raises(NoDays) as none:
        await refresh(SHOP, Instant(AS_OF - 300 * DAY_US))
    assert (none.value.first, none.value.last) == ("2025-11-28", "2026-01-26")
    assert await stored(session, SHOP, "a") is not None


async def test_an_event_that_comes_late_counts_at_the_next_refresh(session, refresh):
    await session.add_events([bought("a", 1)])
    await refresh(SHOP)
    await session.add_events([bought("a", 5), bought("b", 3)])
    assert (await refresh(SHOP)).players == 2
    found = await stored(session, SHOP, "a")
    assert found is not None
    assert [each.day for each in found.recent] == [20_774, 20_778]


async def test_who_opted_out_has_no_days_and_loses_those_that_were_stored(session, refresh, gather):
    await session.add_events([bought("a", 1), bought("b", 1)])
    await refresh(SHOP)
    await session.set_consent(SubjectId("a"), Consent(personalization_enabled=False, data_sharing_consent=False))
    assert (await refresh(SHOP)).players == 1
    assert await stored(session, SHOP, "a") is None
    assert await stored(session, SHOP, "b") is not None
    assert (await gather(SHOP)).whole.player_ids == ["b"]


async def test_who_opted_out_has_no_days_in_files_either(session, refresh, gather, place):
    (place / "days.csv").write_text(HEADER + "a,2026-11-20,1,1\nb,2026-11-20,2,2\n")
    await session.set_consent(SubjectId("a"), Consent(personalization_enabled=False, data_sharing_consent=False))
    assert (await refresh(ROWS)).players == 1
    assert await stored(session, ROWS, "a") is None
    assert (await gather(ROWS)).whole.player_ids == ["b"]


async def test_days_of_another_namespace_are_not_told(session, storage, refresh, namespace):
    await storage.create_namespace(f"{namespace}-b")
    await (await session_of(storage, f"{namespace}-b")).add_events([bought("z", 1)])
    await session.add_events([bought("a", 1)])
    assert (await refresh(SHOP)).players == 1
    assert await stored(session, SHOP, "z") is None


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


async def test_a_calibration_sees_the_players_in_halves_and_in_turns(session, gather):
    events = some_events(30, seed=2)
    await session.add_events(events)
    seen = await gather(SHOP)
    plan = plan_of(SHOP, AS_OF)
    expected = days_of(plan, events)
    assert (seen.players, seen.as_of, sorted(seen.whole.player_ids)) == (30, 20_779, sorted(expected))
    days = [each.day for held in expected.values() for each in held]
    middle = (min(days) + max(days) + 1) // 2
    for at, player in enumerate(seen.whole.player_ids):
        held = expected[player]
        parts = {
            "whole": held,
            "first": [each for each in held if each.day < middle],
            "second": [each for each in held if each.day >= middle],
            "odd": held[::2],
            "even": held[1::2],
        }
        for part, some in parts.items():
            assert_sums(getattr(seen, part), at, baseline_of(plan, player, some) if some else None)
        rows = np.flatnonzero(seen.day_player == at)
        assert seen.day[rows].tolist() == [each.day for each in held]
        np.testing.assert_array_equal(seen.day_values[rows], [each.values for each in held])


def assert_sums(found: Baselines, at: int, expected: Baseline | None) -> None:
    for name in ("counts", "sums", "squares"):
        meant = np.zeros((3, len(METRICS))) if expected is None else getattr(expected, name)
        np.testing.assert_array_equal(getattr(found, name)[at], meant)


async def test_outcomes_are_numbers_and_truths_of_stored_facts_and_unknown_otherwise(session, gather):
    await declare(session, "user.ltv", type_="number")
    await declare(session, "user.left", type_="boolean")
    await declare(session, "user.tier", type_="string")
    facts = {("a", "user.ltv"): 12.5, ("a", "user.left"): True, ("b", "user.left"): False, ("b", "user.tier"): "7x"}
    await session.add_facts(
        [StoredFact(SubjectId(who), FeatureName(name), value, AS_OF) for (who, name), value in facts.items()]
    )
    await session.add_events([bought("a", 1), bought("b", 1)])
    names = {Outcome.SUPPORT: "user.tier", Outcome.CHURN: "user.left", Outcome.LTV: "user.ltv"}
    outcomes = {each: FeatureName(name) for each, name in names.items()}
    seen = await gather(Game(SHOP.game_id, METRICS, {}, outcomes=outcomes))
    found = dict(zip(seen.whole.player_ids, seen.outcomes.tolist(), strict=True))
    np.testing.assert_array_equal(found["a"], [12.5, 1.0, np.nan])
    np.testing.assert_array_equal(found["b"], [np.nan, 0.0, np.nan])


async def test_a_calibration_without_outcomes_has_none(session, gather):
    await session.add_events([bought("a", 1), bought("b", 1)])
    assert (await gather(SHOP)).outcomes.shape == (2, 0)


async def test_of_more_players_than_a_calibration_looks_at_the_same_are_chosen_every_time(session, gather, monkeypatch):
    await session.add_events(some_events(40))
    everybody: Sequence[SubjectId] = (await gather(SHOP)).whole.player_ids
    monkeypatch.setattr(sampling, "MOST_PLAYERS", 10)
    await session.add_events([bought("p-new", 3)])
    seen = await gather(SHOP)
    assert (len(seen.whole.player_ids), seen.players) == (10, 41)
    kept = [each for each in seen.whole.player_ids if each != "p-new"]
    assert kept == list(everybody[: len(kept)])


async def test_days_that_are_read_in_parts_are_the_same_days(session, warehouse, opened, monkeypatch):
    await session.add_events(some_events(50, seed=4))

    async def both():
        return await refresh_and_gather(session, warehouse, opened, SHOP, as_of=AS_OF, progress=told)

    at_once, seen = await both()
    monkeypatch.setattr(loaded_days, "ROWS_AT_ONCE", 100)
    in_parts, also = await both()
    assert in_parts == at_once
    assert also.whole.player_ids == seen.whole.player_ids
    for part in ("whole", "first", "second", "odd", "even"):
        np.testing.assert_array_equal(getattr(also, part).sums, getattr(seen, part).sums)
    np.testing.assert_array_equal(also.day_values, seen.day_values)


async def test_progress_grows_to_the_end(session, warehouse, opened):
    await session.add_events([bought("a", 1)])
    shares: list[float] = []
    await refresh_and_gather(session, warehouse, opened, SHOP, as_of=AS_OF, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_baseline_of_other_metrics_than_the_games_is_refused_by_name():
    with pytest.raises(BaselineOutdated) as refused:
        baseline_from(SubjectId("a"), 1, [0.0] * 27, [], 2)
    assert "27 numbers, not 18" in refused.value.message


async def test_rows_that_have_ended_are_told_as_of_their_last_day(session, warehouse, opened, place):
    (place / "days.csv").write_text(HEADER + "a,2017-03-01,1,1\na,2017-03-04,1,1\na,soon,1,1\nb,2090-01-01,1,1\n")
    chatham = msgspec.structs.replace(ROWS, timezone="Pacific/Chatham")
    moment = await rows_moment(session, warehouse, opened, chatham, AS_OF)
    assert day_named(plan_of(chatham, moment).calendar.last) == "2017-03-04"


async def test_rows_that_go_on_are_told_as_of_the_last_day_that_is_over_and_without_days_as_of_now(
    session, warehouse, opened, place
):
    (place / "days.csv").write_text(HEADER + "a,2026-11-22,1,1\na,2026-11-23,1,1\n")
    now = Instant(AS_OF + 5)
    assert await rows_moment(session, warehouse, opened, ROWS, now) == AS_OF
    (place / "days.csv").write_text(HEADER + "a,soon,1,1\n")
    assert await rows_moment(session, warehouse, opened, ROWS, now) == now

"""What a calibration looks at."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from tessella.domain.identifiers import FeatureName, SubjectId
from tessella.domain.taxonomy.baselines import Baseline, Baselines
from tessella.domain.taxonomy.days import sampling
from tessella.domain.taxonomy.days.plan import plan_of
from tessella.domain.taxonomy.days.reference import baseline_of, days_of
from tessella.domain.taxonomy.game import Game, Outcome
from tessella.ports import StoredFact
from tessella.usecases.taxonomy import loaded_days
from tessella.usecases.taxonomy.refresh_days import refresh_days
from tests.database import session_of
from tests.usecases.days import AS_OF, METRICS, SHOP, bought, gather, some_events, told
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


@pytest.fixture
def refresh(session, warehouse, opened):
    return partial(refresh_days, session, warehouse, opened, as_of=AS_OF, progress=told)


@pytest.fixture
def seen_of(session, warehouse, opened):
    return partial(gather, session, warehouse, opened)


async def test_a_calibration_sees_the_players_in_halves_and_in_turns(session, seen_of):
    events = some_events(30, seed=2)
    await session.add_events(events)
    seen = await seen_of(SHOP)
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


async def test_outcomes_are_numbers_and_truths_of_stored_facts_and_unknown_otherwise(session, seen_of):
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
    seen = await seen_of(Game(SHOP.game_id, METRICS, {}, outcomes=outcomes))
    found = dict(zip(seen.whole.player_ids, seen.outcomes.tolist(), strict=True))
    np.testing.assert_array_equal(found["a"], [12.5, 1.0, np.nan])
    np.testing.assert_array_equal(found["b"], [np.nan, 0.0, np.nan])


async def test_a_calibration_without_outcomes_has_none(session, seen_of):
    await session.add_events([bought("a", 1), bought("b", 1)])
    assert (await seen_of(SHOP)).outcomes.shape == (2, 0)


async def test_of_more_players_than_are_looked_at_the_same_are_chosen_every_time(session, seen_of, monkeypatch):
    await session.add_events(some_events(40))
    everybody: Sequence[SubjectId] = (await seen_of(SHOP)).whole.player_ids
    monkeypatch.setattr(sampling, "MOST_PLAYERS", 10)
    await session.add_events([bought("p-new", 3)])
    seen = await seen_of(SHOP)
    assert (len(seen.whole.player_ids), seen.players) == (10, 41)
    kept = [each for each in seen.whole.player_ids if each != "p-new"]
    assert kept == list(everybody[: len(kept)])


async def test_days_that_are_read_in_parts_are_the_same_days(session, refresh, seen_of, monkeypatch):
    await session.add_events(some_events(50, seed=4))

    at_once, seen = await refresh(SHOP), await seen_of(SHOP)
    monkeypatch.setattr(loaded_days, "ROWS_AT_ONCE", 100)
    monkeypatch.setattr(loaded_days, "ROWS_OF_STATEMENT", 300)
    in_parts, also = await refresh(SHOP), await seen_of(SHOP)
    assert in_parts == at_once
    assert also.whole.player_ids == seen.whole.player_ids
    for part in ("whole", "first", "second", "odd", "even"):
        np.testing.assert_array_equal(getattr(also, part).sums, getattr(seen, part).sums)
    np.testing.assert_array_equal(also.day_values, seen.day_values)

"""Players' days from the events of a namespace: stored, without those who opted out."""

from functools import partial

import numpy as np
import pytest

from tessella.domain.errors.taxonomy_days import BaselineOutdated, NoDays
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.taxonomy.days.plan import plan_of
from tessella.domain.taxonomy.days.reference import baseline_of, days_of
from tessella.domain.taxonomy.game import Game
from tessella.domain.taxonomy.stored_baseline import baseline_from
from tessella.usecases.taxonomy.refresh_days import refresh_days
from tests.database import session_of
from tests.usecases.days import AS_OF, SHOP, bought, gather, some_events, stored, told

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


@pytest.fixture
def refresh(session, warehouse, opened):
    async def refresh(game: Game, as_of: Instant = AS_OF):
        return await refresh_days(session, warehouse, opened, game, as_of=as_of, progress=told)

    return refresh


@pytest.fixture
def seen_of(session, warehouse, opened):
    return partial(gather, session, warehouse, opened)


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


async def test_who_opted_out_has_no_days_and_loses_those_that_were_stored(session, refresh, seen_of):
    await session.add_events([bought("a", 1), bought("b", 1)])
    await refresh(SHOP)
    await session.set_consent(SubjectId("a"), Consent(personalization_enabled=False, data_sharing_consent=False))
    assert (await refresh(SHOP)).players == 1
    assert await stored(session, SHOP, "a") is None
    assert await stored(session, SHOP, "b") is not None
    assert (await seen_of(SHOP)).whole.player_ids == ["b"]


async def test_days_of_another_namespace_are_not_told(session, storage, refresh, namespace):
    await storage.administration.create_namespace(f"{namespace}-b")
    await (await session_of(storage, f"{namespace}-b")).add_events([bought("z", 1)])
    await session.add_events([bought("a", 1)])
    assert (await refresh(SHOP)).players == 1
    assert await stored(session, SHOP, "z") is None


async def test_progress_grows_to_the_end(session, warehouse, opened):
    await session.add_events([bought("a", 1)])
    shares: list[float] = []
    await refresh_days(session, warehouse, opened, SHOP, as_of=AS_OF, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_baseline_of_other_metrics_than_the_games_is_refused_by_name():
    with pytest.raises(BaselineOutdated) as refused:
        baseline_from(SubjectId("a"), 1, [0.0] * 27, [], 2)
    assert "27 numbers, not 18" in refused.value.message

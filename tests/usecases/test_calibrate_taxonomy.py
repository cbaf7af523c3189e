"""Calibrations of a game: one at a time, fresh ones kept, nothing half written, and everybody told what was found."""

import asyncio

import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import NoSuch, TooFewPlayers
from tessella.domain.errors.calibrations import CalibrationRunning, NotCalibrated
from tessella.domain.errors.taxonomy_days import NoDays
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import GameId, Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.taxonomy.taxonomy import Change
from tessella.usecases.rollback import rollback_object
from tessella.usecases.taxonomy.calibrate import calibrate_game_taxonomy
from tessella.usecases.taxonomy.declared import game_named, is_fresh, prepared_of
from tessella.usecases.taxonomy.moment import game_moment
from tessella.usecases.taxonomy.refresh import ask_for_game_refreshes, refresh_game_taxonomy
from tests.database import define, publish, session_of
from tests.usecases.games import ARENA, AS_OF, BODY, bought, declare_arena, play, played

pytestmark = pytest.mark.anyio

MUCH, LITTLE = SubjectId("p001"), SubjectId("p000")
AXIS, MEMBERSHIP = "taxonomy.arena.monetization", "taxonomy.arena.monetization.membership"
ANOMALY = "taxonomy.arena.anomaly"


@pytest.fixture
async def session(storage, namespace):
    """A namespace with the game in it, and features for what is told."""
    session = await session_of(storage, namespace)
    await declare_arena(session)
    for name, kind in ((AXIS, "string"), (MEMBERSHIP, "number"), (ANOMALY, "number")):
        await define(session, Kind.FEATURE, name, name=name, type=kind, source="taxonomy")
    return await session_of(storage, namespace)


@pytest.fixture
def works(warehouse, opened):
    """What every use case works with, after its session."""
    return warehouse, opened, ARENA


async def facts_of(session, player):
    return {each.feature: each.value for each in await session.stored_facts(player)}


async def test_a_calibration_finds_the_players_kinds_and_tells_everybody_at_once(session, works):
    await play(session)
    steps = []
    made = await calibrate_game_taxonomy(session, *works, as_of=AS_OF, progress=steps.append)
    [axis] = made.universal_axes
    assert (made.version, made.players, len(axis.segments)) == (1, 40, 2)
    assert (await prepared_of(session, game_named(session, ARENA))).taxonomy.version == 1
    much, little = await facts_of(session, MUCH), await facts_of(session, LITTLE)
    assert {much[AXIS], little[AXIS]} == {each.name for each in axis.segments}
    assert 0 < much[MEMBERSHIP] <= 1
    assert 0 <= much[ANOMALY] <= 1
    profile = await session.profile_of(ARENA, MUCH)
    assert (profile.version, profile.memberships[0]["segment_name"]) == (1, much[AXIS])
    refresh = await session.game_refresh(ARENA)
    assert (refresh.players, refresh.profiles_version, refresh.left_out) == (40, 1, {})
    assert 0 < refresh.mean_confidence <= 1
    assert steps == sorted(steps)
    assert steps[-1] == 1


async def test_a_fresh_taxonomy_is_returned_and_one_that_is_asked_for_anew_keeps_its_segments(session, works):
    await play(session)
    first = await calibrate_game_taxonomy(session, *works, as_of=AS_OF)
    assert (await calibrate_game_taxonomy(session, *works, as_of=AS_OF)).version == 1
    anew = await calibrate_game_taxonomy(session, *works, anew_since=session.now(), as_of=AS_OF)
    assert anew.version == 2
    assert {each.change for each in anew.lineage} == {Change.KEPT}
    names = [[each.name for each in made.axes[0].segments] for made in (first, anew)]
    assert sorted(names[0]) == sorted(names[1])
    again = await calibrate_game_taxonomy(session, *works, anew_since=anew.calibrated_at, as_of=AS_OF)
    assert again.version == 2


async def test_a_game_that_is_declared_otherwise_is_calibrated_anew(storage, namespace, session, works):
    await play(session)
    await calibrate_game_taxonomy(session, *works, as_of=AS_OF)
    await declare_arena(session, name="Another name", fresh_days=7)
    session = await session_of(storage, namespace)
    assert (await calibrate_game_taxonomy(session, *works, as_of=AS_OF)).version == 1
    await declare_arena(session, window_days=50)
    session = await session_of(storage, namespace)
    assert (await calibrate_game_taxonomy(session, *works, as_of=AS_OF)).version == 2


async def test_a_taxonomy_is_fresh_for_as_many_days_as_the_game_says(session, works):
    await play(session)
    await calibrate_game_taxonomy(session, *works, as_of=AS_OF)
    game, [version] = game_named(session, ARENA), await session.taxonomy_versions(ARENA)
    within = Instant(version.calibrated_at + game.fresh_days * DAY_US - 1)
    assert is_fresh(game, version, within)
    assert not is_fresh(game, version, Instant(within + 1))


async def test_of_two_at_once_one_runs_and_the_other_is_told(session, works):
    await play(session)
    async with session.calibrating(ARENA) as mine:
        assert mine
        for each in calibrate_game_taxonomy, refresh_game_taxonomy:
            with pytest.raises(CalibrationRunning, match="arena"):
                await each(session, *works, as_of=AS_OF)
    assert (await calibrate_game_taxonomy(session, *works, as_of=AS_OF)).version == 1


@pytest.mark.parametrize(("ends_at", "in_force"), [(0.4, None), (0.5, None), (0.7, 1), (0.8, 1), (0.9, 1), (0.98, 1)])
async def test_a_calibration_that_is_ended_half_way_leaves_nothing_half_written_and_the_next_one_goes_on(
    session, works, ends_at, in_force
):
    """It is cancelled when so much of it is done, as a worker that is stopped ends its jobs."""
    await play(session)

    def end(share):
        if share >= ends_at:
            running.cancel()

    running = asyncio.create_task(calibrate_game_taxonomy(session, *works, as_of=AS_OF, progress=end))
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [each.version for each in await session.taxonomies()] == ([] if in_force is None else [in_force])
    assert len(await facts_of(session, MUCH)) in (0, 3)
    assert (await calibrate_game_taxonomy(session, *works, as_of=AS_OF)).version == 1
    assert set(await facts_of(session, MUCH)) == {AXIS, MEMBERSHIP, ANOMALY}
    refresh = await session.game_refresh(ARENA)
    assert (refresh.profiles_version, refresh.told_version) == (1, 1)


async def test_a_calibration_that_fails_leaves_the_taxonomy_and_the_players_of_before(session, works):
    await play(session)
    await calibrate_game_taxonomy(session, *works, as_of=AS_OF)
    before = await session.baseline_of(ARENA, MUCH)
    with pytest.raises(NoDays):
        await calibrate_game_taxonomy(session, *works, anew_since=session.now(), as_of=Instant(AS_OF - 400 * DAY_US))
    assert (await session.stored_taxonomy(ARENA)).taxonomy.version == 1
    after = await session.baseline_of(ARENA, MUCH)
    assert after.as_of == before.as_of


async def test_a_game_without_events_or_with_five_players_says_so(session, works):
    with pytest.raises(NoDays, match="arena"):
        await calibrate_game_taxonomy(session, *works, as_of=AS_OF)
    await play(session, played(players=5))
    with pytest.raises(TooFewPlayers) as raised:
        await calibrate_game_taxonomy(session, *works, as_of=AS_OF)
    assert "5" in raised.value.message
    assert await session.game_refresh(ARENA) is None
    assert list(await session.taxonomies()) == []


async def test_a_game_that_is_not_declared_or_not_calibrated_is_named(session, warehouse, opened, works):
    with pytest.raises(NoSuch) as raised:
        await calibrate_game_taxonomy(session, warehouse, opened, GameId("arina"))
    assert raised.value.hint() == 'Did you mean "arena"?'
    with pytest.raises(NotCalibrated):
        await refresh_game_taxonomy(session, *works, as_of=AS_OF)
    with pytest.raises(NotCalibrated):
        await prepared_of(session, game_named(session, ARENA))


async def test_nobody_who_has_opted_out_is_calibrated_on_or_told(session, works):
    await session.set_consent(MUCH, Consent(personalization_enabled=False))
    await play(session)
    made = await calibrate_game_taxonomy(session, *works, as_of=AS_OF)
    assert made.players == 39
    assert await session.profile_of(ARENA, MUCH) is None
    assert await facts_of(session, MUCH) == {}


async def test_a_refresh_tells_of_new_players_and_takes_back_what_was_told_of_who_is_gone(session, works):
    await play(session)
    await calibrate_game_taxonomy(session, *works, as_of=AS_OF)
    await session.set_consent(LITTLE, Consent(personalization_enabled=False))
    await play(session, [bought("newcomer", 0, value=41.0, name=str(turn)) for turn in range(6)])
    done = await refresh_game_taxonomy(session, *works, as_of=AS_OF)
    assert (done.version, done.found.players) == (1, 40)
    assert (await facts_of(session, SubjectId("newcomer")))[AXIS] == (await facts_of(session, MUCH))[AXIS]
    assert await facts_of(session, LITTLE) == {}
    await session.set_consent(LITTLE, Consent())
    assert await session.profile_of(ARENA, LITTLE) is None


async def test_facts_as_of_a_moment_to_come_are_dated_now_so_that_the_next_refresh_replaces_them(session, works):
    await play(session)
    await calibrate_game_taxonomy(session, *works, as_of=Instant(AS_OF + 20 * DAY_US))
    dates = [each.as_of for each in await session.stored_facts(MUCH)]
    assert len(dates) == 3
    assert max(dates) <= session.now()


async def test_a_refresh_of_a_game_that_measures_otherwise_calibrates_it(storage, namespace, session, works):
    await play(session)
    await calibrate_game_taxonomy(session, *works, as_of=AS_OF)
    mean = {"kind": {"kind": "mean", "field": "value", "event_type": "buy"}, "scale": "log"}
    metrics = BODY["metrics"] | {"mean_spend": mean}
    await declare_arena(session, metrics=metrics, axes={"monetization": [*metrics]})
    session = await session_of(storage, namespace)
    done = await refresh_game_taxonomy(session, *works, as_of=AS_OF)
    assert done.version == 2
    assert set(done.found.metrics) == set(metrics)


async def test_every_game_that_is_calibrated_is_refreshed_and_players_of_a_deleted_one_are_let_go(
    storage, namespace, session, works
):
    await play(session)
    await calibrate_game_taxonomy(session, *works, as_of=AS_OF)
    await define(session, Kind.GAME, "idle", **({"game_id": "idle"} | _of_events("never")))
    session = await session_of(storage, namespace)
    [run] = await ask_for_game_refreshes(session)
    assert run.inputs == {"game_id": "arena"}
    await publish(session, Kind.GAME, "arena", None)
    session = await session_of(storage, namespace)
    assert await ask_for_game_refreshes(session) == []
    assert await session.profile_of(ARENA, MUCH) is None
    assert [each.version for each in await session.taxonomy_versions(ARENA)] == [1]


async def test_a_deleted_game_that_comes_back_has_its_taxonomy_and_its_players_are_told_of_again(
    storage, namespace, session, works
):
    await play(session)
    await calibrate_game_taxonomy(session, *works, as_of=AS_OF)
    await publish(session, Kind.GAME, "arena", None)
    session = await session_of(storage, namespace)
    await ask_for_game_refreshes(session)
    await rollback_object(session, Kind.GAME, "arena", 1)
    session = await session_of(storage, namespace)
    assert (await prepared_of(session, game_named(session, ARENA))).taxonomy.version == 1
    assert (await calibrate_game_taxonomy(session, *works, as_of=AS_OF)).version == 1
    assert (await session.profile_of(ARENA, MUCH)).version == 1


def _of_events(event_type):
    kind = {"kind": "count", "event_type": event_type}
    return {"metrics": {"much": {"kind": kind}, "more": {"kind": kind}}, "axes": {"social": ["much", "more"]}}


async def test_the_moment_is_a_day_after_the_history_where_that_has_ended(session, warehouse, opened):
    game, now, last = game_named(session, ARENA), session.now(), bought("anna", 9).occurred_at
    assert await game_moment(session, warehouse, opened, game, now) == now
    await play(session, [bought("anna", 9)])
    assert await game_moment(session, warehouse, opened, game, now) == last + DAY_US
    assert await game_moment(session, warehouse, opened, game, last) == last

"""Where players of a stored game stand: one, many, and all of them at a refresh."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from tessella.domain.definitions import Kind
from tessella.domain.errors import NoSuch, NotYours
from tessella.domain.errors.calibrations import NotCalibrated
from tessella.domain.errors.membership import NothingKnownOfPlayer
from tessella.domain.identifiers import GameId, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.taxonomy.membership.categorize import categorized
from tessella.domain.taxonomy.membership.space import Space
from tessella.usecases.taxonomy.categorize import categorize_player, categorize_players
from tessella.usecases.taxonomy.declared import prepared_of
from tessella.usecases.taxonomy.detect import detect_anomalies
from tessella.usecases.taxonomy.refresh_profiles import refresh_profiles
from tessella.usecases.taxonomy.told_players import told_players
from tests.database import define, session_of
from tests.taxonomies_served import GAME, KNOWN, UNKNOWN, declare_planted, learned, serve_planted

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage, namespace):
    await serve_planted(await session_of(storage, namespace))
    return await session_of(storage, namespace)


@pytest.fixture
def world():
    return learned().world


async def everybody(session, world):
    return await categorize_players(session, world.seen.whole.player_ids, GAME)


async def test_a_stored_player_is_told_what_the_taxonomy_says_of_their_days(session, world):
    told = await categorize_player(session, KNOWN, GAME)
    taxonomy = (await session.stored_taxonomy(GAME)).taxonomy
    expected = categorized(taxonomy, Space.of(taxonomy), world.baseline(0))
    assert msgspec.to_builtins(told.memberships) == msgspec.to_builtins(expected.memberships)
    assert (told.game_id, told.taxonomy_version, told.days) == (GAME, 1, expected.days)


async def test_the_planted_segments_are_told_again(session, world):
    told = (await everybody(session, world)).profiles
    for axis, labels in world.labels.items():
        best = [next(each.segment_id for each in one.memberships if each.axis_name == axis) for one in told]
        assert adjusted_rand_score(labels, best) >= 0.9


async def test_who_has_opted_out_is_answered_like_one_of_whom_nothing_is_known(session):
    await session.set_consent(KNOWN, Consent(personalization_enabled=False))
    for player in KNOWN, UNKNOWN:
        with pytest.raises(NothingKnownOfPlayer, match=f'"{player}" is known in the game "planted"'):
            await categorize_player(session, player, GAME)


async def test_a_client_is_told_of_themselves_only(storage, namespace, session):
    client = await session_of(storage, namespace, Role.CLIENT, subject_id=KNOWN)
    assert (await categorize_player(client, KNOWN, GAME)).player_id == KNOWN
    with pytest.raises(NotYours):
        await categorize_player(client, SubjectId("player-1"), GAME)
    with pytest.raises(NotYours):
        await categorize_players(client, [KNOWN, SubjectId("player-1")], GAME)


async def test_a_game_that_is_not_declared_or_not_calibrated_is_named(storage, namespace):
    await declare_planted(await session_of(storage, namespace))
    session = await session_of(storage, namespace)
    with pytest.raises(NoSuch, match="plantd"):
        await categorize_player(session, KNOWN, GameId("plantd"))
    with pytest.raises(NotCalibrated, match="planted"):
        await categorize_player(session, KNOWN, GAME)


async def test_three_bad_players_of_a_batch_fail_alone_and_by_name(session, world):
    asked = [*world.seen.whole.player_ids]
    bad = {7: "", 100: "nobody", 301: "x" * 5_000}
    for at, name in bad.items():
        asked.insert(at, SubjectId(name))
    batch = await categorize_players(session, asked, GAME)
    assert [each.player_id for each in batch.profiles] == list(world.seen.whole.player_ids)
    assert {each.pointer: each.player_id for each in batch.faults} == {
        f"/player_ids/{at}": name for at, name in bad.items()
    }


@pytest.mark.long
async def test_of_a_hundred_thousand_three_bad_ones_fail_alone(session, world):
    known = list(world.seen.whole.player_ids)
    asked = [known[each % len(known)] for each in range(100_000)]
    for at in 0, 50_000, 99_999:
        asked[at] = SubjectId(f"nobody-{at}")
    batch = await categorize_players(session, asked, GAME)
    assert len(batch.profiles) == 99_997
    assert [each.pointer for each in batch.faults] == ["/player_ids/0", "/player_ids/50000", "/player_ids/99999"]


async def test_a_newer_taxonomy_answers_before_profiles_are_refreshed(session, world):
    await refresh_profiles(session, GAME, await in_force(session))
    taxonomy = (await session.stored_taxonomy(GAME)).taxonomy
    await session.store_taxonomy(learned().game, replace(taxonomy, version=2), replace(learned().norms, version=2))
    assert (await categorize_player(session, KNOWN, GAME)).taxonomy_version == 2
    assert (await session.profile_of(GAME, KNOWN)).version == 1
    await refresh_profiles(session, GAME, await in_force(session))
    assert (await session.profile_of(GAME, KNOWN)).version == 2


async def test_a_refresh_stores_what_each_player_would_be_told(session, world):
    assert await refresh_profiles(session, GAME, await in_force(session)) == 300
    for player in world.seen.whole.player_ids[::60]:
        stored, told = await session.profile_of(GAME, player), await categorize_player(session, player, GAME)
        assert stored.memberships == list(msgspec.to_builtins(told.memberships))
        assert (stored.days, stored.version, stored.confidence) == (told.days, 1, told.confidence)


async def test_facts_are_told_of_the_best_segment_of_each_axis(session, world):
    prepared = await in_force(session)
    told = [each async for batch in told_players(session, GAME, prepared) for each in batch]
    assert len(told) == 300
    for each in told[::60]:
        profile = await categorize_player(session, each.player_id, GAME)
        best = profile.memberships[: len(prepared.taxonomy.axes)]
        assert {axis: name for axis, (name, _) in each.best.items()} == {
            one.axis_name: one.segment_name for one in best
        }
        for one in best:
            assert each.best[one.axis_name][1] == pytest.approx(one.membership_strength, abs=1e-4)
        assert each.anomaly is None


async def test_anomalies_are_told_where_a_feature_asks_for_them(storage, namespace, session):
    name = "taxonomy.planted.anomaly"
    await define(session, Kind.FEATURE, name, name=name, type="number", source="taxonomy")
    session = await session_of(storage, namespace)
    told = [each async for batch in told_players(session, GAME, await in_force(session)) for each in batch]
    assert np.mean([each.anomaly is not None for each in told]) > 0.9
    for each in told[::60]:
        assert each.anomaly == pytest.approx((await detect_anomalies(session, each.player_id, GAME)).displacement.score)


async def in_force(session):
    return await prepared_of(session, session.snapshot().definitions.games[GAME])

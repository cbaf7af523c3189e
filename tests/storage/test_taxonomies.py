"""Versions of taxonomies: stored whole, served from memory by every process, never two of one number."""

from contextlib import suppress

import msgspec
import psycopg
import pytest

from tessella.domain.errors import NoSuch
from tessella.domain.errors.calibrations import AlreadyCalibrated, NotCalibrated
from tessella.domain.identifiers import GameId, Instant, Role
from tessella.domain.taxonomy.declared import declared_digest
from tessella.domain.taxonomy.written import written_taxonomy
from tessella.ports.taxonomy import Difference
from tessella.storage.errors import DatabaseAway
from tests.database import eventually, scoped, session_elsewhere, session_of, storage_with
from tests.storage.taxonomy_support import SHOP, baseline_row, norms, profile_row, sent, shop, taxonomy

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


async def test_a_stored_taxonomy_reads_back_to_the_last_bit(session):
    made = taxonomy()
    await session.store_taxonomy(shop(), made, norms())
    stored = await session.stored_taxonomy(SHOP)
    assert written_taxonomy(stored.taxonomy) == written_taxonomy(made)
    assert (stored.about.declared, stored.about.version) == (declared_digest(shop()), 1)
    assert stored.about.calibrated_at == made.calibrated_at


async def test_the_newest_version_is_in_force_and_older_ones_stay_without_their_norms(session, database, namespace):
    for version in 1, 2:
        await session.store_taxonomy(shop(), taxonomy(version), norms(version))
    assert (await session.taxonomy(shop())).taxonomy.version == 2
    assert [each.version for each in await session.taxonomy_versions(SHOP)] == [2, 1]
    assert [(each.game_id, each.version) for each in await session.taxonomies()] == [(SHOP, 2)]
    assert (await session.stored_taxonomy(SHOP, 1)).taxonomy.version == 1
    with scoped(database.superuser, namespace, "superadmin") as connection:
        found = connection.execute(
            "SELECT version, norms IS NULL FROM tessella.taxonomies WHERE namespace = %s ORDER BY 1", [namespace]
        ).fetchall()
    assert found == [(1, True), (2, False)]


async def test_of_two_who_store_the_same_version_one_is_told(session):
    await session.store_taxonomy(shop(), taxonomy(), norms())
    with pytest.raises(AlreadyCalibrated) as raised:
        await session.store_taxonomy(shop(), taxonomy(), norms())
    assert raised.value.version == 1


async def test_before_the_first_calibration_there_is_none(session):
    assert await session.taxonomy(shop()) is None
    assert list(await session.taxonomy_versions(SHOP)) == []
    with pytest.raises(NotCalibrated, match="planted"):
        await session.stored_taxonomy(SHOP)
    await session.store_taxonomy(shop(), taxonomy(), norms())
    for version in 7, 2**63:
        with pytest.raises(NoSuch, match=f"planted {version}"):
            await session.stored_taxonomy(SHOP, version)


async def test_a_taxonomy_is_served_from_memory_and_at_once_where_it_was_stored(session):
    await session.store_taxonomy(shop(), taxonomy(), norms())
    first = await session.taxonomy(shop())
    assert await session.taxonomy(shop()) is first
    same = msgspec.convert(msgspec.to_builtins(shop()), type(shop()))
    assert await session.taxonomy(same) is first
    await session.store_taxonomy(shop(), taxonomy(2), norms(2))
    assert (await session.taxonomy(shop())).taxonomy.version == 2


async def test_other_thresholds_of_the_game_are_in_force_without_a_calibration(session):
    await session.store_taxonomy(shop(), taxonomy(), norms())
    first = await session.taxonomy(shop())
    anomalies = msgspec.structs.replace(shop().anomalies, alpha=0.05)
    other = await session.taxonomy(msgspec.structs.replace(shop(), anomalies=anomalies))
    assert other.taxonomy.version == first.taxonomy.version
    assert other.game.anomalies.alpha == 0.05


async def test_another_process_serves_a_new_version_by_itself(session, database, namespace, tmp_path):
    await session.store_taxonomy(shop(), taxonomy(), norms())
    async with storage_with(database.app, tmp_path / "another", namespace) as elsewhere:
        other = await session_of(elsewhere, namespace)
        assert (await other.taxonomy(shop())).taxonomy.version == 1
        await session.store_taxonomy(shop(), taxonomy(2), norms(2))

        async def is_newer() -> bool:
            return (await other.taxonomy(shop())).taxonomy.version == 2

        await eventually(is_newer, "the other process serves the new version")


async def test_a_version_that_cannot_be_read_leaves_the_one_before_in_place(session, database, namespace):
    await session.store_taxonomy(shop(), taxonomy(), norms())
    assert (await session.taxonomy(shop())).taxonomy.version == 1
    await session.store_taxonomy(shop(), taxonomy(2), norms(2))
    with scoped(database.superuser, namespace, "superadmin") as connection:
        connection.execute(
            "UPDATE tessella.taxonomies SET document = '{}' WHERE namespace = %s AND version = 2", [namespace]
        )
        connection.commit()
    assert (await session.taxonomy(shop())).taxonomy.version == 1


async def test_one_has_the_turn_to_calibrate_a_game_and_another_game_does_not_wait(session):
    async with session.calibrating(SHOP) as mine, session.calibrating(SHOP) as second:
        assert (mine, second) == (True, False)
        async with session.calibrating(GameId("another")) as another:
            assert another
    async with session.calibrating(SHOP) as again:
        assert again


async def test_the_turn_of_a_process_that_was_killed_is_free(own_storage, namespace, database):
    session = await session_of(own_storage, namespace)
    holder = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE (classid::bigint << 32 | objid::bigint) = "

    async def killed() -> None:
        async with session.calibrating(SHOP) as mine:
            assert mine
            with psycopg.connect(database.superuser, autocommit=True) as connection:
                turn = f"tessella taxonomy {namespace} {SHOP}"
                assert connection.execute(f"{holder} hashtextextended(%s, 0)", [turn]).fetchall() == [(True,)]

    with pytest.raises(DatabaseAway):
        await killed()

    async def is_free() -> bool:
        with suppress(DatabaseAway):
            async with session.calibrating(SHOP) as again:
                return again
        return False

    await eventually(is_free, "the turn is free")


async def test_a_namespace_sees_no_taxonomy_of_another(storage, session):
    await session.store_taxonomy(shop(), taxonomy(), norms())
    elsewhere = await session_elsewhere(storage)
    assert await elsewhere.taxonomy(shop()) is None
    assert list(await elsewhere.taxonomies()) == []


async def test_the_tables_of_the_requirement_show_the_newest_taxonomy_under_its_column_names(
    session, database, namespace
):
    for version in 1, 2:
        await session.store_taxonomy(shop(), taxonomy(version), norms(version))
    await session.replace_baselines(shop(), 20_000, sent(baseline_row("anna")))
    await session.replace_profiles(SHOP, 2, sent(profile_row("anna")))
    shown = {view: one_row(database, namespace, view) for view in REQUIRED}
    assert {view: list(row) for view, row in shown.items()} == {view: ["namespace", *REQUIRED[view]] for view in shown}
    game, axis, segment, membership = (shown[view] for view in REQUIRED)
    assert (game["universal_axes"], game["total_axes_count"], game["total_segments_count"]) == (["monetization"], 1, 2)
    assert game["variance_explained"] == 1 / 3
    assert axis["axis_id"] == segment["axis_id"]
    assert (segment["center_position"], segment["population_percentage"]) == ([-1, -1], 50)
    assert (segment["ltv_correlation"], segment["churn_correlation"]) == (0.1 + 0.2, None)
    assert (membership["player_id"], membership["membership_strength"]) == ("anna", 0.5)
    assert membership["position_offset"] == {"monetization_0": 0.25}


REQUIRED = {
    "game_behavioral_taxonomy": [
        "game_id", "universal_axes", "game_specific_axes", "total_axes_count", "total_segments_count",
        "variance_explained", "last_calibrated",
    ],
    "behavioral_axes": ["axis_id", "game_id", "axis_name", "axis_type", "defining_metrics", "segment_count"],
    # Ids of segments are those of a game: its id stands beside them.
    "segment_definitions": [
        "segment_id", "axis_id", "game_id", "segment_name", "center_position", "standard_deviations",
        "covariance_matrix", "contextual_centers", "population_percentage", "ltv_correlation", "churn_correlation",
        "support_risk_correlation",
    ],
    "player_segment_memberships": [
        "player_id", "game_id", "segment_id", "membership_strength", "position_offset", "distance_from_center",
        "confidence", "last_updated",
    ],
}  # fmt: skip


def one_row(database, namespace, view):
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        cursor = connection.execute(f"SELECT * FROM tessella.{view} LIMIT 1")
        row = cursor.fetchone()
    return dict(zip([each.name for each in cursor.description], row, strict=True))


async def test_differences_are_read_the_newest_first_by_game(session):
    found = [
        Difference(SHOP, f"player {at}", Instant(at), "profile", "shadow_mode", "legacy", similarity, [{"axis": "m"}])
        for at, similarity in ((1_000_000, 0.5), (2_000_000, None), (3_000_000, 1.0))
    ]
    await session.add_differences([*found, Difference(GameId("other"), "p", Instant(1), "profile", "s", "l", 0.1, [])])
    assert list(await session.differences(SHOP, since=Instant(2_000_000), limit=10)) == [found[2], found[1]]
    assert list(await session.differences(SHOP, since=Instant(0), limit=1)) == [found[2]]

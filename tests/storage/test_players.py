"""Players' baselines and profiles: replaced whole, read by one or many or as a stream, and never of who opted out."""

import asyncio

import numpy as np
import pytest

from tessella.domain.errors import NotYours
from tessella.domain.identifiers import GameId, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.taxonomy.game import Context
from tests.database import scoped, session_of
from tests.storage.taxonomy_support import DAY, SHOP, baseline_row, profile_row, sent, shop

pytestmark = pytest.mark.anyio

ANNA, BERT = SubjectId("anna"), SubjectId("bert")
OUT = Consent(personalization_enabled=False)


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


async def test_a_baseline_reads_back_as_it_was_sent(session):
    assert await session.replace_baselines(shop(), DAY, sent(baseline_row("anna", count=3, total=1 / 3))) == 1
    found = await session.baseline_of(SHOP, ANNA)
    assert (found.player_id, found.as_of) == (ANNA, DAY)
    assert found.counts.tolist() == [[3.0, 3.0]] * 3
    assert found.sums.tolist() == [[1 / 3, 1 / 3]] * 3
    [day] = found.recent
    assert (day.day, day.context) == (DAY - 1, Context.WEEKEND)
    np.testing.assert_array_equal(day.values, [0.1, np.nan])


async def test_the_stream_has_everybody_as_they_are_read_one_by_one(session):
    rows = [baseline_row(f"p{at}", count=at, total=at / 7) for at in range(4_500)]
    await session.replace_baselines(shop(), DAY, sent(*rows))
    found = {each.player_id: each async for block in session.stream_baselines(SHOP) for each in block}
    assert len(found) == 4_500
    some = [SubjectId(f"p{at}") for at in (0, 7, 4_499)]
    known = await session.baselines_of(SHOP, [*some, SubjectId("nobody")])
    assert set(known) == set(some)
    sums = {each.player_id: each async for block in session.stream_sums(SHOP) for each in block}
    assert {each.recent for each in sums.values()} == {()}
    assert all((sums[each].sums == known[each].sums).all() for each in some)
    for each in some:
        for read in found[each], await session.baseline_of(SHOP, each):
            np.testing.assert_array_equal(read.sums, known[each].sums)
            np.testing.assert_array_equal(read.recent[0].values, known[each].recent[0].values)


async def test_a_player_without_recent_days_has_none(session):
    row = baseline_row("anna").rpartition(',"')[0] + ',"{}"\n'
    await session.replace_baselines(shop(), DAY, sent(row))
    assert (await session.baseline_of(SHOP, ANNA)).recent == ()
    [[streamed]] = [block async for block in session.stream_baselines(SHOP)]
    assert streamed.recent == ()


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
async def test_nothing_is_known_of_a_player_whose_name_no_text_can_hold(session, name):
    await session.replace_baselines(shop(), DAY, sent(baseline_row("anna")))
    player = SubjectId(name)
    assert await session.baseline_of(SHOP, player) is None
    assert await session.profile_of(SHOP, player) is None
    assert set(await session.baselines_of(SHOP, [player, ANNA])) == {ANNA}


async def test_metrics_come_in_the_order_that_is_asked_for_and_an_unknown_one_has_no_days(session):
    await session.replace_baselines(shop(), DAY, sent(baseline_row("anna", count=3)))
    wanted = ("monetization_1", "added_since", "monetization_0")
    found = await session.baseline_of(SHOP, ANNA, wanted)
    assert found.counts.tolist() == [[3.0, 0.0, 3.0]] * 3
    np.testing.assert_array_equal(found.recent[0].values, [np.nan, np.nan, 0.1])
    [[streamed]] = [block async for block in session.stream_baselines(SHOP, wanted)]
    assert streamed.counts.tolist() == found.counts.tolist()


async def test_replacing_takes_away_who_is_no_longer_there_and_leaves_other_games_alone(session):
    await session.replace_baselines(shop(), DAY, sent(baseline_row("anna"), baseline_row("bert")))
    await session.replace_profiles(SHOP, 1, sent(profile_row("anna"), profile_row("bert")))
    await session.replace_baselines(shop(), DAY + 1, sent(baseline_row("bert", total=9)))
    await session.replace_profiles(SHOP, 1, sent(profile_row("bert", 0.25)))
    assert await session.baseline_of(SHOP, ANNA) is None
    assert await session.profile_of(SHOP, ANNA) is None
    assert (await session.baseline_of(SHOP, BERT)).as_of == DAY + 1
    assert (await session.profile_of(SHOP, BERT)).memberships[0]["membership_strength"] == 0.25
    assert await session.baseline_of(GameId("other"), BERT) is None


async def test_a_row_that_is_as_it_was_is_not_written_again(session, database, namespace):
    def versions() -> dict[str, str]:
        with scoped(database.superuser, namespace, "superadmin") as connection:
            return dict(
                connection.execute(
                    "SELECT player_id, xmin::text FROM tessella.player_baselines WHERE namespace = %s", [namespace]
                ).fetchall()
            )

    await session.replace_baselines(shop(), DAY, sent(baseline_row("anna"), baseline_row("bert")))
    before = versions()
    await session.replace_baselines(shop(), DAY + 1, sent(baseline_row("anna"), baseline_row("bert", total=4)))
    after = versions()
    assert (after["anna"] == before["anna"], after["bert"] == before["bert"]) == (True, False)
    assert (await session.baseline_of(SHOP, ANNA)).as_of == DAY + 1


async def test_a_replacement_that_breaks_off_leaves_all_as_it_was(session):
    async def broken():
        yield baseline_row("bert").encode()
        raise RuntimeError("the source broke off")

    await session.replace_baselines(shop(), DAY, sent(baseline_row("anna")))
    with pytest.raises(RuntimeError):
        await session.replace_baselines(shop(), DAY + 1, broken())
    assert (await session.baseline_of(SHOP, ANNA)).as_of == DAY
    assert await session.baseline_of(SHOP, BERT) is None


async def test_nothing_is_kept_nor_told_of_who_has_opted_out(session):
    await session.replace_baselines(shop(), DAY, sent(baseline_row("anna"), baseline_row("bert")))
    await session.replace_profiles(SHOP, 1, sent(profile_row("anna"), profile_row("bert")))
    await session.set_consent(ANNA, OUT)
    assert await session.baseline_of(SHOP, ANNA) is None
    assert await session.profile_of(SHOP, ANNA) is None
    assert set(await session.baselines_of(SHOP, [ANNA, BERT])) == {BERT}
    assert [each.player_id async for block in session.stream_baselines(SHOP) for each in block] == [BERT]


async def test_who_has_opted_out_is_not_stored_by_the_next_refresh(session, database, namespace):
    await session.set_consent(ANNA, OUT)
    assert await session.replace_baselines(shop(), DAY, sent(baseline_row("anna"), baseline_row("bert"))) == 1
    assert await session.replace_profiles(SHOP, 1, sent(profile_row("anna"), profile_row("bert"))) == 1
    for table in "player_baselines", "player_profiles":
        with scoped(database.superuser, namespace, "superadmin") as connection:
            query = f"SELECT player_id FROM tessella.{table} WHERE namespace = %s"
            assert connection.execute(query, [namespace]).fetchall() == [("bert",)]


async def test_the_requirements_table_of_memberships_shows_nobody_who_has_opted_out(session, database, namespace):
    await session.replace_profiles(SHOP, 1, sent(profile_row("anna"), profile_row("bert")))
    await session.set_consent(ANNA, OUT)
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        found = connection.execute("SELECT player_id FROM tessella.player_segment_memberships").fetchall()
    assert found == [("bert",)]


async def test_a_client_reads_its_own_subject_and_no_other(storage, namespace, session):
    await session.replace_baselines(shop(), DAY, sent(baseline_row("anna"), baseline_row("bert")))
    await session.replace_profiles(SHOP, 1, sent(profile_row("anna"), profile_row("bert")))
    anna = await session_of(storage, namespace, Role.CLIENT, "anna")
    assert (await anna.baseline_of(SHOP, ANNA)).player_id == ANNA
    assert (await anna.profile_of(SHOP, ANNA)).player_id == ANNA
    with pytest.raises(NotYours):
        await anna.baseline_of(SHOP, BERT)
    assert await anna.baselines_of(SHOP, [ANNA, BERT]) == {}


async def test_a_refresh_tells_what_baselines_and_profiles_there_are(session):
    assert await session.game_refresh(SHOP) is None
    await session.replace_baselines(shop(), DAY, sent(baseline_row("anna"), baseline_row("bert")))
    begun = await session.game_refresh(SHOP)
    assert (begun.as_of_day, begun.metrics, begun.players) == (DAY, shop().metric_names, 2)
    assert (begun.profiles_version, begun.told_version, begun.drift) == (None, None, None)
    await session.replace_profiles(
        SHOP, 3, sent(profile_row("anna", confidence=0.5), profile_row("bert", confidence=1))
    )
    await session.note_refresh(SHOP, 3, {"level": "none"}, {"negative": 4})
    [told] = await session.game_refreshes()
    assert (told.profiles_version, told.told_version, told.mean_confidence) == (3, 3, 0.75)
    assert (told.drift, told.left_out) == ({"level": "none"}, {"negative": 4})


async def test_a_sample_is_the_same_each_time_and_nobody_who_has_opted_out_is_in_it(session):
    await session.replace_baselines(shop(), DAY, sent(*[baseline_row(f"p{at}") for at in range(200)]))
    chosen = await session.sample_players(SHOP, 20)
    assert len(set(chosen)) == 20
    assert list(await session.sample_players(SHOP, 20)) == list(chosen)
    await session.set_consent(chosen[0], OUT)
    assert list(await session.sample_players(SHOP, 19)) == list(chosen[1:])
    assert len(await session.sample_players(SHOP, 1000)) == 199


async def test_players_of_games_that_are_gone_are_let_go(session):
    await session.replace_baselines(shop(), DAY, sent(baseline_row("anna")))
    await session.replace_profiles(SHOP, 1, sent(profile_row("anna")))
    await session.forget_players([SHOP])
    assert await session.baseline_of(SHOP, ANNA) is not None
    await session.forget_players([GameId("other")])
    assert await session.baseline_of(SHOP, ANNA) is None
    assert await session.profile_of(SHOP, ANNA) is None
    assert await session.game_refresh(SHOP) is None


async def test_two_who_replace_at_once_leave_one_of_the_two_whole(session):
    first, second = ([baseline_row(f"{who}{at}") for at in range(50)] for who in "ab")
    await asyncio.gather(
        session.replace_baselines(shop(), DAY, sent(*first)), session.replace_baselines(shop(), DAY, sent(*second))
    )
    left = {each.player_id[0] async for block in session.stream_baselines(SHOP) for each in block}
    assert left in ({"a"}, {"b"})

"""What a subject is shown of a scope: made, kept, served again, made anew when anything has changed, or the default."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import NoSuch, NotYours
from tessella.domain.identifiers import FeatureName, Instant, Role, ScopeId, SubjectId
from tessella.domain.personalization.ranking import ScopeRanking, WhyDefault
from tessella.domain.personalization.vector import FeatureVector
from tessella.domain.privacy.consent import Consent
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports import StoredFact
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.personalization.pregenerate import pregenerate
from tessella.usecases.personalization.recommend import RankingRequest
from tests.database import Dsns, define, eventually, link_to, scoped, session_of, storage_with
from tests.domain.personalization.scopes import HOROSCOPES

pytestmark = pytest.mark.anyio

DAILY = ScopeId("daily_horoscopes")
ANNA, BERT = SubjectId("anna"), SubjectId("bert")
OUT, IN = Consent(personalization_enabled=False), Consent()
DECLARED = (
    {"name": "user.zodiac", "type": "string"},
    {"name": "item.zodiac", "type": "string", "source": "item"},
    {"name": "item.approved_at", "type": "timestamp", "source": "item"},
)


async def declared(session: StoredSession, **changed: Any) -> None:
    """The scope, with a few items, and Anna's sign and vector."""
    for each in DECLARED:
        await define(session, Kind.FEATURE, **{"identifier": each["name"], **each})
    await define(session, Kind.SCOPE, str(DAILY), **{**HOROSCOPES, **changed})
    await session.put_items([sign("1", "aries"), sign("2", "leo"), sign("3", "libra"), sign("4", "taurus")])
    await session.add_facts([fact("leo", 1)])
    await session.replace_vectors([vector(session.now())])


def sign(item_id: str, zodiac: str) -> Item:
    return Item(item_id, properties={"scopes": [DAILY], "zodiac": zodiac})


def fact(zodiac: str, at: int) -> StoredFact:
    return StoredFact(ANNA, FeatureName("user.zodiac"), zodiac, Instant(at))


def vector(at: int, user_id: SubjectId = ANNA, engagement: float = 0.9) -> FeatureVector:
    return FeatureVector(user_id, Instant(at), engagement_score=engagement, session_count_30d=20)


@pytest.fixture
async def session(storage: Storage, namespace: str) -> StoredSession:
    found = await session_of(storage, namespace)
    await declared(found)
    return await session_of(storage, namespace)


async def shown(session: StoredSession, subject_id: str | None = "anna", limit: int = 10) -> ScopeRanking:
    subject = None if subject_id is None else SubjectId(subject_id)
    return await usecases.recommend_scope(session, RankingRequest(DAILY, limit, subject))


def ids(ranking: ScopeRanking) -> list[str]:
    return [each.item_id for each in ranking.items]


async def anew(session: StoredSession) -> ScopeRanking:
    """What is told as soon as it is not what was kept."""
    found: list[ScopeRanking] = []

    async def is_other() -> bool:
        found[:] = [await shown(session)]
        return not found[0].cached

    await eventually(is_other, "another ranking")
    return found[0]


async def test_a_ranking_is_made_once_and_served_again_as_it_was(session):
    first, second = await shown(session), await shown(session)
    assert (first.cached, second.cached, first.model_version) == (False, True, "rule_v1")
    assert [(each.item_id, each.score) for each in first.items] == [("2", 1.0), ("1", 0.8), ("3", 0.75), ("4", 0.7)]
    assert first.items == second.items
    assert {each.tags for each in first.items} == {()}
    assert second.computed_at == first.computed_at


async def test_another_limit_is_served_from_the_same_ranking(session):
    assert ids(await shown(session, limit=2)) == ["2", "1"]
    more = await shown(session, limit=3)
    assert (ids(more), more.cached) == (["2", "1", "3"], True)


async def test_another_process_serves_what_one_has_kept(session, database, tmp_path, namespace):
    await shown(session)
    async with storage_with(database.app, tmp_path) as other:
        assert (await shown(await session_of(other, namespace))).cached


async def test_it_is_made_anew_when_a_fact_that_it_reads_changes_and_not_for_another(session):
    await shown(session)
    await session.add_facts([StoredFact(ANNA, FeatureName("user.other"), 1, Instant(9))])
    assert (await shown(session)).cached
    await session.add_facts([fact("taurus", 2)])
    found = await anew(session)
    assert ids(found)[0] == "4"


async def test_it_is_made_anew_when_the_vector_is(session):
    await shown(session)
    await session.replace_vectors([vector(session.now(), engagement=0.1)])
    found = await shown(session)
    assert (found.cached, found.items[0].score) == (False, 0.8)


async def test_it_is_made_anew_when_the_catalogue_changes(session):
    await shown(session)
    await session.put_items([sign("0", "leo")])
    assert ids(await anew(session))[:2] == ["0", "2"]


async def test_an_item_that_comes_or_goes_by_its_own_time_ends_what_was_kept(session, storage, namespace):
    goes = session.now() + 2_500_000
    await session.put_items([Item("0", properties={"scopes": [DAILY], "zodiac": "leo"}, available_until=Instant(goes))])
    await eventually(lambda: _is_first(session, "0"), "the new item is first")
    assert (await session.kept_ranking(ANNA, DAILY)).ranking.valid_until == goes
    await eventually(lambda: _is_first(session, "2"), "the item has gone")


async def _is_first(session: StoredSession, item_id: str) -> bool:
    return ids(await shown(session))[0] == item_id


async def test_it_is_made_anew_when_the_scope_is_declared_otherwise(session, storage, namespace):
    await shown(session)
    await define(session, Kind.SCOPE, str(DAILY), **{**HOROSCOPES, "base": 0.1})
    found = await shown(await session_of(storage, namespace))
    assert (found.cached, found.items[-1].score) == (False, 0.3)


async def test_it_is_made_anew_when_flags_change(session):
    await shown(session)
    await session.set_flags({"ml_models": False})
    assert not (await shown(session)).cached


async def test_it_is_made_anew_when_its_time_is_over(database, tmp_path, namespace, session):
    async with storage_with(database.app, tmp_path, ranking_cache_ttl_hours=1e-9) as other:
        briefly = await session_of(other, namespace)
        assert [(await shown(briefly)).cached for _ in range(2)] == [False, False]


async def test_who_opts_out_gets_the_default_order_at_once_and_a_new_ranking_after_coming_back(session):
    await shown(session)
    await session.set_consent(ANNA, OUT)
    found = await shown(session)
    assert (found.model_version, found.cached, found.why_default) == ("default", False, WhyDefault.OPTED_OUT)
    assert [(each.item_id, each.score, each.confidence) for each in found.items] == [
        (each, 0.5, 0.0) for each in ("1", "2", "3", "4")
    ]
    await session.set_consent(ANNA, IN)
    assert (await shown(session)).cached is False
    assert (await shown(session)).cached is True


async def test_settings_that_somebody_changed_by_hand_hold_before_this_process_hears_of_it(
    session, database, namespace
):
    """As in requirement D, "Rollback Plan": only what is stored can tell, and it is read with what is kept."""
    await session.set_consent(ANNA, IN)
    await shown(session)
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        connection.execute("UPDATE tessella.personalization_settings SET personalization_enabled = false")
        connection.commit()
    assert (await shown(session)).why_default is WhyDefault.OPTED_OUT


async def test_the_kill_switch_gives_everybody_the_default_order_and_leaves_what_is_kept(session):
    first = await shown(session)
    await usecases.set_flags(session, {"personalization_rankings": False})
    assert (await shown(session)).why_default is WhyDefault.SWITCHED_OFF
    kept = (await session.kept_ranking(ANNA, DAILY)).ranking
    assert kept.computed_at == first.computed_at
    await usecases.set_flags(session, {"personalization_rankings": True})
    assert (await shown(session)).model_version == "rule_v1"


async def test_only_a_share_of_subjects_is_ranked_personally_and_it_only_grows(session):
    def personal(found: Sequence[ScopeRanking]) -> set[int]:
        return {at for at, each in enumerate(found) if each.why_default is None}

    await usecases.set_flags(session, {"rollout_percent": 10.0})
    ten = personal([await shown(session, f"s{at}") for at in range(60)])
    await usecases.set_flags(session, {"rollout_percent": 50.0})
    half = personal([await shown(session, f"s{at}") for at in range(60)])
    await usecases.set_flags(session, {"rollout_percent": 0.0})
    assert 1 <= len(ten) <= 15
    assert ten < half
    assert len(half) <= 42
    assert (await shown(session)).why_default is WhyDefault.NOT_IN_ROLLOUT


async def test_without_a_subject_the_order_is_the_default(session):
    found = await shown(session, None)
    assert (found.model_version, found.why_default, ids(found)) == ("default", WhyDefault.ANONYMOUS, list("1234"))


async def test_a_client_gets_its_own_and_nobody_elses(session, storage, namespace):
    own = await session_of(storage, namespace, Role.CLIENT, "anna")
    assert ids(await shown(own, None)) == ["2", "1", "3", "4"]
    assert (await shown(own)).cached
    with pytest.raises(NotYours):
        await shown(own, "bert")


async def test_an_unknown_scope_and_one_that_is_not_active_are_not_found(session, storage, namespace):
    with pytest.raises(NoSuch) as refused:
        await usecases.recommend_scope(session, RankingRequest(ScopeId("daily_horoscope"), 1))
    assert refused.value.hint() == 'Did you mean "daily_horoscopes"?'
    await define(session, Kind.SCOPE, str(DAILY), **{**HOROSCOPES, "active": False})
    with pytest.raises(NoSuch):
        await shown(await session_of(storage, namespace))


async def test_why_items_stand_where_they_do_is_kept_for_administrators_until_consent_is_withdrawn(session):
    await shown(session)
    tags = await usecases.get_rationale(session, ANNA, DAILY)
    assert tags["2"] == ["high_engagement", "user_zodiac"]
    await session.set_consent(ANNA, OUT)
    assert await usecases.get_rationale(session, ANNA, DAILY) == {}


async def test_rankings_made_at_night_are_what_those_who_ask_are_served(session):
    await session.replace_vectors([vector(session.now(), BERT)])
    vectors = [vectors async for vectors in session.stream_vectors(10)]
    assert await pregenerate(session, vectors[0], session.now()) == 2
    assert (await shown(session)).cached
    assert (await shown(session, "bert")).cached
    assert ids(await shown(session)) == ["2", "1", "3", "4"]


async def test_nothing_is_made_at_night_while_switched_off_or_of_who_is_not_in_the_rollout(session):
    found = [vector(session.now()), vector(session.now(), BERT)]
    await session.set_flags({"rollout_percent": 60.0})
    assert await pregenerate(session, found, session.now()) == 1
    await session.set_flags({"personalization_rankings": False})
    assert await pregenerate(session, found, session.now()) == 0


async def test_an_experiment_gives_some_the_random_order_and_stores_who_has_which(session, storage, namespace):
    await define(
        session,
        Kind.EXPERIMENT,
        "order",
        experiment_id="order",
        name="Against chance",
        status="running",
        expected=0.1,
        variants=[
            {"variant_id": "ours", "name": "Ours", "content": {"order": "rule_v1"}},
            {"variant_id": "any", "name": "Any", "content": {"order": "random"}},
        ],
    )
    await define(session, Kind.SCOPE, str(DAILY), **{**HOROSCOPES, "experiment_id": "order"})
    compared = await session_of(storage, namespace)
    found = {f"s{at}": await shown(compared, f"s{at}") for at in range(12)}
    assert {each.model_version for each in found.values()} == {"rule_v1", "random"}
    again = {name: await shown(compared, name) for name in found}
    assert all(again[name].cached for name in found)
    assert {name: (each.model_version, ids(each)) for name, each in again.items()} == {
        name: (each.model_version, ids(each)) for name, each in found.items()
    }
    await session.set_consent(SubjectId("s99"), OUT)
    assert (await shown(compared, "s99")).why_default is WhyDefault.OPTED_OUT


async def test_while_the_database_is_away_rankings_are_made_from_what_is_in_memory(
    session: StoredSession, database: Dsns, namespace: Any, tmp_path: Path
):
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "home") as storage:
        there = await session_of(storage, namespace)
        await shown(there)
        await link.cut()
        found = await shown(there)
        assert (found.cached, found.model_version, ids(found)) == (False, "rule_v1", ["2", "1", "3", "4"])

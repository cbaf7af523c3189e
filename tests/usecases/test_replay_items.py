"""A recorded recommendation is ranked again from the index and the history of then, or what is missing is named."""

from dataclasses import replace
from pathlib import Path

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import (
    HistoryChanged,
    IndexNotKept,
    OverlayGone,
    SubjectNeededForHistory,
    SubjectOptedOut,
)
from tessella.domain.identifiers import CampaignId, Namespace, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.ranking.catalogue.item import Item
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.ranking import ItemsAsked
from tessella.usecases.recommend import Recommendation, RecommendationRequest
from tests.audits import tamper, until_stored
from tests.database import Dsns, define, eventually, session_of, storage_with, until
from tests.domain.ranking.catalogues import NOW
from tests.rankings import bought, publish_index, shop_index

pytestmark = pytest.mark.anyio

ANN = SubjectId("ann")


@pytest.fixture
async def session(storage: Storage, namespace: Namespace) -> StoredSession:
    session = await session_of(storage, namespace)
    await publish_index(session, shop_index())
    await session.add_events(bought(ANN, "tea"))
    return session


async def recorded(database: Dsns, session: StoredSession, subject_id: SubjectId | None, **items: object) -> str:
    """The id of a recommendation that is in the audit."""
    made = await recommended(session, subject_id, **items)
    await until_stored(database, session.caller.namespace, 1)
    return made.decision.decision_id


async def recommended(session: StoredSession, subject_id: SubjectId | None, **items: object) -> Recommendation:
    request = RecommendationRequest(DecisionRequest(subject_id, at=NOW), ItemsAsked(**items))
    return await usecases.recommend(session, request)


async def test_a_recommendation_from_before_the_first_index_is_replayed_with_how_far_that_was(
    storage: Storage, database: Dsns, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    await usecases.ask_for_index(session, None)
    made = await recommended(session, None)
    assert made.decision.reasons[-1].code == "index_building"
    await until_stored(database, namespace, 1)
    replay = await usecases.replay_decision(session, made.decision.decision_id)
    assert (replay.equal, replay.differences) == (True, ())


async def test_a_recommendation_is_replayed_from_the_index_and_the_history_of_then(
    session: StoredSession, database: Dsns
) -> None:
    decision_id = await recorded(database, session, ANN, limit=3, anchor_item_ids=("rice",))
    await publish_index(session, shop_index(cake=2.0))
    await session.add_events(bought(ANN, "cake", days_ago=0.1))
    replayed = await usecases.replay_decision(session, decision_id, ANN)
    assert (replayed.equal, replayed.differences) == (True, ())


async def test_an_anonymous_recommendation_is_replayed_without_a_subject(
    session: StoredSession, database: Dsns
) -> None:
    decision_id = await recorded(database, session, None)
    assert (await usecases.replay_decision(session, decision_id)).equal


async def test_a_recommendation_without_an_index_is_replayed_as_empty(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    decision_id = await recorded(database, session, None)
    await publish_index(session, shop_index())
    assert (await usecases.replay_decision(session, decision_id)).equal


async def test_filters_by_the_region_and_pins_of_a_campaign_hold_in_a_replay(
    storage: Storage, session: StoredSession, database: Dsns
) -> None:
    namespace = session.caller.namespace
    dry = {"any": [{"ne": ["item.category", "drinks"]}, {"eq": ["ctx.region", "FI"]}]}
    await define(session, Kind.DEFAULTS, "defaults", item_filter=dry)
    await define(session, Kind.CAMPAIGN, "cakes", campaign_id="cakes", pins=["cake"])
    await until(lambda: storage.health().states[namespace].version == 2, "both were served")
    session = await session_of(storage, namespace)
    lists = {}
    for region in ("FI", "SE"):
        context = {"ctx": {"region": region}}
        request = RecommendationRequest(DecisionRequest(ANN, context, CampaignId("cakes"), at=NOW))
        lists[region] = (await usecases.recommend(session, request)).decision
    await until_stored(database, namespace, 2)
    assert [item_id for item_id, _ in lists["FI"].items[:2]] == ["cake", "tea"]
    assert [item_id for item_id, _ in lists["SE"].items[:2]] == ["cake", "milk"]
    for decision in lists.values():
        assert (await usecases.replay_decision(session, decision.decision_id, ANN)).differences == ()


async def test_an_altered_item_differs(session: StoredSession, database: Dsns) -> None:
    decision_id = await recorded(database, session, None, limit=1)
    statement = """UPDATE tessella.decision_audit SET body = replace(body::text, '"tea"', '"milk"')::json"""
    tamper(database, session.caller.namespace, f"{statement} WHERE namespace = :ns")
    replayed = await usecases.replay_decision(session, decision_id)
    assert [each.field for each in replayed.differences] == ["items"]
    assert replayed.differences[0].recorded[0][0] == "milk"
    assert replayed.differences[0].replayed[0][0] == "tea"


async def test_without_its_subject_a_history_cannot_be_read_again(session: StoredSession, database: Dsns) -> None:
    decision_id = await recorded(database, session, ANN)
    with pytest.raises(SubjectNeededForHistory):
        await usecases.replay_decision(session, decision_id)


async def test_the_history_of_a_subject_who_has_opted_out_since_is_not_read_again(
    session: StoredSession, database: Dsns
) -> None:
    decision_id = await recorded(database, session, ANN)
    await session.set_consent(ANN, Consent(personalization_enabled=False))
    with pytest.raises(SubjectOptedOut):
        await usecases.replay_decision(session, decision_id, ANN)


async def test_a_history_of_which_events_were_removed_is_told(session: StoredSession, database: Dsns) -> None:
    decision_id = await recorded(database, session, ANN)
    tamper(database, session.caller.namespace, "DELETE FROM tessella.events WHERE namespace = :ns")
    with pytest.raises(HistoryChanged):
        await usecases.replay_decision(session, decision_id, ANN)


async def test_an_index_that_is_not_kept_any_more_is_told_by_its_version(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path, namespace, index_versions=1) as storage:
        session = await session_of(storage, namespace)
        version = await publish_index(session, shop_index())
        decision_id = await recorded(database, session, None)
        await publish_index(session, shop_index())
        with pytest.raises(IndexNotKept, match=version):
            await usecases.replay_decision(session, decision_id)


async def test_items_that_had_changed_since_the_index_was_built_are_told(
    session: StoredSession, database: Dsns
) -> None:
    await session.put_items([replace(Item("tea"), available=False)])

    async def is_gone() -> bool:
        made = await usecases.simulate_recommendation(session, RecommendationRequest(DecisionRequest(at=NOW)))
        return "tea" not in [each.item_id for each in made.ranking.items]

    await eventually(is_gone, "the withdrawn item was gone")
    decision_id = await recorded(database, session, None)
    assert (await usecases.replay_decision(session, decision_id)).equal
    await publish_index(session, shop_index())
    with pytest.raises(OverlayGone):
        await usecases.replay_decision(session, decision_id)

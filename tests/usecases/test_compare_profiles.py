"""Profiles side by side: what each would give for one request."""

from collections.abc import Sequence
from typing import Any

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import Faults, NamedTwice, UnknownReference, WrongShape
from tessella.domain.identifiers import Namespace, ProfileId, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports import AuditQuery
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.compare_profiles import ProfilesCompared
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.ranking import ItemsAsked
from tessella.usecases.recommend import RecommendationRequest
from tests.database import define, eventually, session_of
from tests.domain.ranking.catalogues import NOW
from tests.rankings import bought, publish_index, shop_index

pytestmark = pytest.mark.anyio

ANN = SubjectId("ann")
#: What is popular, what is bought with what was bought, and no drinks.
PROFILES: dict[str, dict[str, Any]] = {
    "popular": {"alpha": 1.0, "beta": 0.0, "profile_boost": 0.0},
    "company": {"alpha": 0.0, "beta": 1.0, "profile_boost": 0.0},
    "dry": {"alpha": 1.0, "beta": 0.0, "item_filter": {"not": {"eq": ["item.category", "drinks"]}}},
}


@pytest.fixture
async def session(storage: Storage, namespace: Namespace) -> StoredSession:
    """An admin in a namespace with a small shop and three profiles; Ann has bought tea."""
    defining = await session_of(storage, namespace)
    await publish_index(defining, shop_index())
    await defining.add_events(bought(ANN, "tea"))
    for profile_id, body in PROFILES.items():
        await define(defining, Kind.PROFILE, profile_id, profile_id=profile_id, **body)

    async def are_served() -> bool:
        return len((await session_of(storage, namespace)).snapshot().definitions.profiles) == len(PROFILES)

    await eventually(are_served, "the profiles were served")
    return await session_of(storage, namespace)


async def compared(session: StoredSession, *profile_ids: str, limit: int = 3, **decision: Any) -> ProfilesCompared:
    request = RecommendationRequest(DecisionRequest(ANN, at=NOW, **decision), ItemsAsked(limit))
    return await usecases.compare_profiles(session, request, [ProfileId(each) for each in profile_ids])


def lists(found: ProfilesCompared) -> dict[str, list[str]]:
    return {each.profile_id: [item.item_id for item in each.ranking.items] for each in found.lists}


async def test_each_profile_gives_its_own_list_of_the_same_moment(session: StoredSession) -> None:
    found = await compared(session, "company", "popular", "dry")
    assert lists(found) == {
        "company": ["biscuit", "milk", "rice"], "popular": ["tea", "milk", "rice"], "dry": ["milk", "rice", "apple"],
    }  # fmt: skip
    assert found.decision.at == NOW
    assert (found.decision.segment_id, found.decision.profile_id) == ("default", None)


async def test_every_item_of_any_list_has_its_place_in_each(session: StoredSession) -> None:
    found = await compared(session, "popular", "company", limit=2)
    assert [(each.item_id, *each.ranks) for each in found.items] == [
        ("tea", 1, None), ("milk", 2, 2), ("biscuit", None, 1),
    ]  # fmt: skip


async def test_a_list_is_the_one_that_the_segment_would_give_by_that_profile(session: StoredSession) -> None:
    (company,) = (await compared(session, "company", limit=6)).lists
    rule = {"rule_id": "all", "expr": {"all": []}}
    await define(session, Kind.SEGMENT, "all", segment_id="all", profile_id="company", rules=[rule])
    request = RecommendationRequest(DecisionRequest(ANN, at=NOW), ItemsAsked(6))

    async def is_served() -> bool:
        fresh = type(session)(session.caller, session._parts, session._loaded)
        made = await usecases.recommend(fresh, request)
        return made.decision.profile_id == "company" and made.ranking.items == company.ranking.items

    await eventually(is_served, "the segment gave the list")


async def test_what_the_request_overrides_holds_in_every_list(session: StoredSession) -> None:
    found = await compared(session, "company", "popular", overrides={"alpha": 0.5})
    assert [each.config["alpha"] for each in found.lists] == [0.5, 0.5]
    assert [each.config["beta"] for each in found.lists] == [1.0, 0.0]


async def test_nothing_is_recorded(session: StoredSession) -> None:
    await compared(session, "popular", "company")
    recorded = (await usecases.recommend(session, RecommendationRequest(DecisionRequest(ANN, at=NOW)))).decision

    async def ids() -> Sequence[str]:
        rows, _ = await usecases.list_audit(session, AuditQuery())
        return [each.decision_id for each in rows]

    async def is_stored() -> bool:
        return recorded.decision_id in await ids()

    await eventually(is_stored, "the recommendation was recorded")
    assert await ids() == [recorded.decision_id]


async def test_of_a_subject_who_opted_out_no_history_is_used(session: StoredSession) -> None:
    await session.set_consent(ANN, Consent(personalization_enabled=False))
    found = await compared(session, "popular", "company")
    assert lists(found)["popular"] == ["tea", "milk", "rice"]
    assert {item.score for item in found.lists[1].ranking.items} == {0.0}
    assert found.decision.subject_id is None


async def test_a_profile_that_is_not_there_or_named_twice_is_pointed_at(session: StoredSession) -> None:
    with pytest.raises(Faults) as caught:
        await compared(session, "popular", "compny", "popular")
    unknown, twice = caught.value.faults()
    assert isinstance(unknown, UnknownReference)
    assert (unknown.pointer, unknown.nearest) == ("/profile_ids/1", "company")
    assert isinstance(twice, NamedTwice)
    assert twice.pointer == "/profile_ids/2"


@pytest.mark.parametrize("count", [0, 6])
async def test_one_to_five_profiles_are_compared(session: StoredSession, count: int) -> None:
    with pytest.raises(WrongShape) as caught:
        await compared(session, *["popular"] * count)
    assert caught.value.pointer == "/profile_ids"


async def test_without_an_index_every_list_is_empty_and_says_so(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await define(session, Kind.PROFILE, "popular", profile_id="popular")

    async def is_told() -> bool:
        fresh = await session_of(storage, namespace)
        if not fresh.snapshot().definitions.profiles:
            return False
        (only,) = (await compared(fresh, "popular")).lists
        return [code for code, _ in only.ranking.remarks] == ["empty_catalogue"]

    await eventually(is_told, "the list was empty")

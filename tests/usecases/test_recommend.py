"""Items for a subject: decided, ranked, remembered and recorded."""

import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tessella import usecases
from tessella.domain.decisions import Reason
from tessella.domain.definitions import Kind
from tessella.domain.errors import Faults, KnobInvalid, NamedTwice, NotYours, UnknownItem, WrongShape
from tessella.domain.identifiers import Instant, Json, Namespace, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.ranking.ranking import Ranking
from tessella.ports import AuditQuery
from tessella.ports.indexes import IndexCounts
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.ranking import NO_INDEX, ItemsAsked, check_asked
from tessella.usecases.recommend import Recommendation, RecommendationRequest
from tests.audits import until_stored
from tests.database import Dsns, define, eventually, link_to, session_elsewhere, session_of, storage_with, until
from tests.domain.ranking.catalogues import NOW
from tests.rankings import POPULAR, bought, publish_index, shop_index

pytestmark = pytest.mark.anyio

ANN, BOB = SubjectId("ann"), SubjectId("bob")


@pytest.fixture
async def session(storage: Storage, namespace: Namespace) -> StoredSession:
    """An admin in a namespace with a small shop, of which Ann has bought tea."""
    session = await session_of(storage, namespace)
    await publish_index(session, shop_index())
    await session.add_events(bought(ANN, "tea"))
    return session


def asked(subject_id: SubjectId | None = None, *, at: Instant | None = NOW, **items: Json) -> RecommendationRequest:
    return RecommendationRequest(DecisionRequest(subject_id, at=at), ItemsAsked(**items))


def ids(made: Recommendation) -> list[str]:
    return [item_id for item_id, _ in made.decision.items]


def codes(made: Recommendation) -> list[str]:
    return [reason.code for reason in made.decision.reasons]


async def test_items_are_ranked_by_what_the_subject_did(session: StoredSession) -> None:
    anonymous = await usecases.recommend(session, asked())
    ann = await usecases.recommend(session, asked(ANN))
    assert ids(anonymous) == sorted(POPULAR, key=lambda item_id: -POPULAR[item_id])
    assert ids(ann) == ["tea", "milk", "rice", "biscuit", "apple", "cake"]
    assert "cold_subject" in codes(anonymous)
    assert "cold_subject" not in codes(ann)


async def test_no_more_items_come_than_were_asked_for(session: StoredSession) -> None:
    assert ids(await usecases.recommend(session, asked(limit=2))) == ["tea", "milk"]


async def test_items_that_are_named_are_ranked_and_no_others(session: StoredSession) -> None:
    made = await usecases.recommend(session, asked(item_ids=("cake", "rice")))
    assert ids(made) == ["rice", "cake"]


async def test_similar_items_are_found_without_the_one_that_they_are_like(session: StoredSession) -> None:
    request = RecommendationRequest(
        DecisionRequest(overrides={"alpha": 0.0}, at=NOW), ItemsAsked(anchor_item_ids=("tea",))
    )
    assert ids(await usecases.recommend(session, request))[:2] == ["biscuit", "milk"]


async def test_the_profile_of_the_segment_decides_how_items_are_ranked(session: StoredSession) -> None:
    await define(session, Kind.PROFILE, "company", profile_id="company", alpha=0.0, beta=1.0)
    rule = {"rule_id": "all", "expr": {"all": []}}
    await define(session, Kind.SEGMENT, "all", segment_id="all", profile_id="company", rules=[rule])
    fresh = await session_of_same(session)
    made = await usecases.recommend(fresh, asked(ANN, limit=1))
    assert (made.decision.profile_id, ids(made)) == ("company", ["biscuit"])


async def session_of_same(session: StoredSession) -> StoredSession:
    """A session with the snapshot of now."""
    await eventually(lambda: _has_profile(session), "the profile was served")
    return type(session)(session.caller, session._parts, session._loaded)


async def _has_profile(session: StoredSession) -> bool:
    snapshot = session._loaded.snapshot
    return snapshot is not None and bool(snapshot.definitions.profiles)


async def test_items_that_cannot_be_meant_are_refused_and_pointed_at(session: StoredSession) -> None:
    for items, kind, pointer in (
        ({"item_ids": ("tea", "tee")}, UnknownItem, "/item_ids/1"),
        ({"anchor_item_ids": ("tee",)}, UnknownItem, "/anchor_item_ids/0"),
        ({"item_ids": ("tea", "milk", "tea")}, NamedTwice, "/item_ids/2"),
    ):
        with pytest.raises(Faults) as caught:
            await usecases.recommend(session, asked(**items))
        [fault] = caught.value.faults()
        assert (type(fault), fault.pointer) == (kind, pointer)


@pytest.mark.parametrize(
    ("items", "pointer"),
    [
        ({"limit": 0}, "/limit"),
        ({"limit": 10**9}, "/limit"),
        ({"item_ids": ()}, "/item_ids"),
        ({"item_ids": ("tea",) * 2_501}, "/item_ids"),
        ({"anchor_item_ids": ("tea",) * 101}, "/anchor_item_ids"),
    ],
)
def test_a_number_of_items_that_cannot_be_meant_is_refused(items: dict[str, Json], pointer: str) -> None:
    with pytest.raises(WrongShape) as caught:
        check_asked(ItemsAsked(**items))
    assert caught.value.pointer == pointer


async def test_an_override_out_of_its_range_is_refused(session: StoredSession) -> None:
    request = RecommendationRequest(DecisionRequest(overrides={"mmr_lambda": 1.5}))
    with pytest.raises(Faults) as caught:
        await usecases.recommend(session, request)
    [fault] = caught.value.faults()
    assert isinstance(fault, KnobInvalid)


async def test_without_an_index_there_are_no_items_and_a_remark(storage: Storage, namespace: Namespace) -> None:
    made = await usecases.recommend(await session_of(storage, namespace), asked(ANN, item_ids=("any",)))
    assert (ids(made), made.decision.index_version) == ([], None)
    assert codes(made)[-1] == "empty_catalogue"


async def test_while_the_first_index_is_built_the_answer_says_how_far_it_is(
    storage: Storage, database: Dsns, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    run = await usecases.ask_for_index(session, None)

    async def told() -> Reason:
        return (await usecases.recommend(session, asked(ANN))).decision.reasons[-1]

    async def tells(text: str) -> bool:
        return text in (await told()).text

    await eventually(lambda: tells("is still being built: 0% is done."), "it is queued")
    with psycopg.connect(database.superuser) as connection:
        connection.execute("UPDATE tessella.job_runs SET progress = 0.25 WHERE run_id = %s", [run.run_id])
    await eventually(lambda: tells("is still being built: 25% is done."), "it goes on")
    assert await told() == Reason("index_building", (await told()).text, {"progress": 0.25})
    await usecases.cancel_run(session, run.run_id)
    await eventually(lambda: tells("Build it: tessella index build."), "nobody builds it")


async def test_a_process_that_comes_while_the_first_index_is_built_says_so_at_once(
    storage: Storage, database: Dsns, tmp_path: Path, namespace: Namespace
) -> None:
    await usecases.ask_for_index(await session_of(storage, namespace), None)
    async with storage_with(database.app, tmp_path) as other:
        made = await usecases.recommend(await session_of(other, namespace), asked(ANN))
    assert codes(made)[-1] == "index_building"


async def test_once_the_first_index_is_built_it_is_served_to_who_was_told_to_wait(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    await usecases.ask_for_index(session, None)
    await publish_index(session, shop_index())

    async def lists() -> bool:
        return "tea" in ids(await usecases.recommend(session, asked(ANN)))

    await eventually(lists, "it is served")


async def test_of_a_subject_who_opted_out_no_history_is_used_nor_a_ranking_of_before(session: StoredSession) -> None:
    before = await usecases.recommend(session, asked(ANN, at=None))
    await session.set_consent(ANN, Consent(personalization_enabled=False))
    after = await usecases.recommend(session, asked(ANN, at=None))
    assert ids(before)[3] == "biscuit"
    assert ids(after) == sorted(POPULAR, key=lambda item_id: -POPULAR[item_id])
    assert codes(after)[0] == "opted_out"
    assert (after.decision.subject_id, after.decision.history_digest) == (None, "")
    await session.set_consent(ANN, Consent())
    assert ids(await usecases.recommend(session, asked(ANN, at=None))) == ids(before)


@pytest.mark.parametrize("role", [Role.CLIENT, Role.READER])
async def test_a_client_is_recommended_items_for_its_own_subject_only(
    storage: Storage, namespace: Namespace, session: StoredSession, role: Role
) -> None:
    own = await session_of(storage, namespace, role, ANN)
    made = await usecases.recommend(own, asked())
    assert (made.decision.subject_id, made.decision.history_digest) == (ANN, (await session.history(ANN)).digest)
    with pytest.raises(NotYours):
        await usecases.recommend(own, asked(BOB))


async def test_two_namespaces_never_share_a_ranking(
    storage: Storage, namespace: Namespace, session: StoredSession
) -> None:
    there = await session_elsewhere(storage)
    await publish_index(there, shop_index(cake=2.0))
    await there.add_events(bought(ANN, "tea"))
    for _ in range(2):
        assert ids(await usecases.recommend(session, asked(ANN)))[0] == "tea"
        assert ids(await usecases.recommend(there, asked(ANN)))[0] == "cake"


async def test_the_same_question_is_answered_from_memory_and_recorded_anew(session: StoredSession) -> None:
    first, second = [await usecases.recommend(session, asked(ANN, at=None)) for _ in range(2)]
    assert second.ranking is first.ranking
    assert first.decision.decision_id != second.decision.decision_id
    assert first.decision.ranked == second.decision.ranked


async def test_a_ranking_is_not_given_again_after_its_time(
    session: StoredSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[Recommendation.__module__], "FRESH_US", -1)
    first, second = [await usecases.recommend(session, asked(ANN, at=None)) for _ in range(2)]
    assert second.ranking is not first.ranking


async def test_another_question_is_ranked_anew(session: StoredSession) -> None:
    first = await usecases.recommend(session, asked(ANN))
    for other in (
        asked(BOB), asked(ANN, limit=3), asked(ANN, item_ids=("tea", "milk")), asked(ANN, anchor_item_ids=("rice",)),
        asked(ANN, at=Instant(NOW + 1)), asked(ANN, at=None),
        RecommendationRequest(DecisionRequest(ANN, overrides={"beta": 0.9}, at=NOW)),
    ):  # fmt: skip
        assert (await usecases.recommend(session, other)).ranking is not first.ranking


async def test_what_a_subject_does_shows_in_the_next_list(session: StoredSession) -> None:
    before = await usecases.recommend(session, asked(ANN))
    await session.add_events(bought(ANN, "rice", days_ago=0.5))
    after = await usecases.recommend(session, asked(ANN))
    assert (await score_of(after, "apple")) > (await score_of(before, "apple"))


async def score_of(made: Recommendation, item_id: str) -> float:
    return dict(made.decision.items)[item_id]


async def test_while_an_index_is_replaced_each_list_is_of_one_index(session: StoredSession) -> None:
    first_of = {str((await usecases.recommend(session, asked())).decision.index_version): "tea"}
    lists: list[Recommendation] = []

    async def replaced() -> bool:
        lists.append(await usecases.recommend(session, asked(at=None)))
        return lists[-1].decision.index_version not in first_of

    async with session.building_index(NOW) as build:
        lists.append(await usecases.recommend(session, asked(at=None)))
        await build.publish(replace(shop_index(cake=2.0), version=build.version), IndexCounts(6, 0, 0), {})
    await eventually(replaced, "the new index was served")
    first_of[build.version] = "cake"
    assert {(made.decision.index_version, ids(made)[0]) for made in lists} == set(first_of.items())


async def test_many_requests_are_answered_as_one_by_one(session: StoredSession) -> None:
    requests = [asked(ANN), asked(), asked(BOB, limit=2), asked(ANN, item_ids=("cake", "tea"))]
    alone = [await usecases.recommend(session, each) for each in requests]
    together = await usecases.recommend_many(session, requests)
    assert [made.decision.items for made in together] == [made.decision.items for made in alone]


async def test_a_wrong_item_refuses_the_whole_batch(session: StoredSession) -> None:
    wrong = asked(item_ids=("tee",), pointer="/requests/1")
    with pytest.raises(Faults) as caught:
        await usecases.recommend_many(session, [asked(ANN), wrong])
    assert [fault.pointer for fault in caught.value.faults()] == ["/requests/1/item_ids/0"]


async def test_the_audit_keeps_the_items_and_what_they_were_ranked_from(
    session: StoredSession, database: Dsns, namespace: Namespace
) -> None:
    made = await usecases.recommend(session, asked(ANN, limit=2, anchor_item_ids=("rice",)))
    await until_stored(database, namespace, 1)
    [row], _ = await session.audit(AuditQuery(subject_id=ANN))
    history = await session.history(ANN)
    assert row.body["items"] == [[item_id, score] for item_id, score in made.decision.items]
    assert row.body["ranked"] == {
        "limit": 2, "at": NOW, "anchor_item_ids": ["rice"], "index_version": made.decision.index_version,
        "history_digest": history.digest, "history_as_of": history.as_of,
    }  # fmt: skip


async def test_an_explained_recommendation_has_numbers_that_add_up(session: StoredSession) -> None:
    plain = await usecases.recommend(session, asked(ANN))
    explained = await usecases.recommend_explained(session, asked(ANN))
    assert explained.explanation.decision.items == plain.decision.items
    trace = explained.ranking.trace
    assert trace is not None
    for each in trace.items:
        total = sum(term.contribution for term in each.terms) + each.boost - each.mmr_penalty
        assert total == pytest.approx(each.score, abs=1e-6)


async def test_a_simulated_recommendation_is_not_recorded(
    session: StoredSession, database: Dsns, namespace: Namespace
) -> None:
    await usecases.simulate_recommendation(session, asked(ANN))
    await usecases.recommend(session, asked(BOB))
    await until_stored(database, namespace, 1)
    rows, _ = await session.audit(AuditQuery())
    assert [row.user_hash for row in rows] == [session.pseudonym(BOB)]


async def test_while_the_database_is_away_items_come_from_memory(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with (
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await session_of(storage, namespace)
        await publish_index(session, shop_index())
        await session.add_events(bought(ANN, "tea"))
        before = await usecases.recommend(session, asked(ANN))
        await link.cut()
        await until(lambda: not storage.health().database_is_up, "the loss was noticed")
        away = await usecases.recommend(session, asked(ANN))
        assert away.decision.items == before.decision.items
        assert "stale" in codes(away)
        stranger = await usecases.recommend(session, asked(BOB))
        assert ids(stranger)[0] == "tea"
        assert {"stale", "cold_subject"} <= set(codes(stranger))


def test_an_empty_ranking_says_why() -> None:
    assert isinstance(NO_INDEX, Ranking)
    assert [code for code, _ in NO_INDEX.remarks] == ["empty_catalogue"]

"""Kept rankings, the items of scopes, and what is switched on: as the database and this process remember them."""

import asyncio

import psycopg
import pytest

from tessella.domain.errors import NotYours
from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, Role, ScopeId, SubjectId
from tessella.domain.personalization.flags import Flags
from tessella.domain.personalization.order import placed_of
from tessella.domain.personalization.ranking import RankedItem
from tessella.domain.personalization.vector import FeatureVector
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports.personalization import StoredRanking
from tests.database import scoped, session_elsewhere, session_of, storage_with

pytestmark = pytest.mark.anyio

ANNA, BERT = SubjectId("anna"), SubjectId("bert")
DAILY = ScopeId("daily")
THEN, LATER = Instant(1_790_000_000_000_000), Instant(1_790_086_400_000_000)
ZODIAC = Feature(FeatureName("item.zodiac"), FeatureType.STRING, Source.ITEM)
CATEGORY = Feature(FeatureName("item.category"), FeatureType.STRING, Source.ITEM)
PLACED = placed_of([RankedItem("2", 0.9, 0.85, ("user_zodiac", "social")), RankedItem("1", 0.5, 0.4, ("social",))])
RANKING = StoredRanking(ANNA, DAILY, PLACED, "rule_v1", "b", THEN, LATER)


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


def zodiac(item_id: str, **said: object) -> Item:
    return Item(item_id, properties={"scopes": ["daily"], "zodiac": "leo"}, **said)


async def test_a_ranking_reads_back_without_tags_which_only_the_rationale_has(session):
    await session.keep_scope_ranking(RANKING)
    kept = (await session.kept_ranking(ANNA, DAILY)).ranking
    assert [(each.item_id, each.score, each.confidence, each.tags) for each in kept.placed.items] == [
        ("2", 0.9, 0.85, ()),
        ("1", 0.5, 0.4, ()),
    ]
    assert (kept.model_version, kept.basis, kept.computed_at, kept.valid_until) == ("rule_v1", "b", THEN, LATER)
    assert await session.rationale_of(ANNA, DAILY) == {"2": ["social", "user_zodiac"], "1": ["social"]}


async def test_the_vector_and_the_settings_come_with_it(session):
    vector = FeatureVector(ANNA, THEN, 0.75, 0.6, 5, 20, 300.0, 14, "mobile", "US", -8.0)
    await session.replace_vectors([vector])
    kept = await session.kept_ranking(ANNA, DAILY)
    assert (kept.vector, kept.ranking, kept.personalization_enabled) == (vector, None, True)
    assert (await session.kept_ranking(BERT, DAILY)).vector is None


async def test_a_later_ranking_replaces_an_earlier_one_and_never_the_reverse(session):
    later = StoredRanking(ANNA, DAILY, placed_of([RankedItem("1", 0.7, 0.5)]), "rule_v1", "c", LATER, LATER)
    assert await session.keep_rankings([later, RANKING]) == 1
    assert await session.keep_rankings([RANKING]) == 0
    assert (await session.kept_ranking(ANNA, DAILY)).ranking.basis == "c"
    assert await session.rationale_of(ANNA, DAILY) == {}


async def test_a_client_is_told_its_own_and_no_rationale(session, storage, namespace):
    await session.keep_scope_ranking(RANKING)
    own = await session_of(storage, namespace, Role.CLIENT, "anna")
    assert (await own.kept_ranking(ANNA, DAILY)).ranking.basis == "b"
    with pytest.raises(NotYours):
        await own.kept_ranking(BERT, DAILY)
    assert await own.rationale_of(ANNA, DAILY) == {}


async def test_nothing_is_kept_of_who_has_opted_out_meanwhile(session, database, namespace):
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        connection.execute(
            "INSERT INTO tessella.personalization_settings"
            " (namespace, subject_id, personalization_enabled, data_sharing_consent) VALUES (%s, 'anna', false, false)",
            [namespace],
        )
        connection.commit()
    await session.keep_scope_ranking(RANKING)
    assert await session.keep_rankings([RANKING]) == 0
    kept = await session.kept_ranking(ANNA, DAILY)
    assert kept.ranking is None
    assert not kept.personalization_enabled
    assert kept.settings_changed_at is not None


async def test_candidates_carry_the_scope_and_what_is_read_of_them(session):
    other = Item("3", properties={"scopes": ["weekly"]})
    none = Item("4", properties={"scopes": "daily"}, available=False)
    await session.put_items([zodiac("2", category="sun"), zodiac("1"), other, none, Item("5")])
    found = await session.candidates(DAILY, (CATEGORY, ZODIAC))
    assert [(each.item_id, each.values) for each in found.items] == [
        ("1", {"item.zodiac": "leo"}),
        ("2", {"item.category": "sun", "item.zodiac": "leo"}),
    ]


async def test_candidates_are_read_again_within_two_seconds_of_a_change(session):
    await session.put_items([zodiac("1")])
    before = await session.candidates(DAILY, (ZODIAC,))
    assert await session.candidates(DAILY, (ZODIAC,)) is before
    await session.put_items([zodiac("2")])
    for _ in range(200):
        if (now := await session.candidates(DAILY, (ZODIAC,))) is not before:
            break
        await asyncio.sleep(0.02)
    assert [each.item_id for each in now.items] == ["1", "2"]
    assert now.state != before.state


async def test_which_items_carry_scopes_is_read_from_their_index(session, database, namespace):
    await session.put_items([Item(f"{at:04}") for at in range(2_000)])
    with scoped(database.app, namespace, "system") as connection:
        plan = "\n".join(
            row[0]
            for row in connection.execute(
                "EXPLAIN SELECT item_id FROM tessella.items WHERE namespace = %s AND properties ? 'scopes'"
                " AND available AND properties -> 'scopes' @> to_jsonb('daily'::text) ORDER BY item_id",
                [namespace],
            )
        )
    assert "items_scoped" in plan


async def test_without_a_word_the_installation_says_what_is_switched_on(session):
    assert session.flags() == Flags()


async def test_flags_hold_at_once_here_and_leave_the_others_as_they_are(session):
    assert (await session.set_flags({"personalization_rankings": False})).personalization_rankings is False
    assert await session.set_flags({"rollout_percent": 10.0}) == Flags(
        personalization_rankings=False, rollout_percent=10.0, version=2
    )
    assert session.flags() == Flags(personalization_rankings=False, rollout_percent=10.0, version=2)


async def test_another_process_follows_within_two_seconds_and_another_namespace_never(
    session, database, tmp_path, storage
):
    elsewhere = await session_elsewhere(storage)
    async with storage_with(database.app, tmp_path) as other:
        there = await session_of(other, session.caller.namespace)
        assert there.flags().personalization_rankings
        await session.set_flags({"personalization_rankings": False})
        for _ in range(200):
            if not there.flags().personalization_rankings:
                break
            await asyncio.sleep(0.02)
        assert not there.flags().personalization_rankings
    assert elsewhere.flags() == Flags()


async def test_a_namespace_cannot_switch_on_what_the_installation_does_not_allow(
    database, tmp_path, namespace, storage
):
    await (await session_of(storage, namespace)).set_flags({"personalization_rankings": True, "ml_models": True})
    async with storage_with(database.app, tmp_path, personalization_enabled=False) as other:
        flags = (await session_of(other, namespace)).flags()
    assert not flags.personalization_rankings
    assert not flags.ml_models


async def test_a_client_sets_no_flags(storage, namespace):
    own = await session_of(storage, namespace, Role.CLIENT, "anna")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await own.set_flags({"personalization_rankings": False})

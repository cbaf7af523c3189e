"""Vectors: stored as they are sent, read back by one, some or all, and never of who has opted out."""

import psycopg
import pytest

from tessella.domain.errors import NotYours
from tessella.domain.identifiers import Instant, Role, SubjectId
from tessella.domain.personalization.vector import VECTOR_FIELDS, FeatureVector
from tessella.domain.privacy.consent import Consent
from tests.database import session_elsewhere, session_of

pytestmark = pytest.mark.anyio

ANNA, BERT, CLEO = SubjectId("anna"), SubjectId("bert"), SubjectId("cleo")
THEN, LATER = Instant(1_790_000_000_000_000), Instant(1_790_000_000_000_001)
OUT = Consent(personalization_enabled=False)
FULL = FeatureVector(ANNA, THEN, 0.75, 0.6, 5, 20, 300.0, 14, "mobile", "US", -8.0)


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


def counted(user_id: str, visits: int = 1, at: Instant = THEN) -> FeatureVector:
    return FeatureVector(SubjectId(user_id), at, session_count_7d=visits, session_count_30d=visits)


async def test_a_vector_reads_back_as_it_was_sent_and_what_is_empty_is_absent(session):
    assert await session.replace_vectors([FULL, counted("bert")]) == 2
    assert await session.vector_of(ANNA) == FULL
    assert await session.vector_of(BERT) == counted("bert")
    assert await session.vector_of(CLEO) is None


async def test_some_are_read_at_once_and_an_id_that_no_text_can_hold_is_nobodys(session):
    await session.replace_vectors([counted("anna"), counted("bert")])
    assert set(await session.vectors_of([ANNA, CLEO, SubjectId("a\0b"), SubjectId("\ud800")])) == {ANNA}


async def test_everybodys_come_in_blocks_in_the_order_of_ids_after_the_one_that_is_named(session):
    await session.replace_vectors([counted(f"p{at:02}") for at in range(7, 0, -1)])
    blocks = [[each.user_id for each in block] async for block in session.stream_vectors(3)]
    assert blocks == [["p01", "p02", "p03"], ["p04", "p05", "p06"], ["p07"]]
    assert [len(block) async for block in session.stream_vectors(3, after=SubjectId("p05"))] == [2]


async def test_a_vector_takes_the_place_of_an_older_one_and_not_of_a_newer_one(session):
    await session.replace_vectors([counted("anna", 2, LATER)])
    assert await session.replace_vectors([counted("anna", 1), counted("bert", 1)]) == 1
    assert (await session.vector_of(ANNA)).session_count_7d == 2
    assert await session.replace_vectors([counted("bert", 3, LATER)]) == 1
    assert (await session.vector_of(BERT)).session_count_7d == 3


async def test_how_far_a_refresh_came_is_the_last_id_of_its_moment(session):
    assert await session.last_vector(THEN) is None
    await session.replace_vectors([counted("cleo", 1, LATER)])
    await session.replace_vectors([counted("anna"), counted("bert")])
    assert await session.last_vector(THEN) == BERT


async def test_nothing_is_stored_of_who_has_opted_out(session):
    await session.set_consent(ANNA, OUT)
    assert await session.replace_vectors([counted("anna"), counted("bert")]) == 1
    await session.set_consent(ANNA, Consent())
    assert await session.vector_of(ANNA) is None


async def test_who_opts_out_is_not_read_any_more_and_then_removed(session):
    await session.replace_vectors([counted("anna"), counted("bert")])
    await session.set_consent(ANNA, OUT)
    assert await session.vector_of(ANNA) is None
    assert set(await session.vectors_of([ANNA, BERT])) == {BERT}
    assert [each.user_id async for block in session.stream_vectors(9) for each in block] == [BERT]
    await session.remove_opted_out_vectors()
    await session.set_consent(ANNA, Consent())
    assert await session.vector_of(ANNA) is None
    assert await session.vector_of(BERT) is not None


@pytest.mark.parametrize("role", [Role.CLIENT, Role.READER])
async def test_a_client_reads_its_own_vector_and_no_others(session, storage, namespace, role):
    await session.replace_vectors([counted("anna"), counted("bert")])
    anna = await session_of(storage, namespace, role, "anna")
    assert (await anna.vector_of(ANNA)).user_id == ANNA
    with pytest.raises(NotYours):
        await anna.vector_of(BERT)
    assert set(await anna.vectors_of([ANNA, BERT])) == {ANNA}


async def test_a_monitor_reads_no_vector(session, storage, namespace):
    await session.replace_vectors([counted("anna")])
    monitor = await session_of(storage, namespace, Role.MONITOR)
    with pytest.raises(NotYours):
        await monitor.vector_of(ANNA)
    assert await monitor.vectors_of([ANNA]) == {}


async def test_another_namespace_has_vectors_of_its_own(session, storage):
    await session.replace_vectors([counted("anna")])
    elsewhere = await session_elsewhere(storage)
    assert await elsewhere.vector_of(ANNA) is None
    assert await elsewhere.remove_opted_out_vectors() == 0


async def test_the_table_holds_the_nine_figures_of_a_subject_and_nothing_else(database):
    with psycopg.connect(database.app) as connection:
        rows = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'tessella.personalization_features'::regclass"
            " AND attnum > 0 AND NOT attisdropped"
        ).fetchall()
    assert {name for (name,) in rows} == {"namespace", "user_id", "computed_at", *VECTOR_FIELDS}

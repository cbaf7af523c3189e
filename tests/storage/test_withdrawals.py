"""Who has opted out since a moment."""

import psycopg
import pytest

from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.storage.store import Storage
from tests.database import Dsns, fresh_namespace, session_of

pytestmark = pytest.mark.anyio

OUT, IN = Consent(personalization_enabled=False), Consent()


async def test_only_who_opted_out_at_the_moment_or_later_and_has_not_come_back_is_told(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    for subject_id in ("before", "later", "back"):
        await session.set_consent(SubjectId(subject_id), OUT)
        if subject_id == "before":
            moment = session.now()
    await session.set_consent(SubjectId("back"), IN)
    await session.set_consent(SubjectId("never"), IN)
    assert await session.withdrawn_since(moment) == ["later"]
    assert sorted(await session.withdrawn_since(Instant(0))) == ["before", "later"]


async def test_another_namespace_is_not_told(storage: Storage, namespace: Namespace) -> None:
    await (await session_of(storage, namespace)).set_consent(SubjectId("mine"), OUT)
    other = fresh_namespace()
    await storage.administration.create_namespace(other)
    assert await (await session_of(storage, other)).withdrawn_since(Instant(0)) == []


def test_those_who_have_not_opted_out_are_not_read(database: Dsns, namespace: Namespace) -> None:
    with psycopg.connect(database.superuser) as connection:
        connection.execute("SET LOCAL enable_seqscan = off")
        plan = connection.execute(
            "EXPLAIN SELECT subject_id FROM tessella.personalization_settings WHERE namespace = %s "
            "AND NOT personalization_enabled AND updated_at >= to_timestamp(0)",
            [namespace],
        ).fetchall()
    assert "personalization_settings_withdrawn" in str(plan)

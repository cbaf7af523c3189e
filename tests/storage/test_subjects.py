"""Facts and consent: what is read, what is remembered, and what is left of it while the database is away."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from tessella.domain.definitions import Kind
from tessella.domain.errors import NotYours, WrongShape
from tessella.domain.features.subject import NO_FACTS, Facts
from tessella.domain.identifiers import FeatureName, Instant, Json, Namespace, Role, SubjectId
from tessella.domain.privacy.consent import DEFAULT_CONSENT, Consent
from tessella.ports import StoredFact
from tessella.storage.errors import DatabaseAway
from tessella.storage.memory.watcher import POLL_SECONDS
from tessella.storage.scope import SET_SCOPE
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tests.database import Dsns, define, eventually, link_to, session_of, storage_with, until
from tests.storage.rows import insert

pytestmark = pytest.mark.anyio

ANN = SubjectId("ann")
MONDAY, TUESDAY = Instant(1_700_000_000_000_001), Instant(1_700_086_400_000_002)


def fact(value: Json, as_of: Instant = MONDAY, feature: str = "user.tier", subject: str = ANN) -> StoredFact:
    return StoredFact(SubjectId(subject), FeatureName(feature), value, as_of)


async def is_stale(session: StoredSession, subject_id: str) -> bool:
    return (await session.known(SubjectId(subject_id))).facts.stale


async def declared(storage: Storage, namespace: Namespace, **features: str) -> StoredSession:
    """An admin's session in a namespace with these features, each of source fact."""
    session = await session_of(storage, namespace)
    for name, kind in {"tier": "string", **features}.items():
        await define(session, Kind.FEATURE, f"user.{name}", name=f"user.{name}", type=kind)
    return session


async def test_facts_come_typed_with_the_oldest_of_their_times(storage: Storage, namespace: Namespace) -> None:
    session = await declared(storage, namespace, age="integer", tags="string_list")
    await session.add_facts([fact("VIP", TUESDAY), fact(40.0, MONDAY, "user.age"), fact(["a"], TUESDAY, "user.tags")])
    assert (await session.known(ANN)).facts == Facts({"user.tier": "VIP", "user.age": 40, "user.tags": ("a",)}, MONDAY)


async def test_values_of_another_type_undeclared_and_personal_features_are_not_loaded(
    storage: Storage, namespace: Namespace
) -> None:
    session = await declared(storage, namespace, age="integer")
    await define(session, Kind.FEATURE, "user.email", name="user.email", type="string", personal=True)
    await session.add_facts(
        [fact("forty", feature="user.age"), fact("x", feature="user.shoe"), fact("a@b", feature="user.email")]
    )
    assert (await session.known(ANN)).facts == NO_FACTS


async def test_a_read_leaves_no_scope_on_its_connection(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await session.known(ANN)
    await session.history(ANN)
    for reader in (storage._reader, storage._history_reader):
        connection = await reader._link.connection()
        assert connection.info.transaction_status is TransactionStatus.IDLE
        cursor = await connection.execute("SELECT current_setting('tessella.namespace', true)")
        assert await cursor.fetchone() == ("",)


async def test_an_earlier_fact_that_arrives_late_does_not_win(storage: Storage, namespace: Namespace) -> None:
    session = await declared(storage, namespace)
    assert (await session.add_facts([fact("new", TUESDAY)])).changed == 1
    assert (await session.add_facts([fact("old", MONDAY)])).changed == 0
    assert (await session.known(ANN)).facts == Facts({"user.tier": "new"}, TUESDAY)
    assert await session.stored_facts(ANN) == [fact("new", TUESDAY)]


async def test_of_facts_sent_together_the_latest_wins_whatever_their_order(
    storage: Storage, namespace: Namespace
) -> None:
    session = await declared(storage, namespace)
    assert (await session.add_facts([fact("new", TUESDAY), fact("old", MONDAY)])).changed == 1
    assert (await session.known(ANN)).facts.values == {"user.tier": "new"}


async def test_a_fact_of_the_same_moment_may_be_corrected(storage: Storage, namespace: Namespace) -> None:
    session = await declared(storage, namespace)
    assert [(await session.add_facts([fact(value)])).changed for value in ("a", "a", "b")] == [1, 0, 1]
    assert (await session.known(ANN)).facts.values == {"user.tier": "b"}


async def test_a_subject_is_read_once_and_then_from_memory(own_storage: Storage, namespace: Namespace) -> None:
    session = await declared(own_storage, namespace)
    for _ in range(5):
        assert (await session.known(ANN)).facts == NO_FACTS
        assert (await session.known(ANN)).consent == DEFAULT_CONSENT
    assert (own_storage.health().subject_misses, own_storage.health().subject_hits) == (1, 9)


async def test_many_subjects_are_read_together_and_keep_their_own_facts(storage: Storage, namespace: Namespace) -> None:
    session = await declared(storage, namespace)
    names = [SubjectId(f"s{number}") for number in range(600)]
    await session.add_facts([fact(name, subject=name) for name in names])
    found = await session.known_of([*names, ANN])
    assert {name: known.facts.values for name, known in found.items()} == {
        ANN: {}, **{name: {"user.tier": name} for name in names}
    }  # fmt: skip
    assert (await session.known_of([ANN]))[ANN].consent == DEFAULT_CONSENT


async def test_what_this_process_writes_it_reads_at_once(storage: Storage, namespace: Namespace) -> None:
    session = await declared(storage, namespace)
    for value in ("a", "b"):
        await session.add_facts([fact(value, Instant(MONDAY + ord(value)))])
        assert (await session.known(ANN)).facts.values == {"user.tier": value}


async def test_what_another_process_writes_is_seen_too(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    here = await declared(storage, namespace)
    async with storage_with(database.app, tmp_path / "other") as other:
        there = await session_of(other, namespace)

        async def sees(facts: Facts, consent: Consent) -> bool:
            known = await there.known(ANN)
            return (known.facts, known.consent) == (facts, consent)

        assert await sees(NO_FACTS, DEFAULT_CONSENT)
        await here.add_facts([fact("VIP")])
        await here.set_consent(ANN, Consent(personalization_enabled=True, data_sharing_consent=True))
        new = Facts({"user.tier": "VIP"}, MONDAY), Consent(True, True)
        await eventually(lambda: sees(*new), "the other process saw them")


async def test_a_change_is_seen_though_its_transaction_ended_after_later_ones(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    """Between its write and its commit the watcher looks twice, and others commit: a counter would have passed it."""
    session = await declared(storage, namespace)
    assert (await session.known(ANN)).facts == NO_FACTS
    with psycopg.connect(database.app) as slow:
        slow.execute(SET_SCOPE, [namespace, Role.ADMIN, ""])
        insert(slow, "subject_facts", namespace, subject_id="'ann'", feature="'user.tier'", value="'\"late\"'")
        for other in ("bob", "cat"):
            await session.add_facts([fact("VIP", subject=other)])
            await asyncio.sleep(POLL_SECONDS * 1.2)
        assert (await session.known(ANN)).facts == NO_FACTS
        slow.commit()

    async def sees_it() -> bool:
        return (await session.known(ANN)).facts.values == {"user.tier": "late"}

    await eventually(sees_it, "the change was seen")


async def test_what_changed_while_the_link_was_cut_is_seen_after_it(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    near = await declared(storage, namespace)
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "far") as far:
        assert (await (await session_of(far, namespace)).known(ANN)).facts == NO_FACTS
        await link.cut()
        await near.add_facts([fact("VIP")])
        await define(near, Kind.SEGMENT, "vip", segment_id="vip")
        await link.mend()
        await until(lambda: far.health().states[namespace].version == 2, "the missed version was loaded")
        assert (await (await session_of(far, namespace)).known(ANN)).facts == Facts({"user.tier": "VIP"}, MONDAY)


async def test_the_facts_of_a_subject_who_opted_out_are_not_read(storage: Storage, namespace: Namespace) -> None:
    session = await declared(storage, namespace)
    await session.add_facts([fact("VIP")])
    await session.set_consent(ANN, Consent(personalization_enabled=False))
    assert (await session.known(ANN)).consent == Consent(personalization_enabled=False)
    assert (await session.known(ANN)).facts == NO_FACTS
    await session.set_consent(ANN, Consent())
    assert (await session.known(ANN)).facts.values == {"user.tier": "VIP"}


async def test_facts_are_typed_anew_when_a_feature_changes_its_type(storage: Storage, namespace: Namespace) -> None:
    session = await declared(storage, namespace, age="integer")
    await session.add_facts([fact(40, feature="user.age")])
    assert (await session.known(ANN)).facts.values == {"user.age": 40}
    await define(session, Kind.FEATURE, "user.age", name="user.age", type="string")
    assert (await (await session_of(storage, namespace)).known(ANN)).facts == NO_FACTS


@pytest.mark.parametrize(("role", "own"), [(Role.CLIENT, "bob"), (Role.READER, "bob"), (Role.MONITOR, None)])
async def test_memory_is_no_way_around_row_security(
    storage: Storage, namespace: Namespace, role: Role, own: str | None
) -> None:
    await (await declared(storage, namespace)).known(ANN)
    session = await session_of(storage, namespace, role, own)
    with pytest.raises(NotYours):
        await session.known(ANN)
    with pytest.raises(NotYours):
        await session.known_of([ANN])
    with pytest.raises(NotYours):
        await session.stored_facts(ANN)
    with pytest.raises(NotYours):
        await session.set_consent(ANN, Consent())


@pytest.mark.parametrize("role", [Role.CLIENT, Role.READER])
async def test_a_subject_sets_their_own_consent_again_and_again(
    storage: Storage, namespace: Namespace, role: Role
) -> None:
    session = await session_of(storage, namespace, role, ANN)
    for enabled in (False, True, False):
        await session.set_consent(ANN, Consent(personalization_enabled=enabled))
        assert (await session.known(ANN)).consent.personalization_enabled is enabled


async def test_a_subject_id_that_cannot_be_stored_is_refused_by_itself(storage: Storage, namespace: Namespace) -> None:
    session = await declared(storage, namespace)
    ids = [SubjectId("a\0b"), ANN, SubjectId("\ud800")]
    outcomes = await asyncio.gather(*map(session.known, ids), return_exceptions=True)
    assert [isinstance(each, WrongShape) for each in outcomes] == [True, False, True]


@pytest.mark.parametrize("fault", ["cut", "hang"])
async def test_while_the_database_is_away_the_last_known_facts_serve_as_stale(
    database: Dsns, namespace: Namespace, tmp_path: Path, fault: str
) -> None:
    async with (
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await declared(storage, namespace)
        await session.add_facts([fact("VIP")])
        await session.set_consent(ANN, Consent(data_sharing_consent=True))
        assert not (await session.known(ANN)).facts.stale
        await link.cut() if fault == "cut" else link.hang()
        await until(lambda: not storage.health().database_is_up, "the loss was noticed")
        assert (await session.known(ANN)).facts == Facts({"user.tier": "VIP"}, MONDAY, stale=True)
        assert (await session.known(ANN)).consent == Consent(data_sharing_consent=True)
        assert (await session.known(SubjectId("never seen"))).facts == Facts(stale=True)
        assert (await session_of(storage, namespace)).snapshot().version == 1
        with pytest.raises(DatabaseAway):
            await session.add_facts([fact("later", TUESDAY)])
        with pytest.raises(DatabaseAway):
            await session.stored_facts(ANN)
        await link.mend()
        await until(lambda: storage.health().database_is_up, "the database was back")
        assert not await is_stale(session, "never seen")
        assert not await is_stale(session, ANN)

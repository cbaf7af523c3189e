"""Vectors of personalization from events: document D's example, consent, what is dropped, and going on half-way."""

import pytest

from tessella.domain.definitions import Kind
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.personalization.vector import FeatureVector
from tessella.domain.privacy.consent import Consent
from tessella.usecases.personalization.refresh_vectors import refresh_vectors
from tests.database import publish, session_of
from tests.usecases.files import at

pytestmark = pytest.mark.anyio

AS_OF = at("2026-06-30T00:00:00")
NOW = Instant(AS_OF + 1)
HOUR_US = DAY_US // 24
ANNA = SubjectId("anna")
OUT = Consent(personalization_enabled=False)


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


class Told:
    """Events of one subject, numbered."""

    def __init__(self, subject_id: str) -> None:
        self.subject_id = SubjectId(subject_id)
        self.events: list[Event] = []

    def event(self, event_type: str, days_ago: float, **properties: object) -> None:
        moment = Instant(AS_OF - round(days_ago * DAY_US))
        name = f"{self.subject_id}-{len(self.events)}"
        self.events.append(Event(name, self.subject_id, event_type, moment, properties=properties or None))


def visited(subject_id: str, days_ago: float = 1, **properties: object) -> list[Event]:
    told = Told(subject_id)
    told.event("session_started", days_ago, **properties)
    return told.events


def of_document_d() -> list[Event]:
    """What the example of requirement D was told by: 20 sessions, of which 5 in the last week, at 14 in California."""
    told = Told("anna")
    zone = {"timezone_offset": -8, "device_type": "mobile", "country_code": "US"}
    for number in range(20):
        days_ago = 1 + number if number < 5 else 8 + number
        told.event("session_started", days_ago + 2 / 24, **zone)  # 22:00 UTC
        told.event("session_ended", days_ago + 1 / 24, duration_sec=200 + 200 * (number % 2))
    for number in range(10):
        told.event("notification_sent", 20)
        told.event("content_started", 3)
        told.event("content_started", 4)
        if number < 6:
            told.event("notification_clicked", 19)
    for _ in range(15):
        told.event("content_completed", 2)
    told.event("content_completed", 40)
    return told.events


async def test_the_vector_of_document_d_comes_of_events(session, warehouse):
    await session.add_events(of_document_d())
    done = await refresh_vectors(session, warehouse, as_of=AS_OF, begun_at=NOW)
    assert (done.active, done.computed, done.failed, done.stored, done.success_rate) == (1, 1, 0, 1, 1.0)
    assert await session.vector_of(ANNA) == FeatureVector(
        ANNA, NOW, engagement_score=0.75, notification_ctr=0.6, session_count_7d=5, session_count_30d=20,
        avg_session_duration_sec=300.0, preferred_time_slot=14, device_type="mobile", country_code="US",
        timezone_offset=-8.0,
    )  # fmt: skip


async def test_only_who_had_an_event_in_thirty_days_is_active_and_others_keep_what_they_had(session, warehouse):
    await session.add_events([*visited("anna", 31), *visited("bert", 29)])
    kept = FeatureVector(ANNA, Instant(NOW - DAY_US), session_count_30d=3)
    await session.replace_vectors([kept])
    done = await refresh_vectors(session, warehouse, as_of=AS_OF, begun_at=NOW)
    assert (done.active, done.stored) == (1, 1)
    assert await session.vector_of(ANNA) == kept
    assert (await session.vector_of(SubjectId("bert"))).session_count_7d == 0


async def test_what_a_vector_says_of_when_it_was_computed_is_now_unless_a_moment_is_given(session, warehouse):
    await session.add_events(visited("anna"))
    before = session.now()
    done = await refresh_vectors(session, warehouse, as_of=AS_OF)
    assert before <= done.computed_at == (await session.vector_of(ANNA)).computed_at <= session.now()


async def test_who_has_opted_out_is_never_in_and_what_was_stored_of_them_is_removed(session, warehouse):
    await session.add_events([*visited("anna"), *visited("bert")])
    await session.replace_vectors([FeatureVector(ANNA, NOW, session_count_7d=1)])
    await session.set_consent(ANNA, OUT)
    done = await refresh_vectors(session, warehouse, as_of=AS_OF, begun_at=NOW)
    assert (done.active, done.stored) == (1, 1)
    await session.set_consent(ANNA, Consent())
    assert await session.vector_of(ANNA) is None


async def test_a_value_that_no_field_may_have_is_dropped_and_counted_and_the_rest_is_stored(session, warehouse):
    letter = {"device_type": "Ann Smith, 5 Main Street", "country_code": "ann@example.org", "timezone_offset": 99}
    await session.add_events([*visited("anna", **letter), *visited("bert", country_code="FI")])
    done = await refresh_vectors(session, warehouse, as_of=AS_OF, begun_at=NOW)
    assert (done.active, done.computed, done.failed, done.success_rate) == (2, 1, 1, 0.5)
    assert done.dropped == {"device_type": 1, "country_code": 1, "timezone_offset": 1}
    stored = await session.vector_of(ANNA)
    assert (stored.session_count_7d, stored.device_type, stored.country_code) == (1, None, None)
    assert (await session.vector_of(SubjectId("bert"))).country_code == "FI"


async def test_a_namespace_computes_a_field_by_a_kind_of_its_own(session, warehouse):
    kind = {"kind": "count", "event_type": "receipt", "window_days": 7}
    own = {"name": "session_count_7d", "type": "integer", "kind": kind}
    await publish(session, Kind.FEATURE, "session_count_7d", own)
    told = Told("anna")
    told.event("receipt", 1)
    told.event("receipt", 2)
    await session.add_events(told.events)
    await refresh_vectors(session, warehouse, as_of=AS_OF)
    assert (await session.vector_of(ANNA)).session_count_7d == 2


async def test_nobody_is_active_where_there_are_no_events(session, warehouse):
    told: list[float] = []
    done = await refresh_vectors(session, warehouse, as_of=AS_OF, progress=told.append)
    assert (done.active, done.stored, done.success_rate) == (0, 0, 1.0)
    assert (told[-1], told) == (1.0, sorted(told))


async def test_batches_and_parts_make_no_difference(session, warehouse, monkeypatch):
    await session.add_events([each for number in range(23) for each in visited(f"p{number:02}", number)])
    await refresh_vectors(session, warehouse, as_of=AS_OF, begun_at=NOW)
    whole = [each async for block in session.stream_vectors(100) for each in block]
    monkeypatch.setattr("tessella.usecases.personalization.refresh_vectors.EVENTS_AT_ONCE", 5)
    told: list[float] = []
    done = await refresh_vectors(
        session, warehouse, as_of=AS_OF, batch_size=4, begun_at=Instant(NOW + 1), progress=told.append
    )
    again = [each async for block in session.stream_vectors(100) for each in block]
    assert done.stored == len(whole) == 23
    assert [each.user_id for each in again] == [each.user_id for each in whole]
    assert {each.computed_at for each in again} == {NOW + 1}
    assert [each.session_count_7d for each in again] == [each.session_count_7d for each in whole]
    assert told == sorted(told)


class Ended(Exception):
    """The process was ended."""


async def test_a_run_that_was_ended_half_way_goes_on_after_the_last_batch_that_it_stored(session, warehouse):
    await session.add_events([each for number in range(10) for each in visited(f"p{number}", number)])
    batches = []

    async def end_after_two(vectors):
        if len(batches) == 2:
            raise Ended
        batches.append(len(vectors))
        return await type(session).replace_vectors(session, vectors)

    class Mortal(type(session)):  # type: ignore[misc]  # a session of the same parts
        __slots__ = ()
        replace_vectors = staticmethod(end_after_two)

    mortal = Mortal(session.caller, session._parts, session._loaded)
    with pytest.raises(Ended):
        await refresh_vectors(mortal, warehouse, as_of=AS_OF, batch_size=3, begun_at=NOW)
    assert await session.last_vector(NOW) == SubjectId("p5")
    done = await refresh_vectors(session, warehouse, as_of=AS_OF, batch_size=3, begun_at=NOW)
    assert (done.active, done.stored) == (10, 4)
    assert [len(block) async for block in session.stream_vectors(100)] == [10]

"""What is done at night: vectors, rankings, figures of the last day, and alerts where something is wrong."""

import pytest

from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, ScopeId, SubjectId
from tessella.domain.personalization.figures import OPTED_OUT
from tessella.domain.privacy.consent import ConsentChange
from tessella.ports.personalization import EvaluatedMetric, Period
from tessella.usecases.personalization.nightly import nightly_refresh
from tessella.usecases.personalization.rehearse import rehearse_refresh
from tessella.usecases.personalization.watch import watch_cache, watch_opt_outs
from tests.database import open_alerts, session_of
from tests.personalization import AS_OF, SCOPE, declare_horoscopes, item_of, live, sign_of, subject

pytestmark = pytest.mark.anyio

BEGUN = Instant(AS_OF + 1)
OUT = ConsentChange(personalization_enabled=False)


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


async def refreshed(session, warehouse):
    return await nightly_refresh(session, warehouse, as_of=AS_OF, begun_at=BEGUN, batch_size=3)


async def test_everybody_who_is_active_has_a_vector_and_a_ranking_in_the_morning(session, warehouse):
    await declare_horoscopes(session)
    await live(session, 8)
    done = await refreshed(session, warehouse)
    assert (done.vectors.active, done.vectors.stored, done.rankings) == (8, 8, 8)
    for number in range(8):
        kept = await session.kept_ranking(subject(number), ScopeId(SCOPE))
        assert kept.vector.engagement_score == 0.5
        assert kept.ranking.placed.items[0].item_id == item_of(sign_of(number))


async def test_the_figures_of_the_last_day_are_told_of_everybody_together(session, warehouse):
    await declare_horoscopes(session)
    await live(session, 8)
    await session.change_consent(SubjectId("s000"), OUT)
    await refreshed(session, warehouse)
    found = {each.metric: (each.value, each.sample_size) for each in await session.evaluated_since(Instant(0))}
    assert found == {
        "click_through_rate": (0.5, 7), "completion_rate": (None, 7), "avg_session_duration_sec": (None, 7),
        "return_rate": (1.0, 7), "extraction_success": (1.0, 7), "opted_out": (1.0, 1),
    }  # fmt: skip


async def test_a_refresh_that_is_begun_again_stores_the_same_figures_once(session, warehouse):
    await declare_horoscopes(session)
    await live(session, 4)
    await refreshed(session, warehouse)
    before = await session.evaluated_since(Instant(0))
    again = await refreshed(session, warehouse)
    assert (again.vectors.stored, again.rankings) == (0, 4)
    assert await session.evaluated_since(Instant(0)) == before


async def test_nothing_is_computed_while_rankings_are_switched_off(session, warehouse):
    await declare_horoscopes(session)
    await live(session, 4)
    await session.set_flags({"personalization_rankings": False})
    assert await refreshed(session, warehouse) is None
    assert await session.vectors_of([subject(0)]) == {}


async def test_without_evaluations_vectors_and_rankings_are_refreshed_all_the_same(session, warehouse):
    await declare_horoscopes(session)
    await live(session, 4)
    await session.set_flags({"evaluation_metrics": False})
    done = await refreshed(session, warehouse)
    assert (done.rankings, [each.metric for each in done.figures]) == (4, ["extraction_success", "opted_out"])


async def test_a_rehearsal_tells_what_would_be_done_and_writes_nothing(session, warehouse):
    await declare_horoscopes(session)
    await live(session, 8)
    await session.change_consent(SubjectId("s000"), OUT)
    await session.set_flags({"personalization_rankings": False})
    found = await rehearse_refresh(session, warehouse, as_of=AS_OF, batch_size=3)
    assert (found.switched_on, found.active, found.computed, found.failed, found.batches) == (False, 7, 7, 0, 3)
    assert (found.scopes, found.opted_out, found.dropped) == ((SCOPE,), 1, {})
    assert await session.vectors_of([subject(each) for each in range(8)]) == {}
    assert await session.evaluated_since(Instant(0)) == []


async def test_faulty_vectors_raise_an_alert_until_they_are_right_again(session, warehouse):
    await declare_horoscopes(session)
    await live(session, 4)
    wrong = Event("w", subject(0), "session_started", Instant(AS_OF - DAY_US), properties={"country_code": "Narnia"})
    await session.add_events([wrong])
    done = await refreshed(session, warehouse)
    assert (done.vectors.failed, done.vectors.dropped) == (1, {"country_code": 1})
    assert await open_alerts(session) == {"personalization_extraction"}
    month = Instant(AS_OF + 40 * DAY_US)
    await nightly_refresh(session, warehouse, as_of=month, begun_at=month, batch_size=3)
    assert await open_alerts(session) == set()


async def test_more_opt_outs_than_usual_raise_an_alert_until_they_are_usual(session):
    now = session.now()
    nights = [EvaluatedMetric(Instant(now - day * DAY_US), Period.NIGHTLY, "", "", OPTED_OUT, 0.0, 100)
              for day in range(1, 29)]  # fmt: skip
    await session.add_evaluated(nights)
    for number in range(9):
        await session.change_consent(subject(number), OUT)
    await watch_opt_outs(session)
    assert await open_alerts(session) == set()
    await session.change_consent(subject(9), OUT)
    await watch_opt_outs(session)
    assert await open_alerts(session) == {"personalization_opt_outs"}
    await session.change_consent(subject(9), ConsentChange(personalization_enabled=True))
    await watch_opt_outs(session)
    assert await open_alerts(session) == set()


async def test_a_cache_that_is_missed_more_often_than_hit_raises_an_alert(session):
    await watch_cache(session, 49, 51)
    assert await open_alerts(session) == {"personalization_cache"}
    await watch_cache(session, 80, 20)
    assert await open_alerts(session) == set()

"""How good the orders of a scope are, where it is known which one is right."""

import pytest

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.privacy.consent import ConsentChange
from tessella.ports.personalization import Period
from tessella.usecases.personalization.asked import PersonalizationAsked, read_asked
from tessella.usecases.personalization.evaluate import evaluate_rankings
from tessella.usecases.personalization.nightly import nightly_refresh
from tests.database import scoped, session_of
from tests.personalization import AS_OF, SCOPE, declare_horoscopes, live, subject

pytestmark = pytest.mark.anyio

OF_ORDERS = {"precision", "map", "ndcg", "coverage", "diversity"}
OF_EVENTS = {"click_through_rate", "completion_rate", "avg_session_duration_sec", "return_rate"}
WEEK = PersonalizationAsked(Period.ASKED, AS_OF, days=7, length=2)


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


def of(figures, metric):
    return {each.model_version: (each.value, each.sample_size) for each in figures if each.metric == metric}


async def test_the_rules_find_what_everybody_turned_to_and_other_orders_by_chance_alone(session, warehouse):
    await declare_horoscopes(session)
    await live(session, 40)
    figures = await evaluate_rankings(session, warehouse, WEEK)
    assert of(figures, "map")["rule_v1"] == (1.0, 40)
    assert of(figures, "ndcg")["rule_v1"] == (1.0, 40)
    assert of(figures, "precision")["rule_v1"] == (0.5, 40)
    assert of(figures, "map")["default"] == (pytest.approx((1 + 0.5) / 4), 40)
    by_chance, subjects = of(figures, "map")["random"]
    assert subjects == 40
    assert 0.1 < by_chance < 0.8
    assert {(each.scope, each.period, each.evaluated_at) for each in figures if each.metric == "map"} == {
        (SCOPE, Period.ASKED, AS_OF)
    }
    assert sorted(await session.evaluated_since(Instant(0)), key=repr) == sorted(figures, key=repr)


async def test_clicks_completions_durations_and_returns_are_those_of_what_happened(session, warehouse):
    """Everybody clicked one of two notifications, completed one of two things, and was there for five minutes."""
    await declare_horoscopes(session)
    await live(session, 8)
    figures = {
        each.metric: (each.value, each.sample_size) for each in await evaluate_rankings(session, warehouse, WEEK)
    }
    assert {name: figures[name] for name in OF_EVENTS} == {
        "click_through_rate": (0.5, 8), "completion_rate": (0.5, 8), "avg_session_duration_sec": (300.0, 8),
        "return_rate": (1.0, 8),
    }  # fmt: skip


async def test_a_month_is_reviewed_whole_and_a_night_and_a_week_have_their_own_figures(session, warehouse):
    await declare_horoscopes(session)
    now = session.now()
    await live(session, 4, until=now)
    monthly = await evaluate_rankings(session, warehouse, read_asked({"period": "monthly"}, now=now))
    assert {each.metric for each in monthly} == OF_ORDERS | OF_EVENTS
    assert {each.period for each in monthly} == {Period.MONTHLY}
    done = await nightly_refresh(session, warehouse, as_of=now, begun_at=now, batch_size=3)
    assert {each.metric for each in done.figures} == OF_EVENTS | {"extraction_success", "opted_out"}


async def test_nothing_from_the_cut_on_is_known_to_the_vectors(session, warehouse):
    await declare_horoscopes(session)
    await live(session, 4)
    early = PersonalizationAsked(Period.ASKED, Instant(AS_OF - 10 * DAY_US), days=15, length=2)
    figures = await evaluate_rankings(session, warehouse, early)
    assert of(figures, "diversity")["rule_v1"] == (None, 0)
    assert of(figures, "map")["rule_v1"] == (None, 0)


async def test_who_has_opted_out_is_in_no_figure(session, warehouse):
    await declare_horoscopes(session)
    await live(session, 8)
    for number in range(0, 8, 4):
        await session.change_consent(subject(number), ConsentChange(personalization_enabled=False))
    figures = await evaluate_rankings(session, warehouse, WEEK)
    assert {each.sample_size for each in figures if each.metric in ("map", "diversity", "return_rate")} == {6}


async def test_every_week_diversity_and_how_many_have_a_ranking_that_holds_are_told_alone(
    session, warehouse, database, namespace
):
    await declare_horoscopes(session)
    now = session.now()
    await live(session, 8, until=now)
    await nightly_refresh(session, warehouse, as_of=now, begun_at=now, batch_size=3)
    with scoped(database.superuser, namespace, "superadmin") as connection:
        connection.execute(
            "UPDATE tessella.personalization_ranks SET valid_until = now() WHERE namespace = %s AND user_id = 's000'",
            [namespace],
        )
        connection.commit()
    figures = await evaluate_rankings(session, warehouse, read_asked({"period": "weekly"}, now=now))
    assert {each.metric for each in figures} == {"coverage", "diversity"}
    assert of(figures, "coverage") == {"rule_v1": (7 / 8, 8)}
    assert of(figures, "diversity")["rule_v1"] == (1.0, 8)

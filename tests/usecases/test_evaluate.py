"""Evaluations and tunings from stored events: what they may know, and that they publish nothing."""

import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import (
    NobodyHeldOut,
    NoPurchases,
    NoSuch,
    NothingHeldOut,
    NothingToSearchOn,
    WrongShape,
)
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US, iso
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.evaluation.asked import EvaluationAsked, TuningAsked, read_evaluation, read_tuning
from tessella.ports.evaluations import EvaluationKind
from tessella.usecases.evaluate import evaluate
from tessella.usecases.tune import save_tuned, tune
from tests.database import define, session_of
from tests.usecases.files import at, declare

pytestmark = pytest.mark.anyio

UNTIL = at("2026-06-01T00:00:00")
ASKED = EvaluationAsked(UNTIL, days=10, length=2)
REPEATERS, CROWD = 30, 90


def bought(subject: str, item: str, days: float) -> Event:
    """So many days before the end of the days that are held out."""
    return Event(f"{subject}-{item}-{days}", SubjectId(subject), "purchase", Instant(UNTIL - int(days * DAY_US)), item)


@pytest.fixture
async def session(storage, namespace):
    """Thirty who buy bread again and again, and a crowd that bought apples once before."""
    session = await session_of(storage, namespace)
    await session.put_items([Item("apple"), Item("bread"), Item("cheese")])
    repeated = [bought(f"r{number}", "bread", days) for number in range(REPEATERS) for days in (25, 15, 5)]
    await session.add_events([*repeated, *(bought(f"c{number}", "apple", 22) for number in range(CROWD))])
    await declare(session, "user.visits", type_="integer", kind={"kind": "count", "window_days": 30})
    for profile, knobs in (("plain", {"alpha": 1.0, "mmr_lambda": 1.0}), ("again", {"alpha": 0.1, "delta": 1.0})):
        await define(session, Kind.PROFILE, profile, profile_id=profile, **knobs)
    rule = {"rule_id": "often", "expr": {"gte": ["user.visits", 2]}}
    await define(session, Kind.SEGMENT, "often", segment_id="often", profile_id="again", priority=1, rules=[rule])
    return session


def metric(stored, contender: str, view: str = "repeats_allowed", group: int = 0) -> dict:
    [found] = [each for each in stored.report["contenders"] if each["name"] == contender]
    [viewed] = [each for each in found["views"] if each["view"] == view]
    return viewed["groups"][group]


async def test_profiles_and_what_is_decided_stand_beside_the_baselines(session, warehouse):
    stored = await evaluate(session, warehouse, ASKED)
    names = [each["name"] for each in stored.report["contenders"]]
    assert names == ["popularity", "own_history", "as_decided", "profile:again", "profile:plain"]
    assert (stored.report["subjects"], stored.report["events"]) == (REPEATERS, REPEATERS * 2 + CROWD)
    assert metric(stored, "profile:again")["metrics"]["ndcg"]["value"] == 1.0
    assert metric(stored, "profile:plain")["metrics"]["ndcg"]["value"] < 0.7


async def test_each_subject_is_ranked_for_by_the_profile_of_the_segment_of_then_and_segments_are_told(
    session, warehouse
):
    stored = await evaluate(session, warehouse, ASKED)
    assert metric(stored, "as_decided")["metrics"]["ndcg"]["value"] == 1.0
    assert metric(stored, "as_decided", group=1)["segment_id"] == "often"


async def test_a_report_is_kept_and_listed_without_its_figures(session, warehouse):
    stored = await evaluate(session, warehouse, ASKED)
    assert await session.evaluation(stored.evaluation_id) == stored
    [listed] = await session.evaluations()
    assert (listed.evaluation_id, listed.report) == (stored.evaluation_id, None)
    assert listed.inputs == {"cut": "2026-05-22T00:00:00+00:00", "until": iso(UNTIL), "days": 10, "length": 2}


async def test_what_was_bought_at_the_cut_is_not_known_before_it(session, warehouse):
    await session.add_events([bought("late", "apple", 11), bought("late", "cheese", 10)])
    stored = await evaluate(session, warehouse, ASKED)
    assert stored.report["events"] == REPEATERS * 2 + CROWD + 1
    assert stored.report["subjects"] == REPEATERS + 1


async def test_who_switched_personalization_off_is_not_among_the_subjects(session, warehouse):
    await session.set_consent(SubjectId("r0"), Consent(personalization_enabled=False))
    assert (await evaluate(session, warehouse, ASKED)).report["subjects"] == REPEATERS - 1


def refused(days: int, ago: int = 0) -> EvaluationAsked:
    """So many days, which end so many days before the last one."""
    return EvaluationAsked(Instant(UNTIL - ago * DAY_US), days=days)


async def test_without_any_purchase_an_evaluation_is_refused(storage, namespace, warehouse):
    empty = await session_of(storage, namespace)
    with pytest.raises(NoPurchases, match="type purchase or conversion"):
        await evaluate(empty, warehouse, ASKED)
    assert await empty.evaluations() == []


async def test_days_without_a_purchase_are_refused_with_the_last_one_and_an_end_that_has_some(session, warehouse):
    with pytest.raises(NothingHeldOut) as found:
        await evaluate(session, warehouse, refused(days=3))
    assert found.value.message == (
        "No purchase is stored from 2026-05-29 until before 2026-06-01: the last one is of 2026-05-27."
    )
    assert found.value.hint() == "Try --until 2026-05-28."
    assert await session.evaluations() == []
    tried = read_evaluation({"until": "2026-05-28", "days": 3}, now=UNTIL)
    assert (await evaluate(session, warehouse, tried)).report["subjects"] == REPEATERS


async def test_days_on_which_only_strangers_bought_are_refused(session, warehouse):
    await session.add_events([bought("late", "apple", 1)])
    with pytest.raises(NobodyHeldOut, match="Nobody bought an item of the catalogue"):
        await evaluate(session, warehouse, refused(days=3))
    assert await session.evaluations() == []


async def test_a_tuning_is_refused_without_a_purchase_on_the_days_that_it_reports_on_or_searches(session):
    with pytest.raises(NothingHeldOut):
        await tune(session, TuningAsked("plain", refused(days=3)))
    with pytest.raises(NothingToSearchOn) as found:
        await tune(session, TuningAsked("plain", refused(days=6)))
    assert found.value.hint() == "Try --days 8."
    assert await session.evaluations() == []
    assert (await tune(session, TuningAsked("plain", refused(days=8)))).report["searched"]["began_at"] > 0


async def test_a_tuning_with_nobody_to_search_on_names_more_days_only_when_they_help(session):
    with pytest.raises(NothingToSearchOn) as found:
        await tune(session, TuningAsked("plain", refused(days=30)))
    assert found.value.hint() == "Try fewer days, or a later end."


async def test_a_tuning_finds_what_is_repeated_and_proposes_a_profile_and_publishes_nothing(session):
    before = await session.definitions()
    stored = await tune(session, TuningAsked("plain", ASKED))
    assert stored.kind is EvaluationKind.TUNING
    assert stored.report["changed"]["delta"] > 0
    assert stored.report["proposal"] | stored.report["changed"] == stored.report["proposal"]
    outer = {each["name"]: each for each in stored.report["outer"]["contenders"]}
    gain = outer["proposed"]["views"][0]["groups"][0]["metrics"]["ndcg"]["against"]["current"]
    assert gain["low"] > 0
    assert await session.definitions() == before
    assert await session.drafts() == []


async def test_a_proposal_is_saved_as_a_draft_when_it_is_asked_for(session):
    stored = await tune(session, TuningAsked("plain", ASKED))
    await save_tuned(session, stored)
    [draft] = await session.drafts()
    assert (draft.kind, draft.identifier) == (Kind.PROFILE, "plain")
    assert draft.body["delta"] == stored.report["changed"]["delta"]


async def test_a_profile_that_is_not_there_is_not_tuned(session):
    with pytest.raises(NoSuch):
        await tune(session, TuningAsked("other", ASKED))


@pytest.mark.parametrize(
    "written",
    [
        {"days": 0}, {"days": 366}, {"length": 101}, {"days": True}, {"until": "2030-01-01T00:00:00Z"},
        {"until": "0001-01-01T00:00:00Z"},
    ],
)  # fmt: skip
def test_days_and_lengths_out_of_range_and_days_to_come_or_long_ago_are_refused(written):
    with pytest.raises(WrongShape):
        read_evaluation(written, now=UNTIL)


@pytest.mark.parametrize("written", [{}, {"profile_id": "plain", "view": "repeats"}, {"profile_id": 3}])
def test_a_tuning_names_a_profile_and_a_view_to_search_for(written):
    with pytest.raises(WrongShape):
        read_tuning(written, now=UNTIL)

"""Whether experiments should be segmented: checked, recommended, decided and switched on, in a real database."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from tessella import usecases
from tessella.domain.alerts.alert import AlertState
from tessella.domain.definitions import Kind
from tessella.domain.errors import AlreadyDecided
from tessella.domain.experiments.eligibility.state import EligibilityState
from tessella.domain.experiments.inference.results.said import ComparisonOutcome
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.experiments.setup.segmentation import SegmentationMode
from tessella.domain.identifiers import Namespace, SubjectId
from tessella.domain.notices.urls import Reach
from tessella.jobs.deliveries import Deliveries
from tessella.notify.mail import SmtpMailer
from tessella.notify.webhooks import HttpWebhooks
from tessella.ports.clock import present
from tessella.ports.experiments import (
    ClusterShown,
    ClustersState,
    RecommendationState,
    Refreshed,
    StoredClusters,
    StoredRecommendation,
    StoredReport,
)
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.deliver import Courier
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tessella.usecases.experiments.refreshing.refresh import refresh_experiment
from tests.database import Dsns, publish, session_of, storage_with
from tests.experiments import BANNER, banner, declare, make_old, reward
from tests.notify.test_mail import Box, mail_server
from tests.notify.test_mail import settings as mail_settings
from tests.planted import plant, traffic

pytestmark = pytest.mark.anyio

#: By source: what `plain` and `bold` bring.
DIFFERING = {"instagram": (0.05, 0.15), "google": (0.15, 0.05)}
ALIKE = {"instagram": (0.10, 0.12), "google": (0.10, 0.12)}
AUTO = {"enabled": False, "auto_activation": True, "auto_activation_threshold": 1000}


@pytest.fixture
async def session(storage: Storage, namespace: Namespace) -> StoredSession:
    return await session_of(storage, namespace)


@pytest.fixture
def planted(database: Dsns, session: StoredSession) -> Callable[..., Any]:
    """Declares the experiment and leaves counts of it: returns once both are there."""

    async def planted(
        rates: Mapping[str, Any], each: int = 1000, users: int = 0, *, segments: bool = False, **changed: Any
    ) -> None:
        await declare(session, banner(**changed))
        plant(database.superuser, session.caller.namespace, BANNER, rates, each, segments=segments)
        traffic(database.superuser, session.caller.namespace, BANNER, max(users, 1))

    return planted


async def reported(session: StoredSession) -> StoredReport:
    """What was last worked out."""
    await usecases.experiment_results(session, BANNER)
    stored = await session.report(BANNER)
    assert stored is not None
    return stored


async def opened(session: StoredSession) -> list[StoredRecommendation]:
    return (await usecases.check_eligibility(session, BANNER)).recommendations


async def segmentation(session: StoredSession) -> tuple[SegmentationMode, tuple[str, ...]]:
    found = (await session.definitions()).experiments[BANNER].segmentation
    return found.in_force, found.segment_by


async def states(session: StoredSession) -> list[str]:
    return [each.state for each in await usecases.list_recommendations(session, BANNER)]


async def test_units_that_were_allocated_and_rewarded_make_their_source_eligible(
    session: StoredSession, database: Dsns
) -> None:
    """From ads every fourth of `bold` is rewarded and nobody else is; from mail it is the other way round."""
    await declare(session, banner())
    sources = ("ads", "mail") * 400
    asked = [AllocationRequest(BANNER, SubjectId(f"u{n}"), {"source": each}) for n, each in enumerate(sources)]
    given = await asyncio.gather(*(usecases.allocate(session, each) for each in asked))
    best = [
        request.user_identifier
        for request, source, each in zip(asked, sources, given, strict=True)
        if each.variant.variant_id == {"ads": "bold", "mail": "plain"}[source]
    ]
    assert await reward(session, best[::4]) == {"counted"}
    young = await usecases.check_eligibility(session, BANNER)
    assert (young.eligibility.state, young.eligibility.traffic) == (EligibilityState.COLLECTING, 800)
    make_old(database.superuser, session.caller.namespace)
    told = usecases.write_check(await usecases.check_eligibility(session, BANNER))
    assert (told["eligible_for_segmentation"], told["state"]) == (True, "eligible")
    assert [(each["segment_by"], each["units"], each["segments"]) for each in told["dimensions"]] == [
        (["source"], 800, 2), (["device"], 800, 1),
    ]  # fmt: skip
    (recommendation,) = told["recommendations"]
    assert (recommendation["mode"], recommendation["segment_by"]) == ("manual", ["source"])
    assert recommendation["text"]["en"].endswith("after 800 units; the lift is not yet known.")
    assert (told["traffic"], told["threshold"], told["threshold_reached"]) == (800, 1000, False)
    assert usecases.write_check(await usecases.get_eligibility(session, BANNER)) == told
    assert (await segmentation(session))[0] is SegmentationMode.DISABLED


async def test_the_lift_is_known_once_earlier_policies_foretell_the_best_variant_of_each_source(
    session: StoredSession, planted: Any, database: Dsns
) -> None:
    """The truth: 0.10 a unit with one variant for all, 0.15 with the best one of each source."""
    await planted(DIFFERING)
    first = first_policy((await session.definitions()).experiments[BANNER])
    body = (await reported(session)).body
    for version in (2, 3):
        policy = msgspec.structs.replace(first, policy=replace(first.policy, version=version))
        report = StoredReport(BANNER, session.now(), version, 0, body)
        await session.store_refresh(BANNER, Refreshed(policy, [], [], report))
        plant(database.superuser, session.caller.namespace, BANNER, DIFFERING, 1000, version=version)
    (source, _) = (await usecases.check_eligibility(session, BANNER)).eligibility.dimensions
    assert source.state is EligibilityState.CONFIRMED
    assert source.lift.value == pytest.approx(0.05, abs=1e-6)
    assert source.lift.baseline == pytest.approx(0.10, abs=1e-6)
    assert 0 < source.lift.low < 0.05 < source.lift.high


async def test_segments_that_are_alike_are_not_recommended(session: StoredSession, planted: Any) -> None:
    await planted(ALIKE, users=5000, config={"segmentation": AUTO})
    ((checked, applied),) = [(each.checked, each.applied) for each in await usecases.check_experiments(session)]
    assert checked.eligibility.state in {EligibilityState.COLLECTING, EligibilityState.DISMISSED}
    assert checked.eligibility.eligible_for_segmentation is False
    assert (checked.recommendations, applied, await segmentation(session)) == (
        [],
        None,
        (SegmentationMode.DISABLED, ()),
    )


@pytest.mark.parametrize(
    ("language", "subject", "phrase"),
    [
        ("en", "Experiment Banner: segmentation was switched on", "Expected lift: not yet known."),
        ("es", "Experimento Banner: se ha activado la segmentación", "Mejora esperada: aún no se conoce."),
    ],
)
async def test_crossing_the_threshold_switches_segments_on_once_and_one_mail_tells_of_it(
    database: Dsns, namespace: Namespace, tmp_path: Path, language: str, subject: str, phrase: str
) -> None:
    box = Box()
    async with mail_server(box) as port:
        told = mail_settings(tmp_path, port, smtp_security="none")
        changed = {name: getattr(told, name) for name in ("smtp_host", "smtp_port", "mail_from", "mail_to")}
        async with storage_with(database.app, tmp_path / "home", namespace, smtp_security="none", **changed) as storage:
            session = await session_of(storage, namespace)
            body = banner(config={"segmentation": AUTO}, notify=["owner@example.com"])
            await declare(session, body)
            plant(database.superuser, namespace, BANNER, DIFFERING, 1000)
            modes = []
            for users in (500, 1200, 1300):
                traffic(database.superuser, namespace, BANNER, users)
                await usecases.check_experiments(session)
                modes.append(await segmentation(session))
            courier = Courier(
                storage.outbox, HttpWebhooks(Reach.PUBLIC), SmtpMailer(told), present, lambda: 0.0, language
            )
            deliveries = Deliveries(courier)
            while await deliveries.begin():
                await deliveries.settle()
            (decided,) = await usecases.list_recommendations(session, BANNER)
    assert modes == [
        (SegmentationMode.DISABLED, ()),
        (SegmentationMode.MANUAL, ("source",)),
        (SegmentationMode.MANUAL, ("source",)),
    ]
    ours = [each for each in box.messages if each["Subject"].startswith(f"[{namespace}] ")]
    assert [(each["Subject"], each["To"]) for each in ours] == [(f"[{namespace}] {subject}", "owner@example.com")]
    (message,) = ours
    assert phrase in message.get_content()
    assert decided.text[language] in message.get_content()
    assert (decided.state, decided.decided_by) == (RecommendationState.APPLIED, "system")


async def test_whoever_switches_segments_off_again_keeps_them_off(session: StoredSession, planted: Any) -> None:
    await planted(DIFFERING, users=1500, config={"segmentation": AUTO})
    await usecases.check_experiments(session)
    assert (await segmentation(session))[0] is SegmentationMode.MANUAL
    await usecases.change_segmentation(session, BANNER, {"enabled": False})
    await usecases.check_experiments(session)
    assert (await segmentation(session))[0] is SegmentationMode.DISABLED


async def test_without_evidence_traffic_alone_switches_the_source_on(session: StoredSession, planted: Any) -> None:
    free = AUTO | {"auto_activation_requires_evidence": False}
    await planted(ALIKE, users=1000, config={"segmentation": free})
    ((checked, applied),) = [(each.checked, each.applied) for each in await usecases.check_experiments(session)]
    assert (checked.eligibility.eligible_for_segmentation, applied.segment_by) == (True, ["source"])
    assert await segmentation(session) == (SegmentationMode.MANUAL, ("source",))


async def test_from_ten_thousand_units_a_day_on_clusters_are_used_where_any_were_found(
    session: StoredSession, planted: Any
) -> None:
    await planted(DIFFERING, users=10_000, config={"segmentation": AUTO})
    found = [ClusterShown(0, "Mobile users", 600), ClusterShown(1, "Desktop users", 500)]
    await session.store_clusters(StoredClusters(BANNER, 1, ClustersState.ACTIVE, session.now(), 1100, found, {}))
    await usecases.check_experiments(session)
    segments = (await session.definitions()).experiments[BANNER].segmentation
    assert (segments.in_force, segments.auto_clustering_enabled) == (SegmentationMode.AUTO, True)


async def test_what_has_been_due_for_longer_than_a_check_takes_to_come_raises_an_alert(
    session: StoredSession, planted: Any, database: Dsns
) -> None:
    await planted(DIFFERING, users=1500, config={"segmentation": AUTO})
    await usecases.check_eligibility(session, BANNER)
    assert await usecases.check_alerts(session) == []
    with psycopg.connect(database.superuser) as connection:
        connection.execute(
            "UPDATE tessella.segmentation_recommendations SET created_at = now() - interval '8 hours'"
            " WHERE namespace = %s",
            [session.caller.namespace],
        )
    assert [each.rule for each in await usecases.check_alerts(session)] == ["experiment_activation_failed"]
    await usecases.check_experiments(session)
    assert await usecases.check_alerts(session) == []


async def test_what_is_accepted_is_published_with_the_acceptance_and_cannot_be_decided_again(
    session: StoredSession, planted: Any
) -> None:
    await planted(DIFFERING, config={"segmentation": {"min_samples_per_segment": 7}})
    (found,) = await opened(session)
    accepted = await usecases.accept_recommendation(session, BANNER, found.recommendation_id)
    assert (accepted.state, accepted.decided_by) == (RecommendationState.ACCEPTED, "admin")
    assert accepted.decided_at > found.created_at
    experiment = (await session.definitions()).experiments[BANNER]
    assert (experiment.segmentation.mode, experiment.segmentation.segment_by) == (SegmentationMode.MANUAL, ("source",))
    assert experiment.segmentation.min_samples_per_segment == 7
    last = (await session.publishes(limit=1, below=None))[0]
    assert last.comment == f"Recommendation {found.recommendation_id} was accepted"
    for decide in (usecases.accept_recommendation, usecases.dismiss_recommendation):
        with pytest.raises(AlreadyDecided, match="accepted"):
            await decide(session, BANNER, found.recommendation_id)
    assert await opened(session) == []
    await usecases.change_segmentation(session, BANNER, {"enabled": False})
    assert await opened(session) == []  # it was taken back by whoever switched it off


async def test_without_clusters_it_is_said_that_there_are_none_though_units_are_mature(
    session: StoredSession, planted: Any
) -> None:
    await planted(ALIKE, config={"segmentation": {"mode": "auto"}})
    (*_, clusters) = (await usecases.check_eligibility(session, BANNER)).eligibility.dimensions
    assert (clusters.segment_by, clusters.units) == (("cluster",), 0)
    assert clusters.explanation["en"].startswith("By cluster, nothing is known: there are no clusters")


async def test_segments_that_are_measured_as_worse_are_neither_eligible_nor_recommended(
    session: StoredSession, planted: Any, database: Dsns
) -> None:
    """What was learned of each source has turned round: one variant for all would have brought more since."""
    by_source = {"segmentation": {"mode": "manual", "segment_by": ["source"]}}
    await planted(DIFFERING, segments=True, config=by_source)
    await reported(session)
    turned = {source: (bold, plain) for source, (plain, bold) in DIFFERING.items()}
    plant(database.superuser, session.caller.namespace, BANNER, turned, 20_000, segments=True, version=1)
    await refresh_experiment(session, BANNER)
    assert (await usecases.segmentation_metrics(session, BANNER)).lift.told is ComparisonOutcome.WORSE
    await usecases.change_segmentation(session, BANNER, {"enabled": False})
    found = await usecases.check_eligibility(session, BANNER)
    (source, _) = found.eligibility.dimensions
    assert (source.state, found.eligibility.eligible_for_segmentation, found.recommendations) == (
        EligibilityState.DISMISSED, False, [],
    )  # fmt: skip
    assert source.as_it_ran is not None
    assert source.explanation["en"].startswith("By source, segments as they ran brought -")


async def test_of_acceptances_at_once_one_takes_effect(session: StoredSession, planted: Any) -> None:
    await planted(DIFFERING)
    (found,) = await opened(session)
    before, _ = await session.present()
    came = await asyncio.gather(
        *(usecases.accept_recommendation(session, BANNER, found.recommendation_id) for _ in range(4)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in came) == [*["AlreadyDecided"] * 3, "StoredRecommendation"]
    assert (await session.present())[0] == before + 1


async def test_what_is_dismissed_stays_so_until_the_weight_of_its_evidence_has_doubled(
    session: StoredSession, planted: Any
) -> None:
    await planted(DIFFERING, each=220, users=1500, config={"segmentation": AUTO})
    (found,) = await opened(session)
    await usecases.dismiss_recommendation(session, BANNER, found.recommendation_id)
    await planted(DIFFERING, each=40, users=1500, config={"segmentation": AUTO})
    await usecases.check_experiments(session)
    assert (await states(session), await segmentation(session)) == (["dismissed"], (SegmentationMode.DISABLED, ()))
    await planted(DIFFERING, each=600, users=1500, config={"segmentation": AUTO})
    assert len(await opened(session)) == 1


async def test_a_recommendation_is_superseded_when_it_says_something_else_and_withdrawn_when_it_no_longer_holds(
    session: StoredSession, planted: Any, database: Dsns
) -> None:
    await planted(DIFFERING)
    (first,) = await opened(session)
    assert [each.recommendation_id for each in await opened(session)] == [first.recommendation_id]
    with psycopg.connect(database.superuser) as connection:
        connection.execute(
            "UPDATE tessella.segmentation_recommendations"
            " SET evidence = jsonb_set(evidence, '{finding,state}', '\"accepted\"') WHERE namespace = %s",
            [session.caller.namespace],
        )
    (second,) = await opened(session)
    assert second.recommendation_id != first.recommendation_id
    assert await states(session) == ["open", "superseded"]
    await usecases.change_segmentation(session, BANNER, {"mode": "manual", "segment_by": ["source"]})
    assert await opened(session) == []
    assert await states(session) == ["superseded", "superseded"]


async def test_what_cannot_be_switched_on_raises_an_alert_until_it_can(session: StoredSession, planted: Any) -> None:
    """A definition that another release wrote, beside which nothing can be published."""
    await planted(DIFFERING, users=1500, config={"segmentation": AUTO})
    body = (await session.stored_one(Kind.EXPERIMENT, BANNER)).body
    broken = {**body["segmentation"], "segment_by": ["user.gone"]}
    await publish(session, Kind.EXPERIMENT, BANNER, {**body, "segmentation": broken})
    await usecases.check_experiments(session)
    (alert,) = await usecases.check_alerts(session, BANNER)
    assert (alert.rule, alert.key) == ("experiment_activation_failed", "banner")
    assert "user.gone" in alert.detail
    await publish(session, Kind.EXPERIMENT, BANNER, body)
    await usecases.check_experiments(session)
    assert await usecases.check_alerts(session) == []
    assert await segmentation(session) == (SegmentationMode.MANUAL, ("source",))


async def test_a_segment_that_does_far_worse_raises_an_alert_until_it_is_well_again(
    session: StoredSession, planted: Any
) -> None:
    by_source = {"segmentation": {"mode": "manual", "segment_by": ["source"]}}
    fine = {"instagram": (0.10, 0.12), "google": (0.11, 0.11)}
    await planted(fine | {"email": (0.02, 0.02)}, segments=True, config=by_source)
    (alert,) = await usecases.check_alerts(session)
    assert (alert.rule, alert.key) == ("experiment_segment_low", "banner: source:email")
    assert alert.detail.startswith("2.00% of its units are rewarded, of the others 11.00%")
    await planted({"email": (0.12, 0.12)}, segments=True, config=by_source)
    assert await usecases.check_alerts(session) == []
    resolved, _ = await session.alerts(state=AlertState.RESOLVED, limit=10, cursor=None)
    assert [each.key for each in resolved] == ["banner: source:email"]

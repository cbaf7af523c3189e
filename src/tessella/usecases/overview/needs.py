"""What needs a person now: alerts that nobody has seen, and what no alert tells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tessella.domain.alerts.alert import Alert, AlertState
from tessella.domain.alerts.rules import AUDIENCE_STALE, JOB_FAILED, Severity
from tessella.domain.drift_level import DriftLevel
from tessella.domain.features.gate import DAY_US, iso
from tessella.domain.identifiers import Instant
from tessella.ports import Session
from tessella.ports.overview import FailingJob, OpenRecommendations, OverviewFigures
from tessella.ports.taxonomy import GameRefresh
from tessella.usecases.audiences.counts import list_calculations

#: Audiences that are older have missed a night or more.
OLD_AFTER_US: Final = 2 * DAY_US
#: The most alerts that are looked at.
_MOST: Final = 200


class Urgency(StrEnum):
    """How soon somebody is to look."""

    #: Something does not work.
    BAD = "bad"
    #: Something is out of date or incomplete.
    WARN = "warn"
    #: Something waits to be decided, or can wait.
    GOOD = "good"


_URGENCY: Final = {Severity.CRITICAL: Urgency.BAD, Severity.WARNING: Urgency.WARN, Severity.INFO: Urgency.GOOD}
_ORDER: Final = tuple(Urgency)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs a person."""

    #: What it is about: the first word of `code`, such as `job`, `model` or `experiment`.
    kind: str
    #: The rule of an alert, or `audience_old`, `recommendation_open` or `taxonomy_drift`.
    code: str
    urgency: Urgency
    #: The id of what it is about; empty where it is about all.
    subject: str
    count: int
    since: Instant
    detail: str
    alert_id: str | None = None
    #: Of a job that fails, its last run.
    run_id: str | None = None


async def needs(session: Session, figures: OverviewFigures) -> Sequence[Need]:
    """All of them, the most urgent first, and of equal ones the newest."""
    opened, _ = await session.alerts(state=AlertState.OPEN, limit=_MOST, cursor=None)
    seen, _ = await session.alerts(state=AlertState.ACKNOWLEDGED, limit=_MOST, cursor=None)
    told = {(each.rule, each.key) for each in (*opened, *seen)}
    runs = {each.job: each.run_id for each in figures.failing_jobs}
    found = [_of_alert(each, runs) for each in opened]
    found += _of_jobs(figures.failing_jobs, told)
    found += [_of_recommendations(each) for each in figures.recommendations]
    found += await _of_audiences(session, figures.audiences_made_at, {rule for rule, _ in told})
    found += _of_drift(await session.game_refreshes(), session.snapshot().definitions.games)
    return sorted(found, key=lambda each: (_ORDER.index(each.urgency), -each.since))


def _of_alert(alert: Alert, runs: Mapping[str, str]) -> Need:
    kind, _, _ = alert.rule.partition("_")
    run_id = runs.get(alert.key) if alert.rule == JOB_FAILED.name else None
    detail, urgency = alert.detail or alert.title, _URGENCY[alert.severity]
    return Need(
        kind, alert.rule, urgency, alert.key, alert.seen, alert.first_seen_at, detail, alert.alert_id, run_id
    )  # fmt: skip


def _of_jobs(failing: Sequence[FailingJob], told: Collection[tuple[str, str]]) -> Iterator[Need]:
    for each in failing:
        if (JOB_FAILED.name, each.job) not in told:
            yield Need(
                "job", JOB_FAILED.name, Urgency.WARN, each.job, each.failures, each.failed_at, each.problem,
                run_id=each.run_id,
            )  # fmt: skip


def _of_recommendations(waiting: OpenRecommendations) -> Need:
    detail = "Segments are recommended for this experiment: accept or dismiss them."
    name, count = waiting.experiment_id, waiting.count
    return Need("recommendation", "recommendation_open", Urgency.GOOD, name, count, waiting.since, detail)


async def _of_audiences(session: Session, made_at: Instant | None, told: Collection[str]) -> Sequence[Need]:
    _, stale = await list_calculations(session, 1)
    if stale is not None and AUDIENCE_STALE.name not in told:
        return [Need("audience", AUDIENCE_STALE.name, Urgency.WARN, "", 1, stale.since, stale.problem)]
    if made_at is None or session.now() - made_at < OLD_AFTER_US:
        return []
    detail = f"Audiences were calculated at {iso(made_at)}: calculate them anew."
    return [Need("audience", "audience_old", Urgency.WARN, "", 1, made_at, detail)]


def _of_drift(refreshes: Sequence[GameRefresh], games: Collection[str]) -> Iterator[Need]:
    for each in refreshes:
        axes = [axis for axis in _axes(each.drift) if axis.get("level") == DriftLevel.LARGE]
        if axes and each.game_id in games:
            named = ", ".join(f"{axis['axis_name']} (PSI {axis['psi']:.2f})" for axis in axes)
            detail = f"Players are no longer as they were at the calibration: {named}. Calibrate anew."
            yield Need(
                "taxonomy", "taxonomy_drift", Urgency.WARN, each.game_id, len(axes), each.refreshed_at, detail
            )  # fmt: skip


def _axes(drift: Any) -> Sequence[Mapping[str, Any]]:
    return drift.get("axes", ()) if isinstance(drift, Mapping) else ()

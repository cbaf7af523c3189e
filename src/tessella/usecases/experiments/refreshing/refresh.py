"""Refresh an experiment: read what was counted, learn, judge, store, and tell."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import NotRefreshed
from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.dimensions import OBSERVED
from tessella.domain.experiments.segmentation.largest import with_largest_levels
from tessella.domain.experiments.setup.experiment import ALIVE, Experiment, ExperimentStatus
from tessella.domain.identifiers import ExperimentId
from tessella.ports import Session
from tessella.ports.experiments import StoredReport
from tessella.usecases.alerts import resolve_others, tell
from tessella.usecases.experiments.clusters.keep_fresh import cluster_names
from tessella.usecases.experiments.declared import alive_experiments, experiment_named
from tessella.usecases.experiments.refreshing.alarms import RULES, alarms_of
from tessella.usecases.experiments.refreshing.ending import as_of, stop_at_maximum
from tessella.usecases.experiments.refreshing.judging import Judged, RefreshInput, judge, refreshed

#: For another process's turn to end, it is looked so often.
_TRIES: Final = 50
_PAUSE_SECONDS: Final = 0.1


def refreshed_experiments(session: Session) -> Sequence[ExperimentId]:
    """The experiments whose rewards count now, by name."""
    return [each.experiment_id for each in alive_experiments(session)]


async def resolve_ended(session: Session, alive: Collection[ExperimentId]) -> None:
    """Resolve the alerts of experiments that are not among those: nothing more is learned of them."""
    await resolve_others(session, RULES, alive)


async def refresh_experiment(session: Session, experiment_id: ExperimentId) -> StoredReport | None:
    """Learn from all that was counted, publish weights where they say more than those in force, and store the report.

    Of one that has ended, the report is as of its end, and nothing else is done. Returns the report that holds: another
    process's where one is at it, and None where that has none yet. Raises `NoSuch`, `NotRefreshed` for a draft, and
    `Unavailable`.
    """
    experiment = experiment_named(session, experiment_id)
    if experiment.status is ExperimentStatus.DRAFT:
        raise NotRefreshed(experiment_id)
    made = await _made(session, experiment)
    if made is None:
        return await session.report(experiment_id)
    if experiment.status in ALIVE:
        await _follow(session, experiment, made.judged)
    return made.report


async def refresh_now(session: Session, experiment_id: ExperimentId) -> None:
    """The same; where another process is at it, once more after it, as that one may have read before. Raises likewise.

    It waits for some seconds, and then leaves what there is.
    """
    begun, experiment = session.now(), experiment_named(session, experiment_id)
    for _ in range(_TRIES):
        report = await refresh_experiment(session, experiment_id)
        if report is not None and (report.made_at >= begun or experiment.status not in ALIVE):
            return
        await asyncio.sleep(_PAUSE_SECONDS)


async def first_report(session: Session, experiment: Experiment) -> StoredReport | None:
    """The report of one that has none, made now or by whom it is being made; None if that takes more than seconds.

    Nobody is told, and nothing is stopped: whoever only reads does none of that. The next refresh does.
    """
    for _ in range(_TRIES):
        made = await _made(session, experiment)
        report = await session.report(experiment.experiment_id) if made is None else made.report
        if report is not None:
            return report
        await asyncio.sleep(_PAUSE_SECONDS)
    return None


@dataclass(frozen=True, slots=True)
class _Made:
    judged: Judged
    report: StoredReport


async def _made(session: Session, experiment: Experiment) -> _Made | None:
    """Learn, judge and store; None where another process is at it."""
    async with session.refreshing(experiment.experiment_id) as is_ours:
        if not is_ours:
            return None
        begun = session.now()
        seen = await _seen(session, experiment)
        judged = await asyncio.to_thread(judge, seen, lambda: (session.now() - begun) / 1e6)
        found = refreshed(judged, seen)
        await session.store_refresh(experiment.experiment_id, found)
    return _Made(judged, found.report)


async def _follow(session: Session, experiment: Experiment, judged: Judged) -> None:
    """Tell what is wrong, and stop what has had all that was asked for."""
    for rule, detail in alarms_of(judged.results):
        await tell(session, rule, experiment.experiment_id, detail)
    if judged.results.verdict.is_over:
        await stop_at_maximum(session, experiment)


async def _seen(session: Session, experiment: Experiment) -> RefreshInput:
    """Policies last: then every version is known that something was counted of."""
    name, now = experiment.experiment_id, await as_of(session, experiment)
    await session.merge_mature(name, attribution_of(experiment).mature_before(now))
    tally = await session.tally(name)
    observed = {each: with_largest_levels(await session.tally(name, each)) for each in OBSERVED}
    named = {each.segment_key: each.display_name for each in await session.segment_figures(name)}
    names = named | cluster_names(session.clusters(name))
    before, policies = await session.report(name), await session.policies(name)
    return RefreshInput(experiment, tally, observed, policies, before, names, now)

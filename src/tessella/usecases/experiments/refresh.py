"""Refresh an experiment: read what was counted, learn, judge, store, and tell."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from tessella.domain.errors import NotRefreshed
from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.dimensions import OBSERVED
from tessella.domain.experiments.setup.experiment import ALIVE, Experiment
from tessella.domain.identifiers import ExperimentId
from tessella.ports import Session
from tessella.ports.experiments import StoredReport
from tessella.usecases.alerts import resolve_others, tell
from tessella.usecases.experiments.alarms import RULES, alarms_of
from tessella.usecases.experiments.clusters.keep_fresh import cluster_names
from tessella.usecases.experiments.declared import alive_experiments, experiment_named
from tessella.usecases.experiments.ending import stop_at_maximum
from tessella.usecases.experiments.judging import Judged, RefreshInput, judge, refreshed


def refreshed_experiments(session: Session) -> Sequence[ExperimentId]:
    """The experiments whose rewards count now, by name."""
    return [each.experiment_id for each in alive_experiments(session)]


async def resolve_ended(session: Session, alive: Collection[ExperimentId]) -> None:
    """Resolve the alerts of experiments that are not among those: nothing more is learned of them."""
    await resolve_others(session, RULES, alive)


async def refresh_experiment(session: Session, experiment_id: ExperimentId) -> StoredReport | None:
    """Learn from all that was counted, publish weights where they say more than those in force, and store the report.

    Returns the report that holds: another process's where one is at it, and None where that has none yet. Raises
    `NoSuch`, `NotRefreshed` for an experiment whose rewards do not count now, and `Unavailable`.
    """
    experiment = experiment_named(session, experiment_id)
    if experiment.status not in ALIVE:
        raise NotRefreshed(experiment_id, experiment.status)
    async with session.refreshing(experiment_id) as is_ours:
        if not is_ours:
            return await session.report(experiment_id)
        seen = await _seen(session, experiment)
        judged = await asyncio.to_thread(judge, seen, lambda: (session.now() - seen.now) / 1e6)
        found = refreshed(judged, seen)
        await session.store_refresh(experiment_id, found)
    await _tell(session, experiment_id, judged)
    if judged.results.verdict.is_over:
        await stop_at_maximum(session, experiment)
    return found.report


async def _seen(session: Session, experiment: Experiment) -> RefreshInput:
    """Policies last: then every version is known that something was counted of."""
    name, now = experiment.experiment_id, session.now()
    await session.merge_mature(name, attribution_of(experiment).mature_before(now))
    tally = await session.tally(name)
    observed = {each: await session.tally(name, each) for each in OBSERVED}
    named = {each.segment_key: each.display_name for each in await session.segment_figures(name)}
    names = named | cluster_names(session.clusters(name))
    before, policies = await session.report(name), await session.policies(name)
    return RefreshInput(experiment, tally, observed, policies, before, names, now)


async def _tell(session: Session, experiment_id: ExperimentId, judged: Judged) -> None:
    for rule, detail in alarms_of(judged.results):
        await tell(session, rule, experiment_id, detail)

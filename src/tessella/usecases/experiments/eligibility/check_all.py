"""What is done every six hours, and on demand: check all experiments of a namespace, or one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.alerts.alert import Alert, AlertState
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.identifiers import ExperimentId
from tessella.ports import Session
from tessella.usecases.experiments.clusters.keep_fresh import keep_clusters_fresh, resolve_unneeded
from tessella.usecases.experiments.declared import alive_experiments, experiment_named
from tessella.usecases.experiments.eligibility.activate import Activation, check_and_activate
from tessella.usecases.experiments.eligibility.watch import OF, resolve_gone, watch_experiment

_MOST_ALERTS: Final = 1000


async def check_experiments(session: Session, experiment_id: ExperimentId | None = None) -> list[Activation]:
    """Check every experiment that runs or is paused, or one; switch on what is due, and look for low segments.

    Raises `NoSuch` for one that is named and is not there, and `Unavailable`.
    """
    checked = [await check_and_activate(session, each) for each in _chosen(session, experiment_id)]
    await check_alerts(session, experiment_id)
    return checked


async def check_alerts(session: Session, experiment_id: ExperimentId | None = None) -> Sequence[Alert]:
    """Look for what is wrong with segments now; returns what is open of experiments. Raises likewise."""
    for each in _chosen(session, experiment_id):
        await watch_experiment(session, each)
        await keep_clusters_fresh(session, each)
    await resolve_gone(session, [each.experiment_id for each in alive_experiments(session)])
    await resolve_unneeded(session, alive_experiments(session))
    return await _open_alerts(session, experiment_id)


async def _open_alerts(session: Session, experiment_id: ExperimentId | None) -> list[Alert]:
    found = [
        alert
        for state in (AlertState.OPEN, AlertState.ACKNOWLEDGED)
        for alert in (await session.alerts(state=state, limit=_MOST_ALERTS, cursor=None))[0]
    ]
    return [each for each in found if _is_about(each, experiment_id)]


def _is_about(alert: Alert, experiment_id: ExperimentId | None) -> bool:
    is_named = experiment_id is None or alert.key.partition(OF)[0] == experiment_id
    return alert.rule.startswith("experiment_") and is_named


def _chosen(session: Session, experiment_id: ExperimentId | None) -> list[Experiment]:
    return alive_experiments(session) if experiment_id is None else [experiment_named(session, experiment_id)]

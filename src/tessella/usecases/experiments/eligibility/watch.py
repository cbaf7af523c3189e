"""Look for segments that do far worse than the others, and for segments that should be on and are not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

from tessella.domain.alerts.alert import Raised
from tessella.domain.alerts.rules import EXPERIMENT_ACTIVATION_FAILED, EXPERIMENT_SEGMENT_LOW
from tessella.domain.experiments.eligibility.activation import is_reached
from tessella.domain.experiments.setup.experiment import Experiment, ExperimentStatus
from tessella.domain.identifiers import ExperimentId, Instant
from tessella.ports import Session
from tessella.ports.experiments import RecommendationState, StoredRecommendation
from tessella.usecases.alerts import unresolved_keys
from tessella.usecases.experiments.eligibility.reading import seen

#: Between the experiment and the segment in the key of an alert; no id has it.
OF: Final = ": "
#: A check comes every six hours: what has waited for longer was not switched on.
_OVERDUE_US: Final = 7 * 3_600_000_000


async def watch_experiment(session: Session, experiment: Experiment) -> None:
    """Raise and resolve the alerts about an experiment's segments. Doing it again changes nothing but figures."""
    await _watch_segments(session, experiment)
    await _watch_activation(session, experiment)


async def resolve_gone(session: Session, watched: Iterable[ExperimentId]) -> None:
    """Resolve what is open of experiments that are no longer watched."""
    known = set(watched)
    for rule in (EXPERIMENT_SEGMENT_LOW, EXPERIMENT_ACTIVATION_FAILED):
        for key in await unresolved_keys(session, rule):
            if key.partition(OF)[0] not in known:
                await session.resolve_alert(rule, key)


async def _watch_segments(session: Session, experiment: Experiment) -> None:
    from tessella.usecases.experiments.eligibility.low_segments import low_segments  # loads numpy

    own = experiment.experiment_id + OF
    open_keys = {each for each in await unresolved_keys(session, EXPERIMENT_SEGMENT_LOW) if each.startswith(own)}
    alerted = frozenset(each.removeprefix(own) for each in open_keys)
    found = await asyncio.to_thread(low_segments, await seen(session, experiment), alerted)
    for each in found:
        await session.raise_alert(Raised(EXPERIMENT_SEGMENT_LOW, own + each.segment_key, each.told))
    for key in sorted(open_keys - {own + each.segment_key for each in found}):
        await session.resolve_alert(EXPERIMENT_SEGMENT_LOW, key)


async def _watch_activation(session: Session, experiment: Experiment) -> None:
    """Only what a check left undone: a check raises and resolves the alert itself."""
    if experiment.status is not ExperimentStatus.RUNNING:
        return
    traffic = await session.traffic(experiment.experiment_id)
    if not is_reached(experiment.segmentation, traffic):
        return
    found = await session.recommendations(experiment.experiment_id)
    if any(each.state is RecommendationState.APPLIED for each in found):
        return
    waiting = [each for each in found if _is_overdue(each, session.now())]
    if waiting:
        detail = f"{waiting[-1].text['en']} It has been recommended for more than six hours, and is not switched on."
        await session.raise_alert(Raised(EXPERIMENT_ACTIVATION_FAILED, experiment.experiment_id, detail))


def _is_overdue(recommendation: StoredRecommendation, now: Instant) -> bool:
    is_open = recommendation.state is RecommendationState.OPEN
    return is_open and recommendation.created_at < now - _OVERDUE_US

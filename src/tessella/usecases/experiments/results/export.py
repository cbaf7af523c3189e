"""Export who got what, with the probabilities that they were drawn by, and what they brought: for administrators."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import msgspec

from tessella.domain.errors import UnknownReference
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import ExperimentId, Json, nearest
from tessella.domain.privacy.consent import Whose
from tessella.ports import Session
from tessella.ports.experiments import RewardedUnit
from tessella.usecases.experiments.declared import experiment_named


class ExportedUnit(msgspec.Struct, frozen=True):
    """One row of an export: everything that another evaluation of the experiment needs."""

    user_identifier: str
    variant_id: str
    segment_key: str
    policy_version: int
    in_holdout: bool
    #: A test's wish: it was no draw, and is to be left out.
    forced: bool
    assigned_at: str
    #: By variant, as it was before the draw.
    propensities: Mapping[str, float]
    #: The sum of the unit's rewards that count, by the metric of the export.
    reward: float
    context: Mapping[str, Json]


def export_assignments(
    session: Session, experiment_id: ExperimentId, metric: str | None = None, *, after: str = ""
) -> AsyncIterator[ExportedUnit]:
    """By user, from the first one after `after`, with rewards by a metric: the first one where none is named.

    Only of those who share data. Raises `NoSuch`, and `UnknownReference` for the metric.
    """
    experiment = experiment_named(session, experiment_id)
    named = metric_named(experiment, metric)
    return _exported(experiment, session.rewarded_units(experiment_id, named, after, Whose.SHARED))


def logged_assignments(
    session: Session, experiment_id: ExperimentId, metric: str | None = None
) -> AsyncIterator[ExportedUnit]:
    """The same of everybody who has not opted out, to be evaluated here. Raises likewise."""
    experiment = experiment_named(session, experiment_id)
    return _exported(experiment, session.rewarded_units(experiment_id, metric_named(experiment, metric)))


def metric_named(experiment: Experiment, metric: str | None) -> str:
    """A metric of an experiment. Raises `UnknownReference`."""
    known = [each.name for each in experiment.metrics]
    if metric is None:
        return known[0]
    if metric not in known:
        raise UnknownReference("/query/metric", "metric", metric, nearest(metric, known), known, "in this experiment")
    return metric


async def _exported(experiment: Experiment, units: AsyncIterator[RewardedUnit]) -> AsyncIterator[ExportedUnit]:
    ids = [each.variant_id for each in experiment.variants]
    async for unit in units:
        held = unit.assignment
        yield ExportedUnit(
            held.user_identifier, held.variant_id, held.segment_key, held.policy_version, held.in_holdout, held.forced,
            iso(held.assigned_at), dict(zip(ids, held.propensities, strict=True)), unit.reward, held.context,
        )  # fmt: skip

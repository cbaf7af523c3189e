"""Read what a check of an experiment is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tessella.domain.experiments.dimensions import OBSERVED, SEGMENT
from tessella.domain.experiments.inference.results.said import ComparisonOutcome, LiftSaid
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.ports import Session
from tessella.usecases.experiments.refreshing.report import read_report

if TYPE_CHECKING:
    from tessella.usecases.experiments.eligibility.findings import CheckInput  # loads numpy


async def seen(session: Session, experiment: Experiment) -> CheckInput:
    """What was counted of an experiment. Tallies come before policies: a unit's version is then among these."""
    from tessella.usecases.experiments.eligibility.findings import CheckInput  # loads numpy

    experiment_id = experiment.experiment_id
    tallies = {each: await session.tally(experiment_id, each) for each in (SEGMENT, *OBSERVED)}
    policies, traffic = await session.policies(experiment_id), await session.traffic(experiment_id)
    lift, has_clusters = await _lift_of_segments(session, experiment), session.clusters(experiment_id) is not None
    return CheckInput(experiment, tallies, policies, traffic, session.now(), lift, has_clusters)


async def _lift_of_segments(session: Session, experiment: Experiment) -> LiftSaid:
    report = await session.report(experiment.experiment_id)
    return LiftSaid(ComparisonOutcome.NOT_YET_KNOWN) if report is None else read_report(report).results.lift_of_segments

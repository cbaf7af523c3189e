"""Read what a check of an experiment is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tessella.domain.experiments.dimensions import OBSERVED, SEGMENT
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.ports import Session

if TYPE_CHECKING:
    from tessella.usecases.experiments.eligibility.findings import CheckInput  # loads numpy


async def seen(session: Session, experiment: Experiment) -> CheckInput:
    """What was counted of an experiment. Tallies come before policies: a unit's version is then among these."""
    from tessella.usecases.experiments.eligibility.findings import CheckInput  # loads numpy

    experiment_id = experiment.experiment_id
    tallies = {each: await session.tally(experiment_id, each) for each in (SEGMENT, *OBSERVED)}
    policies, traffic = await session.policies(experiment_id), await session.traffic(experiment_id)
    return CheckInput(experiment, tallies, policies, traffic, session.now())

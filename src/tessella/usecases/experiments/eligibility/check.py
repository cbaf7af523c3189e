"""Check whether an experiment should be segmented, and keep what was found."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from tessella.domain.experiments.eligibility.activation import Situation
from tessella.domain.experiments.eligibility.proposing import Proposal, Said, proposals, to_activate, worth_proposing
from tessella.domain.experiments.eligibility.result import Eligibility, eligibility, is_of
from tessella.domain.experiments.setup.experiment import Experiment, ExperimentStatus
from tessella.domain.identifiers import ExperimentId, Instant
from tessella.domain.typed import convert
from tessella.ports import Session
from tessella.ports.experiments import Checked, RecommendationState, StoredRecommendation
from tessella.usecases.experiments.declared import experiment_named
from tessella.usecases.experiments.eligibility.reading import seen
from tessella.usecases.experiments.eligibility.stored import choice_of, proposed, said

if TYPE_CHECKING:
    from tessella.usecases.experiments.eligibility.findings import CheckInput  # loads numpy

#: What was found so lately is told again.
_FRESH_US: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class CheckedExperiment:
    """What a check came to."""

    eligibility: Eligibility
    checked_at: Instant
    #: Those that are open.
    recommendations: Sequence[StoredRecommendation]


async def check_eligibility(session: Session, experiment_id: ExperimentId) -> CheckedExperiment:
    """Look at every dimension, and recommend what is worth it. Nothing is switched on. Raises `NoSuch`."""
    checked, _ = await check(session, experiment_named(session, experiment_id))
    return checked


async def get_eligibility(session: Session, experiment_id: ExperimentId) -> CheckedExperiment:
    """What the last check came to, or a check where that is a minute old or of other settings. Raises `NoSuch`."""
    segmentation = experiment_named(session, experiment_id).segmentation
    stored = await session.check_of(experiment_id)
    if stored is not None and stored.checked_at > session.now() - _FRESH_US:
        found = convert(stored.body, Eligibility)
        if is_of(found, segmentation):
            return CheckedExperiment(found, stored.checked_at, await open_recommendations(session, experiment_id))
    return await check_eligibility(session, experiment_id)


async def open_recommendations(session: Session, experiment_id: ExperimentId) -> list[StoredRecommendation]:
    """Those that nobody has decided, the newest first."""
    found = await session.recommendations(experiment_id)
    return [each for each in found if each.state is RecommendationState.OPEN]


async def check(session: Session, experiment: Experiment) -> tuple[CheckedExperiment, StoredRecommendation | None]:
    """The same, and the recommendation that is to be applied now."""
    from tessella.usecases.experiments.eligibility.findings import findings  # loads numpy

    experiment_id = experiment.experiment_id
    looked = await seen(session, experiment)
    found = await asyncio.to_thread(findings, looked)
    body = eligibility(experiment_id, experiment.segmentation, looked.traffic, found)
    before = await session.recommendations(experiment_id)
    due = _due(session, experiment, body, before)
    await session.keep_check(_checked(looked, body, said(before), due))
    opened = await open_recommendations(session, experiment_id)
    chosen = [each for each in opened if due is not None and choice_of(each) == due.choice]
    return CheckedExperiment(body, looked.now, opened), next(iter(chosen), None)


def _due(
    session: Session, experiment: Experiment, found: Eligibility, before: Sequence[StoredRecommendation]
) -> Proposal | None:
    """What is to be switched on by itself: once in the life of an experiment, so that whoever ends it has ended it."""
    was_applied = any(each.state is RecommendationState.APPLIED for each in before)
    if was_applied or experiment.status is not ExperimentStatus.RUNNING:
        return None
    has_clusters = session.clusters(experiment.experiment_id) is not None
    situation = Situation(experiment.segmentation, found.traffic, has_clusters, found.dimensions)
    return to_activate(situation, said(before))


def _checked(looked: CheckInput, found: Eligibility, told: Sequence[Said], due: Proposal | None) -> Checked:
    worth = worth_proposing(found.dimensions, told, looked.experiment.segmentation)
    changed = proposals(worth if due is None else [*worth, due], told)
    new = [proposed(each, found.traffic) for each in changed.new]
    return Checked(found.experiment_id, looked.now, msgspec.to_builtins(found), new, changed.withdrawn)

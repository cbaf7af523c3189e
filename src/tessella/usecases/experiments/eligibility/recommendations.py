"""Accept or dismiss a recommendation, or apply it."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from tessella.domain.definitions import Kind, read_definition, write_definition
from tessella.domain.errors import AlreadyDecided, NoSuch
from tessella.domain.experiments.eligibility.activation import applied
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.identifiers import ExperimentId
from tessella.ports import Change, Session, StoredDefinition
from tessella.ports.experiments import RecommendationState, StoredRecommendation, Verdict
from tessella.usecases.experiments.anew import anew
from tessella.usecases.experiments.declared import experiment_named
from tessella.usecases.experiments.eligibility.stored import choice_of
from tessella.usecases.proposal import known_rules, read_proposal

_COMMENTS: Final = {
    RecommendationState.ACCEPTED: "Recommendation {id} was accepted",
    RecommendationState.APPLIED: "Recommendation {id} was applied by itself",
}


async def list_recommendations(session: Session, experiment_id: ExperimentId) -> list[StoredRecommendation]:
    """All of an experiment, whatever became of them, the newest first. Raises `NoSuch`."""
    experiment_named(session, experiment_id)
    return list(await session.recommendations(experiment_id))


async def accept_recommendation(
    session: Session, experiment_id: ExperimentId, recommendation_id: str
) -> StoredRecommendation:
    """Segment the experiment as it is recommended, in one publish with the acceptance.

    Raises `NoSuch`, `AlreadyDecided`, and what publishing raises.
    """
    await _check_known(session, experiment_id, recommendation_id)
    await apply(session, Verdict(experiment_id, recommendation_id, RecommendationState.ACCEPTED))
    return await session.recommendation(experiment_id, recommendation_id)


async def dismiss_recommendation(
    session: Session, experiment_id: ExperimentId, recommendation_id: str
) -> StoredRecommendation:
    """Say no: it is not recommended again until the weight of its evidence has doubled. Raises likewise."""
    await _check_known(session, experiment_id, recommendation_id)
    return await session.decide_recommendation(Verdict(experiment_id, recommendation_id, RecommendationState.DISMISSED))


async def apply(session: Session, verdict: Verdict) -> None:
    """Publish what a recommendation recommends, with a verdict on it; both or neither. Raises likewise."""
    await anew(lambda: _apply(session, verdict))


async def _check_known(session: Session, experiment_id: ExperimentId, recommendation_id: str) -> None:
    known = [each.recommendation_id for each in await list_recommendations(session, experiment_id)]
    if recommendation_id not in known:
        raise NoSuch("recommendation", recommendation_id, known=known)


async def _apply(session: Session, verdict: Verdict) -> None:
    recommendation = await session.recommendation(verdict.experiment_id, verdict.recommendation_id)
    if recommendation.state is not RecommendationState.OPEN:
        raise AlreadyDecided(verdict.recommendation_id, recommendation.state)
    stored = await session.stored_one(Kind.EXPERIMENT, verdict.experiment_id)
    if stored is None:
        raise NoSuch(Kind.EXPERIMENT, verdict.experiment_id)
    change = _change(stored, recommendation)
    proposal, known = await asyncio.to_thread(read_proposal, [change]), known_rules(session)
    await session.publish(
        proposal.changes,
        check=lambda before: proposal.check_over(before, known),
        comment=_COMMENTS[verdict.state].format(id=verdict.recommendation_id),
        verdict=verdict,
    )


def _change(stored: StoredDefinition, recommendation: StoredRecommendation) -> Change:
    experiment = read_definition(Kind.EXPERIMENT, stored.body)
    assert isinstance(experiment, Experiment)
    segmentation = applied(experiment.segmentation, choice_of(recommendation))
    body = write_definition(msgspec.structs.replace(experiment, segmentation=segmentation))
    return Change(Kind.EXPERIMENT, stored.identifier, body, stored.version)

"""Switch segments on by themselves, and tell of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tessella.domain.alerts.alert import Raised
from tessella.domain.alerts.rules import EXPERIMENT_ACTIVATION_FAILED
from tessella.domain.errors import AlreadyDecided, TessellaError, Unavailable
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.notices.notice import Event, Notice
from tessella.ports import Session
from tessella.ports.experiments import RecommendationState, StoredRecommendation, Verdict
from tessella.usecases.experiments.eligibility.check import CheckedExperiment, check
from tessella.usecases.experiments.eligibility.recommendations import apply
from tessella.usecases.experiments.eligibility.stored import choice_of, finding_of


@dataclass(frozen=True, slots=True)
class Activation:
    """A check, and what came of what was due then."""

    #: Its recommendations are those that are still open.
    checked: CheckedExperiment
    #: What was applied; None: nothing was due, or it could not be.
    applied: StoredRecommendation | None = None
    #: Why what was due could not be applied.
    problem: str | None = None


async def check_and_activate(session: Session, experiment: Experiment) -> Activation:
    """Look at every dimension, recommend, and switch on what is due.

    Raises an alert where that fails, and resolves it where there is nothing left to switch on. Raises `Unavailable`.
    """
    checked, due = await check(session, experiment)
    problem = None if due is None else await _problem(session, experiment, checked, due)
    if problem is not None:
        await session.raise_alert(Raised(EXPERIMENT_ACTIVATION_FAILED, experiment.experiment_id, problem))
        return Activation(checked, problem=problem)
    await session.resolve_alert(EXPERIMENT_ACTIVATION_FAILED, experiment.experiment_id)
    left = [each for each in checked.recommendations if each is not due]
    return Activation(replace(checked, recommendations=left), due)


async def _problem(
    session: Session, experiment: Experiment, checked: CheckedExperiment, due: StoredRecommendation
) -> str | None:
    """Switch it on. Returns why it was not; None where it was, by us or by somebody else."""
    notice = _notice(session, experiment, checked.eligibility.traffic, due)
    verdict = Verdict(experiment.experiment_id, due.recommendation_id, RecommendationState.APPLIED, [notice])
    try:
        await apply(session, verdict)
    except AlreadyDecided:
        return None
    except Unavailable:
        raise
    except TessellaError as error:
        return f"Recommendation {due.recommendation_id} could not be applied: {error.message}"
    return None


def _notice(session: Session, experiment: Experiment, traffic: int, due: StoredRecommendation) -> Notice:
    from tessella.domain.experiments.eligibility.texts.announcement import announcement  # loads numpy

    data = announcement(experiment, choice_of(due), traffic, finding_of(due))
    return Notice(Event.EXPERIMENT_ACTIVATED, session.now(), data, mail_to=experiment.notify)

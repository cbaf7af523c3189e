"""Add conversions: what units did after they were given a variant."""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import msgspec

from tessella.domain.errors import TessellaError, UnknownReference, WrongShape
from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.assignment.conversion import Conversion, ConversionOutcome
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.metric import LARGEST_AMOUNT, Metric, Reward
from tessella.domain.identifiers import ExperimentId, Instant, Pointer, SubjectId, nearest, point
from tessella.ports import Session
from tessella.ports.experiments import ConversionsAdded
from tessella.usecases.add_events import ahead
from tessella.usecases.experiments.declared import experiment_named
from tessella.usecases.load_subject import consented, own_subject

Outcome = ConversionOutcome | TessellaError


class RewardSent(msgspec.Struct, frozen=True):
    """One reward, as a caller sends it."""

    user_identifier: SubjectId
    #: Whoever sends it again changes nothing.
    event_id: str
    value: float = 1.0
    #: None: the experiment's first.
    metric: str | None = None
    #: When it happened; None: now.
    at: Instant | None = None


async def add_conversions(
    session: Session, experiment_id: ExperimentId, rewards: Sequence[RewardSent], *, at: Sequence[Pointer] = ()
) -> ConversionsAdded:
    """Store rewards of one experiment, each once; those that are wrong are named and cost the others nothing.

    What becomes of each is told in their order. A reward of a user who has switched personalization off is not kept.
    `at` names the rows in errors. Raises `NoSuch`, `NotYours` when a client sends another user's, and `Unavailable`.
    """
    experiment, now = experiment_named(session, experiment_id), session.now()
    names = at or [point("", position) for position in range(len(rewards))]
    out = await _opted_out(session, rewards)
    outcomes = [_refused(experiment, each, out, now, name) for each, name in zip(rewards, names, strict=True)]
    good = [position for position, outcome in enumerate(outcomes) if outcome is None]
    added = await session.add_conversions(
        [_conversion(experiment, rewards[each], now) for each in good],
        attribution_of(experiment), at=[names[each] for each in good],
    )  # fmt: skip
    settled = dict(zip(good, added.outcomes, strict=True))
    return ConversionsAdded([outcome or settled[each] for each, outcome in enumerate(outcomes)])


def remark_on(session: Session, experiment_id: ExperimentId, reward: RewardSent) -> str:
    """What a sender may not expect of a reward that is taken: that its value says nothing. Empty where it does."""
    metric = _metric(experiment_named(session, experiment_id), reward)
    if metric is None or metric.reward is not Reward.BINARY or reward.value == 1.0:
        return ""
    return f'The metric "{metric.name}" is binary: a unit counts once by it, whatever the value.'


async def _opted_out(session: Session, rewards: Sequence[RewardSent]) -> frozenset[SubjectId]:
    users = list(dict.fromkeys(own_subject(session.caller, each.user_identifier) for each in rewards))
    known = await session.known_of([each for each in users if each is not None])
    return frozenset(user for user, each in known.items() if consented(each) is None)


def _refused(
    experiment: Experiment, reward: RewardSent, out: AbstractSet[SubjectId], now: Instant, at: Pointer
) -> Outcome | None:
    """Why a reward is not even looked up; None for one that is."""
    if reward.user_identifier in out:
        return ConversionOutcome.OPTED_OUT
    if reward.at is not None and (fault := ahead(reward.at, now, point(at, "at"))) is not None:
        return fault
    metric = _metric(experiment, reward)
    if metric is None:
        return _unknown_metric(experiment, str(reward.metric), point(at, "metric"))
    return _wrong_value(metric, reward.value, point(at, "value"))


def _metric(experiment: Experiment, reward: RewardSent) -> Metric | None:
    """What a reward is by; None where the experiment has no such metric."""
    if reward.metric is None:
        return experiment.primary
    return next((each for each in experiment.metrics if each.name == reward.metric), None)


def _unknown_metric(experiment: Experiment, name: str, at: Pointer) -> UnknownReference:
    known = [each.name for each in experiment.metrics]
    return UnknownReference(at, "metric", name, nearest(name, known), known, "in this experiment")


def _wrong_value(metric: Metric, value: float, at: Pointer) -> WrongShape | None:
    if not math.isfinite(value) or abs(value) > LARGEST_AMOUNT:
        problem = f"A reward is a number from {-LARGEST_AMOUNT:,.0f} to {LARGEST_AMOUNT:,.0f}."
        return WrongShape(at, problem, "Send it in a larger unit.")
    if value < 0 and not metric.may_be_negative:
        problem = f'A reward by the metric "{metric.name}" is not negative.'
        return WrongShape(at, problem, "Declare the metric with may_be_negative where returns are rewards too.")
    return None


def _conversion(experiment: Experiment, reward: RewardSent, now: Instant) -> Conversion:
    return Conversion(
        experiment.experiment_id, reward.user_identifier, reward.event_id, reward.metric or experiment.primary.name,
        reward.value, now if reward.at is None else reward.at,
    )  # fmt: skip

"""Evaluate a policy: what units would have brought under it, from what was logged under others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.errors import NothingLogged, WrongShape
from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.off_policy.evaluation import Drawn, OffPolicy, evaluate
from tessella.domain.experiments.off_policy.written_policy import WrittenPolicy, read_policy
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import ExperimentId, Instant, Json
from tessella.ports import Session
from tessella.usecases.experiments.declared import experiment_named
from tessella.usecases.experiments.results.export import ExportedUnit, logged_assignments

#: An interval needs two.
_FEWEST_UNITS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be evaluated."""

    experiment_id: ExperimentId
    #: `{segment_key: {variant_id: probability}}`.
    policy: Json
    #: The rewards; None: the experiment's first metric.
    metric: str | None = None
    #: Only units count whose rewards had all come by then; None: all.
    as_of: Instant | None = None


class PolicyEvaluated(msgspec.Struct, frozen=True):
    """What a policy would have brought, and what of the log was left out."""

    estimates: OffPolicy
    #: Units that a test had forced, and those of which more rewards may come.
    forced: int
    young: int
    #: Units that were counted by `otherwise`, as the policy does not name the segment that they are stored with.
    by_otherwise: int
    #: Segments that it names and no counted unit was in.
    unused: tuple[str, ...]


async def evaluate_policy(session: Session, asked: Asked) -> PolicyEvaluated:
    """On the experiment's own log.

    Raises `NoSuch`, `NothingLogged`, `SegmentNotInPolicy`, and `WrongShape` or `UnknownReference` for the policy.
    """
    experiment = experiment_named(session, asked.experiment_id)
    policy = read_policy(experiment, asked.policy)
    rows = await _all(logged_assignments(session, asked.experiment_id, asked.metric))
    return await asyncio.to_thread(_evaluated, experiment, policy, rows, asked)


async def evaluate_policy_on(session: Session, asked: Asked, log: Iterable[ExportedUnit]) -> PolicyEvaluated:
    """On rows of an export, whose rewards are of the metric that they were exported with. Raises likewise."""
    experiment = experiment_named(session, asked.experiment_id)
    policy = read_policy(experiment, asked.policy)
    return await asyncio.to_thread(lambda: _evaluated(experiment, policy, list(log), asked))


async def _all(rows: AsyncIterator[ExportedUnit]) -> list[ExportedUnit]:
    return [each async for each in rows]


def _evaluated(
    experiment: Experiment, policy: WrittenPolicy, rows: Sequence[ExportedUnit], asked: Asked
) -> PolicyEvaluated:
    drawn = [each for each in rows if not each.forced]
    used = drawn if asked.as_of is None else [each for each in drawn if _is_mature(experiment, each, asked.as_of)]
    if len(used) < _FEWEST_UNITS:
        raise NothingLogged(asked.experiment_id, len(drawn) - len(used))
    names, segment = np.unique(np.array([each.segment_key for each in used]), return_inverse=True)
    keys: list[str] = names.tolist()
    target = np.array([policy.of(key) for key in keys])[segment]
    return PolicyEvaluated(
        estimates=evaluate(_columns(experiment, used, segment), target),
        forced=len(rows) - len(drawn),
        young=len(drawn) - len(used),
        by_otherwise=sum(each.segment_key not in policy.shares for each in used),
        unused=tuple(sorted(policy.named - set(keys))),
    )


def _columns(experiment: Experiment, rows: Sequence[ExportedUnit], segment: NDArray[np.int64]) -> Drawn:
    numbers: dict[str, int] = {each.variant_id: number for number, each in enumerate(experiment.variants)}
    for row in rows:
        if row.variant_id not in numbers or row.propensities.get(row.variant_id, 0.0) <= 0:
            raise WrongShape("/log", f'"{row.user_identifier}" has no variant of the experiment that it could get.')
    return Drawn(
        variant=np.array([numbers[each.variant_id] for each in rows]),
        reward=np.array([each.reward for each in rows], dtype=np.float64),
        propensity=np.array([each.propensities[each.variant_id] for each in rows]),
        segment=segment,
    )


def _is_mature(experiment: Experiment, unit: ExportedUnit, as_of: Instant) -> bool:
    rules, assigned_at = attribution_of(experiment), read_instant(unit.assigned_at, "/assigned_at")
    return assigned_at is not None and rules.matures_at(rules.cohort(assigned_at)) <= as_of

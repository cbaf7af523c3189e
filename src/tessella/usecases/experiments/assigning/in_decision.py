"""The variant of an experiment that a decision is made with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from tessella.domain.decisions import Given
from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import ExperimentId
from tessella.ports import Session
from tessella.usecases.experiments.assigning.allocate import Allocation, allocate, foresee
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tessella.usecases.load_subject import own_subject

if TYPE_CHECKING:
    from tessella.usecases.decide import DecisionRequest


async def with_variant(session: Session, request: DecisionRequest) -> DecisionRequest:
    """The request with the variant that its subject gets in its experiment, if it names one.

    The subject is allocated now, whatever moment is decided for. Raises as `allocate`, and `WrongShape` without a
    subject.
    """
    if request.experiment_id is None:
        return request
    return _with(request, await allocate(session, _asked(session, request, request.experiment_id)))


async def with_variants(session: Session, requests: Sequence[DecisionRequest]) -> Sequence[DecisionRequest]:
    """The same for many: new assignments are stored together."""
    if not any(each.experiment_id for each in requests):
        return requests
    return await asyncio.gather(*(with_variant(session, each) for each in requests))


async def with_foreseen_variant(session: Session, request: DecisionRequest) -> DecisionRequest:
    """The same without storing anything."""
    if request.experiment_id is None:
        return request
    return _with(request, await foresee(session, _asked(session, request, request.experiment_id)))


def _asked(session: Session, request: DecisionRequest, experiment_id: ExperimentId) -> AllocationRequest:
    subject_id = own_subject(session.caller, request.subject_id)
    if subject_id is None:
        raise WrongShape("/subject_id", "An experiment gives variants to subjects.", "Say who is decided for.")
    return AllocationRequest(experiment_id, subject_id, request.context)


def _with(request: DecisionRequest, allocation: Allocation) -> DecisionRequest:
    return msgspec.structs.replace(request, given=_given(allocation))


def _given(allocation: Allocation) -> Given:
    experiment_id, variant_id = allocation.experiment.experiment_id, allocation.variant.variant_id
    found = allocation.assignment
    if found is None:
        return Given(experiment_id, variant_id, allocation.segment_key, allocation.reason or "")
    return Given(
        experiment_id, variant_id, found.segment_key, policy_version=found.policy_version,
        propensity=found.propensities[found.variant], in_holdout=found.in_holdout,
    )  # fmt: skip

"""Allocate: the variant of an experiment that a user gets, now and for ever."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from tessella.domain.errors import AssignmentInDoubt, Unavailable
from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.assignment.entry import Unrecorded, not_admitted
from tessella.domain.experiments.assignment.hashes import salt_of
from tessella.domain.experiments.segmentation.key import EVERYBODY
from tessella.domain.experiments.setup.experiment import Experiment, ExperimentStatus, OnOutage, Variant
from tessella.domain.identifiers import VariantId
from tessella.ports import Session
from tessella.usecases.experiments.assigning.segment import segment_of
from tessella.usecases.experiments.assigning.units import AllocationRequest, Arrival, Unit, arrival, load_unit
from tessella.usecases.load_subject import consented

#: How a user comes to an assignment who has none in memory.
Settle = Callable[[Session, Arrival], Awaitable[Assignment | Unrecorded]]


class Allocation(msgspec.Struct, frozen=True):
    """What a unit gets."""

    experiment: Experiment
    variant: Variant
    #: None: nothing is recorded, for the reason.
    assignment: Assignment | None
    reason: Unrecorded | None = None

    @property
    def segment_key(self) -> str:
        """The segment at the assignment."""
        return EVERYBODY if self.assignment is None else self.assignment.segment_key


async def allocate(session: Session, request: AllocationRequest) -> Allocation:
    """The variant that a user has; one who has none is given one, which is stored before it is told.

    Of a user who has switched personalization off nothing is read or stored: they get the control. Who is not to be
    assigned, but was, keeps the variant. With the database away, a user who is not in memory gets the control,
    unrecorded, or an `Unavailable`, as the experiment says. Raises `NoSuch`, `NotYours`, and `AssignmentInDoubt` where
    a variant may yet be stored: no other one is told meanwhile.
    """
    return await _allocated(session, arrival(session, request), _settled)


async def foresee(session: Session, request: AllocationRequest) -> Allocation:
    """The variant that `allocate` would tell now. Nothing is stored."""
    return await _allocated(session, arrival(session, request), _foreseen)


async def _allocated(session: Session, asked: Arrival, settle: Settle) -> Allocation:
    if consented(await session.known(asked.user)) is None:
        return _unrecorded(asked, Unrecorded.OPTED_OUT)
    try:
        found = session.assigned(asked.experiment.experiment_id, asked.user)
        settled = found or await settle(session, asked)
    except AssignmentInDoubt:
        raise
    except Unavailable:
        if asked.experiment.on_outage is OnOutage.REFUSE:
            raise
        settled = Unrecorded.DATABASE_AWAY
    if isinstance(settled, Unrecorded):
        return _unrecorded(asked, settled)
    return Allocation(asked.experiment, variant_of(asked.experiment, settled.variant_id), settled)


def variant_of(experiment: Experiment, variant_id: VariantId) -> Variant:
    """One of an experiment's variants. Raises StopIteration for another id: variants of an assignment never go."""
    return next(each for each in experiment.variants if each.variant_id == variant_id)


async def _settled(session: Session, asked: Arrival) -> Assignment | Unrecorded:
    """The assignment that holds from now on, or why there is none."""
    drawn = await _drawn(session, asked)
    if isinstance(drawn, Assignment):
        return await session.assign(drawn, attribution_of(asked.experiment))
    stored = session.stored_assignment if drawn is Unrecorded.NOT_TARGETED else session.earlier_assignment
    return await stored(asked.experiment.experiment_id, asked.user) or drawn


async def _foreseen(session: Session, asked: Arrival) -> Assignment | Unrecorded:
    """The assignment that there is, or would be, or why there would be none."""
    stored = await session.stored_assignment(asked.experiment.experiment_id, asked.user)
    return stored or await _drawn(session, asked)


async def _drawn(session: Session, asked: Arrival) -> Assignment | Unrecorded:
    """What a unit would get that has nothing yet."""
    experiment, forced = asked.experiment, asked.experiment.forced.get(asked.user)
    if experiment.status is not ExperimentStatus.RUNNING:
        return Unrecorded.NOT_RUNNING if forced is None else Unrecorded.FORCED
    if forced is not None:
        return _by_wish(session, asked, await load_unit(session, asked), forced)
    if refused := not_admitted(session.caller.namespace, experiment, asked.user):
        return refused
    unit = await load_unit(session, asked)
    if not asked.targeting.holds(unit.values(), asked.at):
        return Unrecorded.NOT_TARGETED
    return _by_chance(session, asked, unit)


def _by_chance(session: Session, asked: Arrival, unit: Unit) -> Assignment:
    experiment, policy = asked.experiment, session.policy(asked.experiment)
    key = segment_of(session, experiment, unit, asked.at)
    drawn = policy.draw(salt_of(session.caller.namespace, experiment.experiment_id), unit.user, key)
    return Assignment(
        experiment.experiment_id, unit.user, experiment.variants[drawn.variant].variant_id, drawn.variant, key,
        policy.version, policy.propensities(key), drawn.in_holdout, asked.at, unit.context,
    )  # fmt: skip


def _by_wish(session: Session, asked: Arrival, unit: Unit, wish: VariantId) -> Assignment:
    """What a test asks for: there was no other chance."""
    experiment, policy = asked.experiment, session.policy(asked.experiment)
    variants = [each.variant_id for each in experiment.variants]
    certain = tuple(float(each == wish) for each in variants)
    return Assignment(
        experiment.experiment_id, unit.user, wish, variants.index(wish),
        segment_of(session, experiment, unit, asked.at), policy.version, certain, False, asked.at, unit.context,
        forced=True,
    )  # fmt: skip


def _unrecorded(asked: Arrival, reason: Unrecorded) -> Allocation:
    experiment = asked.experiment
    wish = experiment.forced[asked.user] if reason is Unrecorded.FORCED else experiment.control.variant_id
    return Allocation(experiment, variant_of(experiment, wish), None, reason)

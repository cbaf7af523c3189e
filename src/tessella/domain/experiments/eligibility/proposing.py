"""Which segmentations are recommended anew, and which recommendations no longer hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Final

from tessella.domain.experiments.eligibility.activation import CLUSTER, Choice, Situation, activation, best_of
from tessella.domain.experiments.eligibility.finding import Finding
from tessella.domain.experiments.eligibility.state import WORTH_SEGMENTS, EligibilityState
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode

#: The weight of evidence, log BF, has to grow by so much for what was decided to be recommended again.
_DOUBLED: Final = 2.0


@dataclass(frozen=True, slots=True)
class Said:
    """What was recommended before, and what became of it."""

    recommendation_id: str
    choice: Choice
    #: As it was found then; None where nothing was known.
    state: EligibilityState | None
    bayes_factor: float
    is_open: bool
    #: Whether somebody dismissed it, or accepted it: then it is in force, or was taken back.
    was_decided: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A segmentation, and what speaks for it: None where it is only the traffic."""

    choice: Choice
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Proposals:
    """What changes of the recommendations of an experiment."""

    #: They take the place of open ones for the same choice.
    new: Sequence[Proposal]
    #: The ids of open ones that no longer hold.
    withdrawn: Sequence[str]


def worth_proposing(findings: Iterable[Finding], said: Sequence[Said], now: Segmentation) -> list[Proposal]:
    """Dimensions that are worth segments, that the experiment is not segmented by, and that nobody has decided on."""
    worth = [Proposal(by(each), each) for each in findings if each.state in WORTH_SEGMENTS]
    return [each for each in worth if not is_in_force(each.choice, now) and not is_decided(each, said)]


def to_activate(situation: Situation, said: Sequence[Said]) -> Proposal | None:
    """What is to be switched on by itself now, which is never what somebody has decided on; None: nothing."""
    left = [each for each in situation.findings if not is_decided(Proposal(by(each), each), said)]
    choice = activation(replace(situation, findings=left))
    if choice is None:
        return None
    of_choice = (each for each in left if by(each) == choice)
    wanted = Proposal(choice, next(of_choice, best_of(left)))
    return None if is_decided(wanted, said) else wanted


def proposals(wanted: Iterable[Proposal], said: Sequence[Said]) -> Proposals:
    """Recommend what is wanted and not said already, and withdraw what is no longer wanted."""
    by_choice = {each.choice: each for each in wanted}
    return Proposals(
        new=[each for each in by_choice.values() if not _is_said(each, said)],
        withdrawn=[each.recommendation_id for each in said if each.is_open and each.choice not in by_choice],
    )


def by(finding: Finding) -> Choice:
    """To segment by what the finding is about."""
    return (
        Choice(SegmentationMode.AUTO)
        if finding.segment_by == CLUSTER
        else Choice(SegmentationMode.MANUAL, finding.segment_by)
    )


def is_in_force(choice: Choice, now: Segmentation) -> bool:
    """Whether the experiment is segmented so already."""
    return now.in_force is choice.mode and choice.segment_by in ((), now.segment_by)


def is_decided(proposal: Proposal, said: Sequence[Said]) -> bool:
    """Whether it was accepted or dismissed by somebody, and its weight of evidence has not doubled since."""
    then = [max(each.bayes_factor, 1.0) for each in said if each.was_decided and each.choice == proposal.choice]
    evidence = 1.0 if proposal.finding is None else proposal.finding.evidence
    return bool(then) and log(evidence) <= _DOUBLED * log(max(then))


def _is_said(proposal: Proposal, said: Sequence[Said]) -> bool:
    """An open recommendation that says the same holds on: its id stays what people were shown."""
    state = None if proposal.finding is None else proposal.finding.state
    return any(each.is_open and each.choice == proposal.choice and each.state is state for each in said)

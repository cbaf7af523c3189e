"""Which dimensions are recommended anew, and which recommendations no longer hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from tessella.domain.experiments.eligibility.finding import Finding
from tessella.domain.experiments.eligibility.state import WORTH_SEGMENTS, State
from tessella.domain.experiments.setup.segmentation import Mode, Segmentation

#: The weight of evidence, log BF, has to grow by so much for a dimension to be recommended that was dismissed.
_DOUBLED: Final = 2.0


@dataclass(frozen=True, slots=True)
class Said:
    """What was recommended before, and what became of it."""

    recommendation_id: str
    segment_by: tuple[str, ...]
    state: State
    bayes_factor: float
    is_open: bool
    was_dismissed: bool


@dataclass(frozen=True, slots=True)
class Proposals:
    """What changes of the recommendations of an experiment."""

    #: They take the place of open ones by the same dimensions.
    new: Sequence[Finding]
    #: The ids of open ones that no longer hold.
    withdrawn: Sequence[str]


def proposals(findings: Iterable[Finding], said: Sequence[Said], now: Segmentation) -> Proposals:
    """Recommend what is worth it, is not so already, is not recommended likewise, and was not dismissed for good."""
    worth = [each for each in findings if each.state in WORTH_SEGMENTS and not is_in_force(each.segment_by, now)]
    kept = {each.segment_by for each in worth}
    return Proposals(
        new=[each for each in worth if not _is_said(each, said) and not is_dismissed(each, said)],
        withdrawn=[each.recommendation_id for each in said if each.is_open and each.segment_by not in kept],
    )


def is_in_force(segment_by: tuple[str, ...], now: Segmentation) -> bool:
    """Whether the experiment is segmented by just these already."""
    return now.in_force is Mode.MANUAL and now.segment_by == segment_by


def is_dismissed(finding: Finding, said: Sequence[Said]) -> bool:
    """Whether it was dismissed by somebody, and its weight of evidence has not doubled since."""
    then = [each.bayes_factor for each in said if each.was_dismissed and each.segment_by == finding.segment_by]
    return bool(then) and log(finding.evidence) < _DOUBLED * max(log(max(each, 1.0)) for each in then)


def _is_said(finding: Finding, said: Sequence[Said]) -> bool:
    """An open recommendation that says the same holds on: its id stays what people were shown."""
    return any(each.is_open and each.segment_by == finding.segment_by and each.state is finding.state for each in said)

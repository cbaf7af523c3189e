"""When an experiment may stop, and when a variant has to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from tessella.domain.experiments.setup.stopping import Stopping
from tessella.domain.identifiers import VariantId
from tessella.domain.intervals import Interval


class Verdict(StrEnum):
    """What the intervals allow."""

    GO_ON = "go_on"
    WINNER = "winner"
    #: A variant that is not the control leads, and no other one is expected to be better by what it is worth.
    GOOD_ENOUGH = "good_enough"
    #: All are the same, or the control is good enough: more units would change little.
    FUTILE = "futile"
    #: A variant is worse than the control: it has to end.
    HARMFUL = "harmful"
    #: As many units or days as were asked for.
    MAXIMUM = "maximum"


@dataclass(frozen=True, slots=True)
class Compared:
    """Intervals that hold at any time, of how much better a variant is than another one: more is better."""

    leader: VariantId
    #: Of the leader over each other variant.
    leads: Mapping[VariantId, Interval]
    #: Of each variant over the control.
    over_control: Mapping[VariantId, Interval]
    #: How much less the leader is expected to bring than the best one, as a share of what it brings.
    expected_loss: float

    def harmful(self) -> tuple[VariantId, ...]:
        """Those that are worse than the control."""
        return tuple(variant for variant, interval in self.over_control.items() if interval.high < 0)

    def is_known(self) -> bool:
        """Whether the leader has been compared with all others."""
        return all(isfinite(interval.high - interval.low) for interval in self.leads.values())

    def is_won(self, alike_within: float) -> bool:
        """Whether the leader is better than all others, or not worse by more than what counts as nothing."""
        return all(interval.low > -alike_within for interval in self.leads.values())

    def is_even(self, alike_within: float) -> bool:
        """Whether no other one differs from the leader by more than what counts as nothing."""
        return all(max(-each.low, each.high) <= alike_within for each in self.leads.values())


def verdict(compared: Compared, rules: Stopping) -> Verdict:
    """What is to be done now: even variants are no reason to call the leader a winner."""
    if rules.alike_within and compared.is_even(rules.alike_within):
        return Verdict.FUTILE
    if compared.is_won(rules.alike_within):
        return Verdict.WINNER
    if compared.harmful():
        return Verdict.HARMFUL
    if not compared.is_known() or compared.expected_loss >= rules.worth:
        return Verdict.GO_ON
    return Verdict.GOOD_ENOUGH if compared.leader in compared.over_control else Verdict.FUTILE

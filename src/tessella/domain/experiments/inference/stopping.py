"""When an experiment may stop, and when a variant has to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tessella.domain.intervals import Interval


class Verdict(StrEnum):
    """What the intervals allow."""

    GO_ON = "go_on"
    WINNER = "winner"
    FUTILE = "futile"


@dataclass(frozen=True, slots=True)
class Stopping:
    """What is to be done now."""

    verdict: Verdict
    #: The variant that is better than every other; None without a winner.
    winner: str | None = None
    #: Those that are worse than the control: they have to end.
    harmful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """Intervals that hold at any time, of how much more one variant brings than another one."""

    #: By variant and the one it is compared with, both ways.
    differences: Mapping[tuple[str, str], Interval]
    variants: tuple[str, ...]
    control: str
    #: How small a difference is the same as none, in units of the reward; 0 where every difference counts.
    equivalent: float = 0.0

    def is_better(self, variant: str, other: str) -> bool:
        """Whether it is better than another one by more than nothing, or than what counts as nothing."""
        return (
            self.differences[variant, other].low > -self.equivalent if self.equivalent else self._above(variant, other)
        )

    def _above(self, variant: str, other: str) -> bool:
        return self.differences[variant, other].low > 0

    def is_worse(self, variant: str) -> bool:
        """Whether it does harm: it is worse than the control."""
        return variant != self.control and self.differences[variant, self.control].high < 0

    def is_same(self, variant: str, other: str) -> bool:
        """Whether they are the same for every purpose."""
        both = self.differences[variant, other]
        return bool(self.equivalent) and -self.equivalent <= both.low and both.high <= self.equivalent


def stopping(compared: Compared, expected_loss: Mapping[str, float], worth: float) -> Stopping:
    """A winner beats every other one; to go on is futile where all are the same, or the leader loses next to nothing.

    `expected_loss` is, by variant, how much less it brings than the best one, as a share of its own value.
    """
    harmful = tuple(each for each in compared.variants if compared.is_worse(each))
    for each in compared.variants:
        others = [other for other in compared.variants if other != each]
        if all(compared.is_better(each, other) for other in others):
            return Stopping(Verdict.WINNER, each, harmful)
    return Stopping(Verdict.FUTILE if _is_futile(compared, expected_loss, worth) else Verdict.GO_ON, None, harmful)


def _is_futile(compared: Compared, expected_loss: Mapping[str, float], worth: float) -> bool:
    same = all(compared.is_same(one, other) for one in compared.variants for other in compared.variants if one < other)
    return same or min(expected_loss.values(), default=1.0) < worth

"""Click-through and conversion rates, with what is known of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tessella.domain.intervals import Interval, wilson
from tessella.domain.ranking.outcomes.cells import By, Key, OutcomeCell, summed
from tessella.domain.ranking.outcomes.counts import OutcomeCounts

#: With fewer trials than this a rate says little.
FEW: Final = 100


class Evidence(StrEnum):
    """How much a rate rests on."""

    ENOUGH = "enough"
    #: Fewer than a hundred trials.
    FEW = "few"
    #: No trial: there is no rate.
    NONE = "none"
    #: More successes than trials: some trials were not sent, and there is no rate.
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share, and its 95 % interval by Wilson's formula. It takes trials for independent of one another."""

    evidence: Evidence
    value: float | None = None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """The rates of one segment, profile or position."""

    key: Key
    counts: OutcomeCounts
    #: Clicks / impressions.
    ctr: Rate
    #: Conversions / clicks.
    cvr: Rate


def rate(successes: int, trials: int) -> Rate:
    """The rate of so many successes in so many trials.

    >>> rate(0, 0).evidence, rate(3, 10).evidence, rate(30, 100).value, rate(2, 1).value
    (<Evidence.NONE: 'none'>, <Evidence.FEW: 'few'>, 0.3, None)
    """
    if successes > trials:
        return Rate(Evidence.INCOMPLETE)
    if trials == 0:
        return Rate(Evidence.NONE)
    evidence = Evidence.FEW if trials < FEW else Evidence.ENOUGH
    return Rate(evidence, successes / trials, wilson(successes, trials))


def ctr_of(counts: OutcomeCounts) -> Rate:
    """Clicks / impressions."""
    return rate(counts.clicks, counts.impressions)


def outcome_rows(cells: Iterable[OutcomeCell], by: By) -> list[OutcomeRow]:
    """The rates along one axis."""
    return [
        OutcomeRow(key, counts, ctr_of(counts), rate(counts.conversions, counts.clicks))
        for key, counts in summed(cells, by).items()
    ]

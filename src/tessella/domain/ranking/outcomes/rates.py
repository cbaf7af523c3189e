"""Click-through and conversion rates, with what is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tessella.domain.intervals import Interval, wilson
from tessella.domain.ranking.outcomes.cells import By, Key, OutcomeCell, by_position, summed
from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.domain.ranking.outcomes.propensities import Shown, propensities

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
    #: Of a position: how likely it is looked at beside the others, the most looked-at one being 1.
    propensity: float | None = None


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
    held = list(cells)
    looked_at = propensities(_shown(held)) if by is By.POSITION else {}
    return [
        OutcomeRow(key, counts, ctr_of(counts), rate(counts.conversions, counts.clicks), _found(looked_at, key))
        for key, counts in summed(held, by).items()
    ]


def _found(looked_at: Mapping[int, float], key: Key) -> float | None:
    return looked_at.get(key) if isinstance(key, int) else None


def _shown(cells: Iterable[OutcomeCell]) -> list[Shown]:
    """By position, what each profile showed to each segment."""
    groups: defaultdict[tuple[str, str | None], list[OutcomeCell]] = defaultdict(list)
    for cell in cells:
        groups[cell.segment_id, cell.profile_id].append(cell)
    return [by_position(each) for each in groups.values()]

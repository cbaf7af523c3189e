"""Which of two profiles, or segments, is clicked more, whatever positions they were shown at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt
from typing import Final

from tessella.domain.intervals import CONFIDENCE, Interval, quantile
from tessella.domain.ranking.outcomes.cells import By, Key, OutcomeCell, by_position, key_of
from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.domain.ranking.outcomes.propensities import Shown, exposure, propensities
from tessella.domain.ranking.outcomes.rates import Rate, ctr_of

#: With fewer clicks than this on either side an interval by the normal approximation is not to be trusted.
FEW_CLICKS: Final = 10


class Remark(StrEnum):
    """What there is to say about a comparison before its figures."""

    HOLDS = "holds"
    #: One of them was never shown at a known position.
    NOT_SHOWN = "not_shown"
    #: No position has shown both.
    NO_COMMON_POSITION = "no_common_position"
    #: One of them was not clicked at a position that has shown both: there is no ratio.
    NO_CLICKS = "no_clicks"
    #: Fewer than ten clicks of one of them: the interval is a rough one.
    FEW_CLICKS = "few_clicks"


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as large, and its 95 % interval."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, over all known positions."""

    key: Key
    counts: OutcomeCounts
    ctr: Rate
    #: Clicks / exposure: the rate as if everything had been shown at the most looked-at position; None without any.
    ctr_at_best: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The click rate of `first` over that of `second`."""

    by: By
    first: Side
    second: Side
    remark: Remark
    #: At equal positions; None where the remark says why.
    ratio: Ratio | None
    #: Of the plain rates: what positions can feign.
    naive_ratio: Ratio | None
    #: The positions at which both were shown, and the share of all their impressions that were made there.
    common_positions: int
    common_share: float


def compare(cells: Iterable[OutcomeCell], by: By, first: Key, second: Key) -> Comparison:
    """Compare two segments or profiles by their click rates within positions.

    The ratio is that of Mantel and Haenszel: with c clicks of n impressions on each side of a position, N = n1 + n2,

        ratio = R / S,  R = sum(c1 n2 / N),  S = sum(c2 n1 / N),
        var(log ratio) = sum((n1 n2 (c1 + c2) - c1 c2 N) / N^2) / (R S).

    It needs no model of how positions are looked at, only that a position is the same for both, and takes impressions
    for independent. It does not make two audiences alike: a profile is compared fairly where chance, or time, chose it.
    Source: Mantel and Haenszel, JNCI 22 (1959); Greenland and Robins, Biometrics 41 (1985), 55-68.
    """
    held = list(cells)
    shown = [by_position(cell for cell in held if key_of(cell, by) == key) for key in (first, second)]
    strata = _strata(*shown)
    totals = [_total(each) for each in shown]
    remark = _remark(totals, strata)
    found = propensities(shown)
    return Comparison(
        by, _side(first, shown[0], found), _side(second, shown[1], found), remark,
        ratio=mantel_haenszel(strata), naive_ratio=mantel_haenszel([(totals[0], totals[1])]),
        common_positions=len(strata), common_share=_common_share(strata, totals),
    )  # fmt: skip


def mantel_haenszel(strata: Sequence[tuple[OutcomeCounts, OutcomeCounts]]) -> Ratio | None:
    """The ratio of click rates pooled over strata; None where a side was not shown or not clicked."""
    upper = lower = spread = 0.0
    for one, other in strata:
        both = one.impressions + other.impressions
        if both:
            upper += one.clicks * other.impressions / both
            lower += other.clicks * one.impressions / both
            pairs = one.impressions * other.impressions * (one.clicks + other.clicks)
            spread += (pairs - one.clicks * other.clicks * both) / both**2
    if upper == 0 or lower == 0:
        return None
    reach = quantile(CONFIDENCE) * sqrt(max(spread, 0.0) / (upper * lower))
    middle = log(upper / lower)
    return Ratio(exp(middle), Interval(exp(middle - reach), exp(middle + reach)))


def _strata(one: Shown, other: Shown) -> list[tuple[OutcomeCounts, OutcomeCounts]]:
    """The positions at which both were shown."""
    pairs = [(one[position], other[position]) for position in sorted(one.keys() & other.keys())]
    return [pair for pair in pairs if pair[0].impressions and pair[1].impressions]


def _remark(totals: Sequence[OutcomeCounts], strata: Sequence[tuple[OutcomeCounts, OutcomeCounts]]) -> Remark:
    if not all(each.impressions for each in totals):
        return Remark.NOT_SHOWN
    if not strata:
        return Remark.NO_COMMON_POSITION
    fewest = min(sum(one.clicks for one, _ in strata), sum(other.clicks for _, other in strata))
    if fewest == 0:
        return Remark.NO_CLICKS
    return Remark.FEW_CLICKS if fewest < FEW_CLICKS else Remark.HOLDS


def _side(key: Key, shown: Shown, found: dict[int, float]) -> Side:
    counts, exposed = _total(shown), exposure(shown, found)
    return Side(key, counts, ctr_of(counts), counts.clicks / exposed if exposed else None)


def _total(shown: Shown) -> OutcomeCounts:
    return sum(shown.values(), OutcomeCounts())


def _common_share(strata: Sequence[tuple[OutcomeCounts, OutcomeCounts]], totals: Sequence[OutcomeCounts]) -> float:
    common = sum(one.impressions + other.impressions for one, other in strata)
    impressions = sum(each.impressions for each in totals)
    return common / impressions if impressions else 0.0

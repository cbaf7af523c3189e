"""How likely it is that a position is looked at, beside the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tessella.domain.ranking.outcomes.counts import OutcomeCounts

#: What was shown of one segment or profile, by position.
Shown = Mapping[int, OutcomeCounts]

_ROUNDS: Final = 200
_SETTLED: Final = 1e-9


def propensities(groups: Sequence[Shown]) -> dict[int, float]:
    """The propensity of each position that had a click, the most looked-at one being 1.

    The position-based model: clicks of group g at position p = impressions x propensity(p) x appeal(g). It begins with
    the click rates pooled within each position and fits both factors in turns (maximum likelihood of Poisson counts),
    so that a group that is mostly shown at the top does not make the top look better than it is. Source: Richardson,
    Dominowska and Ragno, WWW 2007; Joachims, Swaminathan and Schnabel, WSDM 2017.

    >>> good = {1: OutcomeCounts(100, 40), 2: OutcomeCounts(900, 180)}
    >>> poor = {1: OutcomeCounts(900, 180), 2: OutcomeCounts(100, 10)}
    >>> {position: round(found, 3) for position, found in propensities([good, poor]).items()}
    {1: 1.0, 2: 0.5}
    """
    appeal = [1.0] * len(groups)
    found = _of_positions(groups, appeal)
    for _ in range(_ROUNDS):
        appeal = [_of_group(each, found) for each in groups]
        before, found = found, _of_positions(groups, appeal)
        if all(abs(found[position] - before[position]) < _SETTLED for position in found):
            break
    return found


def exposure(shown: Shown, found: Mapping[int, float]) -> float:
    """The impressions as so many at the most looked-at position."""
    return sum(counts.impressions * found.get(position, 0.0) for position, counts in shown.items())


def _of_group(shown: Shown, found: Mapping[int, float]) -> float:
    clicks = sum(counts.clicks for counts in shown.values())
    exposed = exposure(shown, found)
    return clicks / exposed if exposed else 0.0


def _of_positions(groups: Sequence[Shown], appeal: Sequence[float]) -> dict[int, float]:
    positions = sorted({position for each in groups for position in each})
    rates = {position: _of_position(position, groups, appeal) for position in positions}
    most = max(rates.values(), default=0.0)
    return {position: rate / most for position, rate in rates.items() if rate}


def _of_position(position: int, groups: Sequence[Shown], appeal: Sequence[float]) -> float:
    there = [(each[position], liked) for each, liked in zip(groups, appeal, strict=True) if position in each]
    expected = sum(counts.impressions * liked for counts, liked in there)
    return sum(counts.clicks for counts, _ in there) / expected if expected else 0.0

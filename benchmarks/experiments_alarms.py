"""How often alarms are raised where nothing is wrong, and where something is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from benchmarks.experiments_replicates import repeated, share
from benchmarks.experiments_truths import BASE_RATE, SHARES, Numbers
from benchmarks.figure import Figure, Goal
from tessella.domain.experiments.eligibility.underperforming import SegmentRate, underperforming
from tessella.domain.experiments.inference.estimates.sample_ratio import sample_ratio
from tessella.domain.experiments.inference.logged.logged import Logged

_SEED: Final = 2214
_TIMES: Final = 200
_VERSIONS: Final = 200
_UNITS: Final = 1_000
_VARIANTS: Final = 4
#: Every so many versions one looks.
_EVERY: Final = 10
_LOST: Final = 0.05


def sample_ratio_alarms(most: float, least_found: float) -> Iterator[Figure]:
    """Weights of eight segments wander over 200 versions of 1,000 units each."""
    fine = repeated(_TIMES, _SEED, lambda random: is_alarmed(random, lost=0.0))
    lossy = repeated(_TIMES // 2, _SEED, lambda random: is_alarmed(random, lost=_LOST))
    yield from share("sample ratio: alarms where nothing is lost, any look", fine, Goal("value", "<=", most))
    found = Goal("value", ">=", least_found)
    yield from share("sample ratio: 5 % of a variant lost, found by 200,000 units", lossy, found)


def is_alarmed(random: np.random.Generator, lost: float) -> bool:
    """Whether the alarm is raised at any look, when a share of the first variant's units is lost."""
    chances = _wandering(random)
    units = random.multinomial(_UNITS, SHARES, _VERSIONS)
    counts = random.multinomial(units, chances)
    counts[..., 0] = random.binomial(counts[..., 0], 1 - lost)
    return any(
        sample_ratio(_logged(counts[:seen], chances[:seen])).is_alarming()
        for seen in range(_EVERY, _VERSIONS + 1, _EVERY)
    )


def low_segments_flagged(most: float) -> Iterator[Figure]:
    """Eight segments, 100 looks at 200 units each: all alike, or the smallest at a third or a tenth of the others."""
    alike = repeated(_TIMES, _SEED, lambda random: flagged_at(random, 1.0) is not None)
    yield from share("weak segment: flagged where all are alike, any look", alike, Goal("value", "<=", most))
    for part in (0.3, 0.1):
        found = repeated(_TIMES // 2, _SEED, lambda random: flagged_at(random, part) is not None)  # noqa: B023  called at once
        yield from share(f"weak segment: {part:g} of the others' rate, flagged by 20,000 units", found)


def flagged_at(random: np.random.Generator, part: float) -> int | None:
    """With how many units any segment is flagged; the smallest has a part of the others' rate."""
    rates = np.full(len(SHARES), BASE_RATE)
    rates[-1] *= part
    units = random.multinomial(200, SHARES, 100).cumsum(axis=0)
    rewarded = random.binomial(np.diff(units, axis=0, prepend=0), rates).cumsum(axis=0)
    for look in range(100):
        told = [
            SegmentRate(str(number), float(all_of), float(some))
            for number, (all_of, some) in enumerate(zip(units[look], rewarded[look], strict=True))
        ]
        if underperforming(told):
            return int(units[look].sum())
    return None


def _wandering(random: np.random.Generator) -> Numbers:
    steps = 0.15 * random.standard_normal((_VERSIONS, len(SHARES), _VARIANTS))
    weights = np.exp(steps.cumsum(axis=0))
    return np.asarray(0.02 + (1 - 0.02 * _VARIANTS) * weights / weights.sum(axis=-1, keepdims=True))


def _logged(counts: np.ndarray, chances: Numbers) -> Logged:
    rows = counts.size
    variant = np.tile(np.arange(_VARIANTS), rows // _VARIANTS)
    nothing = np.zeros(rows)
    each = np.repeat(chances.reshape(-1, _VARIANTS), _VARIANTS, axis=0)
    return Logged(variant, counts.ravel().astype(float), nothing, nothing, nothing, each, np.zeros_like(each))

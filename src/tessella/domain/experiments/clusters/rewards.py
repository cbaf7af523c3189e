"""How well a cut into clusters explains rewards: the log evidence of the hierarchical model, over the same units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import logit

from tessella.domain.experiments.clusters.columns import Codes, Numbers
from tessella.domain.experiments.learning.cells import Cells
from tessella.domain.experiments.learning.posteriors.hierarchical import mean_log_evidence
from tessella.domain.experiments.learning.prior import spreads
from tessella.domain.experiments.setup.metric import Reward

#: Variants that were given most, so many; the time to tell the evidence grows with the third power of cells.
_VARIANTS_MAX: Final = 30


@dataclass(frozen=True, slots=True, eq=False)
class Rewards:
    """What came of units whose rewards have all come."""

    kind: Reward
    #: The positions of these units among all contexts; and of each of them, the variant's position and the reward.
    rows: Codes
    variant: Codes
    #: 0 or 1 if it is binary.
    reward: Numbers
    #: A unit's expected reward before there are any.
    expected: float

    def of_usual_variants(self) -> Rewards:
        """Without the units of all but the most usual variants, which are then numbered from 0."""
        usual = np.argsort(-np.bincount(self.variant), kind="stable")[:_VARIANTS_MAX]
        place = np.full(int(self.variant.max(initial=0)) + 1, -1)
        place[usual] = np.arange(len(usual))
        kept = place[self.variant] >= 0
        return Rewards(
            self.kind, self.rows[kept], place[self.variant[kept]], self.reward[kept], self.expected
        )  # fmt: skip


def log_evidence(labels: Codes, count: int, rewards: Rewards) -> float:
    """How likely the rewards are where a unit's cluster is its label, below `count`: a logarithm, up to a constant.

    Comparable between labels of the same units. 0 where there is no reward to explain.
    """
    if not rewards.reward.any():
        return 0.0
    cells = _cells(labels[rewards.rows], count, rewards)
    if rewards.kind is Reward.BINARY:
        return mean_log_evidence(cells, rewards.kind, float(logit(_rate(cells, rewards.expected))), spreads())
    variance = float(rewards.reward.var()) or 1.0
    within = (cells.squares - cells.total**2 / np.maximum(cells.units, 1)).sum()
    alike = Cells(cells.units, cells.total, cells.total**2 / np.maximum(cells.units, 1) + variance * cells.units)
    explained = mean_log_evidence(alike, rewards.kind, float(rewards.reward.mean()), spreads())
    return explained - float(within) / (2 * variance)


def _cells(labels: Codes, count: int, rewards: Rewards) -> Cells:
    variants = int(rewards.variant.max()) + 1
    place = labels * variants + rewards.variant
    sums = (np.bincount(place, each, count * variants) for each in (None, rewards.reward, rewards.reward**2))
    return Cells(*(each.astype(np.float64).reshape(count, variants) for each in sums))


def _rate(cells: Cells, expected: float) -> float:
    """The running rate, as of one unit more that is as expected: never 0 or 1."""
    return float((cells.total.sum() + expected) / (cells.units.sum() + 1))

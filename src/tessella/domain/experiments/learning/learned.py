"""What a refresh learns: the next policy, and what is believed of each variant in each segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.experiments.learning.cells import Cells, Grid
from tessella.domain.experiments.learning.posteriors import POSTERIORS
from tessella.domain.experiments.learning.posteriors.posterior import Learned
from tessella.domain.experiments.learning.rows import Rows, cells_of, rows_of
from tessella.domain.experiments.learning.seen import ENOUGH_REWARDED, seen_of
from tessella.domain.experiments.learning.weights_by_segment import next_policy
from tessella.domain.experiments.seeded import seeded
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.metric import Reward
from tessella.domain.experiments.tally import PublishedPolicy, Tally
from tessella.domain.identifiers import Instant, VariantId
from tessella.domain.one_thread import one_thread

_LEAST_CHANCE: Final = 1e-4
_MORE_LIKELY_THAN_NOT: Final = 0.5


@dataclass(frozen=True, slots=True)
class LearnedSegment:
    """One segment. Each tuple has a number for each variant, in the order of the experiment."""

    segment_key: str
    #: Whether it has too few units for itself, so that its weights are those of all segments together.
    is_pooled: bool
    #: How likely each variant is the best one; a unit's expected reward, and where it lies with 95 % of the belief.
    best: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LearnedPolicy:
    """What is to be published, and what it rests on."""

    published: PublishedPolicy
    segments: Mapping[str, LearnedSegment]
    #: How much less a unit is expected to bring under each variant than under the best one, all segments together.
    losses: tuple[float, ...]

    def leads(self, variant: int) -> bool:
        """Whether a variant is more likely than not the best one of a segment, where there are several."""
        own = [each for each in self.segments.values() if not each.is_pooled]
        return len(own) > 1 and any(each.best[variant] > _MORE_LIKELY_THAN_NOT for each in own)


def learned_policy(
    experiment: Experiment,
    tally: Tally,
    policies: Sequence[PublishedPolicy],
    now: Instant,
    disabled: frozenset[VariantId] = frozenset(),
) -> LearnedPolicy:
    """The policy after the newest of `policies`, from a tally by segment.

    The same arguments give the same policy: its draws are seeded by the experiment and the version. Young units count
    for the share of rewards that has come by their age. `disabled` variants get nobody, in the holdout neither.
    """
    version = max((each.policy.version for each in policies), default=0) + 1
    count = len(experiment.variants)
    seen = {each.name: seen_of(experiment, each, tally, now) for each in experiment.metrics}
    columns, counts_for = seen[experiment.primary.name].columns, seen[experiment.primary.name].counts_for
    rows = rows_of(columns, experiment.segmentation.min_samples_per_segment, count, counts_for)
    cells = cells_of(columns, rows, count, counts_for)
    learned = _learned(experiment, cells, version)
    given = np.array([each.variant_id not in disabled for each in experiment.variants])
    policy = next_policy(version, columns.units.sum(), learned, rows, given)
    means = {key: tuple(learned.mean[_row(rows, key)].tolist()) for key in (*rows.own, *rows.pooled)}
    otherwise = tuple((cells.shares() @ learned.mean).tolist())
    summaries = {name: each.summary(count) for name, each in seen.items()}
    published = PublishedPolicy(policy, now, disabled, means, otherwise, summaries)
    return LearnedPolicy(published, _segments(learned, rows), tuple(learned.loss_overall.tolist()))


def _learned(experiment: Experiment, cells: Cells, version: int) -> Learned:
    primary = experiment.primary
    centre = _centre(experiment, cells)
    posterior = POSTERIORS[experiment.posterior].default()
    random = seeded(experiment.experiment_id, str(version))
    with one_thread():
        return posterior.learn(cells, primary.reward, primary.goal, centre, random)


def _centre(experiment: Experiment, cells: Cells) -> float:
    """A unit's expected reward before variants and segments are looked at."""
    enough = cells.units.sum() > 0 and cells.total.sum() >= ENOUGH_REWARDED
    centre = float(cells.total.sum() / cells.units.sum()) if enough else experiment.expected
    if experiment.primary.reward is Reward.CONTINUOUS:
        return centre
    return min(max(centre, _LEAST_CHANCE), 1 - _LEAST_CHANCE)


def _segments(learned: Learned, rows: Rows) -> dict[str, LearnedSegment]:
    own = [LearnedSegment(key, False, *_believed(learned, learned.best, row)) for row, key in enumerate(rows.own)]
    rest = len(rows.own)
    pooled = [LearnedSegment(key, True, *_believed(learned, learned.best_overall, rest)) for key in rows.pooled]
    return {each.segment_key: each for each in (*own, *pooled)}


def _believed(learned: Learned, best: Grid, row: int) -> tuple[tuple[float, ...], ...]:
    grids = (best, learned.mean, learned.low, learned.high)
    return tuple(tuple(each[row].tolist()) for each in grids)


def _row(rows: Rows, key: str) -> int:
    return rows.own.index(key) if key in rows.own else len(rows.own)

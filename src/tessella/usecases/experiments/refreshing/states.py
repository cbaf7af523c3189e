"""What is kept of each variant in each segment: counts that anybody may read, and a belief that is sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tessella.domain.experiments.learning.learned import LearnedPolicy, LearnedSegment
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.tally import Tally
from tessella.domain.identifiers import Json
from tessella.ports.experiments import VariantState


def variant_states(experiment: Experiment, tally: Tally, learned: LearnedPolicy) -> Sequence[VariantState]:
    """Of every segment that something is believed of."""
    units, rewarded = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for each in tally.units:
        units[each.segment_key, each.variant] += round(each.units)
    for reward in tally.rewards:
        if reward.metric == experiment.primary.name:
            rewarded[reward.segment_key, reward.variant] += round(reward.rewarded)
    return [
        VariantState(key, variant.variant_id, units[key, number], rewarded[key, number], _state(believed, number))
        for key, believed in learned.segments.items()
        for number, variant in enumerate(experiment.variants)
    ]


def _state(believed: LearnedSegment, number: int) -> Json:
    return {
        "best": believed.best[number],
        "mean": believed.mean[number],
        "low": believed.low[number],
        "high": believed.high[number],
        "is_pooled": believed.is_pooled,
    }

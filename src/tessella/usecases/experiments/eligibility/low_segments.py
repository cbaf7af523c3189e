"""Which segments of an experiment do far worse than the others."""

from __future__ import annotations

from tessella.domain.experiments.eligibility.levels import levels_of
from tessella.domain.experiments.eligibility.low_segments import adjusted_rates
from tessella.domain.experiments.eligibility.underperforming import Underperforming, underperforming
from tessella.domain.experiments.setup.metric import Goal
from tessella.usecases.experiments.eligibility.findings import CheckInput, question, segments_in_force


def low_segments(seen: CheckInput, alerted: frozenset[str]) -> list[Underperforming]:
    """By the share of units that are rewarded, with the variants' mix taken out.

    None of an experiment without segments, and none where fewer rewards are better. `alerted` are told already: they
    stay until they are well again.
    """
    columns = segments_in_force(seen)
    if columns is None or seen.experiment.primary.goal is Goal.MINIMISE:
        return []
    levels = levels_of(columns, len(seen.experiment.variants))
    return underperforming(list(adjusted_rates(levels, question(seen))), alerted)

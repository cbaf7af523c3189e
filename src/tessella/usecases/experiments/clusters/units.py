"""The units of an experiment, as clusters are found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self
from zlib import crc32

import numpy as np

from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.clusters.rewards import Rewards
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.metric import Reward
from tessella.domain.identifiers import Json
from tessella.domain.privacy.consent import Whose
from tessella.ports import Progress, Session
from tessella.ports.experiments import RewardedUnit
from tessella.usecases.progress import after_each

#: Of more units than this, a sample of about as many is read.
MOST_UNITS: Final = 100_000
#: Rewards beyond these shares of all are cut to them: one unit's amount makes no cluster.
_TAILS: Final = (0.001, 0.999)


@dataclass(frozen=True, slots=True)
class Units:
    """Units in the order of their names. Rewards are of those whose window is over."""

    contexts: list[Mapping[str, Json]] = field(default_factory=list)
    #: The positions of units whose rewards have all come, their variants and their rewards.
    rows: list[int] = field(default_factory=list)
    variants: list[int] = field(default_factory=list)
    amounts: list[float] = field(default_factory=list)

    @classmethod
    async def read(cls, session: Session, experiment: Experiment, assignments: int, progress: Progress) -> Self:
        """All who share data, of an experiment with so many assignments; or a sample, the same for the same units."""
        units, attribution = cls(), attribution_of(experiment)
        before = attribution.mature_before(session.now())
        tell = after_each(progress, max(assignments, 1), begin=0.0, end=0.5)
        async for each in session.rewarded_units(experiment.experiment_id, experiment.primary.name, whose=Whose.SHARED):
            tell()
            if not each.assignment.forced and _is_read(each.assignment.user_identifier, assignments):
                units._add(each, is_mature=attribution.cohort(each.assignment.assigned_at) < before)
        return units

    def rewards(self, experiment: Experiment) -> Rewards:
        """By the metric that the experiment learns by."""
        amounts, kind = np.array(self.amounts, np.float64), experiment.primary.reward
        if kind is Reward.BINARY:
            amounts = (amounts > 0).astype(np.float64)
        elif len(amounts):
            amounts = np.clip(amounts, *np.quantile(amounts, _TAILS))
        rows, variants = np.array(self.rows, np.int64), np.array(self.variants, np.int64)
        return Rewards(kind, rows, variants, amounts, experiment.expected)

    def _add(self, unit: RewardedUnit, *, is_mature: bool) -> None:
        if is_mature:
            self.rows.append(len(self.contexts))
            self.variants.append(unit.assignment.variant)
            self.amounts.append(unit.reward)
        self.contexts.append(unit.assignment.context)


def _is_read(user: str, assignments: int) -> bool:
    return crc32(user.encode()) * assignments < MOST_UNITS << 32

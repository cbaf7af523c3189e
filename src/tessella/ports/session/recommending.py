"""By what an experiment should be segmented, and what somebody has said to that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tessella.domain.identifiers import ExperimentId
from tessella.ports.experiments import Checked, StoredCheck, StoredRecommendation, Verdict


class Recommending(Protocol):
    """Checks and recommendations. A recommendation is accepted or applied by `publish`, with the change it makes."""

    async def check_of(self, experiment_id: ExperimentId) -> StoredCheck | None:
        """What was last found; None before the first check."""
        ...

    async def keep_check(self, checked: Checked) -> None:
        """Store what was found in place of what was found before, and change recommendations, in one transaction."""
        ...

    async def recommendations(self, experiment_id: ExperimentId) -> Sequence[StoredRecommendation]:
        """All of them, the newest first."""
        ...

    async def recommendation(self, experiment_id: ExperimentId, recommendation_id: str) -> StoredRecommendation:
        """One of them. Raises `NoSuch`."""
        ...

    async def decide_recommendation(self, verdict: Verdict) -> StoredRecommendation:
        """Decide one that is open, with nothing to publish. Raises `NoSuch` and `AlreadyDecided`."""
        ...

"""Whether an experiment should be segmented."""

from __future__ import annotations

from typing import Any

from tessella import usecases
from tessella.domain.identifiers import ExperimentId
from tessella.sdk.open import Tessella


class EligibilityService:
    """Source: requirement B, "Eligibility"."""

    def __init__(self, tessella: Tessella) -> None:
        self._tessella = tessella

    async def check_experiment_eligibility(self, experiment_id: str) -> dict[str, Any]:
        """Look at every dimension now: `{eligible_for_segmentation, state, recommendations, ...}`.

        It is what `GET /api/v1/segmentation/{experiment_id}/eligibility` answers. Nothing is switched on. Raises
        `NoSuch`.
        """
        async with self._tessella.session() as session:
            return usecases.write_check(await usecases.check_eligibility(session, ExperimentId(experiment_id)))

"""By what an experiment should be segmented."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.identifiers import ExperimentId
from tessella.ports.experiments import Checked, StoredCheck, StoredRecommendation, Verdict
from tessella.storage.experiments.learned import recommendations
from tessella.storage.sessions.base import SessionBase


class RecommendingPart(SessionBase):
    """`ports.session.Recommending` over PostgreSQL."""

    __slots__ = ()

    async def check_of(self, experiment_id: ExperimentId) -> StoredCheck | None:
        async with self._administering() as connection:
            return await recommendations.check_of(connection, self.caller.namespace, experiment_id)

    async def keep_check(self, checked: Checked) -> None:
        async with self._administering() as connection:
            await recommendations.keep_check(connection, self.caller.namespace, checked)

    async def recommendations(self, experiment_id: ExperimentId) -> Sequence[StoredRecommendation]:
        async with self._administering() as connection:
            return await recommendations.everything(connection, self.caller.namespace, experiment_id)

    async def recommendation(self, experiment_id: ExperimentId, recommendation_id: str) -> StoredRecommendation:
        async with self._administering() as connection:
            return await recommendations.one(connection, self.caller.namespace, experiment_id, recommendation_id)

    async def decide_recommendation(self, verdict: Verdict) -> StoredRecommendation:
        async with self._administering() as connection:
            return await recommendations.decide(connection, self.caller, verdict, self.now(), self._parts.announcer)

"""What was predicted of segments."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from tessella.domain.identifiers import Instant, SegmentId
from tessella.domain.predictions.segment.told import ScoredSegment, SegmentStats, SegmentTold
from tessella.storage.predictions import stats
from tessella.storage.predictions.scores import Begun
from tessella.storage.sessions.base import SessionBase


class SegmentPredictionsPart(SessionBase):
    """`ports.session.SegmentPredictions` over memory, files and PostgreSQL."""

    __slots__ = ()

    def known_segment(self, key: Hashable) -> SegmentTold | None:
        return self._parts.segment_predictions.told.get(self.caller.namespace, key)

    def keep_segment(self, key: Hashable, told: SegmentTold) -> None:
        self._parts.segment_predictions.told.keep(self.caller.namespace, key, told)

    def scores_begun(self, run_id: str) -> AbstractContextManager[Begun]:
        return self._parts.segment_predictions.scores.begun(self.caller.namespace, run_id)

    async def scores(self, run_id: str) -> tuple[ScoredSegment, Path]:
        return await self._parts.segment_predictions.scores.found(self.caller.namespace, run_id)

    async def add_segment_stats(self, made: Sequence[SegmentStats]) -> None:
        async with self._administering() as connection:
            await stats.add(connection, self.caller.namespace, made)

    async def segment_stats(self, segment_id: SegmentId, since: Instant) -> Sequence[SegmentStats]:
        async with self._administering() as connection:
            return await stats.since(connection, self.caller.namespace, segment_id, since)

    async def segment_stats_by_day(self, segment_id: SegmentId, since: Instant) -> Sequence[SegmentStats]:
        async with self._administering() as connection:
            return await stats.by_day(connection, self.caller.namespace, segment_id, since)

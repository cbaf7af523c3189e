"""What was predicted of segments: lately, whole, and day by day."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from tessella.domain.identifiers import Instant, SegmentId
from tessella.domain.predictions.segment.told import ScoredSegment, SegmentStats, SegmentTold


class ScoresBegun(Protocol):
    """A folder that is being filled."""

    @property
    def folder(self) -> Path:
        """Where to write files. It is gone after the block unless it was kept."""
        ...

    def keep(self, scored: ScoredSegment) -> None:
        """Make the folder one that is found, with what is told of it. Raises `PredictionsNotWritten`."""
        ...


class SegmentPredictions(Protocol):
    """Predictions of segments in the memory of this process, in files beside it, and in the database."""

    def known_segment(self, key: Hashable) -> SegmentTold | None:
        """What was kept under a key, if it is still there."""
        ...

    def keep_segment(self, key: Hashable, told: SegmentTold) -> None:
        """Remember what was told. The key holds all that it was made from but the facts and the clock."""
        ...

    def scores_begun(self, run_id: str) -> AbstractContextManager[ScoresBegun]:
        """Begin the files of a run, and forget all but the last of the namespace. Raises `PredictionsNotWritten`."""
        ...

    async def scores(self, run_id: str) -> tuple[ScoredSegment, Path]:
        """What a run has told, and the folder of its files. Raises `PredictionsGone`."""
        ...

    async def add_segment_stats(self, made: Sequence[SegmentStats]) -> None:
        """Keep them, and forget those of more than a year ago."""
        ...

    async def segment_stats(self, segment_id: SegmentId, since: Instant) -> Sequence[SegmentStats]:
        """Those of a segment since a moment, the oldest first."""
        ...

    async def segment_stats_by_day(self, segment_id: SegmentId, since: Instant) -> Sequence[SegmentStats]:
        """The last ones of each day, in UTC, likewise."""
        ...

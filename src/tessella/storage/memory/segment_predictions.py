"""What this process told of segments lately."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from tessella.domain.identifiers import Namespace
from tessella.domain.predictions.segment.told import SegmentTold
from tessella.storage.memory.recent import Recent

#: Members that are remembered, of all segments of all namespaces together.
CAPACITY: Final = 50_000


class SegmentPredictions:
    """Predictions of segments by recency of use."""

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._known: Recent[tuple[Namespace, Hashable], SegmentTold] = Recent(
            capacity=capacity, size_of=lambda told: 1 + told.processed
        )

    def get(self, namespace: Namespace, key: Hashable) -> SegmentTold | None:
        """What was kept under this key of this namespace."""
        return self._known.used((namespace, key))

    def keep(self, namespace: Namespace, key: Hashable, told: SegmentTold) -> None:
        """Remember what was told, in place of what has the same key."""
        self._known.keep((namespace, key), told)

    def forget(self, namespace: Namespace) -> None:
        """Let go of what was told of a namespace's segments."""
        self._known.drop_all(lambda key: key[0] == namespace)

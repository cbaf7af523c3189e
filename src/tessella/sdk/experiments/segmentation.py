"""Which segment a unit is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tessella.domain.experiments.segmentation.key import segment_key
from tessella.domain.identifiers import Json
from tessella.sdk.open import Tessella


class SegmentationService:
    """Source: requirement B, "Segmentation"."""

    def __init__(self, tessella: Tessella) -> None:
        self._tessella = tessella

    def segment_key(self, context: Mapping[str, Json], segment_by: Sequence[str]) -> str:
        """The key of a context by dimensions, in their order: `source:instagram|device:mobile`.

        `context` is a record as `ContextExtractor.extract` makes it; what it lacks is `other`.
        """
        return segment_key(context, segment_by)

    #: What requirement B calls it, in "Test 2: Segmentation".
    _build_manual_segment_key = segment_key

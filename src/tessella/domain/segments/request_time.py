"""Which segments can only be told for a request, because their rules read what only a request carries."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.features.schema import Schema, Source
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import Node
from tessella.domain.segments.references import features_behind


def request_features(membership: Mapping[SegmentId, Node], schema: Schema) -> dict[SegmentId, tuple[FeatureName, ...]]:
    """Per segment, the request features that it reads, also through `in_segment`; empty for one that can be counted.

    Source: SEMANTICS, "Truth": evaluating them as absent would make a `not` silently true for everyone.
    """
    return {
        segment_id: tuple(sorted(each for each in names if each in schema and schema[each].source is Source.REQUEST))
        for segment_id, names in features_behind(membership).items()
    }

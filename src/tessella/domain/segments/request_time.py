"""Which segments can only be told for a request, because their rules read what only a request carries."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.features.schema import Schema, Source
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.reads import features_read, segments_read
from tessella.domain.segments.references import in_order_of_reading


def request_features(membership: Mapping[SegmentId, Node], schema: Schema) -> dict[SegmentId, tuple[FeatureName, ...]]:
    """Per segment, the request features that it reads, also through `in_segment`; empty for one that can be counted.

    Source: SEMANTICS, "Truth": evaluating them as absent would make a `not` silently true for everyone.
    """
    found: dict[SegmentId, tuple[FeatureName, ...]] = {}
    for segment_id in in_order_of_reading(membership):
        tree = membership[segment_id]
        own = {name for name in features_read(tree) if name in schema and schema[name].source is Source.REQUEST}
        found[segment_id] = tuple(sorted(own.union(*(found[each] for each in segments_read(tree)))))
    return found

"""Which segments can only be told for a request, because their rules read what only a request carries."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tessella.domain.features.schema import Schema, Source
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import Node
from tessella.domain.segments.references import features_behind


def request_features(membership: Mapping[SegmentId, Node], schema: Schema) -> dict[SegmentId, tuple[FeatureName, ...]]:
    """Per segment, the request features that it reads, also through `in_segment`; empty for one that can be counted.

    Source: SEMANTICS, "Truth": evaluating them as absent would make a `not` silently true for everyone.
    """
    return _reading(membership, {name for name, feature in schema.items() if feature.source is Source.REQUEST})


def features_without_facts(
    membership: Mapping[SegmentId, Node], schema: Schema, columns: Collection[FeatureName]
) -> dict[SegmentId, tuple[FeatureName, ...]]:
    """The same for whoever has stored facts alone: besides, the columns that sources of customers hold."""
    requested = {name for name, feature in schema.items() if feature.source is Source.REQUEST}
    return _reading(membership, requested.union(columns))


def _reading(
    membership: Mapping[SegmentId, Node], wanted: Collection[FeatureName]
) -> dict[SegmentId, tuple[FeatureName, ...]]:
    return {
        segment_id: tuple(sorted(each for each in names if each in wanted))
        for segment_id, names in features_behind(membership).items()
    }

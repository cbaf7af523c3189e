"""Digests of what segments mean: equal ones hold the same subjects over the same data at the same moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tessella.domain.features.schema import SUBJECT, Schema
from tessella.domain.hashing import digest
from tessella.domain.identifiers import FeatureName, Json, SegmentId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.canonical import rule_hash
from tessella.domain.rules.reads import features_read, segments_read


def fingerprints(
    in_order: Iterable[SegmentId], membership: Mapping[SegmentId, Node], schema: Schema
) -> dict[SegmentId, str]:
    """SHA-256 of each segment's rules, of those of the segments that it reads, and of where its features come from.

    `in_order` names each segment after those that it reads.
    """
    found: dict[SegmentId, str] = {}
    for segment_id in in_order:
        tree = membership[segment_id]
        read = {each: found[each] for each in sorted(set(segments_read(tree)))}
        origins = {name: _origin(name, schema) for name in sorted(features_read(tree) - {SUBJECT})}
        found[segment_id] = digest([rule_hash(tree), read, origins])
    return found


def _origin(name: FeatureName, schema: Schema) -> Json:
    feature = schema[name]
    return [feature.source, feature.customer_source, feature.column_name]

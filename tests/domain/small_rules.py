"""A schema of one feature a type, and rules over it, for tests that need no more."""

from collections.abc import Mapping
from typing import Any

from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, RuleId, SegmentId
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.parse import parse_rule
from tessella.domain.segments.matching import Entry, Match, Matcher

NOW_US = 1_767_225_600_000_000
DAY_US = 86_400_000_000
SCHEMA = Schema(
    Feature(FeatureName(name), kind)
    for name, kind in {
        "tier": FeatureType.STRING,
        "region": FeatureType.STRING,
        "ltv": FeatureType.NUMBER,
        "orders": FeatureType.INTEGER,
        "app": FeatureType.BOOLEAN,
        "seen": FeatureType.TIMESTAMP,
        "tags": FeatureType.STRING_LIST,
    }.items()
)
VIP = {"eq": ["tier", "VIP"]}


def rule(expr: Json) -> Node:
    return parse_rule(expr, Form.DSL, SCHEMA)


def entry(segment_id: str, expr: Json, rule_id: str = "rule") -> Entry:
    return Entry(SegmentId(segment_id), RuleId(rule_id), rule(expr))


def members(exprs: Mapping[str, Json]) -> dict[SegmentId, Node]:
    return {SegmentId(name): rule(expr) for name, expr in exprs.items()}


def matcher(*entries: Entry, **membership: Json) -> Matcher:
    return Matcher.build(entries, members(membership))


def match(*entries: Entry, **values: Any) -> Match | None:
    return matcher(*entries).first_match(values, NOW_US)

"""A fingerprint changes with what a segment means, and with nothing else."""

from tessella.domain.audiences.fingerprints import fingerprints
from tessella.domain.features.schema import Feature, Schema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import Form
from tessella.domain.rules.parse import parse_rule

TIER = Feature(FeatureName("tier"), FeatureType.STRING)
SPENT = Feature(FeatureName("spent"), FeatureType.NUMBER, Source.WAREHOUSE)
SCHEMA = Schema([TIER, SPENT])


def of(schema=SCHEMA, **rules):
    trees = {SegmentId(name): parse_rule(expr, Form.DSL, schema) for name, expr in rules.items()}
    return fingerprints(list(trees), trees, schema)


VIP = {"eq": ["tier", "VIP"]}
RICH = {"gt": ["spent", 100]}


def test_the_same_rule_in_another_spelling_has_the_same_fingerprint():
    assert of(a={"all": [VIP, RICH]}) == of(a={"not": {"not": {"all": [RICH, VIP]}}})


def test_another_rule_has_another_fingerprint():
    assert of(a=VIP) != of(a={"eq": ["tier", "gold"]})


def test_a_segment_changes_with_those_that_it_reads_and_with_no_other():
    before, after = of(a=VIP, b={"in_segment": ["a"]}, c=RICH), of(a=RICH, b={"in_segment": ["a"]}, c=RICH)
    assert {each for each in before if before[each] != after[each]} == {"a", "b"}


def test_a_segment_changes_when_a_feature_is_read_from_elsewhere():
    for moved in (Feature(SPENT.name, SPENT.type), Feature(SPENT.name, SPENT.type, SPENT.source, column="turnover")):
        before, after = of(a=VIP, b=RICH), of(Schema([TIER, moved]), a=VIP, b=RICH)
        assert {each for each in before if before[each] != after[each]} == {"b"}

import pytest

from tessella.domain.consistency import membership_of, parse_rules
from tessella.domain.definitions import Definitions, Kind, read_definition
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.segments.lint import lint_segments

VIP = {"eq": ["user.tier", "VIP"]}
RICH = {"gte": ["user.ltv_eur", 500]}
FEATURES = Feature("user.tier", FeatureType.STRING), Feature("user.ltv_eur", FeatureType.NUMBER)


def hints(*segments):
    """The hints about segments given as (id, priority, rules...)."""
    definitions = Definitions(features={each.name: each for each in FEATURES})
    for segment_id, priority, *rules in segments:
        written = {
            "segment_id": segment_id,
            "priority": priority,
            "rules": [{"rule_id": str(place), "expr": rule} for place, rule in enumerate(rules)],
        }
        definition = read_definition(Kind.SEGMENT, written)
        definitions = definitions.with_definition(Kind.SEGMENT, segment_id, definition)
    membership = membership_of(definitions, parse_rules(definitions, Schema(FEATURES)))
    return [(each.segment_id, each.code) for each in lint_segments(definitions.segments, membership)]


def test_segments_that_stand_apart_give_no_hint():
    assert hints(("vip", 2, VIP), ("rich", 1, RICH)) == []


def test_a_segment_without_an_enabled_rule_is_said_to_match_nobody():
    assert hints(("empty", 1)) == [("empty", "no_enabled_rule")]


def test_the_default_segment_needs_no_rule():
    assert hints(("default", 0)) == []


def test_segments_of_one_priority_are_said_to_be_tried_by_name():
    assert hints(("b", 1, VIP), ("a", 1, RICH), ("c", 2, {"all": [VIP, RICH]})) == [("b", "tie")]


@pytest.mark.parametrize(
    "narrow", [VIP, {"all": [RICH, VIP]}, {"all": [VIP, {"all": [RICH]}]}, {"any": [{"all": [VIP, RICH]}, VIP]}]
)
def test_a_segment_whose_members_all_match_an_earlier_one_is_shadowed(narrow):
    assert hints(("vip", 2, VIP), ("narrow", 1, narrow)) == [("narrow", "shadowed")]


def test_a_segment_behind_one_that_everybody_matches_is_shadowed():
    assert hints(("all", 2, {}), ("vip", 1, VIP)) == [("vip", "shadowed")]


@pytest.mark.parametrize("wide", [RICH, {"any": [VIP, RICH]}, {"not": VIP}, {}])
def test_a_segment_with_members_of_its_own_is_not_shadowed(wide):
    assert hints(("vip", 2, VIP), ("wide", 1, wide)) == []


def test_two_rules_are_shadowed_only_when_both_are():
    assert hints(("vip", 2, VIP), ("two", 1, VIP, RICH)) == []
    assert hints(("both", 2, VIP, RICH), ("two", 1, RICH, VIP)) == [("two", "shadowed")]

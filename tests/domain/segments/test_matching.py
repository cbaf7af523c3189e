"""Which segment a subject's values match, in the order of trial."""

import sys
from types import MappingProxyType

import pytest

from tessella.domain.errors import RuleError, SegmentCycle
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, RuleId, SegmentId
from tessella.domain.rules.ast import All, AnyOf, InSegment, Node, Not
from tessella.domain.rules.operators.eq import Eq
from tessella.domain.rules.operators.matches import Matches
from tessella.domain.segments.matching import Entry, Match, Matcher
from tests.domain.small_rules import DAY_US, NOW_US, VIP, entry, match, matcher, rule

DOCUMENTED = {
    "any": [
        {"all": [VIP, {"gte": ["ltv", 500]}]},
        {"all": [{"eq": ["region", "FI"]}, {"in": ["tier", ["gold", "silver"]]}, {"gte_days_since": ["seen", 30]}]},
    ]
}


def test_the_first_rule_that_is_true_wins():
    entries = [entry("rich", {"gte": ["ltv", 500]}), entry("vip", VIP), entry("everyone", {})]
    assert match(*entries, tier="VIP", ltv=600.0) == Match("rich", "rule")
    assert match(*entries, tier="VIP", ltv=400.0) == Match("vip", "rule")
    assert match(*entries, tier="gold") == Match("everyone", "rule")


def test_the_order_given_decides_and_not_the_name():
    entries = [entry("b", VIP), entry("a", VIP)]
    assert match(*entries, tier="VIP") == Match("b", "rule")
    assert match(*reversed(entries), tier="VIP") == Match("a", "rule")


def test_any_rule_of_a_segment_suffices_and_the_match_names_it():
    entries = [entry("high", VIP, "by tier"), entry("high", {"gte": ["ltv", 500]}, "by value")]
    assert match(*entries, ltv=900.0) == Match("high", "by value")
    assert match(*entries, tier="VIP", ltv=900.0) == Match("high", "by tier")


def test_nothing_matches_when_no_rule_is_true():
    assert match(entry("vip", VIP), tier="gold") is None
    assert match(entry("nobody", {"any": []}), tier="gold") is None
    assert match() is None


def test_the_documented_rule_matches_its_two_kinds_of_visitor():
    lapsed = {"region": "FI", "tier": "gold", "seen": NOW_US - 30 * DAY_US}
    assert match(entry("s", DOCUMENTED), tier="VIP", ltv=500.0) == Match("s", "rule")
    assert match(entry("s", DOCUMENTED), **lapsed) == Match("s", "rule")
    assert match(entry("s", DOCUMENTED), **lapsed | {"seen": NOW_US - 30 * DAY_US + 1}) is None
    assert match(entry("s", DOCUMENTED), **lapsed | {"tier": "VIP", "ltv": 499.0}) is None


def test_a_visitor_without_the_feature_is_not_in_a_segment_that_excludes_a_value():
    assert match(entry("others", {"ne": ["tier", "VIP"]})) is None
    assert match(entry("others", {"ne": ["tier", "VIP"]}), tier=None) is None


def test_a_visitor_without_the_feature_is_in_a_segment_that_negates_a_value():
    assert match(entry("others", {"not": VIP})) == Match("others", "rule")
    assert match(entry("others", {"not": VIP}), tier=None) == Match("others", "rule")


def test_every_segment_that_matches_is_told_once_in_the_order_of_trial():
    entries = [
        entry("b", VIP, "1"), entry("none", {"eq": ["tier", "gold"]}), entry("b", {"exists": ["tier"]}, "2"),
        entry("a", {"gte": ["ltv", 1]}), entry("c", DOCUMENTED),
    ]  # fmt: skip
    assert matcher(*entries).matching_segments({"tier": "VIP", "ltv": 500.0}, NOW_US) == ("b", "a", "c")
    assert matcher(*entries).matching_segments({}, NOW_US) == ()


def test_the_matcher_tells_which_features_it_reads_also_through_other_segments():
    built = matcher(entry("a", {"all": [VIP, {"in_segment": ["b"]}]}), b={"gte": ["ltv", 1]}, c={"exists": ["tags"]})
    assert set(built.reads) == {"tier", "ltv"}


def test_the_values_are_taken_from_any_mapping_and_others_are_ignored():
    values = MappingProxyType({"tier": "VIP", "surplus": object()})
    assert matcher(entry("vip", VIP)).first_match(values, NOW_US) == Match("vip", "rule")


# --- a rule that fails ------------------------------------------------------------------------------------------


class Broken(Eq):
    """An operator with a mistake in its generated code."""

    __slots__ = ()

    def python(self, value, ctx):
        return f"{value}.no_such_method()"


BROKEN = Broken(FeatureName("tier"), "VIP", FeatureType.STRING)


def test_a_rule_that_fails_names_its_segment_and_rule():
    built = Matcher.build([entry("fine", {"gte": ["ltv", 5]}), Entry(SegmentId("bad"), RuleId("r7"), BROKEN)], {})
    with pytest.raises(RuleError, match="no_such_method") as caught:
        built.first_match({"tier": "VIP"}, NOW_US)
    assert (caught.value.segment_id, caught.value.rule_id) == ("bad", "r7")
    assert isinstance(caught.value.__cause__, AttributeError)


def test_a_rule_that_fails_behind_the_first_match_hurts_nobody():
    built = Matcher.build([entry("vip", VIP), Entry(SegmentId("bad"), RuleId("r7"), BROKEN)], {})
    assert built.first_match({"tier": "VIP"}, NOW_US) == Match("vip", "rule")
    with pytest.raises(RuleError):
        built.matching_segments({"tier": "VIP"}, NOW_US)


def test_a_failure_in_a_segment_that_is_read_names_the_rule_that_reads_it():
    built = Matcher.build([entry("reader", {"in_segment": ["bad"]})], {SegmentId("bad"): BROKEN})
    with pytest.raises(RuleError) as caught:
        built.first_match({"tier": "VIP"}, NOW_US)
    assert (caught.value.segment_id, caught.value.rule_id) == ("reader", "rule")


# --- segments that read segments --------------------------------------------------------------------------------


def test_a_segment_is_read_through_its_rules_whether_it_is_tried_itself_or_not():
    built = matcher(entry("a", {"not": {"in_segment": ["vip"]}}), vip={"any": [VIP, {"gte": ["ltv", 9]}]})
    assert built.first_match({"tier": "VIP"}, NOW_US) is None
    assert built.first_match({"tier": "gold", "ltv": 9.0}, NOW_US) is None
    assert built.first_match({"tier": "gold"}, NOW_US) == Match("a", "rule")


def doubling(levels: int) -> dict[SegmentId, Node]:
    """Segments of which each reads the one below it twice: 2 ** levels ways down."""
    segments: dict[SegmentId, Node] = {SegmentId("level_0"): rule({"matches": ["tier", "V.P"]})}
    for level in range(1, levels):
        below = InSegment(SegmentId(f"level_{level - 1}"))
        segments[SegmentId(f"level_{level}")] = All((below, Not(Not(below)), AnyOf((Not(below), below))))
    return segments


def counted_patterns(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    tried: list[str] = []

    def note(value: str) -> bool:
        tried.append(value)
        return value == "VIP"

    monkeypatch.setattr(Matches, "python", lambda _, value, ctx: f"{ctx.constant(note)}({value})")
    return tried


def test_a_chain_of_segments_with_2_to_the_32_paths_evaluates_each_segment_once(monkeypatch):
    tried = counted_patterns(monkeypatch)
    built = Matcher.build([entry("top", {"in_segment": ["level_32"]})], doubling(33))
    assert built.first_match({"tier": "VIP"}, NOW_US) == Match("top", "rule")
    assert tried == ["VIP"]
    assert built.first_match({"tier": "gold"}, NOW_US) is None
    assert tried == ["VIP", "gold"]


def test_a_chain_of_segments_may_be_longer_than_the_stack():
    top = Entry(SegmentId("top"), RuleId("rule"), InSegment(SegmentId("level_1999")))
    built = Matcher.build([top], doubling(2_000))
    assert sys.getrecursionlimit() < 2_000
    assert built.first_match({"tier": "VIP"}, NOW_US) == Match("top", "rule")
    assert built.first_match({"tier": "gold"}, NOW_US) is None


def test_segments_that_read_one_another_in_a_circle_are_refused():
    with pytest.raises(SegmentCycle):
        matcher(entry("a", {"in_segment": ["a"]}), a={"in_segment": ["b"]}, b={"in_segment": ["a"]})

"""Who moves when one set of rules replaces another."""

from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, RuleId, SegmentId
from tessella.domain.rules.ast import AnyOf, Form
from tessella.domain.rules.parse import parse_rule
from tessella.domain.segments.diff import Move, MoveCount
from tessella.domain.segments.matching import Entry, Matcher

TIER = FeatureName("user.tier")
SCHEMA = Schema([Feature(TIER, FeatureType.STRING)])
NOW = Instant(0)


def matcher(**rules):
    """A matcher of these segments, tried in the order given."""
    trees = {SegmentId(name): parse_rule(expr, Form.DSL, SCHEMA) for name, expr in rules.items()}
    entries = [Entry(name, RuleId("r"), tree) for name, tree in trees.items()]
    return Matcher.build(entries, {name: AnyOf((tree,)) for name, tree in trees.items()})


def moves(before, after, *tiers):
    count = MoveCount(before, after, NOW)
    for tier in tiers:
        count.add({TIER: tier}, {TIER: tier})
    return count.moves()


VIP = {"eq": ["user.tier", "VIP"]}
ANY = {"exists": "user.tier"}


def test_those_whose_first_match_changes_move_and_the_others_stay():
    found = moves(matcher(vip=VIP), matcher(vip=VIP, known=ANY), "VIP", "gold", "silver", None)
    assert found.moved == (Move(SegmentId("default"), SegmentId("known"), 2),)
    assert (found.subjects, found.before, found.after) == (
        4,
        {"vip": 1, "default": 3},
        {"vip": 1, "known": 2, "default": 1},
    )


def test_another_order_moves_those_who_match_both():
    found = moves(matcher(vip=VIP, known=ANY), matcher(known=ANY, vip=VIP), "VIP", "VIP", "gold")
    assert found.moved == (Move(SegmentId("vip"), SegmentId("known"), 2),)


def test_the_largest_move_comes_first():
    found = moves(matcher(vip=VIP, known=ANY), matcher(), "VIP", "gold", "silver")
    assert [(each.before, each.subjects) for each in found.moved] == [("known", 2), ("vip", 1)]


def test_without_subjects_nobody_moves():
    found = moves(matcher(vip=VIP), matcher())
    assert (found.subjects, found.moved) == (0, ())


def test_each_side_reads_the_values_as_its_own_schema_types_them():
    count = MoveCount(matcher(vip=VIP), matcher(vip=VIP), NOW)
    count.add({TIER: "VIP"}, {TIER: None})
    assert [(each.before, each.after) for each in count.moves().moved] == [("vip", "default")]

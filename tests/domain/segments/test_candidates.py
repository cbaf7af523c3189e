"""The index leaves out only rules that cannot match, and the matcher agrees with the interpreter."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.features.schema import SUBJECT
from tessella.domain.identifiers import Json, RuleId, SegmentId
from tessella.domain.rules.compiler import CHUNK, RuleCompiler
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.necessary import alternatives
from tessella.domain.segments import candidates
from tessella.domain.segments.matching import Entry, Match, Matcher, matcher_steps
from tests.domain.small_rules import DAY_US, NOW_US, VIP, entry, matcher, rule
from tests.strategies import worlds


@pytest.mark.parametrize(
    ("expr", "possible", "impossible"),
    [
        (VIP, {"tier": "VIP"}, {"tier": "gold"}),
        ({"in": ["tier", ["VIP", "gold"]]}, {"tier": "gold"}, {"tier": None}),
        ({"eq": ["orders", 3]}, {"orders": 3}, {"orders": 4}),
        ({"eq": ["app", False]}, {"app": False}, {"app": True}),
        ({"all": [VIP, {"gte": ["ltv", 5]}]}, {"tier": "VIP"}, {"tier": "gold", "ltv": 9.0}),
        ({"all": [{"in": ["tier", ["a", "b"]]}, {"in": ["tier", ["b", "c"]]}]}, {"tier": "b"}, {"tier": "a"}),
        ({"all": [{"gte": ["ltv", 5]}, {"any": [VIP, {"eq": ["tier", "a"]}]}]}, {"tier": "a"}, {"tier": "b"}),
        ({"any": [VIP, {"all": [{"eq": ["region", "FI"]}, {"lt": ["ltv", 5]}]}]}, {"region": "FI"}, {"region": "SE"}),
        ({"all": [{"gte": ["ltv", 5]}, {"any": [VIP, {"eq": ["region", "FI"]}]}]}, {"region": "FI"}, {"region": "SE"}),
        ({"in_segment": ["gold"]}, {"tier": "gold"}, {"tier": "VIP"}),
        ({"not": VIP}, {}, None),
        ({"any": [VIP, {"gte": ["ltv", 5]}]}, {}, None),
        ({"in": ["tier", [f"tier {i}" for i in range(5_000)]]}, {}, None),
    ],
)
def test_only_rules_whose_needed_values_are_there_are_tried(expr, possible, impossible):
    built = matcher(entry("s", expr), entry("other", {"eq": ["tier", "other"]}), gold={"eq": ["tier", "gold"]})
    index, rules = built._index, built._rules
    first_alternatives = (1 << sum(each.segment_id == "s" for each in built._matches)) - 1
    assert index.candidates(rules.load(possible, NOW_US)) & first_alternatives
    if impossible is not None:
        assert not index.candidates(rules.load(impossible, NOW_US)) & first_alternatives


def test_a_rule_with_many_combinations_is_compiled_whole():
    pairs = [{"any": [{"eq": ["tier", f"{i}"]}, {"eq": ["region", f"{i}"]}]} for i in range(10)]
    [whole] = alternatives(rule({"all": pairs}))
    assert whole == rule({"all": pairs})
    assert len(alternatives(rule({"all": pairs[:3]}))) == 8


@pytest.mark.parametrize("expr", [{"any": []}, {"in": ["tier", []]}, {"all": [VIP, {"eq": ["tier", "gold"]}]}])
def test_a_rule_that_is_never_true_is_never_tried(expr):
    built = matcher(entry("never", expr), entry("always", {}))
    assert built._index.candidates(built._rules.load({"tier": "VIP"}, NOW_US)).bit_count() == 1


def test_more_values_than_masks_share_masks_and_lose_no_match(monkeypatch):
    monkeypatch.setattr(candidates, "MAX_MASKS", 7)
    built = matcher(*(entry(f"s{i}", {"eq": ["orders", i]}) for i in range(100)))
    for orders in range(100):
        assert built.first_match({"orders": orders}, NOW_US) == Match(f"s{orders}", "rule")
    assert built.first_match({"orders": 100}, NOW_US) is None


def test_thousands_of_rules_are_matched_in_their_order():
    built = matcher(*(entry(f"s{i}", {"all": [{"gte": ["ltv", i]}, {"eq": ["orders", i % 7]}]}) for i in range(3_000)))
    assert built.first_match({"ltv": 1e9, "orders": 3}, NOW_US) == Match("s3", "rule")
    expected = tuple(f"s{i}" for i in range(2_001) if i % 7 == 3)
    assert built.matching_segments({"ltv": 2_000.0, "orders": 3}, NOW_US) == expected


def test_building_pauses_at_least_once_a_chunk_of_rules():
    entries = [entry(f"s{i}", {"eq": ["orders", i]}) for i in range(10 * CHUNK)]
    assert sum(1 for _ in matcher_steps(entries, {}, RuleCompiler())) >= 3 * 10


TEXTS = st.sampled_from(["a", "b", "c", "d"])
NUMBERS = st.sampled_from([-1.5, -0.0, 0.0, 1.0, 2.0, 1e308])
COUNTS = st.integers(-1, 3)

LEAVES = st.one_of(
    st.builds(lambda f, v: {"eq": [f, v]}, st.sampled_from(["tier", "region"]), TEXTS),
    st.builds(lambda f, v: {"ne": [f, v]}, st.sampled_from(["tier", "region"]), TEXTS),
    st.builds(lambda op, f, v: {op: [f, v]}, st.sampled_from(["in", "nin"]), st.sampled_from(["tier", "region"]),
              st.lists(TEXTS, max_size=3)),
    st.builds(lambda op, v: {op: ["orders", v]}, st.sampled_from(["eq", "ne", "gte", "lt"]), COUNTS),
    st.builds(lambda op, v: {op: ["ltv", v]}, st.sampled_from(["eq", "gt", "lte"]), NUMBERS),
    st.builds(lambda v: {"eq": ["app", v]}, st.booleans()),
    st.builds(lambda f: {"exists": [f]}, st.sampled_from(["tier", "ltv", "app"])),
    st.builds(lambda op, v: {op: ["seen", v]}, st.sampled_from(["gte_days_since", "lte_days_since"]), COUNTS.map(abs)),
    st.builds(lambda v: {"percent": [v, "salt"]}, st.sampled_from([0, 50, 100])),
    st.builds(lambda v: {"matches": ["tier", v]}, st.sampled_from(["^[ab]", "[cd]$"])),
    st.builds(lambda op, v: {"compare": [op, {"%": [{"var": "orders"}, 2]}, v]}, st.sampled_from(["==", "<"]), COUNTS),
    st.just({"truthy": ["app"]}),
)  # fmt: skip


def exprs(readable: Sequence[str]) -> st.SearchStrategy[Json]:
    """Rules that may read the segments `readable`."""
    leaves = LEAVES if not readable else LEAVES | st.builds(lambda s: {"in_segment": [s]}, st.sampled_from(readable))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda each: {"all": each}, st.lists(inner, max_size=4)),
            st.builds(lambda each: {"any": each}, st.lists(inner, max_size=4)),
            st.builds(lambda each: {"not": each}, inner),
        ),
        max_leaves=8,
    )


NAMES = [f"s{i}" for i in range(5)]
TREES = st.tuples(*(exprs(NAMES[:i]).map(rule) for i in range(5)))
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "tier": st.none() | TEXTS,
        "region": st.none() | TEXTS,
        "ltv": st.none() | NUMBERS,
        "orders": st.none() | COUNTS,
        "app": st.none() | st.booleans(),
        "seen": st.none() | st.integers(-2, 4).map(lambda days: NOW_US - days * DAY_US),
        "tags": st.none() | st.lists(TEXTS, max_size=3).map(tuple),
        SUBJECT: st.none() | st.sampled_from(["1", "2", "3"]),
    },
)


@given(trees=TREES, order=st.permutations(range(5)), rows=st.lists(VALUES, min_size=1, max_size=12))
def test_the_matcher_finds_what_the_interpreter_finds_rule_by_rule(trees, order, rows):
    segments = {SegmentId(name): tree for name, tree in zip(NAMES, trees, strict=True)}
    entries = [Entry(SegmentId(NAMES[i]), RuleId("rule"), trees[i]) for i in order]
    built = Matcher.build(entries, segments)
    for values in rows:
        expected = [each.segment_id for each in entries if evaluate(each.node, values, NOW_US, segments)]
        assert built.matching_segments(values, NOW_US) == tuple(expected)
        first = built.first_match(values, NOW_US)
        assert (first.segment_id if first else None) == (expected[0] if expected else None)


@given(worlds(rules=30, rows=10, comparisons=0.1))
def test_the_matcher_agrees_with_the_interpreter_on_every_operator(world):
    segments = world.segments
    entries = [Entry(SegmentId(f"s{i}"), RuleId("rule"), node) for i, node in enumerate(world.rules)]
    built = Matcher.build(entries, segments)
    for values in world.rows:
        expected = [each.segment_id for each in entries if evaluate(each.node, values, world.now_us, segments)]
        assert built.matching_segments(values, world.now_us) == tuple(expected)

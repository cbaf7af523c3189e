import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessella.domain.errors import MalformedRule, UnknownFeature
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.schema import Feature, ItemSchema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName
from tessella.domain.ranking.filters.item_filter import ItemFilter, parse_item_filter
from tessella.domain.ranking.filters.item_values import ItemValues
from tessella.domain.ranking.filters.verdicts import MOST_FILTERS, Verdicts
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.rank import rank, rank_explained
from tessella.domain.ranking.ranking import RankingRequest
from tessella.domain.rules.ast import ALWAYS, NEVER
from tessella.domain.rules.explain import evaluate
from tests.domain.ranking.catalogues import NOW, Item, a_config, an_index

SCHEMA = ItemSchema([Feature(FeatureName("user.budget"), FeatureType.NUMBER)])
SHOP = an_index(
    Item("apple", "acme", "fruit", 2.0, tags=("fresh", "red")),
    Item("beet", "acme", "roots", 3.0),
    Item("carrot", "best", "roots", 5.0, tags=("fresh",)),
    Item("date", "best", "fruit"),
    Item("elder"),
)


def a_filter(expr: object) -> ItemFilter:
    return parse_item_filter(expr, SCHEMA, "/item_filter")


def passing(*exprs: object, index: RankingIndex = SHOP, **values: object) -> list[str]:
    named = {FeatureName(name.replace("_", ".", 1)): value for name, value in values.items()}
    request = RankingRequest(a_config(), 10, filters=tuple(map(a_filter, exprs)), values=named)
    return sorted(each.item_id for each in rank(index, request, now=NOW).items)


def test_only_items_that_pass_the_filter_are_ranked():
    assert passing({"eq": ["item.brand", "acme"]}) == ["apple", "beet"]
    assert passing({"lte": ["item.price", 3]}) == ["apple", "beet"]
    assert passing({"contains": ["item.tags", "fresh"]}) == ["apple", "carrot"]


def test_an_item_without_the_value_does_not_pass_and_passes_its_negation():
    assert passing({"gt": ["item.price", 0]}) == ["apple", "beet", "carrot"]
    assert passing({"not": {"gt": ["item.price", 0]}}) == ["date", "elder"]


def test_an_item_has_to_pass_every_filter():
    assert passing({"eq": ["item.brand", "acme"]}, {"eq": ["item.category", "fruit"]}) == ["apple"]


def test_a_filter_may_read_the_request():
    expr = {"any": [{"eq": ["ctx.surface", "home"]}, {"eq": ["item.category", "roots"]}]}
    assert passing(expr, ctx_surface="home") == ["apple", "beet", "carrot", "date", "elder"]
    assert passing(expr, ctx_surface="search") == passing(expr) == ["beet", "carrot"]


def test_a_filter_may_compare_an_item_with_the_subject():
    expr = {"compare": ["<=", {"+": [{"var": "item.price"}, 1]}, {"var": "user.budget"}]}
    assert passing(expr, user_budget=4.0) == ["apple", "beet"]
    assert passing(expr) == []


def test_what_fell_out_by_a_filter_is_told():
    request = RankingRequest(a_config(), 10, filters=(a_filter({"eq": ["item.id", "date"]}),))
    [out] = rank_explained(SHOP, request, now=NOW).trace.fell_out
    assert (out.step, out.reason, out.count) == ("eligibility", "item_filter", 4)


def test_a_filter_on_the_time_of_an_item_is_asked_at_every_moment():
    launched = Feature(FeatureName("item.launched"), FeatureType.TIMESTAMP, Source.ITEM)
    item_filter = parse_item_filter({"gte_days_since": ["item.launched", 1]}, ItemSchema([launched]))
    assert item_filter.moves
    assert not a_filter({"eq": ["item.brand", "acme"]}).moves
    request = RankingRequest(a_config(), 10, filters=(item_filter,))
    assert rank(SHOP, request, now=NOW).items == rank(SHOP, request, now=NOW + DAY_US).items == ()


def test_more_filters_than_are_remembered_are_still_right():
    for price in range(2 * MOST_FILTERS):
        expected = [name for name, each in (("apple", 2), ("beet", 3), ("carrot", 5)) if each <= price]
        assert passing({"lte": ["item.price", price]}) == expected


def test_the_requests_part_of_a_filter_is_decided_before_any_item_is_looked_at():
    item_filter = a_filter({"all": [{"eq": ["ctx.region", "FI"]}, {"eq": ["item.brand", "acme"]}]})
    assert item_filter.settled({}, NOW) == NEVER
    assert item_filter.settled({FeatureName("ctx.region"): "FI"}, NOW) == a_filter({"eq": ["item.brand", "acme"]}).node
    assert a_filter({"not": {"eq": ["ctx.region", "FI"]}}).settled({}, NOW) == ALWAYS
    assert item_filter.of_request == {"ctx.region"}
    assert set(item_filter.of_items) == {"item.brand"}


LEAVES = st.sampled_from(
    [
        {"eq": ["item.brand", "acme"]},
        {"lte": ["item.price", 3]},
        {"contains": ["item.tags", "red"]},
        {"exists": "item.category"},
        {"eq": ["ctx.region", "FI"]},
        {"in": ["ctx.device", ["mobile", "tablet"]]},
        {"gt": ["user.budget", 2]},
        {"compare": ["<", {"var": "item.price"}, {"+": [{"var": "user.budget"}, 1]}]},
    ]
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda children: {"all": children}, st.lists(inner, max_size=3)),
        st.builds(lambda children: {"any": children}, st.lists(inner, max_size=3)),
        st.builds(lambda child: {"not": child}, inner),
    ),
    max_leaves=8,
)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "ctx.region": st.sampled_from(["FI", "SE"]),
        "ctx.device": st.sampled_from(["mobile", "desktop"]),
        "user.budget": st.sampled_from([1.0, 2.0, 3.0]),
    },
)


@settings(max_examples=150, deadline=None)
@given(RULES, VALUES)
def test_a_filter_says_what_the_rule_says_of_item_and_request_together(expr, values):
    item_filter = a_filter(expr)
    reader = ItemValues(SHOP.catalogue, item_filter.of_items.values())
    request = RankingRequest(a_config(), 10, filters=(item_filter,), values=values)
    expected = [
        item_id
        for row, item_id in enumerate(("apple", "beet", "carrot", "date", "elder"))
        if evaluate(item_filter.node, {**values, **reader.of(row)}, NOW, {})
    ]
    assert sorted(each.item_id for each in rank(SHOP, request, now=NOW).items) == expected


@settings(max_examples=150, deadline=None)
@given(RULES, VALUES)
def test_asked_about_the_whole_catalogue_a_filter_says_the_same_as_asked_row_by_row(expr, values):
    item_filter = a_filter(expr)
    rows = np.arange(len(SHOP.catalogue))
    row_by_row = Verdicts().passing(SHOP.catalogue, item_filter, rows, values, NOW)
    assert Verdicts().passing_all(SHOP.catalogue, [item_filter], values, NOW).tolist() == rows[row_by_row].tolist()


def test_a_filter_that_reads_what_nobody_declared_is_refused_with_the_place_and_the_nearest_name():
    with pytest.raises(UnknownFeature) as refused:
        a_filter({"eq": ["item.brnd", "acme"]})
    assert (refused.value.pointer, refused.value.nearest) == ("/item_filter/eq/0", "item.brand")


def test_a_filter_cannot_read_a_segment():
    with pytest.raises(MalformedRule, match="cannot read a segment") as refused:
        a_filter({"in_segment": "vip"})
    assert refused.value.hint() == "Write the filter into the profile of the segment."

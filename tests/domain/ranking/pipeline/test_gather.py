import numpy as np

from tessella.domain.features.schema import ItemSchema
from tessella.domain.ranking.filters.item_filter import parse_item_filter
from tessella.domain.ranking.index.index import Neighbours, RankingIndex
from tessella.domain.ranking.pipeline.gather import MOST_CANDIDATES, around, fold, nearest
from tessella.domain.ranking.rank import rank_explained
from tessella.domain.ranking.ranking import RankingRequest
from tessella.domain.ranking.rows.weighted_rows import NOTHING, WeightedRows, heaviest, looked_up, marked, summed
from tests.domain.ranking.catalogues import NOW, Item, a_config, a_history, an_index
from tests.domain.ranking.shops import a_shop


def rows(*each: int) -> np.ndarray:
    return np.array(each, np.int32)


def test_no_request_gathers_more_than_2500_items():
    index, requests = a_shop(items=20_000, subjects=5)
    for request in requests:
        long = RankingRequest({**request.config, "delta": 1.0}, 500, request.history)
        assert rank_explained(index, long, now=NOW).trace.gathered <= MOST_CANDIDATES


def test_an_item_of_every_source_is_gathered():
    index = an_index(
        *(f"item {i:04}" for i in range(5_000)),
        popularity={f"item {i:04}": 1 - i / 5_000 for i in range(300)},
        neighbours={"item 4000": {"item 4001": 0.5}},
        vectors={"item 4100": [1, 0], "item 4000": [1, 0]},
    )
    history = a_history(index, ("item 4000", 1))
    pinned = index.catalogue.rows_of(["item 4444"])
    config = a_config(delta=1.0, gamma=1.0, beta=1.0)
    ranking = rank_explained(index, RankingRequest(config, 500, history, pins=pinned), now=NOW)
    listed = {each.item_id for each in ranking.items}
    assert {"item 4444", "item 4000", "item 4001", "item 4100", "item 0000"} <= listed


def test_rows_are_gathered_once_in_their_order_and_their_nearness_is_summed():
    gathered = fold(rows(7, 3, 7), WeightedRows(rows(3, 9, 9), np.array([0.5, 0.25, 0.5])), most=10, items=10)
    assert gathered.rows.tolist() == [3, 7, 9]
    assert gathered.nearness.tolist() == [0.5, 0.0, 0.75]


def test_of_the_near_ones_the_nearest_are_gathered_and_of_equal_ones_the_lower_rows():
    near = WeightedRows(rows(5, 1, 8, 2), np.array([0.5, 0.5, 0.9, 0.5]))
    assert fold(rows(7), near, most=3, items=10).rows.tolist() == [1, 7, 8]
    assert fold(rows(7), near, most=1, items=10).rows.tolist() == [7]
    assert nearest(np.arange(2), rows(4, 5), np.array([0.1, 0.2]), most=0).tolist() == []


def test_what_the_scratch_held_before_is_never_taken_for_an_answer():
    fold(rows(0, 1, 2, 3), NOTHING, most=4, items=8)
    assert looked_up(rows(5, 6), WeightedRows(rows(0, 6, 3, 6), np.ones(4)), items=8).tolist() == [0.0, 2.0]
    assert marked(rows(5, 6), rows(5, 1, 2), items=8).tolist() == [True, False]
    assert marked(rows(), rows(1), items=8).tolist() == []


def test_entries_of_one_row_are_summed_and_the_heaviest_come_first():
    sums = summed(WeightedRows(rows(4, 2, 4), np.array([1.0, 2.0, 1.0])), items=5)
    best = heaviest(sums, 2)
    assert (best.rows.tolist(), best.weights.tolist()) == ([2, 4], [2.0, 2.0])
    assert heaviest(sums, 1).rows.tolist() == [2]


def test_of_a_strong_recent_item_more_neighbours_are_looked_at_than_of_a_weak_one():
    lists = Neighbours(np.array([0, 200, 400]), np.arange(400, dtype=np.int32), np.ones(400, np.float32))
    near = around(lists, WeightedRows(rows(0, 1), np.array([0.8, 0.2])))
    assert near.rows.tolist() == [*range(100), *range(200, 225)]
    faint = around(lists, WeightedRows(rows(1, 0), np.array([1.0, 0.001])))
    assert faint.rows.tolist() == [*range(200, 300), *range(10)]


def test_where_too_few_of_the_usual_number_may_be_shown_more_are_gathered():
    items = [f"item {i:04}" for i in range(3_000)]
    index = an_index(*items, popularity={name: 1 - i / 3_000 for i, name in enumerate(items)})
    rare = parse_item_filter({"in": ["item.id", items[::100]]}, ItemSchema())
    narrow = rank_explained(index, RankingRequest(a_config(), 5), now=NOW)
    wide = rank_explained(index, RankingRequest(a_config(), 5, filters=(rare,)), now=NOW)
    assert narrow.trace.gathered < 400
    assert [each.item_id for each in wide.items] == items[:500:100]
    assert wide.trace.gathered <= MOST_CANDIDATES


def test_what_a_filter_lets_pass_is_looked_for_among_thousands_of_popular_items():
    items = [f"item {i:04}" for i in range(5_000)]
    index = an_index(*items, popularity={name: 1 - i / 5_000 for i, name in enumerate(items)})
    rare = parse_item_filter({"in": ["item.id", items[4_000::100]]}, ItemSchema())
    found = rank_explained(index, RankingRequest(a_config(), 5, filters=(rare,)), now=NOW)
    assert [each.item_id for each in found.items] == items[4_000:4_500:100]
    assert found.trace.gathered <= MOST_CANDIDATES


def a_long_tail(*rare: int) -> RankingIndex:
    """12,000 items, the lower the more popular, of which some are of a rare category."""
    items = [Item(f"item {i:05}", category="rare" if i in rare else "usual", price=i % 7) for i in range(12_000)]
    return an_index(*items, popularity={each.item_id: 1 - i / 12_000 for i, each in enumerate(items[:11_000])})


def test_a_filter_that_only_items_that_were_never_bought_pass_gives_those_items():
    rare = parse_item_filter({"eq": ["item.category", "rare"]}, ItemSchema())
    request = RankingRequest(a_config(), 5, filters=(rare,))
    ranking = rank_explained(a_long_tail(11_100, 11_200, 11_900), request, now=NOW)
    assert [each.item_id for each in ranking.items] == ["item 11100", "item 11200", "item 11900"]
    assert [code for code, _ in ranking.remarks] == ["cold_subject"]


def test_of_seldom_bought_items_that_pass_the_most_popular_come_first():
    filters = [{"in": ["item.category", ["rare", "odd"]]}, {"not": {"eq": ["item.price", 10_999 % 7]}}]
    read = tuple(parse_item_filter(each, ItemSchema()) for each in filters)
    index = a_long_tail(10_999, 10_998, 11_997, 10_500)
    ranking = rank_explained(index, RankingRequest(a_config(), 3, filters=read), now=NOW)
    assert [each.item_id for each in ranking.items] == ["item 10500", "item 10998", "item 11997"]


def test_what_is_for_one_region_only_is_found_however_seldom_it_is_bought():
    items = [Item(f"item {i:05}", regions=("FI" if i == 11_500 else "SE",)) for i in range(12_000)]
    index = an_index(*items, popularity={each.item_id: 1 - i / 12_000 for i, each in enumerate(items[:11_000])})
    ranking = rank_explained(index, RankingRequest(a_config(), 5, region="FI"), now=NOW)
    assert [each.item_id for each in ranking.items] == ["item 11500"]

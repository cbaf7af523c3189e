from collections import Counter

import pytest

from tessella.domain.ranking.catalogue.catalogue import NONE
from tessella.domain.ranking.rank import rank
from tessella.domain.ranking.ranking import RankingRequest
from tests.domain.ranking.catalogues import NOW, Item, a_config, an_index
from tests.domain.ranking.shops import a_shop

INDEX, REQUESTS = a_shop(items=2_000, subjects=30)


@pytest.mark.parametrize("most", [1, 2, 5])
@pytest.mark.parametrize("knob", ["brand_cap", "category_cap"])
def test_no_label_is_in_a_list_more_often_than_its_cap(knob, most):
    labels = INDEX.catalogue.brands if knob == "brand_cap" else INDEX.catalogue.categories
    for request in REQUESTS:
        capped = RankingRequest({**request.config, knob: most}, 40, request.history)
        rows = INDEX.catalogue.rows_of([each.item_id for each in rank(INDEX, capped, now=NOW).items])
        counts = Counter(labels.codes[rows].tolist())
        assert max(count for code, count in counts.items() if code != NONE) <= most


def test_items_without_a_label_are_never_too_many():
    index = an_index("a", "b", "c")
    ranking = rank(index, RankingRequest(a_config(brand_cap=1, category_cap=1), 3), now=NOW)
    assert len(ranking.items) == 3


def test_pins_come_whatever_the_cap_says_and_count_towards_it():
    index = an_index(*(Item(name, "acme") for name in "abcd"), "e", popularity={"a": 1.0})
    pins = index.catalogue.rows_of(["c", "d"])
    ranking = rank(index, RankingRequest(a_config(brand_cap=1), 5, pins=pins), now=NOW)
    assert [each.item_id for each in ranking.items] == ["c", "d", "e"]


def test_a_cap_takes_the_best_of_each_label():
    index = an_index(Item("a", "acme"), Item("b", "acme"), Item("c", "best"), popularity={"a": 0.2, "b": 0.9, "c": 0.1})
    ranking = rank(index, RankingRequest(a_config(brand_cap=1), 5), now=NOW)
    assert [each.item_id for each in ranking.items] == ["b", "c"]

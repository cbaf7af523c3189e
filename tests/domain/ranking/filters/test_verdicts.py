"""What filters say of whole catalogues."""

from dataclasses import replace

import numpy as np

from tessella.domain.features.schema import Feature, ItemSchema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName
from tessella.domain.ranking.catalogue.catalogue import NONE, Labels, LabelSets, Properties
from tessella.domain.ranking.filters.item_columns import numbered
from tessella.domain.ranking.filters.item_filter import parse_item_filter
from tessella.domain.ranking.filters.verdicts import Verdicts
from tessella.domain.ranking.rank import rank
from tessella.domain.ranking.ranking import RankingRequest
from tessella.domain.ranking.signals.popularity import TOP_ROWS
from tests.domain.ranking.catalogues import NOW, a_config, an_index
from tests.domain.ranking.filters.test_item_filter import SHOP, a_filter


def test_every_row_has_to_pass_all_filters_and_an_empty_catalogue_has_none():
    filters = [a_filter({"eq": ["item.brand", "acme"]}), a_filter({"eq": ["item.category", "fruit"]})]
    assert Verdicts().passing_all(SHOP.catalogue, filters, {}, NOW).tolist() == [0]
    assert Verdicts().passing_all(SHOP.catalogue, [], {}, NOW).tolist() == [0, 1, 2, 3, 4]
    assert Verdicts().passing_all(an_index().catalogue, filters, {}, NOW).tolist() == []


def test_declared_features_of_a_whole_catalogue_are_read_from_their_columns_and_what_was_not_built_is_absent():
    kinds = {"grams": FeatureType.NUMBER, "eco": FeatureType.BOOLEAN, "shape": FeatureType.STRING}
    names = {"labels": {"item.shape": Labels(np.array([0, 0, NONE, 1, 1], np.int32), ["round", "long"])}}
    sets = {"item.uses": LabelSets(np.array([0, 1, 1, 2, 2, 2]), np.array([0, 0], np.int32), ["soup"])}
    numbers = {"item.grams": np.array([5, 9, np.nan, 5, 7.0]), "item.eco": np.array([1, 0, np.nan, 1, 0.0])}
    catalogue = replace(SHOP.catalogue, properties=Properties(numbers=numbers, label_sets=sets, **names))
    types = {**kinds, "uses": FeatureType.STRING_LIST, "later": FeatureType.NUMBER}
    schema = ItemSchema([Feature(FeatureName(f"item.{name}"), kind, Source.ITEM) for name, kind in types.items()])

    def rows(expr: object) -> list[int]:
        return Verdicts().passing_all(catalogue, [parse_item_filter(expr, schema)], {}, NOW).tolist()

    assert rows({"lte": ["item.grams", 7]}) == [0, 3, 4]
    assert rows({"eq": ["item.eco", True]}) == [0, 3]
    assert rows({"not": {"eq": ["item.shape", "long"]}}) == [0, 1, 2]
    assert rows({"contains": ["item.uses", "soup"]}) == [0, 2]
    assert rows({"not": {"exists": "item.later"}}) == [0, 1, 2, 3, 4]
    assert rows({"compare": ["<", {"var": "item.price"}, {"var": "item.grams"}]}) == [0, 1]


def test_equal_numbers_stand_for_equal_sets_of_labels():
    sets = [(), (0,), (0, 1), (), (1,), (0, 1), (1, 0, 1), (0,), (2,)]
    offsets = np.cumsum([0, *map(len, sets)])
    column = numbered(LabelSets(offsets, np.array([code for each in sets for code in each], np.int32), ["a", "b", "c"]))
    assert len(set(zip(column.tolist(), sets, strict=True))) == len(set(column.tolist())) == len(set(sets))


def test_a_filter_on_a_moment_looks_among_the_popular_items_and_says_so():
    launched = Feature(FeatureName("item.launched"), FeatureType.TIMESTAMP, Source.ITEM)
    item_filter = parse_item_filter({"gte_days_since": ["item.launched", 1]}, ItemSchema([launched]))
    request = RankingRequest(a_config(), 10, filters=(item_filter,))
    large = an_index(*(f"{number:05}" for number in range(TOP_ROWS + 1)))
    codes = [[code for code, _ in rank(index, request, now=NOW).remarks] for index in (SHOP, large)]
    assert codes == [["nothing_eligible", "cold_subject"], ["nothing_eligible", "cold_subject", "popular_only"]]

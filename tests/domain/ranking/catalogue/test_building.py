"""From items to columns, and back from a row to what a filter reads."""

import numpy as np
import pytest

from tessella.domain.features.schema import BUILT_IN, Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.ranking.catalogue.building import build_catalogue
from tessella.domain.ranking.catalogue.catalogue import FOREVER, NEVER
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.filters.item_values import ItemValues

OF_ITEMS = [each for each in BUILT_IN if each.source is Source.ITEM]
TYPES = {
    "item.size": FeatureType.NUMBER, "item.pieces": FeatureType.INTEGER, "item.organic": FeatureType.BOOLEAN,
    "item.since": FeatureType.TIMESTAMP, "item.colour": FeatureType.STRING, "item.uses": FeatureType.STRING_LIST,
}  # fmt: skip
PROPERTIES = [Feature(name, kind, Source.ITEM) for name, kind in TYPES.items()]


def test_items_out_of_order_or_twice_are_refused():
    for second in ("a", "b"):
        with pytest.raises(ValueError, match="in the order of their ids"):
            build_catalogue([Item("b"), Item(second)])


def test_the_order_of_ids_is_that_of_their_bytes():
    built = build_catalogue([Item("Z"), Item("a"), Item("é"), Item("🍎")]).catalogue
    assert built.rows_of(["🍎", "Z", "é", "a", "b"]).tolist() == [3, 0, 2, 1, -1]


def test_an_id_longer_than_all_of_the_catalogue_is_none_of_them():
    built = build_catalogue([Item("aa"), Item("b")]).catalogue
    assert built.rows_of(["aaa", "aa", "a", "b" * 256, "🍎"]).tolist() == [-1, 0, -1, -1, -1]


def test_an_empty_catalogue_has_no_rows_and_no_vectors():
    built = build_catalogue([])
    assert (len(built.catalogue), built.vectors) == (0, None)
    assert built.catalogue.rows_of(["a"]).tolist() == [-1]


def test_an_item_without_moments_is_available_always():
    catalogue = build_catalogue([Item("a"), Item("b", available_from=5, available_until=7)]).catalogue
    assert (catalogue.available_from.tolist(), catalogue.available_until.tolist()) == ([NEVER, 5], [FOREVER, 7])
    rows = np.array([0, 1], np.int32)
    assert [catalogue.is_available(rows, now).tolist() for now in (4, 5, 6, 7)] == [
        [True, False],
        [True, True],
        [True, True],
        [True, False],
    ]


def test_the_newest_are_those_that_became_available_last_and_say_so():
    moments = {"a": 10, "b": None, "c": 30, "d": 30, "e": 20}
    catalogue = build_catalogue(Item(name, available_from=since) for name, since in moments.items()).catalogue
    assert catalogue.ids_of(catalogue.newest) == ["c", "d", "e", "a"]


def test_embeddings_become_vectors_of_length_one_and_one_of_other_dimensions_is_left_out():
    items = [Item("a"), Item("b", embedding=(3.0, 4.0)), Item("c", embedding=(1.0,)), Item("d", embedding=(0.0, 0.0))]
    vectors = build_catalogue(items).vectors
    np.testing.assert_allclose(vectors, [[0, 0], [0.6, 0.8], [0, 0], [0, 0]])
    assert vectors.dtype == np.float32


def test_a_vector_of_the_largest_numbers_still_gets_length_one():
    [vector] = build_catalogue([Item("a", embedding=(3e38, 3e38))]).vectors
    np.testing.assert_allclose(vector, [0.5**0.5] * 2, rtol=1e-6)


def test_a_row_reads_as_the_item_that_it_was_made_of():
    item = Item(
        "b", "Cola 1.5 l", "acme", "drinks", 1.25, ("cold", "sweet"), ("FI",),
        {
            "size": 1.5, "pieces": 6, "organic": False,
            "since": "1970-01-01T00:00:01Z", "colour": "red", "uses": ["party"],
        },
    )  # fmt: skip
    catalogue = build_catalogue([Item("a", tags=("sweet",)), item], PROPERTIES).catalogue
    assert ItemValues(catalogue, [*OF_ITEMS, *PROPERTIES]).of(1) == {
        "item.id": "b", "item.name": "Cola 1.5 l", "item.brand": "acme", "item.category": "drinks", "item.price": 1.25,
        "item.tags": ("cold", "sweet"), "item.regions": ("FI",), "item.size": 1.5, "item.pieces": 6,
        "item.organic": False, "item.since": 1_000_000, "item.colour": "red", "item.uses": ("party",),
    }  # fmt: skip


def test_what_an_item_does_not_have_is_absent():
    catalogue = build_catalogue([Item("a")], PROPERTIES).catalogue
    found = ItemValues(catalogue, [*OF_ITEMS, *PROPERTIES]).of(0)
    assert found == {"item.id": "a", **dict.fromkeys([each.name for each in (*OF_ITEMS[1:], *PROPERTIES)])}


def test_a_property_of_another_type_is_absent():
    wrong = {"size": "big", "pieces": 1.5, "organic": 1, "since": "soon", "colour": 3, "uses": "party"}
    catalogue = build_catalogue([Item("a", properties=wrong)], PROPERTIES).catalogue
    assert ItemValues(catalogue, PROPERTIES).of(0) == dict.fromkeys(TYPES)


def test_a_feature_that_was_declared_after_the_index_was_built_is_absent():
    catalogue = build_catalogue([Item("a", properties={"colour": "red"})]).catalogue
    assert ItemValues(catalogue, PROPERTIES).of(0) == dict.fromkeys(TYPES)

"""What is refused of an item, and where that stands."""

from dataclasses import replace

import pytest

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.catalogue.item_checks import LARGEST_FLOAT32, SMALLEST_FLOAT32, item_faults

GOOD = Item(
    "a",
    "A",
    "b",
    "c",
    0.0,
    ("x",) * 100,
    ("FI",),
    {"size": 1},
    True,
    Instant(1),
    Instant(2),
    (SMALLEST_FLOAT32, LARGEST_FLOAT32),
)


def faults(item, dimensions=None):
    return [(fault.pointer, fault.message) for fault in item_faults(item, "/items/7", dimensions)]


def test_an_item_at_every_limit_is_accepted():
    at_limits = replace(GOOD, item_id="x" * 256, name="x" * 512, brand="é" * 128, embedding=(0.0,) * 4096)
    assert (faults(GOOD, 2), faults(at_limits), faults(Item("a"))) == ([], [], [])


@pytest.mark.parametrize("price", [-0.01, float("nan"), float("inf"), float("-inf")])
def test_a_price_is_a_finite_number_from_0(price):
    assert faults(replace(GOOD, price=price)) == [
        ("/items/7/price", f"The price of an item is {price}: it must be a finite number from 0.")
    ]


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("item_id", "", "/item_id"),
        ("item_id", "x" * 257, "/item_id"),
        ("item_id", "a\0", "/item_id"),
        ("item_id", "\ud800", "/item_id"),
        ("item_id", "😀" * 65, "/item_id"),
        ("item_id", ".", "/item_id"),
        ("item_id", "..", "/item_id"),
        ("name", "\ud800", "/name"),
        ("name", "x" * 513, "/name"),
        ("brand", "", "/brand"),
        ("category", "x" * 129, "/category"),
        ("tags", ("x", ""), "/tags/1"),
        ("tags", ("x",) * 101, "/tags"),
        ("regions", ("FI", "x" * 129), "/regions/1"),
        ("properties", {"text": "x" * 16_384}, "/properties"),
        ("available_until", Instant(1), "/available_until"),
        ("embedding", (), "/embedding"),
        ("embedding", (0.0,) * 4097, "/embedding"),
        ("embedding", (0.0, float("nan")), "/embedding/1"),
        ("embedding", (float("inf"), 0.0), "/embedding/0"),
        ("embedding", (1e39, 0.0), "/embedding/0"),
        ("embedding", (0.0, -1e-46), "/embedding/1"),
    ],
)
def test_a_wrong_field_is_named_by_its_pointer(field, value, at):
    assert [pointer for pointer, _ in faults(replace(GOOD, **{field: value}))] == [f"/items/7{at}"]


def test_an_embedding_of_other_dimensions_than_the_namespace_is_refused_with_what_to_do():
    [fault] = item_faults(GOOD, "", 3)
    assert (fault.pointer, fault.message) == (
        "/embedding",
        "The embedding has 2 numbers, and those of this namespace have 3.",
    )
    assert fault.hint().startswith("Vectors of another model cannot be compared")


def test_numbers_that_fit_are_accepted_also_when_their_sum_does_not():
    assert faults(replace(GOOD, embedding=(LARGEST_FLOAT32, -LARGEST_FLOAT32, 0.0))) == []


def test_every_fault_of_an_item_is_told():
    assert [at for at, _ in faults(Item("", price=-1.0, tags=("",), embedding=(float("nan"),)))] == [
        "/items/7/item_id",
        "/items/7/price",
        "/items/7/tags/0",
        "/items/7/embedding/0",
    ]

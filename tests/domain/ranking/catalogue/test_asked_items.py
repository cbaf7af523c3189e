"""Items that a request names: found, or refused one by one."""

import pytest

from tessella.domain.errors import MOST_FAULTS, Faults, NamedTwice, TessellaError, UnknownItem
from tessella.domain.ranking.catalogue.asked_items import rows_asked
from tests.domain.ranking.catalogues import a_catalogue

CATALOGUE = a_catalogue("biscuit-10", "biscuit-12", "tea-1", "tea-2", "äpfel")


def faults_of(*item_ids: str) -> list[TessellaError]:
    with pytest.raises(Faults) as caught:
        rows_asked(CATALOGUE, item_ids, "/item_ids")
    return list(caught.value.faults())


def test_items_keep_the_order_in_which_they_are_asked_for() -> None:
    rows = rows_asked(CATALOGUE, ["tea-2", "äpfel", "biscuit-10"], "/item_ids")
    assert CATALOGUE.ids_of(rows) == ["tea-2", "äpfel", "biscuit-10"]


def test_no_items_are_no_rows() -> None:
    assert rows_asked(CATALOGUE, [], "/item_ids").tolist() == []
    assert rows_asked(a_catalogue(), [], "/item_ids").tolist() == []


def test_an_unknown_item_is_pointed_at_with_the_nearest_one() -> None:
    [fault] = faults_of("tea-1", "biscuit-11")
    assert isinstance(fault, UnknownItem)
    assert (fault.pointer, fault.item_id, fault.nearest) == ("/item_ids/1", "biscuit-11", "biscuit-12")
    assert fault.hint() == 'Did you mean "biscuit-12"? An item that was added later is in the next index.'


def test_an_item_that_is_like_none_has_no_hint_of_one() -> None:
    [fault] = faults_of("ZZZ")
    assert isinstance(fault, UnknownItem)
    assert fault.nearest is None


def test_an_item_that_is_longer_than_every_known_one_is_unknown() -> None:
    [fault] = faults_of("tea-1" * 50)
    assert isinstance(fault, UnknownItem)


def test_an_item_that_is_named_twice_is_pointed_at_where_it_comes_again() -> None:
    [fault] = faults_of("tea-1", "tea-2", "tea-1")
    assert isinstance(fault, NamedTwice)
    assert (fault.pointer, fault.message) == ("/item_ids/2", 'The item "tea-1" is named twice.')


def test_every_fault_is_told_but_not_a_million() -> None:
    assert [each.pointer for each in faults_of("soap", "tea-1", "tea-1", "salt")] == [
        "/item_ids/0", "/item_ids/3", "/item_ids/2",
    ]  # fmt: skip
    assert len(faults_of(*(f"soap-{number}" for number in range(2_500)))) == MOST_FAULTS

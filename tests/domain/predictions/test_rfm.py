import msgspec
import numpy as np
import pytest

from tessella.domain.errors import NobodyToScore, WrongShape
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.rfm.cells import CELLS
from tessella.domain.predictions.rfm.scores import RfmReference, RfmTable, reference_of
from tessella.domain.predictions.rfm.setup import RfmSetup, read_rfm, write_rfm

NOW = Instant(1_500_000_000_000_000)
NAN, INFINITE = float("nan"), float("inf")


def population(size: int = 100) -> RfmTable:
    """The later a subject stands, the longer ago, the oftener and the more it bought."""
    place = np.arange(1.0, size + 1)
    return RfmTable(place, place * 2, place * 10)


def test_few_days_since_the_last_purchase_score_best_and_so_do_many_purchases_and_much_money():
    reference = reference_of(population(), NOW)
    some = RfmTable(np.array([1.0, 100.0, 0.0]), np.array([2.0, 200.0, 300.0]), np.array([10.0, 1000.0, 5000.0]))
    assert reference.many(some).tolist() == [[5, 1, 1], [1, 5, 5], [5, 5, 5]]
    assert [CELLS[place] for place in reference.cells(some)] == ["New Customers", "Cannot Lose Them", "Champions"]


def test_kept_cut_points_score_as_they_did_before_the_population_changed():
    reference = reference_of(population(), NOW)
    kept = msgspec.json.decode(msgspec.json.encode(reference), type=RfmReference)
    assert kept == reference
    assert kept.many(population()).tolist() == reference.many(population()).tolist()


def test_subjects_of_whom_one_measure_is_unknown_are_left_out_and_counted():
    table = RfmTable(
        np.array([1.0, NAN, 3.0, 4.0, -1.0, 6.0]),
        np.array([1.0, 2.0, INFINITE, 4.0, 5.0, 6.0]),
        np.array([1.0, 2.0, 3.0, NAN, 5.0, -6.0]),
    )
    reference = reference_of(table, NOW)
    assert (reference.subjects, reference.left_out) == (2, 4)
    assert table.known().tolist() == [True, False, False, False, False, True]


def test_more_given_back_than_bought_is_the_least_money():
    table = RfmTable(np.arange(5.0), np.ones(5), np.array([-20.0, 1.0, 2.0, 3.0, 4.0]))
    assert reference_of(table, NOW).many(table)[:, 2].tolist() == [1, 2, 3, 4, 5]


def test_a_population_of_twenty_says_that_its_fifths_are_small():
    assert reference_of(population(20), NOW).warnings() == [
        "Only 20 subjects are compared: a fifth of them is fewer than five."
    ]
    assert reference_of(population(25), NOW).warnings() == []


def test_measures_of_few_different_values_are_told():
    table = RfmTable(np.arange(50.0), np.ones(50), np.tile([1.0, 2.0], 25))
    assert reference_of(table, NOW).warnings() == [
        "Only 1 different values of frequency: some scores of it are given to nobody.",
        "Only 2 different values of money: some scores of it are given to nobody.",
    ]


@pytest.mark.parametrize("size", [0, 3])
def test_a_population_of_whom_nothing_is_known_is_refused(size: int):
    nothing = np.full(size, NAN)
    with pytest.raises(NobodyToScore, match=f"none of {size} subjects"):
        reference_of(RfmTable(nothing, nothing, nothing), NOW)


def test_the_setup_is_written_with_what_differs_and_read_back():
    written = {
        "monetary_days": 90,
        "columns": {"source": "shop", "recency": "last", "frequency": "orders", "monetary": "spend"},
    }
    assert write_rfm(read_rfm(written)) == written
    assert write_rfm(read_rfm({})) == {}
    assert read_rfm({}) == RfmSetup(recency_days=365, frequency_days=365, monetary_days=365)


@pytest.mark.parametrize(
    ("written", "pointer"),
    [({"recency_days": 0}, "/rfm/recency_days"), ({"recency_days": 30, "frequency_days": 60}, "/rfm/recency_days")],
)
def test_a_setup_that_cannot_be_is_refused_where_it_is_wrong(written: dict[str, int], pointer: str):
    with pytest.raises(WrongShape) as refused:
        read_rfm(written, "/rfm")
    assert refused.value.pointer == pointer

"""Purchases as they are read from events, by a real DuckDB."""

import json
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pytest

from tessella.domain.features.computation import EVENTS
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.rfm.setup import RfmSetup
from tessella.domain.predictions.value.purchase_histories import PurchaseHistories
from tessella.domain.predictions.value.purchases import Purchases
from tessella.warehouse.duckdb import DuckDBWorker
from tests.domain.predictions.cdnow import FOLDER, cdnow_weeks
from tests.duckdb_rows import load_rows

NOW = Instant(20_000 * DAY_US)
PURCHASES = Purchases(("purchase",), "order")
NAN, INFINITE = float("nan"), float("inf")

Row = tuple[str, int, str, float | None, str | None]


@pytest.fixture(scope="module")
def duckdb() -> Iterator[DuckDBWorker]:
    with DuckDBWorker(memory_limit="500MB") as worker:
        yield worker


def bought(
    days_ago: float, value: float | None = 1.0, order: object = None, subject: str = "s", kind: str = "purchase"
) -> Row:
    return subject, NOW - int(days_ago * DAY_US), kind, value, None if order is None else json.dumps(order)


def rfm(duckdb: DuckDBWorker, rows: Iterable[Row], setup: RfmSetup | None = None) -> list[Sequence[object]]:
    load_rows(duckdb, EVENTS, PURCHASES.columns(), rows)
    return [tuple(row) for row in duckdb.query(PURCHASES.rfm_sql(setup or RfmSetup(), NOW))]


def histories(duckdb: DuckDBWorker, rows: Iterable[Row]) -> list[Sequence[object]]:
    load_rows(duckdb, EVENTS, PURCHASES.columns(), rows)
    return [tuple(row) for row in duckdb.query(PURCHASES.histories_sql(NOW))]


def test_lines_of_one_order_are_one_purchase_and_their_money_is_added(duckdb: DuckDBWorker):
    rows = [bought(3, 2.0, "a"), bought(3, 3.5, "a"), bought(1.5, 4.0, 17)]
    assert rfm(duckdb, rows) == [("s", 1.5, 2.0, 9.5)]


@pytest.mark.parametrize("order", [None, "null"])
def test_lines_without_an_order_are_one_purchase_where_they_have_one_time(duckdb: DuckDBWorker, order: str | None):
    rows = [("s", NOW - 5, "purchase", 1.0, order), ("s", NOW - 5, "purchase", 1.0, order), bought(1)]
    [(_, _, frequency, monetary)] = rfm(duckdb, rows)
    assert (frequency, monetary) == (2.0, 3.0)


def test_each_window_holds_its_own_days_and_whoever_bought_nothing_in_the_longest_is_left_out(duckdb: DuckDBWorker):
    setup = RfmSetup(recency_days=100, frequency_days=10, monetary_days=50)
    rows = [
        bought(5, 1.0), bought(10, 2.0), bought(20, 4.0), bought(99, 8.0), bought(100, 16.0),
        bought(100, subject="gone"), bought(60, subject="quiet"),
    ]  # fmt: skip
    assert rfm(duckdb, rows, setup) == [("quiet", 60.0, 0.0, 0.0), ("s", 5.0, 1.0, 7.0)]


def test_events_of_other_types_and_those_to_come_do_not_count(duckdb: DuckDBWorker):
    rows = [bought(2), bought(1, kind="view"), bought(-1), bought(0, 5.0)]
    assert rfm(duckdb, rows) == [("s", 0.0, 2.0, 6.0)]


@pytest.mark.parametrize("value", [None, NAN, INFINITE, 2.0**53])
def test_a_purchase_whose_money_is_unknown_counts_and_is_worth_nothing(duckdb: DuckDBWorker, value: float | None):
    assert rfm(duckdb, [bought(1, value), bought(2, 3.0)]) == [("s", 1.0, 2.0, 3.0)]


def test_what_is_given_back_is_taken_off(duckdb: DuckDBWorker):
    assert rfm(duckdb, [bought(2, 3.0), bought(1, -5.0)]) == [("s", 1.0, 2.0, -2.0)]


def test_a_namespace_without_purchases_has_no_rows(duckdb: DuckDBWorker):
    assert rfm(duckdb, []) == histories(duckdb, []) == []


def test_one_purchase_is_a_history_without_repeats(duckdb: DuckDBWorker):
    assert histories(duckdb, [bought(10, 9.0)]) == [("s", 0.0, 0.0, 9.0, None)]


def test_what_is_bought_on_one_day_is_one_purchase_and_the_first_is_no_repeat(duckdb: DuckDBWorker):
    rows = [bought(10, 100.0), bought(9.9, 50.0), bought(9.8, 1.0), bought(5, 4.0), bought(2, 6.0), bought(1.9, 2.0)]
    [(_, repeats, last, age, mean_value)] = histories(duckdb, rows)
    assert (repeats, last, age) == (2.0, 8.0, 9.0)
    assert mean_value == (4.0 + 6.0 + 2.0) / 2


def test_purchases_at_identical_times_are_one(duckdb: DuckDBWorker):
    assert histories(duckdb, [bought(3, 2.0)] * 4) == [("s", 0.0, 0.0, 2.0, None)]


def test_a_purchase_on_the_day_that_is_not_over_ends_the_history(duckdb: DuckDBWorker):
    [(_, repeats, last, age, _)] = histories(duckdb, [bought(4), bought(0)])
    assert (repeats, last, age) == (1.0, 4.0, 4.0)


def test_the_cdnow_sample_gives_the_summary_that_was_published(duckdb: DuckDBWorker):
    purchases = Purchases(("purchase",))
    rows = [
        (number, _midnight(day), "purchase", float(dollars))
        for _, number, day, _, dollars in map(str.split, (FOLDER / "CDNOW_sample.txt").read_text().splitlines())
    ]
    load_rows(duckdb, EVENTS, purchases.columns(), rows)
    end = Instant(_midnight("19971001") - 1)
    found = np.array(duckdb.query(purchases.histories_sql(end)), dtype=object)
    repeats, last, age = (found[:, at].astype(float) for at in (1, 2, 3))
    published: PurchaseHistories = cdnow_weeks()
    assert found[:, 0].tolist() == sorted(found[:, 0])
    assert repeats.tolist() == published.repeats.tolist()
    assert (last / 7).round(2) == pytest.approx(published.last, abs=0.011)
    assert (age / 7).round(2) == pytest.approx(published.age, abs=0.011)
    means = np.array([np.nan if each is None else float(each) for each in found[:, 4]])
    assert means == pytest.approx(published.mean_value, abs=0.006, nan_ok=True)


def _midnight(day: str) -> int:
    moment = read_instant(f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00Z", "")
    assert moment is not None
    return moment

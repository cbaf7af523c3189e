"""The `predictions_value` benchmark: models of repeat purchases on CDNOW, beside what was published and what came."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure, Goal
from tessella.domain.features.computation import EVENTS
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.value.bg_nbd import BgNbd, fit_bg_nbd
from tessella.domain.predictions.value.gamma_gamma import correlation, fit_gamma_gamma
from tessella.domain.predictions.value.lifetime_value import fit_value
from tessella.domain.predictions.value.purchase_histories import PurchaseHistories
from tessella.domain.predictions.value.purchases import Purchases

Values = NDArray[np.float64]

FOLDER: Final = Path(__file__).parent / "data" / "cdnow"
PUBLISHED_PURCHASES: Final = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
PUBLISHED_SPEND: Final = {"p": 6.25, "q": 3.74, "v": 15.44}
#: 1997-10-01, midnight UTC: the first 39 weeks are learned from, the 39 weeks that follow are held out.
CUT: Final = Instant(10_135 * DAY_US)
WEEKS: Final = 39
_FIRST_DAY: Final = 9_862
_CUSTOMERS: Final = 1_000_000


def run() -> Iterator[Figure]:
    """BG/NBD and Gamma-Gamma: published parameters, purchases held out, and the value of a million customers."""
    yield from _published()
    with duckdb.connect() as connection:
        _load(connection)
        histories = _histories(connection, Instant(CUT - 1))
        later = _histories(connection, Instant(CUT + WEEKS * 7 * DAY_US - 1))
        firsts, repeats = _days(connection)
    yield from _held_out(histories, later)
    yield from _tracking(fit_bg_nbd(histories), firsts, repeats)
    yield from _bulk(histories)


def _published() -> Iterator[Figure]:
    """In weeks, from the summary that was published."""
    summary = np.loadtxt(FOLDER / "cdnow_customers_summary_with_transactions.csv", delimiter=",", skiprows=1)
    weeks = PurchaseHistories(*summary[:, 1:].T)
    purchases, spend = fit_bg_nbd(weeks), fit_gamma_gamma(weeks)
    for model, published in ((purchases, PUBLISHED_PURCHASES), (spend, PUBLISHED_SPEND)):
        for name, value in published.items():
            yield Figure(f"CDNOW: {name}", getattr(model, name), "", "published", value)
    apart = max(abs(getattr(purchases, name) - value) for name, value in PUBLISHED_PURCHASES.items())
    yield Figure("CDNOW: BG/NBD, furthest from published", apart, "", goal=Goal("value", "<=", 0.0005))
    apart = max(abs(getattr(spend, name) / value - 1) for name, value in PUBLISHED_SPEND.items())
    yield Figure("CDNOW: Gamma-Gamma, furthest from published, as a share", apart, "", goal=Goal("value", "<=", 0.002))
    yield Figure("CDNOW: correlation of repeats and their value", correlation(weeks), "")


def _held_out(histories: PurchaseHistories, later: PurchaseHistories) -> Iterator[Figure]:
    """What each customer is expected to buy and to spend in the 39 weeks that follow, beside what came."""
    model = fit_value(histories, CUT)
    expected = model.purchases.expected(histories, WEEKS * 7.0)
    came = later.repeats - histories.repeats
    yield Figure("CDNOW held out: purchases expected of all, by those that came", expected.sum() / came.sum(), "x")
    yield Figure("CDNOW held out: mean error of a customer's purchases", np.abs(expected - came).mean(), "purchases")
    naive = histories.repeats / histories.age * WEEKS * 7
    yield Figure(
        "CDNOW held out: squared error of a customer's purchases",
        ((expected - came) ** 2).mean(), "purchases^2", "going on as before", ((naive - came) ** 2).mean(),
    )  # fmt: skip
    yield Figure("CDNOW held out: correlation with what came", np.corrcoef(expected, came)[0, 1], "")
    spent = np.nan_to_num(later.repeats * later.mean_value) - np.nan_to_num(histories.repeats * histories.mean_value)
    value = model.value(histories, WEEKS * 7.0)
    yield Figure("CDNOW held out: money expected of all, by what came", value.sum() / spent.sum(), "x")


def _tracking(model: BgNbd, firsts: Values, repeats: Values) -> Iterator[Figure]:
    """Repeat purchases of all customers, week by week, as expected of somebody new since each one's first."""
    ends = np.arange(1, 2 * WEEKS + 1) * 7.0
    expected = np.array([model.expected_new(np.maximum(end - 1 - firsts, 0.0)).sum() for end in ends])
    came = np.array([(repeats < end).sum() for end in ends])
    weekly, weekly_expected = np.diff(came, prepend=0), np.diff(expected, prepend=0.0)
    error = np.abs(weekly_expected - weekly)[WEEKS:].mean() / weekly[WEEKS:].mean()
    yield Figure("CDNOW tracking: mean error of a week held out, by the mean week", error, "")
    yield Figure(
        "CDNOW tracking: all purchases by week 39, expected by came", expected[WEEKS - 1] / came[WEEKS - 1], "x"
    )
    yield Figure("CDNOW tracking: all purchases by week 78, expected by came", expected[-1] / came[-1], "x")


def _bulk(histories: PurchaseHistories) -> Iterator[Figure]:
    begin = time.perf_counter()
    model = fit_value(histories, CUT)
    yield Figure("CDNOW: to fit both models to 2,357 customers", time.perf_counter() - begin, "s")
    rows = np.resize(np.arange(len(histories)), _CUSTOMERS)
    many = histories.where(rows)
    begin = time.perf_counter()
    model.value(many, 365.0)
    yield Figure("value of 1,000,000 customers in a year", time.perf_counter() - begin, "s")


def _load(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"""
        CREATE TABLE {EVENTS} AS
        SELECT customer AS subject_id, epoch_us(strptime(day, '%Y%m%d')) AS occurred_at, 'purchase' AS event_type,
               dollars AS "value"
          FROM (SELECT regexp_extract_all(line, '\\S+') AS words, words[2] AS customer, words[3] AS day,
                       words[5]::DOUBLE AS dollars
                  FROM read_csv('{FOLDER}/CDNOW_sample.txt', columns = {{'line': 'VARCHAR'}}, delim = '|',
                                header = false, auto_detect = false))""")


def _histories(connection: duckdb.DuckDBPyConnection, as_of: Instant) -> PurchaseHistories:
    """In days."""
    read = connection.execute(Purchases(("purchase",)).histories_sql(as_of)).fetchnumpy()
    measures = (read[name] for name in ("repeats", "last", "age", "mean_value"))
    return PurchaseHistories(*(np.ma.filled(each.astype(np.float64), np.nan) for each in measures))


def _days(connection: duckdb.DuckDBPyConnection) -> tuple[Values, Values]:
    """The days of first purchases, and of all that followed, since the first day of 1997."""
    read = connection.execute(f"""
        SELECT day - {_FIRST_DAY} AS day, row_number() OVER (PARTITION BY subject_id ORDER BY day) = 1 AS is_first
          FROM (SELECT DISTINCT subject_id, occurred_at // {DAY_US} AS day FROM {EVENTS})""").fetchnumpy()
    days, is_first = read["day"].astype(np.float64), read["is_first"].astype(np.bool_)
    return days[is_first], days[~is_first]

"""Exposures and what came of them, by a real DuckDB."""

from collections.abc import Iterator, Sequence

import pytest

from tessella.domain.features.computation import EVENTS
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.training.exposures import Exposures
from tessella.warehouse.duckdb import DuckDBWorker
from tests.duckdb_rows import load_rows

UNTIL = Instant(20_000 * DAY_US)
EXPOSURES = Exposures(response_days=7, until=UNTIL)

Row = tuple[str, int, str, str | None, str | None]


@pytest.fixture(scope="module")
def duckdb() -> Iterator[DuckDBWorker]:
    with DuckDBWorker(memory_limit="500MB") as worker:
        yield worker


def shown(days_ago: float, offer: str | None = "tea", subject: str = "s", decision: str | None = None) -> Row:
    return subject, UNTIL - int(days_ago * DAY_US), "offer_shown", offer, decision


def accepted(days_ago: float, offer: str | None = "tea", subject: str = "s", decision: str | None = None) -> Row:
    return subject, UNTIL - int(days_ago * DAY_US), "offer_accepted", offer, decision


def answers(duckdb: DuckDBWorker, *rows: Row) -> list[bool]:
    """What came of each exposure, the earliest first."""
    load_rows(duckdb, EVENTS, EXPOSURES.columns(), rows)
    return [positive for *_, positive in duckdb.query(EXPOSURES.sql())]


def counts(duckdb: DuckDBWorker, *rows: Row) -> list[Sequence[object]]:
    load_rows(duckdb, EVENTS, EXPOSURES.columns(), rows)
    return [tuple(row) for row in duckdb.query(EXPOSURES.counts_sql())]


def test_an_exposure_says_who_was_shown_what_when_and_whether_it_was_accepted(duckdb: DuckDBWorker):
    load_rows(duckdb, EVENTS, EXPOSURES.columns(), [shown(20), accepted(19), shown(30, "cake", "other")])
    assert [tuple(row) for row in duckdb.query(EXPOSURES.sql())] == [
        ("other", "cake", UNTIL - 30 * DAY_US, False),
        ("s", "tea", UNTIL - 20 * DAY_US, True),
    ]


def test_an_acceptance_counts_at_once_and_until_the_days_are_over(duckdb: DuckDBWorker):
    assert answers(duckdb, shown(20), accepted(20)) == [True]
    assert answers(duckdb, shown(20), accepted(13)) == [True]
    assert answers(duckdb, shown(20), accepted(12.99)) == [False]
    assert answers(duckdb, shown(20), accepted(20.01)) == [False]


def test_an_exposure_that_may_still_be_accepted_is_left_out(duckdb: DuckDBWorker):
    assert answers(duckdb, shown(7), accepted(1)) == [True]
    assert answers(duckdb, shown(6.9), accepted(1)) == []


def test_an_acceptance_after_the_moment_is_not_known(duckdb: DuckDBWorker):
    assert answers(duckdb, shown(7), accepted(-0.1)) == [False]


def test_one_acceptance_answers_one_exposure_the_last_one(duckdb: DuckDBWorker):
    assert answers(duckdb, shown(22), shown(21), shown(20), accepted(19.5), shown(19)) == [False, False, True, False]


def test_exposures_at_identical_times_are_answered_one_by_one(duckdb: DuckDBWorker):
    assert sorted(answers(duckdb, shown(20), shown(20), accepted(19))) == [False, True]
    assert answers(duckdb, shown(20), shown(20), accepted(19), accepted(18)) == [False, True]


def test_an_acceptance_belongs_to_the_exposure_of_its_decision(duckdb: DuckDBWorker):
    rows = shown(22, decision="one"), shown(21, decision="two"), accepted(20, decision="one")
    assert answers(duckdb, *rows) == [True, False]


def test_an_acceptance_of_another_decision_answers_no_exposure(duckdb: DuckDBWorker):
    assert answers(duckdb, shown(21, decision="one"), accepted(20, decision="two")) == [False]


def test_an_acceptance_without_a_decision_answers_the_last_exposure(duckdb: DuckDBWorker):
    assert answers(duckdb, shown(22, decision="one"), shown(21, decision="two"), accepted(20)) == [False, True]


def test_another_subject_and_another_offer_answer_nothing(duckdb: DuckDBWorker):
    assert answers(duckdb, shown(20), accepted(19, "cake"), accepted(19, subject="other")) == [False]


def test_events_that_name_no_offer_do_not_count(duckdb: DuckDBWorker):
    assert answers(duckdb, shown(20, None), accepted(19, None)) == []


def test_offers_are_counted_with_those_who_took_them_unshown(duckdb: DuckDBWorker):
    rows = (
        shown(20), accepted(19), shown(20, subject="other"), shown(1),
        accepted(5, "cake"), accepted(4, "cake"), accepted(3, "cake", "other"),
    )  # fmt: skip
    assert counts(duckdb, *rows) == [("cake", 0, 0, 2), ("tea", 2, 1, 1)]
    assert counts(duckdb) == []

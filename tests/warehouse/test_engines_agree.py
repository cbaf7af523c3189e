"""Interpreter, generated Python, DuckDB, PostgreSQL and Spark give one answer for every rule and row.

200 examples of one schema, each 100 rules over 50 rows, one SQL statement an engine and example. Rows are stored as
they come: NaN, infinities, integers beyond 2^53, moments of year 1 and 9999, text that is no number, NULL.

The Spark that is asked is Sail; `make spark` asks Apache Spark. Planning takes both longer than all else, so that
the fast tier asks a part of the examples and the long tier all.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.warehouse import differential
from tests.warehouse.differential import Difference
from tests.warehouse.engines import Runner
from tests.warehouse.rule_generator import TYPED_OPERATORS, Example, example

SEED = 20261121
EXAMPLES, RULES, ROWS = 200, 100, 50
#: How many of the examples Spark is asked in the fast tier.
ON_SPARK = 40
#: Every tenth example has patterns, which DuckDB alone runs, and arithmetic, which PostgreSQL refuses.
PATTERNED_EVERY = 10


@dataclass
class Outcome:
    seed: int
    rules: int = 0
    #: How many rules each engine refused for which predicate.
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    tried: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def examples(seed: int, count: int) -> list[Example]:
    return [example(at, seed, RULES, ROWS, patterned=at % PATTERNED_EVERY == 0) for at in range(count)]


def compared(seed: int, count: int, runners: dict[str, Runner]) -> Outcome:
    outcome, batch = Outcome(seed), examples(seed, count)
    for runner in runners.values():
        differential.load(runner, batch)
    for each in batch:
        outcome.rules += len(each.segments)
        outcome.tried += differential.tried(each)
        for found in found_in(each, runners, outcome.refused):
            if len(outcome.differences) < 5:
                outcome.differences.append(differential.smallest(found, each, runners))
    return outcome


def found_in(each: Example, runners: dict[str, Runner], refused: Counter[tuple[str, str]]) -> Iterator[Difference]:
    expected = differential.reference(each)
    yield from differential.differences("python", each, expected, differential.python(each))
    for engine, runner in runners.items():
        patterned = each.number % PATTERNED_EVERY == 0
        refusals = differential.refusals(engine, each) if patterned else {}
        refused.update((engine, why.predicate) for why in refusals.values())
        wanted = [name for name in each.segments if name not in refusals]
        yield from differential.differences(engine, each, expected, differential.sql(runner, each, wanted))


@pytest.fixture(scope="module")
def runners(duckdb_runner: Runner, postgres_runner: Runner) -> dict[str, Runner]:
    return {"duckdb": duckdb_runner, "postgres": postgres_runner}


@pytest.fixture(scope="module")
def outcome(runners: dict[str, Runner]) -> Outcome:
    return compared(SEED, EXAMPLES, runners)


@pytest.fixture(scope="module")
def outcome_on_spark(spark_runner: Runner) -> Outcome:
    return compared(SEED, ON_SPARK, {"spark": spark_runner})


def test_20_000_rules_mean_the_same_to_every_engine(outcome: Outcome) -> None:
    assert outcome.rules == 20_000
    assert outcome.differences == [], f"seed {outcome.seed}"


def test_4_000_of_the_rules_mean_the_same_to_spark(outcome_on_spark: Outcome) -> None:
    assert outcome_on_spark.rules == 4_000
    assert outcome_on_spark.differences == [], f"seed {outcome_on_spark.seed}"


def test_postgresql_alone_refuses_arithmetic_and_duckdb_alone_runs_patterns(outcome: Outcome) -> None:
    assert set(outcome.refused) == {("postgres", "matches"), ("postgres", "arithmetic")}
    assert outcome.refused.total() < 20_000 / PATTERNED_EVERY


def test_spark_refuses_patterns_and_nothing_else(outcome_on_spark: Outcome) -> None:
    assert set(outcome_on_spark.refused) == {("spark", "matches")}


def test_every_operator_meets_absent_values_and_edges_of_every_type_it_accepts(outcome: Outcome) -> None:
    needed = [(name, kind, what) for name, kind in TYPED_OPERATORS for what in ("absent", "edge")]
    assert {each: outcome.tried[each] for each in needed if outcome.tried[each] < 50} == {}


@pytest.mark.long
def test_fresh_rules_mean_the_same_to_every_engine(runners: dict[str, Runner]) -> None:
    outcome = compared(random.SystemRandom().randrange(2**32), EXAMPLES, runners)
    assert outcome.differences == [], f"seed {outcome.seed}"


@pytest.mark.long
def test_20_000_rules_mean_the_same_to_spark(spark_runner: Runner) -> None:
    outcome = compared(SEED, EXAMPLES, {"spark": spark_runner})
    assert outcome.differences == [], f"seed {outcome.seed}"


@pytest.mark.long
def test_fresh_rules_mean_the_same_to_spark(spark_runner: Runner) -> None:
    outcome = compared(random.SystemRandom().randrange(2**32), ON_SPARK, {"spark": spark_runner})
    assert outcome.differences == [], f"seed {outcome.seed}"

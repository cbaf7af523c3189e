"""Interpreter, generated Python, DuckDB, PostgreSQL and Spark give one answer for every rule and row.

200 examples of one schema, each 100 rules over 50 rows, one SQL statement an engine and example. Rows are stored as
they come: NaN, infinities, integers beyond 2^53, moments of year 1 and 9999, text that is no number, NULL.

The fast tier asks a part of the examples and the long tier all. The Spark that is asked is Sail; `make spark` asks
Apache Spark.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import pytest

from tests.warehouse import differential
from tests.warehouse.differential import Difference
from tests.warehouse.engines import Runner
from tests.warehouse.rule_generator import TYPED_OPERATORS, Example, example

SEED = 20261121
EXAMPLES, RULES, ROWS = 200, 100, 50
#: How many of the examples are asked in the fast tier.
FAST = 40
#: Every tenth example has patterns, which DuckDB alone runs, and arithmetic, which PostgreSQL refuses.
PATTERNED_EVERY = 10


@dataclass
class Outcome:
    seed: int
    rules: int = 0
    differences: list[str] = field(default_factory=list)


@lru_cache(maxsize=1)
def examples(seed: int, count: int) -> list[Example]:
    return [example(at, seed, RULES, ROWS, patterned=at % PATTERNED_EVERY == 0) for at in range(count)]


def compared(seed: int, count: int, runner: Runner | None) -> Outcome:
    """What the engine says, or generated Python where there is none, beside what the interpreter does."""
    outcome, batch = Outcome(seed), examples(seed, count)
    if runner is not None:
        differential.load(runner, batch)
    for each in batch:
        outcome.rules += len(each.segments)
        for found in found_in(each, runner):
            if len(outcome.differences) < 5:
                runners = {} if runner is None else {runner.name: runner}
                outcome.differences.append(differential.smallest(found, each, runners))
    return outcome


def found_in(each: Example, runner: Runner | None) -> Iterator[Difference]:
    expected = differential.reference(each)
    if runner is None:
        return differential.differences("python", each, expected, differential.python(each))
    wanted = differential.capable(runner.name, each) if is_patterned(each) else list(each.segments)
    return differential.differences(runner.name, each, expected, differential.sql(runner, each, wanted))


def is_patterned(each: Example) -> bool:
    return each.number % PATTERNED_EVERY == 0


def refused(engine: str) -> set[str]:
    """The predicates that an engine refuses."""
    patterned = [each for each in examples(SEED, FAST) if is_patterned(each)]
    return {why.predicate for each in patterned for why in differential.refusals(engine, each).values()}


def test_4_000_rules_mean_the_same_in_generated_python() -> None:
    outcome = compared(SEED, FAST, None)
    assert outcome.rules == 4_000
    assert outcome.differences == [], f"seed {outcome.seed}"


def test_4_000_rules_mean_the_same_to_every_engine(runner: Runner) -> None:
    outcome = compared(SEED, FAST, runner)
    assert outcome.rules == 4_000
    assert outcome.differences == [], f"seed {outcome.seed}"


@pytest.mark.parametrize(
    ("engine", "predicates"),
    [("duckdb", set()), ("postgres", {"matches", "arithmetic"}), ("spark", {"matches"})],
)
def test_no_other_predicate_is_refused_than_is_known(engine: str, predicates: set[str]) -> None:
    assert refused(engine) == predicates


def test_every_operator_meets_absent_values_and_edges_of_every_type_it_accepts() -> None:
    tried = sum(map(differential.tried, examples(SEED, FAST)), Counter[tuple[str, str, str]]())
    needed = [(name, kind, what) for name, kind in TYPED_OPERATORS for what in ("absent", "edge")]
    assert {each: tried[each] for each in needed if tried[each] < 50} == {}


@pytest.mark.long
def test_20_000_rules_mean_the_same_in_generated_python() -> None:
    outcome = compared(SEED, EXAMPLES, None)
    assert outcome.differences == [], f"seed {outcome.seed}"


@pytest.mark.long
def test_20_000_rules_mean_the_same_to_every_engine(runner: Runner) -> None:
    outcome = compared(SEED, EXAMPLES, runner)
    assert outcome.differences == [], f"seed {outcome.seed}"


@pytest.mark.long
def test_fresh_rules_mean_the_same_to_every_engine(runner: Runner) -> None:
    outcome = compared(random.SystemRandom().randrange(2**32), FAST if runner.name == "spark" else EXAMPLES, runner)
    assert outcome.differences == [], f"seed {outcome.seed}"

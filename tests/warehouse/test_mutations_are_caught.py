"""The comparison of the engines notices every mistake that SQL invites: each is made here, and must show."""

from collections.abc import Callable

import psycopg
import pytest
from sqlglot import exp

from tessella.domain.features.types import FeatureType
from tessella.domain.rules.sql import SqlContext, Stored, context, predicate, projection
from tessella.domain.rules.sql.nodes import Engine, SqlExpression, call, cast
from tests.warehouse import differential
from tests.warehouse.engines import Runner
from tests.warehouse.rule_generator import Example, example

Mutate = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [example(at, seed=7, rules=100, rows=50, patterned=False) for at in range(3)]


def are_seen(mutate: Mutate, runner: Runner, examples: list[Example], patch: pytest.MonkeyPatch) -> bool:
    differential.load(runner, examples)
    mutate(patch)
    return any(
        found
        for each in examples
        for found in differential.differences(
            runner.name, each, differential.reference(each), differential.sql(runner, each, list(each.segments))
        )
    )


def test_no_difference_is_seen_without_a_mutation(
    runner: Runner, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not are_seen(lambda _: None, runner, examples, monkeypatch)


def test_a_dropped_guard_of_a_negated_leaf_is_seen(
    runner: Runner, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drop(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(predicate, "guarded", lambda column, condition: condition)

    assert are_seen(drop, runner, examples, monkeypatch)


def test_a_dropped_is_true_of_the_root_is_seen(
    runner: Runner, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drop(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(predicate, "rooted", lambda condition, ctx: condition)

    assert are_seen(drop, runner, examples, monkeypatch)


def test_less_in_place_of_less_or_equal_at_a_cut_off_is_seen(
    runner: Runner, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    def swap(patch: pytest.MonkeyPatch) -> None:
        patch.setitem(context.COMPARISONS, "<=", exp.LT)

    assert are_seen(swap, runner, examples, monkeypatch)


def test_a_dropped_collation_is_seen_where_the_database_has_another_order(
    postgres_runner: Runner, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drop(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(SqlContext, "collated", lambda self, expression: expression)

    try:
        seen = are_seen(drop, postgres_runner, examples, monkeypatch)
    except psycopg.errors.FeatureNotSupported:  # a build without ICU cannot compare in the column's own order at all
        seen = True
    assert seen


@pytest.mark.parametrize("kind", FeatureType)
@pytest.mark.parametrize("forgiving", ["duckdb", "spark"])  # PostgreSQL fails at such a conversion
def test_a_dropped_normalisation_in_the_projection_is_seen(
    forgiving: str, kind: FeatureType, request: pytest.FixtureRequest, examples: list[Example],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def drop(patch: pytest.MonkeyPatch) -> None:
        patch.setitem(projection.GATES, kind, only_converted(kind))

    assert are_seen(drop, request.getfixturevalue(f"{forgiving}_runner"), examples, monkeypatch)


def only_converted(kind: FeatureType) -> Callable[[SqlExpression, Stored, Engine], SqlExpression | None]:
    """The raw value converted as the engine likes, without any check."""

    def convert(raw: SqlExpression, stored: Stored, engine: Engine) -> SqlExpression | None:
        if kind is FeatureType.STRING_LIST and stored is not Stored.TEXT_LIST:
            return None  # Apache Spark runs no statement that makes a list of a text
        target = exp.DataType.build("TIMESTAMP" if kind is FeatureType.TIMESTAMP else projection.SQL_TYPES[kind])
        if kind is not FeatureType.TIMESTAMP:
            return exp.TryCast(this=raw, to=target, safe=True)
        micros = "EPOCH_US" if engine == "duckdb" else "UNIX_MICROS"
        converted = exp.TryCast(this=raw, to=target, safe=True)
        return cast(raw, "BIGINT") if stored is Stored.INTEGER else call(micros, converted)

    return convert

"""Statements over sets: what they refuse, how they grow, what they count, and that nothing unproven is written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlglot import exp

from tessella.domain.errors import NotSqlCapable
from tessella.domain.features.schema import Feature, Schema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import All, AnyOf, Form, InSegment, Node, Not
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.sql import (
    RawColumn,
    Relation,
    SetEvaluation,
    SqlContext,
    Stored,
    nodes,
    predicate_sql,
    statement,
)
from tessella.domain.rules.sql.nodes import ALLOWED_FUNCTIONS, ALLOWED_NODES, SqlExpression, UnprovenSql, column, render
from tessella.domain.rules.sql.projection import normalised
from tests.warehouse import differential
from tests.warehouse.engines import Runner
from tests.warehouse.raw_columns import ALONE, SHARED
from tests.warehouse.rule_generator import NOW_US, example

ENGINES = ("duckdb", "postgres", "spark")
SCHEMA = Schema(
    [
        Feature("tier", FeatureType.STRING),
        Feature("spend", FeatureType.NUMBER),
        Feature("unbound", FeatureType.NUMBER),
        Feature("ctx.tags", FeatureType.STRING_LIST, Source.REQUEST),
    ]
)
COLUMNS = {"tier": RawColumn("tier", Stored.TEXT), "spend": RawColumn("spend", Stored.FLOAT)}
THREE = "SELECT * FROM (VALUES ('1', 'VIP', 5.5e0), ('2', 'new', NULL), ('3', NULL, 1e0)) AS t(id, tier, spend)"
VIP = {"eq": ["tier", "VIP"]}


def tree(expr: Any) -> Node:
    return parse_rule(expr, Form.DSL, SCHEMA)


def sets(engine: str, segments: Mapping[str, Node], context: Mapping[str, Any] | None = None) -> SetEvaluation:
    return SetEvaluation(SqlContext(engine, NOW_US), Relation(THREE, "id", COLUMNS), SCHEMA, segments, context)


def members(runner: Runner, evaluation: SetEvaluation, segment_id: str) -> set[str]:
    (only,) = evaluation.membership([segment_id])
    return {subject_id for subject_id, truth in runner.query(only.sql) if truth}


def refused(engine: str, segments: Mapping[str, Node]) -> str:
    with pytest.raises(NotSqlCapable) as refusal:
        list(sets(engine, segments).membership(list(segments)))
    return refusal.value.message


def test_a_pattern_is_refused_by_name_on_postgresql_and_runs_on_duckdb(duckdb_runner: Runner) -> None:
    segments = {"a": tree({"matches": ["tier", "^[A-Z]+$"]})}
    assert refused("postgres", segments).startswith("matches has no SQL form on postgres: ")
    assert members(duckdb_runner, sets("duckdb", segments), "a") == {"1"}


def test_arithmetic_over_features_is_refused_by_name_on_postgresql() -> None:
    segments = {"a": tree({"compare": [">", {"*": [{"var": "spend"}, 2]}, 10]})}
    assert refused("postgres", segments).startswith("arithmetic has no SQL form on postgres: ")


def test_arithmetic_over_constants_is_a_constant_on_every_engine(runner: Runner) -> None:
    segments = {
        "above": tree({"compare": [">", {"var": "spend"}, {"*": [2, 2]}]}),
        "never": tree({"compare": [">", {"var": "spend"}, {"/": [2, 0]}]}),
    }
    assert members(runner, sets(runner.name, segments), "above") == {"1"}
    assert members(runner, sets(runner.name, segments), "never") == set()


def test_divisors_nested_too_deep_are_refused_rather_than_written_out() -> None:
    term: Any = {"var": "spend"}
    for _ in range(6):
        term = {"/": [1, term]}
    assert "divisors are nested more than 4 deep" in refused("duckdb", {"a": tree({"compare": [">", term, 1]})})


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_that_reads_the_request_is_refused_by_the_name_of_its_feature(engine: str) -> None:
    segments = {"a": tree({"eq": ["ctx.region", "FI"]}), "b": Not(InSegment("a"))}
    assert refused(engine, segments).startswith(
        f"ctx.region has no SQL form on {engine}: it is known in a request only"
    )
    with pytest.raises(NotSqlCapable, match=r"ctx\.region"):
        predicate_sql(segments["b"], SCHEMA, segments, SqlContext(engine, NOW_US))


def test_a_stated_context_stands_for_every_subject(runner: Runner) -> None:
    segments = {"a": tree({"all": [VIP, {"eq": ["ctx.region", "FI"]}]}), "b": tree({"not": {"exists": ["ctx.device"]}})}
    stated = sets(runner.name, segments, {"ctx.region": "FI"})
    assert members(runner, stated, "a") == {"1"}
    assert members(runner, stated, "b") == {"1", "2", "3"}


def test_a_list_of_the_request_may_be_stated_too(runner: Runner) -> None:
    segments = {"a": tree({"contains": ["ctx.tags", "it's"]})}
    assert members(runner, sets(runner.name, segments, {"ctx.tags": ("x", "it's")}), "a") == {"1", "2", "3"}
    assert members(runner, sets(runner.name, segments, {"ctx.tags": ()}), "a") == set()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_feature_without_a_column_in_the_source_is_refused_by_name(engine: str) -> None:
    assert refused(engine, {"a": tree({"gt": ["unbound", 1]})}).startswith(
        f"unbound has no SQL form on {engine}: the source"
    )


def test_counts_are_those_of_rule_membership(runner: Runner) -> None:
    segments = {"vip": tree(VIP), "not": tree({"not": VIP}), "none": AnyOf(()), "all": All(())}
    (counted,) = sets(runner.name, segments).counts(list(segments))
    assert counted.segments == ("vip", "not", "none", "all")
    assert runner.query(counted.sql) == [(3, 1, 2, 0, 3)]


def test_a_source_without_rows_counts_nobody(runner: Runner) -> None:
    nobody = Relation(f"{THREE} WHERE id = ''", "id", COLUMNS)
    evaluation = SetEvaluation(SqlContext(runner.name, NOW_US), nobody, SCHEMA, {"all": All(())})
    assert runner.query(next(evaluation.counts(["all"])).sql) == [(0, 0)]


def test_at_most_500_segments_share_a_statement_those_that_they_read_included() -> None:
    segments: dict[str, Node] = {f"base{at}": tree({"gt": ["spend", at]}) for at in range(300)}
    segments |= {f"above{at}": InSegment(f"base{at}") for at in range(300)}
    statements = list(sets("duckdb", segments).counts([f"above{at}" for at in range(300)]))
    assert [len(each.segments) for each in statements] == [250, 50]


def test_a_thousand_segments_come_back_in_the_order_asked(runner: Runner) -> None:
    segments = {f"s{at}": tree({"gte": ["spend", at % 7]}) for at in range(1_000)}
    wanted = sorted(segments, reverse=True)
    statements = list(sets(runner.name, segments).counts(wanted))
    assert [each for statement in statements for each in statement.segments] == wanted
    (first,) = runner.query(statements[0].sql)
    assert first[1:] == tuple(sum(spend >= int(each[1:]) % 7 for spend in (5.5, 1)) for each in wanted[:500])


def test_a_segment_that_others_read_twice_each_is_evaluated_once(runner: Runner) -> None:
    segments: dict[str, Node] = {"s0": tree(VIP)}
    for at in range(1, 40):  # written out, the last would hold 2^39 comparisons
        segments[f"s{at}"] = AnyOf((All((InSegment(f"s{at - 1}"),)), Not(Not(InSegment(f"s{at - 1}")))))
    (only,) = sets(runner.name, segments).membership(["s39"])
    assert len(only.sql) < 20_000
    assert members(runner, sets(runner.name, segments), "s39") == {"1"}


def test_the_largest_rules_run(runner: Runner) -> None:
    many = [{"eq": ["tier", f"t{at}"]} for at in range(1_900)]
    segments = {
        "any": tree({"any": [*many, VIP]}),
        "all": tree({"all": [{"not": each} for each in many[:950]]}),
        "in": tree({"in": ["tier", ["VIP", *(f"t{at}" for at in range(9_999))]]}),
    }
    assert members(runner, sets(runner.name, segments), "any") == {"1"}
    assert members(runner, sets(runner.name, segments), "all") == {"1", "2", "3"}
    assert members(runner, sets(runner.name, segments), "in") == {"1"}


def test_a_literal_stays_a_literal(runner: Runner) -> None:
    hostile = ["'; DROP TABLE t; --", "\\'", "$$", "%s", "{x}", "\x01", "a\nb", "?", "$1"]
    rules = [{"any": [{"eq": ["tier", each]}, {"contains": ["tier", each]}, VIP]} for each in hostile]
    segments = {f"s{at}": tree(rule) for at, rule in enumerate(rules)}
    (counted,) = sets(runner.name, segments).counts(list(segments))
    assert runner.query(counted.sql) == [(3, *[1] * len(hostile))]
    assert members(runner, sets(runner.name, segments), "s0") == {"1"}


def test_a_rule_is_shown_as_one_condition_over_columns_named_as_features() -> None:
    rule = tree({"all": [{"not": VIP}, {"in_segment": ["a"]}]})
    shown = predicate_sql(rule, SCHEMA, {"a": tree(VIP)}, SqlContext("duckdb", NOW_US))
    assert shown == """((("tier" IS NULL OR NOT ("tier" = 'VIP')) AND "a")) IS TRUE"""


def test_a_node_or_function_outside_the_allow_list_is_never_rendered() -> None:
    with pytest.raises(UnprovenSql, match="IsNan"):
        render(exp.IsNan(this=column("spend")), "postgres")
    with pytest.raises(UnprovenSql, match="EPOCH_US"):
        render(nodes.call("EPOCH_US", column("spend")), "postgres")


def test_every_allowed_node_and_function_is_executed(
    duckdb_runner: Runner, postgres_runner: Runner, spark_runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: set[type] = set()
    functions: dict[str, set[str]] = defaultdict(set)

    def recording(expression: SqlExpression, engine: str) -> str:
        for node in expression.walk():
            kinds.add(type(node))
            if isinstance(node, exp.Anonymous):
                functions[engine].add(node.this)
        return render(expression, engine)

    monkeypatch.setattr(statement, "render", recording)
    for runner in (duckdb_runner, postgres_runner, spark_runner):
        run_samples(runner, recording)
    assert kinds == ALLOWED_NODES
    assert functions == ALLOWED_FUNCTIONS


def run_samples(runner: Runner, recording: Any) -> None:
    samples = [example(at, seed=3, rules=100, rows=2, patterned=True) for at in range(2)]
    differential.load(runner, samples)
    for each in samples:
        differential.sql(runner, each, differential.capable(runner.name, each))
    stated = sets(runner.name, {"a": tree({"contains": ["ctx.tags", "x"]})}, {"ctx.tags": ("x",)})
    runner.query(next(stated.counts(["a"])).sql)
    columns: Sequence[Any] = [raw for raw in (*SHARED, *ALONE) if raw.sql_type(runner.name)]
    runner.load("empty", columns, [])
    gates = (normalised(column(raw.name), raw.column(runner.name).stored, raw.type, runner.name) for raw in columns)
    runner.query(f"SELECT {', '.join(recording(gate, runner.name) for gate in gates)} FROM empty")

"""Counts of every part of a rule over a calculated audience: those of the interpreter over the same rows."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tessella.domain.audiences.examples import examples_sql
from tessella.domain.audiences.layout import FIRST, SUBJECT
from tessella.domain.audiences.preview import rule_count
from tessella.domain.audiences.sampled import read_sample, sample_sql, sample_steps
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.lint import nodes_with_pointers
from tessella.domain.rules.sql import RawColumn, Relation, SetEvaluation, SqlContext, Stored
from tessella.domain.rules.sql.node_counts import node_counts
from tessella.domain.steps import walk
from tessella.usecases.audiences.rows import without
from tessella.warehouse.duckdb import DuckDBWorker
from tests.audience_files import audience, write
from tests.warehouse.raw_columns import SHARED
from tests.warehouse.rule_generator import NOW_US, SCHEMA, Example, example

FEATURES = {raw.name: raw.type for raw in SHARED}


@pytest.fixture(scope="module")
def worker() -> Iterator[DuckDBWorker]:
    with DuckDBWorker(memory_limit="500MB", threads=1) as worker:
        yield worker


def members(each: Example) -> list[tuple[str, set[str], dict]]:
    return [(row.subject_id, holding(each, row.values), row.values) for row in each.rows if row.subject_id is not None]


def holding(each: Example, values: dict) -> set[str]:
    return {name for name, node in each.segments.items() if evaluate(node, values, NOW_US, each.segments)}


def evaluation_over(rows, each: Example) -> SetEvaluation:
    columns = {name: RawColumn(rows.audience.column(name), Stored.NORMALISED) for name in FEATURES}
    relation = Relation(rows.sql, SUBJECT, columns)
    return SetEvaluation(SqlContext("duckdb", NOW_US), relation, SCHEMA, each.segments)


@pytest.mark.parametrize("number", range(6))
def test_every_node_is_counted_as_the_interpreter_counts_it_and_so_are_first_matches(
    worker: DuckDBWorker, tmp_path: Path, number: int
) -> None:
    each = example(number, seed=11, rules=12, rows=150, patterned=True)
    subjects = members(each)
    rows = write(worker, tmp_path, audience(list(each.segments), FEATURES, rows=len(subjects)), subjects)
    evaluation = evaluation_over(rows, each)
    for node in each.segments.values():
        counting = node_counts(evaluation, node, FIRST)
        found = rule_count(worker.query(counting.sql), counting.pointers)
        places = {pointer: part for part, pointer in nodes_with_pointers(node)}
        expected = {
            pointer: sum(evaluate(part, values, NOW_US, each.segments) for _, _, values in subjects)
            for pointer, part in places.items()
        }
        assert {one.pointer: one.count for one in found.nodes} == expected
        assert found.rows == len(subjects)
        holding = [one for one in subjects if evaluate(node, one[2], NOW_US, each.segments)]
        positions = list(each.segments)
        firsts = Counter(min(map(positions.index, inside), default=None) for _, inside, _ in holding)
        assert {first: count for first, count in found.taken.items() if count} == firsts
        examples = worker.query(examples_sql(evaluation, node, 20))
        assert [one for (one,) in examples] == sorted(one for one, _, _ in holding)[:20]


def test_a_sample_that_holds_everybody_counts_as_the_scan_does(worker: DuckDBWorker, tmp_path: Path) -> None:
    each = example(1, seed=12, rules=8, rows=120, patterned=True)
    subjects = members(each)
    rows = write(worker, tmp_path, audience(list(each.segments), FEATURES, rows=len(subjects)), subjects)
    columns = [rows.audience.column(name) for name in FEATURES]
    sample = read_sample(
        worker.query(sample_sql(rows.sql, columns, subjects=len(subjects), nodes=9)), list(FEATURES), {}
    )
    for node in each.segments.values():
        counting = node_counts(evaluation_over(rows, each), node, FIRST)
        scanned = rule_count(worker.query(counting.sql), counting.pointers)
        sampled, inside = walk(sample_steps(node, sample, len(subjects), NOW_US, each.segments))
        assert [one.count for one in sampled.nodes] == [one.count for one in scanned.nodes]
        assert sampled.taken == {first: count for first, count in scanned.taken.items() if count}
        assert len(inside) == sampled.count


def test_a_sample_of_many_takes_about_ten_thousand_and_scales_them_up(worker: DuckDBWorker, tmp_path: Path) -> None:
    count = 100_000
    told = audience(["some"], {"visits": FEATURES["visits"]}, rows=count)
    rows = write(worker, tmp_path, told, [(f"s{at:06}", set(), {"visits": at % 5}) for at in range(count)])
    found = worker.query(sample_sql(rows.sql, ["f0"], subjects=count, nodes=9))
    assert 9_000 < len(found) < 11_000
    assert found == worker.query(sample_sql(rows.sql, ["f0"], subjects=count, nodes=9))
    assert len(worker.query(sample_sql(rows.sql, ["f0"], subjects=count, nodes=2_000))) < 300


def test_who_opted_out_since_is_in_no_row(worker: DuckDBWorker, tmp_path: Path) -> None:
    told = audience(["some"], {}, rows=3)
    rows = write(worker, tmp_path, told, [("a", {"some"}, {}), ("b", {"some"}, {}), ("c", set(), {})])
    kept = without(told, rows.sql, ["b", "zz"])
    assert worker.query(f"SELECT subject_id FROM ({kept.sql}) ORDER BY 1", kept.parameters) == [("a",), ("c",)]
    assert worker.query(f"SELECT COUNT(*) FROM ({kept.sql}) WHERE {kept.member('some')}", kept.parameters) == [(1,)]
    assert worker.query(f"SELECT subject_id FROM ({rows.sql}) WHERE {rows.member('default')}") == [("c",)]

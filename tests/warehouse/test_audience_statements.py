"""Bits, first matches, overlaps and the counts of a rule's parts are what the interpreter says, on every engine."""

import numpy as np

from tessella.domain.audiences.layout import mask, word, words
from tessella.domain.audiences.local import first_match
from tessella.domain.audiences.statement import BitsEvaluation
from tessella.domain.audiences.tally import patterns_sql, tally_of
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.sql.node_counts import node_counts, parts
from tests.warehouse import differential
from tests.warehouse.engines import Runner
from tests.warehouse.rule_generator import NOW_US, Example, example

SEED = 6
ROWS = 50
#: Planning takes Sail longer than all else.
EXAMPLES = {"duckdb": 3, "postgres": 3, "spark": 2}


def examples(runner: Runner) -> list[Example]:
    made = [example(at, SEED, 100, ROWS, patterned=at == 0) for at in range(EXAMPLES[runner.name])]
    differential.load(runner, made)
    return made


def bits_evaluation(runner: Runner, each: Example, wanted: list[str]) -> BitsEvaluation:
    positions = {segment_id: at for at, segment_id in enumerate(wanted)}
    return BitsEvaluation(differential.evaluation(runner.name, each, each.segments), positions, {})


def expected_words(each: Example, wanted: list[str]) -> dict[str, list[int]]:
    truths = differential.reference(each)
    found = {row.subject_id: dict.fromkeys(words(len(wanted)), 0) for row in each.rows}
    for at, segment_id in enumerate(wanted):
        for row, holds in zip(each.rows, truths[segment_id], strict=True):
            found[row.subject_id][word(at)] |= mask(at) if holds else 0
    return {subject_id: list(bits.values()) for subject_id, bits in found.items()}


def test_the_bits_of_all_segments_come_in_one_statement_as_the_interpreter_says(runner):
    for each in examples(runner):
        wanted = differential.capable(runner.name, each)
        bits = bits_evaluation(runner, each, wanted)
        [batch] = bits.batches(wanted)
        found = {subject_id: list(told) for subject_id, *told in runner.query(bits.sql(batch))}
        assert found == expected_words(each, wanted)


def test_bits_are_added_to_those_that_are_there(duckdb_runner):
    [each, *_] = examples(duckdb_runner)
    wanted = differential.capable("duckdb", each)
    half = bits_evaluation(duckdb_runner, each, wanted).sql(wanted[::2])
    first = {subject_id: told for subject_id, *told in duckdb_runner.query(half)}
    other = {subject_id: told for subject_id, *told in duckdb_runner.query(
        bits_evaluation(duckdb_runner, each, wanted).sql(wanted[1::2])
    )}  # fmt: skip
    summed = {one: [a + b for a, b in zip(first[one], other[one], strict=True)] for one in first}
    assert summed == expected_words(each, wanted)


def told_apart(runner: Runner, each: Example, wanted: list[str], tried: int) -> str:
    """Rows with bits and first matches."""
    sql = bits_evaluation(runner, each, wanted).sql(wanted)
    return f"SELECT *, {first_match(tried)} AS first FROM ({sql})"


def test_the_first_match_is_the_first_segment_in_the_order_of_trial_that_is_tried_and_holds_the_subject(duckdb_runner):
    for each in examples(duckdb_runner):
        wanted = differential.capable("duckdb", each)
        truths = differential.reference(each)
        for tried in (0, 1, 61, 62, 63, 90):
            rows = told_apart(duckdb_runner, each, wanted, tried)
            found = dict(duckdb_runner.query(f"SELECT subject_id, first FROM ({rows})"))
            for at, row in enumerate(each.rows):
                matched = (position for position, name in enumerate(wanted[:tried]) if truths[name][at])
                assert found[row.subject_id] == next(matched, None)


def test_members_first_matches_and_overlaps_are_those_of_the_interpreter(duckdb_runner):
    for each in examples(duckdb_runner):
        wanted = differential.capable("duckdb", each)
        tried = len(wanted) - 10
        patterns = duckdb_runner.query(patterns_sql(told_apart(duckdb_runner, each, wanted, tried), len(wanted)))
        tally = tally_of(np.array(patterns, np.int64), len(wanted))
        truths = differential.reference(each)
        held = np.array([truths[name] for name in wanted], bool)
        first = [next((p for p in range(tried) if held[p, at]), None) for at in range(len(each.rows))]
        assert tally.subjects == len(each.rows)
        assert tally.members.tolist() == held.sum(axis=1).tolist()
        assert tally.first.tolist() == [first.count(position) for position in range(len(wanted))]
        assert tally.both.tolist() == (held.astype(int) @ held.T.astype(int)).tolist()


def test_each_part_of_a_rule_is_counted_as_the_interpreter_says_in_one_statement(runner):
    for each in examples(runner)[:2]:
        values = [row.values for row in each.rows]
        for segment_id in differential.capable(runner.name, each)[:12]:
            rule = each.segments[segment_id]
            counted = node_counts(differential.evaluation(runner.name, each, each.segments), rule, "example")
            [(group, subjects, *counts)] = runner.query(counted.sql)
            expected = {
                at: sum(evaluate(node, row, NOW_US, each.segments) for row in values) for at, node in parts(rule)
            }
            assert (group, subjects) == (each.number, ROWS)
            assert dict(zip(counted.pointers, counts, strict=True)) == expected

"""Ask every engine about every rule and row, and say where they differ."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tessella.domain.errors import NotSqlCapable
from tessella.domain.features.schema import SUBJECT
from tessella.domain.hashing import canonical_json
from tessella.domain.rules.ast import Node
from tessella.domain.rules.canonical import to_dsl
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.reads import features_read
from tessella.domain.rules.sql import Relation, SetEvaluation, SqlContext, predicate_sql
from tessella.domain.segments.matching import Entry, Matcher
from tests.warehouse.engines import Runner
from tests.warehouse.raw_columns import SHARED
from tests.warehouse.rule_generator import EDGES, NOW_US, SCHEMA, Example, Row, leaves, subtrees

#: Per segment, the truth for each row in order.
Truths = dict[str, list[object]]


@dataclass(frozen=True)
class Difference:
    engine: str
    segment_id: str
    row: Row
    expected: bool
    answer: object


def load(runner: Runner, examples: Iterable[Example]) -> None:
    rows = (
        (row.subject_id, each.number, *(cell.stored for cell in row.cells)) for each in examples for row in each.rows
    )
    runner.load("raw_rows", SHARED, list(rows))


def reference(example: Example) -> Truths:
    values = [row.values for row in example.rows]
    return {
        segment_id: [evaluate(node, each, NOW_US, example.segments) for each in values]
        for segment_id, node in example.segments.items()
    }


def python(example: Example) -> Truths:
    entries = [Entry(segment_id, "rule", node) for segment_id, node in example.segments.items()]
    matcher = Matcher.build(entries, example.segments)
    matched = [set(matcher.matching_segments(row.values, NOW_US)) for row in example.rows]
    return {segment_id: [segment_id in each for each in matched] for segment_id in example.segments}


def evaluation(engine: str, example: Example, segments: Mapping[str, Node]) -> SetEvaluation:
    columns = {raw.name: raw.column(engine) for raw in SHARED}
    source = f"SELECT * FROM raw_rows WHERE example = {example.number}"
    return SetEvaluation(SqlContext(engine, NOW_US), Relation(source, "id", columns), SCHEMA, segments)


def sql(runner: Runner, example: Example, wanted: Sequence[str]) -> Truths:
    truths: Truths = {}
    for statement in evaluation(runner.name, example, example.segments).membership(wanted):
        answers = {subject_id: truth for subject_id, *truth in runner.query(statement.sql)}
        for at, segment_id in enumerate(statement.segments):
            truths[segment_id] = [answers[row.subject_id][at] for row in example.rows]
    return truths


def capable(engine: str, example: Example) -> list[str]:
    """The segments that have a form on that engine."""
    refused = refusals(engine, example)
    return [each for each in example.segments if each not in refused]


def refusals(engine: str, example: Example) -> dict[str, NotSqlCapable]:
    """The segments that have none, and why."""
    asked = {each: refusal(engine, node, example.segments) for each, node in example.segments.items()}
    return {each: why for each, why in asked.items() if why is not None}


def refusal(engine: str, node: Node, segments: Mapping[str, Node]) -> NotSqlCapable | None:
    try:
        predicate_sql(node, SCHEMA, segments, SqlContext(engine, NOW_US))
    except NotSqlCapable as refused:
        return refused
    return None


def differences(engine: str, example: Example, expected: Truths, found: Truths) -> Iterator[Difference]:
    for segment_id, truths in found.items():
        for row, right, answer in zip(example.rows, expected[segment_id], truths, strict=True):
            if answer is not right:
                yield Difference(engine, segment_id, row, bool(right), answer)


def smallest(difference: Difference, example: Example, runners: Mapping[str, Runner]) -> str:
    """The smallest part of the rule on which the engine is wrong about this row, with what is stored."""
    parts = list(subtrees(example.segments[difference.segment_id]))
    alone = Example(
        example.number, {**example.segments, **{f"part{at}": part for at, part in enumerate(parts)}}, example.rows
    )
    names = [f"part{at}" for at, _ in enumerate(parts)]
    runner = runners.get(difference.engine)
    found = sql(runner, alone, names) if runner else python(alone)
    at = example.rows.index(difference.row)
    expected = reference(Example(0, alone.segments, [difference.row]))
    wrong = [name for name in names if found[name][at] is not expected[name][0]]
    name = min(wrong, key=lambda each: len(canonical_json(to_dsl(alone.segments[each]))), default=difference.segment_id)
    return described(difference, alone.segments[name], expected[name][0], found.get(name, {at: difference.answer})[at])


def described(difference: Difference, rule: Node, expected: object, answer: object) -> str:
    cells = {raw.name: cell.stored for raw, cell in zip(SHARED, difference.row.cells, strict=True)}
    read = {name: cells.get(name, difference.row.subject_id) for name in sorted(features_read(rule))}
    return f"{difference.engine} says {answer}, the interpreter {expected}: {to_dsl(rule)} over {read}"


def tried(example: Example) -> Counter[tuple[str, str, str]]:
    """How often each operator met an absent value and an edge of each type."""
    values = [row.values for row in example.rows]
    counted: Counter[tuple[str, str, str]] = Counter()
    for name, kind, feature in (leaf for node in example.segments.values() for leaf in leaves(node)):
        counted[name, kind, "absent"] += sum(each[feature] is None for each in values)
        counted[name, kind, "edge"] += sum(each[feature] in EDGES[kind] or feature == SUBJECT for each in values)
    return counted

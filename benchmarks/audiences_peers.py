"""Other ways to find who is in 100 segments: one query a segment, and a Python loop over JSONLogic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from benchmarks.audiences_customers import AS_OF, KEY, NAMES, SCHEMA, files_of
from benchmarks.audiences_workload import expressions, membership_sql, segments
from benchmarks.figure import Figure
from tessella.domain.audiences.layout import mask, word
from tessella.domain.features.gate import DAY_US
from tessella.domain.rules.sql import SqlContext, predicate_sql
from tessella.warehouse.duckdb import DuckDBWorker

#: Customers of the loop over `json-logic-qubit`, whose time is then scaled up.
LOOPED: Final = 100_000

_COMPARISONS: Final = {"eq": "==", "ne": "!=", "gt": ">", "gte": ">=", "lt": "<"}


def one_query_a_segment(duckdb: DuckDBWorker, files: Sequence[Path], size: int) -> Figure:
    """Each segment's members by a query of its own, beside all of them in one; once."""
    customers = f"SELECT * FROM {files_of(files)}"
    ours, start = membership_sql(customers), perf_counter()
    duckdb.query(f"SELECT count(*), bit_xor(hash(subject_id, first, w0, w1)) FROM ({ours})")
    one, counts = perf_counter() - start, _counts(duckdb, customers)
    trees, context, found = segments(), SqlContext("duckdb", AS_OF), []
    inlined = {segment_id: predicate_sql(tree, SCHEMA, trees, context) for segment_id, tree in trees.items()}
    start = perf_counter()
    for segment_id, condition in inlined.items():
        read = ", ".join(f"{inlined[other]} AS {other}" for other in trees if f'"{other}"' in condition)
        rows = f"(SELECT *{read and f', {read}'} FROM ({customers}))"
        [(members, _)] = duckdb.query(f"SELECT count(*), bit_xor(hash({KEY})) FROM {rows} WHERE {condition}")
        found.append((segment_id, members))
    taken = perf_counter() - start
    _check(dict(found), counts)
    return Figure(f"audiences: one scan of {size:,} customers", one, "s", "one query a segment", taken)


def python_loop(duckdb: DuckDBWorker, files: Sequence[Path], size: int) -> Iterator[Figure]:
    """`json-logic-qubit` for each segment of each of the first customers; reading them is not counted."""
    from json_logic import jsonLogic

    few = f"SELECT * FROM {files_of(files[:1])} ORDER BY {KEY} LIMIT {LOOPED}"
    rows = [dict(zip(NAMES, row, strict=True)) for row in duckdb.query(f"SELECT {', '.join(NAMES)} FROM ({few})")]
    rules = {segment_id: json_logic(expr) for segment_id, expr in expressions().items()}
    start = perf_counter()
    duckdb.query(f"SELECT count(*), bit_xor(hash(subject_id, first, w0, w1)) FROM ({membership_sql(few)})")
    ours, start = perf_counter() - start, perf_counter()
    found = {segment_id: sum(map(bool, (jsonLogic(rule, row) for row in rows))) for segment_id, rule in rules.items()}
    taken = perf_counter() - start
    _check(found, _counts(duckdb, few))
    name = f"audiences: 100 segments x {len(rows):,} customers"
    yield Figure(name, ours, "s", "a Python loop over json-logic-qubit", taken)
    yield Figure(f"audiences: the loop for {size:,}, scaled", taken / len(rows) * size, "s")


def json_logic(expr: Any) -> Any:
    """A rule of the workload as JSONLogic."""
    [(name, operand)] = expr.items()
    return _WRITTEN[name](operand) if name in _WRITTEN else {_COMPARISONS[name]: [{"var": operand[0]}, operand[1]]}


def _in_segment(operand: Any) -> Any:
    return json_logic(expressions()[operand[0]])


_WRITTEN: Final[Mapping[str, Callable[[Any], Any]]] = {
    "all": lambda parts: {"and": list(map(json_logic, parts))},
    "any": lambda parts: {"or": list(map(json_logic, parts))},
    "not": lambda part: {"!": [json_logic(part)]},
    "in_segment": _in_segment,
    "in": lambda operand: {"in": [{"var": operand[0]}, operand[1]]},
    "contains": lambda operand: {"in": [operand[1], {"var": operand[0]}]},
    "exists": lambda operand: {"!==": [{"var": operand[0]}, None]},
    "between": lambda operand: {"<=": [operand[1][0], {"var": operand[0]}, operand[1][1]]},
    "gte_days_since": lambda operand: {"<=": [{"var": operand[0]}, AS_OF - operand[1] * DAY_US]},
    "lte_days_since": lambda operand: {">=": [{"var": operand[0]}, AS_OF - operand[1] * DAY_US]},
}


def _counts(duckdb: DuckDBWorker, customers: str) -> Mapping[str, int]:
    """The members of each segment, by our statement."""
    bits = ", ".join(f"count_if({word(at)} & {mask(at)} <> 0)" for at, _ in enumerate(segments()))
    [counts] = duckdb.query(f"SELECT {bits} FROM ({membership_sql(customers)})")
    return dict(zip(segments(), counts, strict=True))


def _check(found: Mapping[str, int], ours: Mapping[str, int]) -> None:
    if wrong := {each: (found[each], count) for each, count in ours.items() if found[each] != count}:
        raise AssertionError(f"the peer finds other members: {wrong}")

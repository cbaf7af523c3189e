"""The public JSONLogic suites over stored columns: every engine answers each case as the interpreter does."""

from dataclasses import dataclass
from functools import lru_cache

import pytest

from tessella.domain.errors import Faults, NotSqlCapable, RuleInvalid
from tessella.domain.features.gate import Value
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.reads import features_read
from tessella.domain.rules.sql import SqlContext, Stored
from tessella.domain.rules.sql.nodes import render
from tessella.domain.rules.sql.predicate import Predicates
from tests.domain.rules.jsonlogic_suites import Case, Kind, published_cases
from tests.warehouse.engines import Runner
from tests.warehouse.raw_columns import Raw

NOW_US = 0
#: Cases that share a statement.
BATCH = 100
STORAGES = {
    FeatureType.STRING: (Stored.TEXT, "VARCHAR", "text", "STRING"),
    FeatureType.NUMBER: (Stored.FLOAT, "DOUBLE", "double precision", "DOUBLE"),
    FeatureType.BOOLEAN: (Stored.BOOLEAN, "BOOLEAN", "boolean", "BOOLEAN"),
    FeatureType.STRING_LIST: (Stored.TEXT_LIST, "VARCHAR[]", "text[]", "ARRAY<STRING>"),
}


@dataclass(frozen=True)
class Asked:
    """A case whose rule we read."""

    case: Case
    node: Node

    @property
    def columns(self) -> dict[FeatureName, tuple[str, FeatureType]]:
        """Where each feature is stored: one column for each name and type that occurs in any case."""
        kinds = {name: self.case.schema[name].type for name in features_read(self.node)}
        return {name: (f"{name} {kind}", kind) for name, kind in kinds.items()}

    @property
    def stored(self) -> dict[str, str | list[str] | None]:
        return {column: written(self.case.values.get(name)) for name, (column, _) in self.columns.items()}

    def condition(self, engine: str) -> str:
        predicates = Predicates(SqlContext(engine, NOW_US), self.columns.__getitem__, str)
        return render(predicates.root(self.node), engine)


def written(value: Value | None) -> str | list[str] | None:
    match value:
        case None | str():
            return value
        case tuple():
            return list(value)
        case bool():
            return str(value).lower()
        case _:
            return repr(value)


@lru_cache
def asked() -> list[Asked]:
    published = published_cases()
    moved = [each for case in published if case.kind is Kind.BOOLEAN for each in case.with_a_constant_moved()]
    return [Asked(case, node) for case in (*published, *moved) if (node := parsed(case)) is not None]


def parsed(case: Case) -> Node | None:
    try:
        return parse_rule(case.rule, Form.JSONLOGIC, case.schema)
    except (RuleInvalid, Faults):
        return None


def is_capable(each: Asked, engine: str) -> bool:
    try:
        return bool(each.condition(engine))
    except NotSqlCapable:
        return False


def answers(runner: Runner, cases: list[Asked]) -> list[object]:
    """Each case's condition over its own row."""
    columns = {column: kind for each in cases for column, kind in each.columns.values()}
    raws = [Raw(column, kind, *STORAGES[kind], cells=()) for column, kind in columns.items()]
    rows = [(str(at), at, *(each.stored.get(column) for column in columns)) for at, each in enumerate(cases)]
    runner.load("cases", raws, rows)
    conditions = ", ".join(f"{each.condition(runner.name)} AS c{at}" for at, each in enumerate(cases))
    found = runner.query(f"SELECT {conditions} FROM cases ORDER BY example")
    return [row[at] for at, row in enumerate(found)]


def test_every_case_of_the_suites_is_answered_as_by_the_interpreter(runner: Runner) -> None:
    capable = [each for each in asked() if is_capable(each, runner.name)]
    wrong = []
    for at in range(0, len(capable), BATCH):
        cases = capable[at : at + BATCH]
        for each, answer in zip(cases, answers(runner, cases), strict=True):
            if answer is not evaluate(each.node, each.case.values, NOW_US, {}):
                wrong.append((each.case.rule, each.case.data, answer))
    assert wrong == []


@pytest.mark.parametrize(("engine", "refused"), [("duckdb", 0), ("postgres", 2), ("spark", 0)])
def test_no_more_of_the_suites_is_refused_than_is_known(engine: str, refused: int) -> None:
    assert len(asked()) == 1_087
    assert sum(not is_capable(each, engine) for each in asked()) == refused

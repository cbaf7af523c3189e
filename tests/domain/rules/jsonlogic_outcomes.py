"""What our engines answer to the cases of the JSONLogic suites."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb

from tessella.domain.errors import Faults, RuleInvalid, TessellaError
from tessella.domain.features.gate import Value
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.compile import FIRST_FREE_SLOT, compile_rules
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.jsonlogic.constants import is_true
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.reads import features_read
from tessella.domain.rules.sql import SqlContext, predicate_sql
from tests.domain.rules.jsonlogic_suites import Case, Kind, published_cases

NOW_US = 0
COLUMN_TYPES = {
    FeatureType.STRING: "VARCHAR",
    FeatureType.NUMBER: "DOUBLE",
    FeatureType.INTEGER: "BIGINT",
    FeatureType.BOOLEAN: "BOOLEAN",
    FeatureType.STRING_LIST: "VARCHAR[]",
}


@dataclass(frozen=True)
class Outcome:
    """The answer of each engine to one case, or the first fault for which the rule is refused."""

    case: Case
    answers: tuple[bool, ...] = ()
    fault: TessellaError | None = None

    @property
    def passes(self) -> bool:
        """An error where one is expected; otherwise, on every engine, the truth of the published result."""
        if self.case.kind is Kind.ERROR:
            return self.fault is not None
        return self.fault is None and set(self.answers) == {is_true(self.case.result)}


@lru_cache
def published_outcomes() -> tuple[Outcome, ...]:
    return outcomes_of(published_cases())


@lru_cache
def outcomes_with_a_constant_moved() -> tuple[Outcome, ...]:
    boolean = [case for case in published_cases() if case.kind is Kind.BOOLEAN]
    return outcomes_of([moved for case in boolean for moved in case.with_a_constant_moved()])


def outcomes_of(cases: Sequence[Case]) -> tuple[Outcome, ...]:
    read = [_parsed(case) for case in cases]
    runnable = [(case, node) for case, node in zip(cases, read, strict=True) if not isinstance(node, Exception)]
    in_sql = iter(_by_duckdb(runnable))
    return tuple(
        Outcome(case, fault=node)
        if isinstance(node, TessellaError)
        else Outcome(case, (evaluate(node, case.values, NOW_US, {}), _by_python(node, case.values), next(in_sql)))
        for case, node in zip(cases, read, strict=True)
    )


def _parsed(case: Case) -> Node | TessellaError:
    try:
        return parse_rule(case.rule, Form.JSONLOGIC, case.schema)
    except (RuleInvalid, Faults) as error:
        return next(error.faults())


def _by_python(node: Node, values: dict[FeatureName, Value]) -> bool:
    [compiled] = compile_rules([node])
    slots = {key: slot for slot, key in enumerate((*compiled.features, *compiled.kept), FIRST_FREE_SLOT)}
    loaded = [values.get(key) if isinstance(key, str) else None for key in slots]
    return bool(compiled.bind(slots)([NOW_US, {}, *loaded]))


def _by_duckdb(rules: Sequence[tuple[Case, Node]]) -> list[bool]:
    """The answer to each rule over its own row of normalised values, all in one statement."""
    selects: list[str] = []
    parameters: list[Any] = []
    for place, (case, node) in enumerate(rules):
        names = sorted(features_read(node)) or ["no_feature"]
        kinds = [case.schema[name].type if name in case.schema else FeatureType.STRING for name in names]
        columns = [f'?::{COLUMN_TYPES[kind]} AS "{name}"' for name, kind in zip(names, kinds, strict=True)]
        condition = predicate_sql(node, case.schema, {}, SqlContext("duckdb", NOW_US))
        selects.append(f"SELECT {place} AS place, {condition} AS answer FROM (SELECT {', '.join(columns)})")
        parameters += [list(value) if isinstance(value := case.values.get(n), tuple) else value for n in names]
    statement = f"SELECT answer FROM ({' UNION ALL '.join(selects)}) ORDER BY place"
    return [answer for (answer,) in duckdb.connect().execute(statement, parameters).fetchall()]

"""The golden cases of `tests/specs/rules`, which another implementation could run as well."""

import json
from pathlib import Path

import pytest

from tessella.domain.features.gate import normalise
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import Form
from tessella.domain.rules.canonical import canonical, to_dsl
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.operators import OPERATORS
from tessella.domain.rules.parse import parse_rule
from tests.strategies import normalised

FOLDER = Path(__file__).parents[2] / "specs" / "rules"
SPECS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
CASES = [
    pytest.param(spec, case, id=f"{name}: {case['name']}") for name, spec in SPECS.items() for case in spec["cases"]
]


@pytest.mark.parametrize(("spec", "case"), CASES)
def test_a_rule_has_the_truth_that_the_specification_states(spec, case):
    schema = Schema([Feature(name, FeatureType(kind)) for name, kind in spec["features"].items()])
    segments = {name: parse_rule(expr, Form.DSL, schema) for name, expr in spec.get("segments", {}).items()}
    rule = parse_rule(case["rule"], Form(spec.get("form", "dsl")), schema)
    values, now_us = normalised(schema, case["values"]), normalise(spec["now"], FeatureType.TIMESTAMP)
    for spelled in (rule, canonical(rule), parse_rule(to_dsl(rule), Form.DSL, schema)):
        assert evaluate(spelled, values, now_us, segments) is case["truth"]


def test_the_cases_of_a_specification_have_names_of_their_own():
    for spec in SPECS.values():
        names = [case["name"] for case in spec["cases"]]
        assert len(set(names)) == len(names)


def test_the_specifications_hold_every_operator_and_say_true_and_false_of_it():
    seen = {
        (name, case["truth"]) for spec in SPECS.values() for case in spec["cases"] for name in names_in(case["rule"])
    }
    assert seen >= {(name, truth) for name in OPERATORS for truth in (True, False)}


def names_in(expr):
    if isinstance(expr, dict):
        return [*expr, *(name for each in expr.values() for name in names_in(each))]
    return [name for each in expr for name in names_in(each)] if isinstance(expr, list) else []

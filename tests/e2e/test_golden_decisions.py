"""The golden decisions of `tests/specs/decisions`, which another implementation could run as well.

Source: requirement A, "Testing & guardrails".
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tessella import Engine
from tessella.domain.decisions import Decision
from tessella.domain.definitions import DEFAULTS_ID, ID_FIELD, Definitions, Kind, read_definition
from tessella.domain.features.gate import normalise
from tessella.domain.features.types import FeatureType
from tessella.domain.ranking.knobs import DEFAULTS, read_knobs

FOLDER = Path(__file__).parents[1] / "specs" / "decisions"
SPECS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
CASES = [
    pytest.param(name, case, id=f"{name}: {case['name']}") for name, spec in SPECS.items() for case in spec["cases"]
]


def engine_of(spec: dict[str, Any]) -> Engine:
    definitions = Definitions()
    for kind, id_field in ID_FIELD.items():
        for written in spec["definitions"].get(f"{kind}s", []):
            definitions = definitions.with_definition(kind, written[id_field], read_definition(kind, written))
    defaults = read_definition(Kind.DEFAULTS, spec["definitions"].get("defaults", {}))
    definitions = definitions.with_definition(Kind.DEFAULTS, DEFAULTS_ID, defaults)
    return Engine.of(definitions, env=read_knobs(spec.get("env", {})))


def decided(engine: Engine, case: dict[str, Any]) -> Decision:
    asked = {name: case[name] for name in ("subject_id", "campaign_id", "overrides") if name in case}
    return engine.decide(case["context"], now=normalise(case["now"], FeatureType.TIMESTAMP), **asked)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_request_is_decided_as_the_specification_states(name, case):
    decision = decided(engine_of(SPECS[name]), case)
    set_knobs = {knob: layer for knob, layer in decision.provenance.items() if layer != "built_in"}
    assert {
        "segment_id": decision.segment_id,
        "profile_id": decision.profile_id,
        "rule_id": decision.rule_id,
        "reasons": [reason.code for reason in decision.reasons],
        "config": {knob: [decision.config[knob], layer] for knob, layer in set_knobs.items()},
    } == case["expect"]
    assert {knob: decision.config[knob] for knob in DEFAULTS if knob not in set_knobs} == {
        knob: value for knob, value in DEFAULTS.items() if knob not in set_knobs
    }


def test_the_built_in_defaults_are_those_that_the_specification_states():
    assert SPECS["precedence"]["built_in"] == DEFAULTS


def test_the_cases_of_a_specification_have_names_of_their_own():
    for spec in SPECS.values():
        names = [case["name"] for case in spec["cases"]]
        assert len(set(names)) == len(names)

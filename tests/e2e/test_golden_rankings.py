"""The golden rankings of `tests/specs/rankings`. Source: requirement A, "Testing & guardrails"."""

import json
from pathlib import Path

import pytest

from tests.e2e.golden_rankings import outcome

FOLDER = Path(__file__).parents[1] / "specs" / "rankings"
SPECS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
CASES = [
    pytest.param(name, case, id=f"{name}: {case['name']}") for name, spec in SPECS.items() for case in spec["cases"]
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_context_gets_the_segment_the_knobs_and_the_order_that_the_specification_states(name, case):
    found, expected = outcome(SPECS[name], case), case["expect"]
    assert [item_id for item_id, _, _ in found["items"]] == [item_id for item_id, _, _ in expected["items"]]
    for (item_id, score, reasons), (_, stated, why) in zip(found["items"], expected["items"], strict=True):
        assert (item_id, reasons) == (item_id, why)
        assert score == pytest.approx(stated, abs=2e-6)
    rest = {"segment_id", "profile_id", "config", "remarks"}
    assert {name: found[name] for name in rest} == {name: expected[name] for name in rest}
    assert found["diversity"] == pytest.approx(expected["diversity"], abs=1e-4)


@pytest.mark.parametrize("case", SPECS["diversity"]["cases"][1:], ids=lambda case: case["name"])
def test_mmr_and_caps_change_how_unlike_the_items_are_by_the_amount_stated(case):
    spec = SPECS["diversity"]
    plain = spec["cases"][0]
    gain = outcome(spec, case)["diversity"] - outcome(spec, plain)["diversity"]
    assert gain == pytest.approx(case["expect"]["diversity"] - plain["expect"]["diversity"], abs=1e-4)


def test_effective_knobs_change_the_order_as_expected():
    """Requirement A, golden tests: the same items for everybody; each context has another list."""
    spec = SPECS["example_rules"]
    found = [outcome(spec, case) for case in spec["cases"]]
    assert len({tuple(item_id for item_id, _, _ in each["items"]) for each in found}) == 5
    assert [each["segment_id"] for each in found] == ["vip", "away", "new", "default", "vip"]


@pytest.mark.parametrize("case", SPECS["example_rules"]["cases"], ids=lambda case: case["name"])
def test_the_list_of_a_context_is_not_that_of_the_usual_knobs(case):
    """Requirement A, golden tests: without its segment a context would get another list, so the knobs make it."""
    spec = SPECS["example_rules"]
    plain = {**spec, "definitions": {**spec["definitions"], "segments": []}}
    without, with_segment = outcome(plain, case), outcome(spec, case)
    assert (without["items"] == with_segment["items"]) == (with_segment["segment_id"] == "default")

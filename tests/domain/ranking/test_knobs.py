import pytest

from tessella.domain.errors import Faults
from tessella.domain.ranking.knobs import DEFAULTS, GROUPS, KNOBS, nested, read_knobs


def test_every_knob_of_a_profile_has_a_type_a_unit_a_range_a_default_and_help():
    assert list(KNOBS) == [
        "alpha", "beta", "gamma", "delta", "mmr_lambda", "brand_cap", "category_cap",
        "profile_boost", "profile_window_days", "profile_top_n",
        "half_life_days", "co_vis_window_days", "own_half_life_days", "rule_exclude_purchased", "purchased_window_days",
    ]  # fmt: skip
    for knob in KNOBS.values():
        assert knob.minimum <= knob.default <= knob.maximum
        assert type(knob.default) is knob.type
        assert knob.unit
        assert knob.help.endswith(".")


def test_the_defaults_pass_their_own_check():
    assert read_knobs(dict(DEFAULTS)) == DEFAULTS


def test_the_nested_and_the_flat_form_say_the_same():
    assert read_knobs(nested(DEFAULTS)) == DEFAULTS
    assert list(nested(DEFAULTS)) == list(GROUPS)


def test_a_whole_number_is_a_number_but_a_boolean_is_not():
    assert read_knobs({"alpha": 1}) == {"alpha": 1.0}
    with pytest.raises(Faults) as faults:
        read_knobs({"alpha": True})
    assert str(faults.value) == "/alpha: alpha must be a number from 0.0 to 10.0, not true."


def test_a_cap_is_a_whole_number():
    assert read_knobs({"brand_cap": 2.0}) == {"brand_cap": 2}
    with pytest.raises(Faults, match=r"brand_cap must be a whole number from 0 to 500, not 2\.5"):
        read_knobs({"brand_cap": 2.5})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.01, 1.01, "0.5", None, [], {}, 10**400, False])
def test_a_value_outside_a_knobs_range_is_refused(value):
    with pytest.raises(Faults, match="mmr_lambda must be a number from 0"):
        read_knobs({"mmr_lambda": value})


def test_every_fault_is_named_with_its_pointer_and_the_nearest_knob():
    with pytest.raises(Faults) as faults:
        read_knobs({"blend": {"alpha": -1, "betta": 1}, "caps": 3, "mmr_lamda": 0.5}, "/overrides")
    found = {each.pointer: each for each in faults.value.faults()}
    assert set(found) == {"/overrides/blend/alpha", "/overrides/blend/betta", "/overrides/caps", "/overrides/mmr_lamda"}
    assert found["/overrides/blend/betta"].hint() == 'Did you mean "beta"?'
    assert found["/overrides/mmr_lamda"].hint() == 'Did you mean "mmr_lambda"?'


def test_a_knob_written_flat_and_nested_is_refused():
    with pytest.raises(Faults, match="alpha is written twice"):
        read_knobs({"alpha": 1, "blend": {"alpha": 1}})

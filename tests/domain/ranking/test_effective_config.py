import itertools

import pytest

from tessella.domain.ranking.effective_config import LAYERS, effective_config
from tessella.domain.ranking.knobs import DEFAULTS


def test_without_any_layer_the_built_in_defaults_hold():
    config = effective_config({})
    assert config.values == DEFAULTS
    assert set(config.provenance.values()) == {"built_in"}


@pytest.mark.parametrize(("lower", "higher"), list(itertools.combinations(LAYERS[1:], 2)))
def test_of_two_layers_the_one_to_the_right_wins(lower, higher):
    config = effective_config({higher: {"alpha": 0.2}, lower: {"alpha": 0.1, "beta": 0.1}})
    assert (config.values["alpha"], config.provenance["alpha"]) == (0.2, higher)
    assert (config.values["beta"], config.provenance["beta"]) == (0.1, lower)


def test_each_knob_says_which_layer_set_it():
    layers = {layer: {name: DEFAULTS[name]} for layer, name in zip(LAYERS[1:], DEFAULTS, strict=False)}
    provenance = effective_config(layers).provenance
    assert [provenance[name] for name, _ in zip(DEFAULTS, LAYERS[1:], strict=False)] == list(LAYERS[1:])
    assert set(list(provenance.values())[len(LAYERS) - 1 :]) == {"built_in"}


def test_merging_changes_none_of_its_layers():
    profile = {"alpha": 0.5}
    effective_config({"profile": profile, "request": {"alpha": 0.9}})
    assert profile == {"alpha": 0.5}
    assert DEFAULTS["alpha"] == 1.0

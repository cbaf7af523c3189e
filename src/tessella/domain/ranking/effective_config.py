"""The configuration that one request gets: env < namespace < profile < campaign < experiment < request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tessella.domain.ranking.knobs import DEFAULTS, Knobs, KnobValue

#: Later layers win. `built_in` holds the defaults of `KNOBS`.
LAYERS: Final = ("built_in", "env", "namespace", "profile", "campaign", "experiment", "request")


@dataclass(frozen=True, slots=True)
class EffectiveConfig:
    """Every knob's value and, per knob, the layer that set it."""

    values: Mapping[str, KnobValue]
    provenance: Mapping[str, str]


def effective_config(layers: Mapping[str, Knobs]) -> EffectiveConfig:
    """Merge the layers by precedence. `layers` may leave some out. Source: requirement A, "Request-time precedence".

    >>> effective_config({"env": {"alpha": 0.5}, "request": {"alpha": 0.9}}).provenance["alpha"]
    'request'
    """
    values = dict(DEFAULTS)
    provenance = dict.fromkeys(DEFAULTS, "built_in")
    for layer in LAYERS[1:]:
        knobs = layers.get(layer)
        if knobs:
            values.update(knobs)
            provenance.update(dict.fromkeys(knobs, layer))
    return EffectiveConfig(values, provenance)

"""The layer of knobs that the environment sets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from tessella.domain.errors import Faults, TessellaError
from tessella.domain.identifiers import Json, nearest
from tessella.domain.ranking.knobs import KNOBS, Knobs, KnobValue
from tessella.settings.errors import SettingInvalid

#: What precedes the name of a knob in the environment.
KNOB_PREFIX: Final = "TESSELLA_KNOB_"


def env_knobs(environment: Mapping[str, str]) -> Knobs:
    """The layer of knobs from `TESSELLA_KNOB_ALPHA` and its like. Raises `Faults` with each that cannot be read.

    >>> env_knobs({"TESSELLA_KNOB_ALPHA": "0.7"})
    {'alpha': 0.7}
    """
    knobs: dict[str, KnobValue] = {}
    errors: list[TessellaError] = []
    for variable, text in environment.items():
        if variable.startswith(KNOB_PREFIX) and text:
            try:
                knobs |= _knob(variable, text)
            except TessellaError as error:
                errors.append(error)
    if errors:
        raise Faults(errors)
    return {name: knobs[name] for name in KNOBS if name in knobs}


def _knob(variable: str, text: str) -> Knobs:
    name = variable.removeprefix(KNOB_PREFIX).lower()
    if name not in KNOBS:
        like = nearest(name, KNOBS)
        advice = f"; the nearest is {KNOB_PREFIX}{like.upper()}" if like else ""
        raise SettingInvalid(variable, f"there is no knob of that name{advice}")
    return {name: KNOBS[name].read(_json(text), variable)}


def _json(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return text

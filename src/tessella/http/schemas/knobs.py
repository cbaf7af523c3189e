"""The knobs of profiles, as an editor shows them."""

from __future__ import annotations

from typing import Literal

import msgspec

KnobType = Literal["number", "integer", "boolean"]


class KnobShown(msgspec.Struct, frozen=True):
    """One knob: what it does, what it may be, and what holds where a profile leaves it out."""

    name: str
    #: Where the nested form has it, such as `blend.alpha`.
    path: str
    group: str
    label: str
    help: str
    type: KnobType
    unit: str
    #: Null for a switch, as are the next two.
    minimum: float | int | None
    maximum: float | int | None
    #: By how much an editor moves it; finer values are accepted.
    step: float | int | None
    #: What it is where no layer says anything.
    default: float | int | bool
    #: What it is in this namespace without a profile, and the layer that says so: built_in, env or namespace.
    value: float | int | bool
    layer: str


class KnobsShown(msgspec.Struct, frozen=True):
    """All of them, in the order in which profiles are written."""

    items: list[KnobShown]

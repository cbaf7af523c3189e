"""Every knob of a ranking profile: its type, unit, range, default and help, in one place.

Validation, OpenAPI, the reference page and the editor derive from `KNOBS`. Source: requirement A, "What a Segment
Profile is" and "Example profile".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tessella.domain.errors import MOST_FAULTS, Faults, KnobInvalid, TessellaError, UnknownField, WrongShape, shown
from tessella.domain.identifiers import Json, Pointer, nearest, point

KnobValue = float | int | bool
#: Some of the knobs, by name: one layer of a configuration.
Knobs = Mapping[str, KnobValue]
NO_KNOBS: Final[Knobs] = {}


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting of the ranking pipeline."""

    name: str
    #: The name that people read.
    label: str
    type: type[float] | type[int] | type[bool]
    #: The group that holds it in the nested form: `blend: {alpha: 0.8}`.
    group: str
    unit: str
    minimum: KnobValue
    maximum: KnobValue
    default: KnobValue
    help: str

    @property
    def path(self) -> str:
        """Where the nested form has it.

        >>> KNOBS["alpha"].path
        'blend.alpha'
        """
        return f"{self.group}.{self.name}"

    @property
    def step(self) -> KnobValue | None:
        """By how much an editor moves it: hundredths of a range up to ten, else tenths; None for a switch.

        >>> KNOBS["mmr_lambda"].step, KNOBS["half_life_days"].step, KNOBS["brand_cap"].step
        (0.01, 0.1, 1)
        """
        if self.type is bool:
            return None
        return 1 if self.type is int else 0.01 if self.maximum <= 10 else 0.1

    def expected(self) -> str:
        """The admitted values in words."""
        if self.type is bool:
            return "true or false"
        noun = "a whole number" if self.type is int else "a number"
        return f"{noun} from {self.minimum} to {self.maximum}"

    def read(self, value: Json, at: Pointer) -> KnobValue:
        """`value` as this knob's type. Raises `KnobInvalid` outside its range."""
        number = self.type is not bool and type(value) in (int, float)
        if number and self.minimum <= value <= self.maximum and (self.type is float or value == int(value)):
            return self.type(value)
        if self.type is bool and type(value) is bool:
            return value
        raise KnobInvalid(at, self.name, self.expected(), shown(value))

    def json_schema(self) -> dict[str, Any]:
        """The knob as JSON Schema."""
        described: dict[str, Any] = {"description": f"{self.help} Unit: {self.unit}.", "default": self.default}
        if self.type is bool:
            return {"type": "boolean", **described}
        kind = "integer" if self.type is int else "number"
        return {"type": kind, "minimum": self.minimum, "maximum": self.maximum, **described}


_ALL: Final = (
    Knob(
        "alpha", "Popularity", float, "blend", "weight", 0.0, 10.0, 1.0,
        "How much popularity counts in the blend.",
    ),
    Knob(
        "beta", "Bought together", float, "blend", "weight", 0.0, 10.0, 0.3,
        "How much co-visitation with recent items counts.",
    ),
    Knob(
        "gamma", "Likeness", float, "blend", "weight", 0.0, 10.0, 0.2,
        "How much likeness of embeddings counts.",
    ),
    Knob(
        "delta", "Own purchases", float, "blend", "weight", 0.0, 10.0, 0.0,
        "How much counts what the subject has bought before.",
    ),
    Knob(
        "mmr_lambda", "Relevance against diversity", float, "diversity", "share", 0.0, 1.0, 0.9,
        "Relevance against diversity; 1 is no diversity.",
    ),
    Knob(
        "brand_cap", "Items of one brand", int, "caps", "items", 0, 500, 0,
        "The most items of one brand in a list; 0 is no cap.",
    ),
    Knob(
        "category_cap", "Items of one category", int, "caps", "items", 0, 500, 0,
        "The most items of one category in a list; 0 is no cap.",
    ),
    Knob(
        "profile_boost", "Boost of own taste", float, "personalization", "share", 0.0, 5.0, 0.1,
        "Boost of items in a subject's taste.",
    ),
    Knob(
        "profile_window_days", "Window of taste", int, "personalization", "days", 1, 3650, 90,
        "How far back a subject's taste is read.",
    ),
    Knob(
        "profile_top_n", "Labels of a taste", int, "personalization", "entries", 0, 100, 10,
        "How many labels of items a taste has.",
    ),
    Knob(
        "half_life_days", "Half-life of popularity", float, "windows", "days", 0.1, 3650.0, 30.0,
        "When an event counts half in popularity.",
    ),
    Knob(
        "co_vis_window_days", "Window of co-visitation", int, "windows", "days", 1, 3650, 90,
        "How far back co-visitation is counted.",
    ),
    Knob(
        "own_half_life_days", "Half-life of own events", float, "windows", "days", 0.1, 3650.0, 90.0,
        "When a subject's own event counts half.",
    ),
    Knob(
        "rule_exclude_purchased", "Leave out purchases", bool, "rules", "switch", False, True, False,
        "Leave out what was bought lately.",
    ),
    Knob(
        "purchased_window_days", "Window of purchases", int, "rules", "days", 0, 3650, 30,
        "How far back a purchase counts as lately.",
    ),
)  # fmt: skip

KNOBS: Final[Mapping[str, Knob]] = {knob.name: knob for knob in _ALL}
GROUPS: Final = tuple(dict.fromkeys(knob.group for knob in _ALL))
DEFAULTS: Final[Knobs] = {knob.name: knob.default for knob in _ALL}


def read_knobs(written: Json, at: Pointer = "") -> Knobs:
    """Some knobs from their flat or nested JSON form, in the order of `KNOBS`. Raises `Faults`.

    >>> read_knobs({"blend": {"alpha": 1}, "brand_cap": 2})
    {'alpha': 1.0, 'brand_cap': 2}
    """
    if not isinstance(written, Mapping):
        raise WrongShape(at, "Knobs must be an object.", 'Write {"alpha": 0.8} or {"blend": {"alpha": 0.8}}.')
    errors: list[TessellaError] = []
    values: dict[str, KnobValue] = {}
    for where, name, value in _flat(written, at, errors):
        try:
            _add(values, name, value, where)
        except (KnobInvalid, UnknownField, WrongShape) as error:
            errors.append(error)
        if len(errors) >= MOST_FAULTS:
            break
    if errors:
        raise Faults(errors)
    return {name: values[name] for name in KNOBS if name in values}


def _add(values: dict[str, KnobValue], name: str, value: Json, where: Pointer) -> None:
    if name not in KNOBS:
        raise UnknownField(where, name, nearest(name, [*KNOBS, *GROUPS]))
    if name in values:
        raise WrongShape(where, f"{name} is written twice, flat and nested.", "Write it once.")
    values[name] = KNOBS[name].read(value, where)


def _flat(written: Mapping[str, Json], at: Pointer, errors: list[TessellaError]) -> Iterator[tuple[Pointer, str, Json]]:
    for name, value in written.items():
        if name not in GROUPS:
            yield point(at, name), name, value
        elif isinstance(value, Mapping):
            yield from ((point(at, name, inner), inner, each) for inner, each in value.items())
        else:
            errors.append(WrongShape(point(at, name), f"{name} must be an object of knobs."))


def nested(knobs: Knobs) -> dict[str, dict[str, KnobValue]]:
    """The nested form, as YAML files show it."""
    groups = {group: {n: knobs[n] for n in KNOBS if n in knobs and KNOBS[n].group == group} for group in GROUPS}
    return {group: values for group, values in groups.items() if values}

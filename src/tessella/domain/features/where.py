"""Which events count: a rule of the native form over `event.*`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import MalformedRule
from tessella.domain.features.event import Event
from tessella.domain.features.readings import FIELDS, READABLE, FieldReading, field_named
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, Json, Pointer, point
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.limits import check_limits
from tessella.domain.rules.operators import OPERATORS
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.reads import features_read, segments_read

PREFIX: Final = "event."
_JSON_TYPES: Final = {
    str: FeatureType.STRING, bool: FeatureType.BOOLEAN, int: FeatureType.NUMBER, float: FeatureType.NUMBER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one event. Days in it are counted back from the moment that the feature is computed for."""

    node: Node
    #: How each name in the rule is read.
    readings: Mapping[FeatureName, FieldReading]

    def holds(self, event: Event, as_of: Instant) -> bool:
        """Whether the event counts. What is absent satisfies no predicate, as in any rule."""
        values = {name: reading.of(event) for name, reading in self.readings.items()}
        return evaluate(self.node, values, as_of, {})


@dataclass(frozen=True, slots=True)
class _Mention:
    name: str
    #: None where the operator does not tell.
    type: FeatureType | None
    at: Pointer


def parse_where(expr: Json, at: Pointer) -> Where:
    """The condition from its JSON form. Raises `RuleInvalid`, or `Faults` with every fault.

    A property has no declared type: it is read as the type of what it is compared with, text with text, a number with
    a number. Hence every property has to be compared with something, and always with the same type. Arithmetic is left
    out: what an engine cannot say would be found at a refresh only.

    >>> parse_where({"gt": ["event.coupon_disc", 0]}, "").readings
    {'event.coupon_disc': FieldReading(field='properties.coupon_disc', type=<FeatureType.NUMBER: 'number'>)}
    """
    check_limits(expr, at)
    readings = _readings(list(_mentions(expr, at)))
    node = parse_rule(expr, Form.DSL, Schema(Feature(name, each.type) for name, each in readings.items()), at)
    if any(segments_read(node)) or not features_read(node) <= readings.keys():
        raise MalformedRule(at, "A condition on events cannot ask for a segment or a share of subjects.")
    return Where(node, readings)


def _readings(mentions: list[_Mention]) -> dict[FeatureName, FieldReading]:
    types: dict[str, FeatureType] = {}
    for mention in mentions:
        kind = FIELDS.get(field_named(mention.name), mention.type)
        if kind is not None and types.setdefault(mention.name, kind) is not kind:
            problem = f'"{mention.name}" is compared with a {kind} here and with a {types[mention.name]} elsewhere.'
            raise MalformedRule(mention.at, problem, "Compare one property with values of one type.")
    for mention in mentions:
        if mention.name not in types:
            problem = f'The type of "{mention.name}" cannot be told from this.'
            raise MalformedRule(mention.at, problem, 'Compare it with a value, such as {"ne": ["event.brand", ""]}.')
    return {FeatureName(name): FieldReading(field_named(name), kind) for name, kind in types.items()}


def _mentions(expr: Json, at: Pointer) -> Iterator[_Mention]:
    """Every place where the rule names a feature. What is no rule at all is left for the parser to refuse."""
    pending = [(expr, at)]
    while pending:
        value, where = pending.pop()
        if isinstance(value, list):
            pending.extend((each, point(where, index)) for index, each in enumerate(value))
        elif isinstance(value, dict):
            for name, inner in value.items():
                if name == "compare":
                    raise MalformedRule(where, "A condition on events does no arithmetic.", "Compare with a value.")
                mention = _mention(name, inner, point(where, name))
                if mention is None:
                    pending.append((inner, point(where, name)))
                else:
                    yield mention


def _mention(name: str, arguments: Json, at: Pointer) -> _Mention | None:
    feature, *rest = arguments if isinstance(arguments, list) and arguments else [arguments]
    if not isinstance(feature, str) or name not in OPERATORS:
        return None
    if not feature.startswith(PREFIX) or feature == PREFIX or "\0" in feature:
        raise MalformedRule(at, f"A condition on events reads {PREFIX}* only.", f'Such as "{PREFIX}value".')
    return _Mention(feature, _told(name, rest), at)


def _told(op: str, operands: list[Json]) -> FeatureType | None:
    """The type that an operator and its operand tell of the property."""
    readable = OPERATORS[op].accepts & READABLE
    if len(readable) == 1:
        return next(iter(readable))
    sample = operands[0] if operands else None
    if isinstance(sample, list) and sample:
        sample = sample[0]
    return _JSON_TYPES.get(type(sample))

"""A predicate on one feature, from its name, feature and operand: what every rule form ends in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import (
    ItemFeature,
    MalformedRule,
    PersonalFeature,
    RuleInvalid,
    SubjectsOwnId,
    UnknownFeature,
    UnknownOperator,
    WrongOperand,
    shown,
)
from tessella.domain.features.schema import SUBJECT, Feature, Schema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, Pointer, nearest
from tessella.domain.rules.ast import Operator
from tessella.domain.rules.operators import OPERATORS

#: What `percent` stands on.
SUBJECT_FEATURE: Final = Feature(SUBJECT, FeatureType.STRING)

#: How much of a wrong name is searched for and told.
NAME_LENGTH: Final = 128

CONNECTIVES: Final = ("all", "any", "not", "in_segment", "compare")

#: What JSONLogic calls ours.
_IN_JSONLOGIC: Final = {
    "and": "all", "or": "any", "!": "not", "==": "eq", "!=": "ne", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A part of a rule and where it stands in the input."""

    value: Json
    at: Pointer


def operator_named(name: Json, at: Pointer) -> type[Operator]:
    """The operator of that name. Raises `UnknownOperator`."""
    if isinstance(name, str) and name in OPERATORS:
        return OPERATORS[name]
    clipped = str(name)[:NAME_LENGTH]
    raise UnknownOperator(at, clipped, _IN_JSONLOGIC.get(clipped) or nearest(clipped, [*OPERATORS, *CONNECTIVES]))


def feature_named(written: Written, schema: Schema) -> Feature:
    """The declared feature that a rule may read.

    Raises `UnknownFeature`, `SubjectsOwnId`, `PersonalFeature`, `ItemFeature` or `MalformedRule`.
    """
    name = written.value
    if not isinstance(name, str):
        raise MalformedRule(written.at, f"A feature's name is expected here, not {shown(name)}.")
    feature = schema.get(FeatureName(name))
    if feature is None:
        raise _unknown(name, schema, written.at)
    if feature.personal:
        raise PersonalFeature(written.at, name)
    if feature.source is Source.ITEM and not schema.reads_items:
        raise ItemFeature(written.at, name)
    return feature


def _unknown(name: str, schema: Schema, at: Pointer) -> RuleInvalid:
    if name in schema.ids:
        return SubjectsOwnId(at, name)
    clipped = name[:NAME_LENGTH]
    return UnknownFeature(at, clipped, schema.nearest(clipped))


def read_leaf(op: str, feature: Written, operand: Written, schema: Schema) -> Operator:
    """The predicate `op` on a feature. Raises `RuleInvalid`. `op` is in the registry."""
    operator, declared = OPERATORS[op], feature_named(feature, schema)
    if declared.type not in operator.accepts:
        expected, got = f"a feature of type {' or '.join(sorted(operator.accepts))}", f"one of type {declared.type}"
        raise WrongOperand(feature.at, op, declared.name, expected, got)
    return operator.parse(declared, operand.value, operand.at)

"""Examples for every registered operator on every type: operands that it accepts, and values to try them on.

Nothing here names an operator: an operand is an example for an operator when its `parse` accepts it, so a new operator
is covered by registering it.
"""

from functools import lru_cache
from itertools import product

from tessella.domain.errors import WrongOperand
from tessella.domain.features.gate import DAY_US, TIMESTAMP_MAX, TIMESTAMP_MIN, Value
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Json
from tessella.domain.rules.ast import Operator
from tessella.domain.rules.leaf import SUBJECT_FEATURE
from tessella.domain.rules.operators import OPERATORS
from tessella.domain.rules.operators.operands import written

#: 2026-06-30T12:00:00Z
NOW = 1_782_820_800_000_000

#: One declared feature of each type, named after it.
FEATURES = {kind: Feature(f"user.{kind}", kind) for kind in FeatureType}
SCHEMA = Schema(FEATURES.values())

#: Normalised values at the edges of each type; absent is added by `values`.
EDGES: dict[FeatureType, tuple[Value, ...]] = {
    FeatureType.STRING: (
        "", "VIP", "vip", "new", "a", "b", "a.b", "ab", "a b", "0", "é", "e\u0301", "Z", "\uffff", "\U0001f600", "'",
        "%", "_", "\\", '"', "\n", "a\n", "\t", "a" * 1000,
    ),
    FeatureType.NUMBER: (
        0.0, 1.0, -1.0, 2.0, 3.0, 0.1, 0.2, 0.1 + 0.2, 0.3, -1.5, 500.0, 2.0**53, -(2.0**53), 5e-324,
        1.7976931348623157e308, -1.7976931348623157e308,
    ),
    FeatureType.INTEGER: (0, 1, -1, 2, 3, 5, 500, 2**53 - 1, 2**53, -(2**53)),
    FeatureType.BOOLEAN: (True, False),
    FeatureType.TIMESTAMP: (
        0, 1, -1, TIMESTAMP_MIN, TIMESTAMP_MAX, NOW, NOW - 1, NOW + 1, NOW + DAY_US, NOW - DAY_US, NOW - 30 * DAY_US,
        NOW - 30 * DAY_US - 1, NOW - 30 * DAY_US + 1, NOW - 36_500 * DAY_US,
    ),
    FeatureType.STRING_LIST: ((), ("",), ("a",), ("a", "VIP"), ("VIP", "VIP"), ("a b",), ("a", "b", "é")),
}  # fmt: skip

_PATTERNS = ("a.b", "^a", "^a$", "a", "", "^$", "(?i)vip", r"\bVIP\b", "^(VIP|new)$", r"a\.b", "a$", r"\pL")
_DAYS = (0, 1, 30, 36_500)
_SHARES = ([0, "launch"], [10, "launch"], [50, "other salt"], [99.9, "é"], [100, "launch"])


def cases() -> list[tuple[str, FeatureType]]:
    """Every registered operator with every type that it stands on; the subject's id is text."""
    return [
        (name, kind)
        for name, operator in OPERATORS.items()
        for kind in sorted(operator.accepts) or [FeatureType.STRING]
    ]


def feature_for(name: str, kind: FeatureType) -> Feature:
    """What the operator stands on in these examples."""
    return FEATURES[kind] if OPERATORS[name].accepts else SUBJECT_FEATURE


def values(kind: FeatureType) -> tuple[Value | None, ...]:
    """Absent, and every edge."""
    return (None, *EDGES[kind])


@lru_cache(maxsize=1)
def _scalars() -> dict[FeatureType, list[Json]]:
    return {
        kind: [written(each, kind) for each in EDGES[kind]]
        for kind in FeatureType
        if kind is not FeatureType.STRING_LIST
    }


def operands(name: str, kind: FeatureType) -> list[Json]:
    """Examples of operands that the operator accepts on a feature of this type."""
    return [each for each in _candidates(kind) if accepts(name, kind, each)]


def accepts(name: str, kind: FeatureType, operand: Json) -> bool:
    try:
        OPERATORS[name].parse(feature_for(name, kind), operand, "")
    except WrongOperand:
        return False
    return True


def _candidates(kind: FeatureType) -> list[Json]:
    scalars = _scalars().get(kind, _scalars()[FeatureType.STRING])
    lists = [[], scalars[:1], scalars[1:3], scalars[2:8], scalars]
    pairs = [list(pair) for pair in product(scalars[:4], repeat=2)]
    return [None, *scalars, *lists, *pairs, *_PATTERNS, *_DAYS, *_SHARES]


def predicates(name: str, kind: FeatureType) -> list[Operator]:
    """The operator with each of its example operands."""
    parse, feature = OPERATORS[name].parse, feature_for(name, kind)
    return [parse(feature, operand, "") for operand in operands(name, kind)]


def expression(name: str, kind: FeatureType, operand: Json) -> Json:
    """The rule `operator [feature, operand]` in the native form."""
    if not OPERATORS[name].accepts:
        return {name: operand}
    return {name: [FEATURES[kind].name] if operand is None else [FEATURES[kind].name, operand]}

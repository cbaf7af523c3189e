"""Which values of one feature satisfy several predicates at once: enough reasoning to see that none can.

A *literal* is a predicate or its negation. Sound, not complete: `is_empty` says True only when no value, present or
absent, satisfies all literals at any time; it may say False of literals that contradict each other in ways it does not
know. Operators that it does not know admit everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tessella.domain.features.gate import Value
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import Operator
from tessella.domain.rules.operators.between import Between
from tessella.domain.rules.operators.eq import Eq
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.operators.gt import Gt
from tessella.domain.rules.operators.gte import Gte
from tessella.domain.rules.operators.gte_days_since import GteDaysSince
from tessella.domain.rules.operators.in_ import In
from tessella.domain.rules.operators.lt import Lt
from tessella.domain.rules.operators.lte import Lte
from tessella.domain.rules.operators.lte_days_since import LteDaysSince
from tessella.domain.rules.operators.ne import Ne
from tessella.domain.rules.operators.nin import Nin

_DISCRETE: Final = (FeatureType.INTEGER, FeatureType.TIMESTAMP)


@dataclass(frozen=True, slots=True)
class Literal:
    """A predicate, or its negation."""

    predicate: Operator
    holds: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """One end of a range, and whether it belongs to it."""

    at: Any
    closed: bool


def is_empty(literals: Sequence[Literal]) -> bool:
    """Whether nothing satisfies all these literals about one feature.

    >>> is_empty([Literal(Gt("f", 5, FeatureType.INTEGER), True), Literal(Lt("f", 6, FeatureType.INTEGER), True)])
    True
    """
    if not any(each.holds for each in literals):
        return False  # an absent value satisfies every negation
    denied = {each.predicate for each in literals if not each.holds}
    if any(isinstance(each, Exists) for each in denied) or not denied.isdisjoint(
        e.predicate for e in literals if e.holds
    ):
        return True
    return _no_value(literals) or _no_age(literals)


def _no_value(literals: Sequence[Literal]) -> bool:
    candidates = _candidates(literals)
    if candidates is not None:
        return not any(_admits_all(literals, each) for each in candidates)
    return _no_range(*_limits(literals))


def _candidates(literals: Iterable[Literal]) -> frozenset[Value] | None:
    """A finite set that holds every value that satisfies the literals, if one of them gives it."""
    return next((found for each in literals if (found := _listed(each)) is not None), None)


def _listed(literal: Literal) -> frozenset[Value] | None:
    match literal:
        case Literal(Eq(_, value), True) | Literal(Ne(_, value), False):
            return frozenset({value})
        case Literal(In(_, values), True) | Literal(Nin(_, values), False):
            return frozenset(values)
        case Literal(Eq(_, _, FeatureType.BOOLEAN) | Ne(_, _, FeatureType.BOOLEAN), _):
            return frozenset({True, False})
        case _:
            return None


def _admits_all(literals: Iterable[Literal], value: Value) -> bool:
    known = (Eq, Ne, In, Nin, Gt, Gte, Lt, Lte, Between)
    return all(
        each.predicate.evaluate(value, 0) is each.holds for each in literals if isinstance(each.predicate, known)
    )


def _limits(literals: Iterable[Literal]) -> tuple[list[Limit], list[Limit]]:
    """The lower and the upper ends of the ranges that the literals describe."""
    lower: list[Limit] = []
    upper: list[Limit] = []
    for each in literals:
        match each:
            case Literal(Gt(_, value, kind), True) | Literal(Lte(_, value, kind), False):
                lower.append(_above(value, kind))
            case Literal(Gte(_, value), True) | Literal(Lt(_, value), False):
                lower.append(Limit(value, closed=True))
            case Literal(Lt(_, value, kind), True) | Literal(Gte(_, value, kind), False):
                upper.append(_below(value, kind))
            case Literal(Lte(_, value), True) | Literal(Gt(_, value), False):
                upper.append(Limit(value, closed=True))
            case Literal(Between(_, lowest, highest), True):
                lower.append(Limit(lowest, closed=True))
                upper.append(Limit(highest, closed=True))
    return lower, upper


def _above(value: Any, kind: FeatureType) -> Limit:
    return Limit(value + 1, closed=True) if kind in _DISCRETE else Limit(value, closed=False)


def _below(value: Any, kind: FeatureType) -> Limit:
    return Limit(value - 1, closed=True) if kind in _DISCRETE else Limit(value, closed=False)


def _no_age(literals: Iterable[Literal]) -> bool:
    """Whether no age in days is as old and as young as the literals ask."""
    lower: list[Limit] = []
    upper: list[Limit] = []
    for each in literals:
        match each:
            case Literal(GteDaysSince(_, days), holds):
                (lower if holds else upper).append(Limit(days, closed=holds))
            case Literal(LteDaysSince(_, days), holds):
                (upper if holds else lower).append(Limit(days, closed=holds))
    return _no_range(lower, upper)


def _no_range(lower: Sequence[Limit], upper: Sequence[Limit]) -> bool:
    if not lower or not upper:
        return False
    low = max(lower, key=lambda each: (each.at, not each.closed))
    high = min(upper, key=lambda each: (each.at, each.closed))
    return bool(low.at > high.at or (low.at == high.at and not (low.closed and high.closed)))

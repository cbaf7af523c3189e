"""What a tree may ask of a subject: each question gives a number, and each answer is a rule.

A tree splits numbers. So a question turns a feature into a column of them, NaN where it has no value, and a threshold
on that column back into predicates with exactly the same truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.gate import DAY_US, Value
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant
from tessella.domain.rules.ast import All, Node, Not
from tessella.domain.rules.operators.contains import Contains
from tessella.domain.rules.operators.eq import Eq
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.operators.gt import Gt
from tessella.domain.rules.operators.gte import Gte
from tessella.domain.rules.operators.gte_days_since import GteDaysSince
from tessella.domain.rules.operators.lt import Lt
from tessella.domain.rules.operators.lte import Lte
from tessella.domain.segments.proposing.rounding import two_digits, whole

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: The values of one feature, one a subject; None where it has none.
Values = Sequence[Value | None]

_HALF: Final = 0.5


class Question(Protocol):
    """A number that is asked of each subject."""

    @property
    def feature(self) -> Feature:
        """What it reads."""
        ...

    def column(self, values: Values) -> Numbers:
        """The answers."""
        ...

    def rounded(self, threshold: float) -> float:
        """The threshold as a rule states it."""
        ...

    def above(self, column: Numbers, threshold: float) -> Mask:
        """Who is above a rounded threshold; never those without a value."""
        ...

    def upper(self, threshold: float) -> Node:
        """The rule of those above."""
        ...

    def lower(self, threshold: float) -> Node:
        """The rule of those who have a value and are not above."""
        ...


@dataclass(frozen=True, slots=True)
class Amount:
    """The size of a number."""

    feature: Feature

    def column(self, values: Values) -> Numbers:
        return _numbers(values)

    def rounded(self, threshold: float) -> float:
        return two_digits(threshold)

    def above(self, column: Numbers, threshold: float) -> Mask:
        return column > threshold

    def upper(self, threshold: float) -> Node:
        return Gt(self.feature.name, threshold, self.feature.type)

    def lower(self, threshold: float) -> Node:
        return Lte(self.feature.name, threshold, self.feature.type)


@dataclass(frozen=True, slots=True)
class Count:
    """The size of an integer."""

    feature: Feature

    def column(self, values: Values) -> Numbers:
        return _numbers(values)

    def rounded(self, threshold: float) -> float:
        return whole(threshold)

    def above(self, column: Numbers, threshold: float) -> Mask:
        return column >= threshold

    def upper(self, threshold: float) -> Node:
        return Gte(self.feature.name, int(threshold), self.feature.type)

    def lower(self, threshold: float) -> Node:
        return Lt(self.feature.name, int(threshold), self.feature.type)


@dataclass(frozen=True, slots=True)
class Age:
    """How many whole days ago a moment was, at the cut. As a rule it moves on with the clock."""

    feature: Feature
    as_of: Instant

    def column(self, values: Values) -> Numbers:
        moments: list[Any] = [None if value is None else (self.as_of - int(value)) // DAY_US for value in values]  # type: ignore[arg-type]  # timestamps are integers
        return _numbers(moments)

    def rounded(self, threshold: float) -> float:
        return max(whole(threshold), 0)

    def above(self, column: Numbers, threshold: float) -> Mask:
        return column >= threshold

    def upper(self, threshold: float) -> Node:
        return GteDaysSince(self.feature.name, int(threshold))

    def lower(self, threshold: float) -> Node:
        return All((Exists(self.feature.name), Not(self.upper(threshold))))


@dataclass(frozen=True, slots=True)
class Is:
    """Whether a text, a truth value or one of several texts is this one. A subject without a value is asked too: no."""

    feature: Feature
    value: Value

    def column(self, values: Values) -> Numbers:
        if self.feature.type is FeatureType.STRING_LIST:
            return np.array([value is not None and self.value in value for value in values], dtype=np.float64)  # type: ignore[operator]  # tuples of texts
        return np.array([value == self.value for value in values], dtype=np.float64)

    def rounded(self, threshold: float) -> float:
        return _HALF

    def above(self, column: Numbers, threshold: float) -> Mask:
        return column > threshold

    def upper(self, threshold: float) -> Node:
        if self.feature.type is FeatureType.STRING_LIST:
            return Contains(self.feature.name, str(self.value), self.feature.type)
        return Eq(self.feature.name, self.value, self.feature.type)

    def lower(self, threshold: float) -> Node:
        return Not(self.upper(threshold))


def _numbers(values: Sequence[Any]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

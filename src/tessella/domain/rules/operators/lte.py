"""`lte`: at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, Pointer
from tessella.domain.rules.operators.english import say
from tessella.domain.rules.operators.operands import ORDERED, scalar, written

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression

_WORDS: Final = {
    FeatureType.STRING: "sorts at or before",
    FeatureType.NUMBER: "is at most",
    FeatureType.INTEGER: "is at most",
    FeatureType.TIMESTAMP: "is at or before",
}


@dataclass(frozen=True, slots=True)
class Lte:
    """True when the value is the operand or less.

    Numbers compare by size, times by time, text by code point; a feature without a value is false.

    >>> Lte("user.baskets_28d", 3, FeatureType.INTEGER).evaluate(3, now_us=0)
    True
    """

    feature: FeatureName
    value: Any
    type: FeatureType

    accepts: ClassVar = ORDERED

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Self:
        return cls(feature.name, scalar("lte", feature, operand, at), feature.type)

    def operand(self) -> Json:
        return written(self.value, self.type)

    def evaluate(self, value: Any, now_us: int) -> bool:
        return bool(value <= self.value)

    def python(self, value: str, ctx: PythonContext) -> str:
        return f"{value} <= {self.value!r}"

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        return ctx.compare(column, "<=", ctx.literal(self.value, self.type))

    def sentence(self) -> str:
        return f"{self.feature} {_WORDS[self.type]} {say(self.value, self.type)}"

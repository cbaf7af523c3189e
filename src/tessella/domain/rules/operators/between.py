"""`between`: within two bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, Pointer
from tessella.domain.rules.operators.english import say
from tessella.domain.rules.operators.operands import ORDERED, bounds, written

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression


@dataclass(frozen=True, slots=True)
class Between:
    """True when lowest <= value <= highest: both bounds belong to the range.

    Numbers compare by size, times by time, text by code point. Bounds the wrong way round hold nothing.

    >>> Between("user.household_size", 2, 4, FeatureType.INTEGER).evaluate(4, now_us=0)
    True
    """

    feature: FeatureName
    lowest: Any
    highest: Any
    type: FeatureType

    accepts: ClassVar = ORDERED

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Self:
        lowest, highest = bounds("between", feature, operand, at)
        return cls(feature.name, lowest, highest, feature.type)

    def operand(self) -> Json:
        return [written(self.lowest, self.type), written(self.highest, self.type)]

    def evaluate(self, value: Any, now_us: int) -> bool:
        return bool(self.lowest <= value <= self.highest)

    def python(self, value: str, ctx: PythonContext) -> str:
        return f"{self.lowest!r} <= {value} <= {self.highest!r}"

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        lowest, highest = ctx.literal(self.lowest, self.type), ctx.literal(self.highest, self.type)
        return ctx.and_(ctx.compare(column, ">=", lowest), ctx.compare(column, "<=", highest))

    def sentence(self) -> str:
        return f"{self.feature} is from {say(self.lowest, self.type)} to {say(self.highest, self.type)}"

"""`truthy`: a value that counts as true by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Self

from tessella.domain.features.gate import Value
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, Pointer
from tessella.domain.rules.operators.operands import ALL_TYPES, nothing

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression

_PYTHON: Final = {
    FeatureType.STRING: "{} != ''",
    FeatureType.NUMBER: "{} != 0",
    FeatureType.INTEGER: "{} != 0",
    FeatureType.BOOLEAN: "{}",
    FeatureType.TIMESTAMP: "True",
    FeatureType.STRING_LIST: "{} != ()",
}


@dataclass(frozen=True, slots=True)
class Truthy:
    """True when the value is not "", 0, false or the empty list. A time always counts: JSON writes it as text.

    This is what a bare `{"var": ...}` means in JSONLogic.

    >>> Truthy("user.tier", FeatureType.STRING).evaluate("0", now_us=0)
    True
    """

    feature: FeatureName
    type: FeatureType

    accepts: ClassVar = ALL_TYPES

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Self:
        nothing("truthy", feature, operand, at)
        return cls(feature.name, feature.type)

    def operand(self) -> Json:
        return None

    def evaluate(self, value: Value, now_us: int) -> bool:
        return self.type is FeatureType.TIMESTAMP or bool(value)

    def python(self, value: str, ctx: PythonContext) -> str:
        return _PYTHON[self.type].format(value)

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        match self.type:
            case FeatureType.STRING:
                return ctx.compare(column, "<>", ctx.text(""))
            case FeatureType.NUMBER | FeatureType.INTEGER:
                return ctx.compare(column, "<>", ctx.literal(0, self.type))
            case FeatureType.BOOLEAN:
                return ctx.compare(column, "=", ctx.boolean(True))
            case FeatureType.STRING_LIST:
                return ctx.not_(ctx.is_empty_list(column))
            case FeatureType.TIMESTAMP:
                return ctx.present()

    def sentence(self) -> str:
        return f"{self.feature} counts as true"

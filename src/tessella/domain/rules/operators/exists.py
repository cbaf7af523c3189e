"""`exists`: there is a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tessella.domain.features.gate import Value
from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import FeatureName, Json, Pointer
from tessella.domain.rules.operators.operands import ALL_TYPES, nothing

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression


@dataclass(frozen=True, slots=True)
class Exists:
    """True when the feature has a value, whichever it is: also "", 0, false and the empty list.

    >>> Exists("user.tier").evaluate("", now_us=0)
    True
    """

    feature: FeatureName

    accepts: ClassVar = ALL_TYPES

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Self:
        nothing("exists", feature, operand, at)
        return cls(feature.name)

    def operand(self) -> Json:
        return None

    def evaluate(self, value: Value, now_us: int) -> bool:
        return True

    def python(self, value: str, ctx: PythonContext) -> str:
        return "True"

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        return ctx.present()

    def sentence(self) -> str:
        return f"{self.feature} has a value"

"""`ne`: any value but one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tessella.domain.features.gate import Value
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, Pointer
from tessella.domain.rules.operators.english import say
from tessella.domain.rules.operators.operands import SCALARS, choice, written

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression


@dataclass(frozen=True, slots=True)
class Ne:
    """True when there is a value and it is not the operand.

    Absent is false, as for every predicate: `{"not": {"eq": ...}}` is the one that admits absent values.

    >>> Ne("user.tier", "VIP", FeatureType.STRING).evaluate("new", now_us=0)
    True
    """

    feature: FeatureName
    value: Value
    type: FeatureType

    accepts: ClassVar = SCALARS

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Self:
        return cls(feature.name, choice("ne", feature, operand, at), feature.type)

    def operand(self) -> Json:
        return written(self.value, self.type)

    def evaluate(self, value: Value, now_us: int) -> bool:
        return value != self.value

    def python(self, value: str, ctx: PythonContext) -> str:
        return f"{value} != {self.value!r}"

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        return ctx.compare(column, "<>", ctx.literal(self.value, self.type))

    def sentence(self) -> str:
        return f"{self.feature} has a value other than {say(self.value, self.type)}"

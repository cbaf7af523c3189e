"""`in`: one of several values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tessella.domain.features.gate import Value
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, Pointer
from tessella.domain.rules.operators.english import say_list
from tessella.domain.rules.operators.operands import SCALARS, choices, written

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression


@dataclass(frozen=True, slots=True)
class In:
    """True when the value is one of the operands. `in []` is false.

    The operands are kept sorted and each once: their order has no meaning.

    >>> In("ctx.surface", ("casino", "home"), FeatureType.STRING).evaluate("home", now_us=0)
    True
    """

    feature: FeatureName
    values: tuple[Value, ...]
    type: FeatureType

    accepts: ClassVar = SCALARS

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Self:
        return cls(feature.name, choices("in", feature, operand, at), feature.type)

    def operand(self) -> Json:
        return [written(each, self.type) for each in self.values]

    def evaluate(self, value: Value, now_us: int) -> bool:
        return value in self.values

    def python(self, value: str, ctx: PythonContext) -> str:
        return f"{value} in {ctx.constant(frozenset(self.values))}"

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        return ctx.is_in(column, [ctx.literal(each, self.type) for each in self.values])

    def sentence(self) -> str:
        return f"{self.feature} is one of {say_list(self.values, self.type)}"

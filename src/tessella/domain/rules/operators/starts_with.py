"""`starts_with`: how a text begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, Pointer
from tessella.domain.rules.operators.english import say
from tessella.domain.rules.operators.operands import TEXT, text

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression


@dataclass(frozen=True, slots=True)
class StartsWith:
    """True when the text begins with the operand. Case counts; every text begins with the empty text.

    >>> StartsWith("ctx.region", "US-").evaluate("US-CA", now_us=0)
    True
    """

    feature: FeatureName
    prefix: str

    accepts: ClassVar = TEXT

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Self:
        return cls(feature.name, text("starts_with", feature, operand, at))

    def operand(self) -> Json:
        return self.prefix

    def evaluate(self, value: str, now_us: int) -> bool:
        return value.startswith(self.prefix)

    def python(self, value: str, ctx: PythonContext) -> str:
        return f"{value}.startswith({self.prefix!r})"

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        return ctx.starts_with(column, self.prefix)

    def sentence(self) -> str:
        return f"{self.feature} starts with {say(self.prefix, FeatureType.STRING)}"

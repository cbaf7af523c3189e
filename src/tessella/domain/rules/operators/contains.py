"""`contains`: a part of a text, or an item of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, Pointer
from tessella.domain.rules.operators.english import say
from tessella.domain.rules.operators.operands import text

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression


@dataclass(frozen=True, slots=True)
class Contains:
    """True when a text holds the operand anywhere, or a list holds it as one of its items. Case counts.

    Every text holds the empty text; a list holds it only as an item.

    >>> Contains("user.city", "York", FeatureType.STRING).evaluate("New York", now_us=0)
    True
    >>> Contains("user.tags", "York", FeatureType.STRING_LIST).evaluate(("New York",), now_us=0)
    False
    """

    feature: FeatureName
    part: str
    type: FeatureType

    accepts: ClassVar = frozenset({FeatureType.STRING, FeatureType.STRING_LIST})

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Self:
        return cls(feature.name, text("contains", feature, operand, at), feature.type)

    def operand(self) -> Json:
        return self.part

    def evaluate(self, value: str | tuple[str, ...], now_us: int) -> bool:
        return self.part in value

    def python(self, value: str, ctx: PythonContext) -> str:
        return f"{self.part!r} in {value}"

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        if self.type is FeatureType.STRING_LIST:
            return ctx.contains_item(column, self.part)
        return ctx.contains_text(column, self.part)

    def sentence(self) -> str:
        return f"{self.feature} contains {say(self.part, FeatureType.STRING)}"

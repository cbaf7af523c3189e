"""`gte_days_since`: long enough ago."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tessella.domain.features.gate import DAY_US
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, Pointer
from tessella.domain.rules.operators.operands import days

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression


@dataclass(frozen=True, slots=True)
class GteDaysSince:
    """True when at least `days` whole days of 24 h lie between the feature's time and now.

    now - t >= days * 86_400_000_000 us. Exactly `days` is true; a future time is false. 0 to 36,500 days.

    >>> GteDaysSince("user.last_play_ts", 30).evaluate(0, now_us=30 * 86_400_000_000)
    True
    """

    feature: FeatureName
    days: int

    accepts: ClassVar = frozenset({FeatureType.TIMESTAMP})

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Self:
        return cls(feature.name, days("gte_days_since", feature, operand, at))

    def operand(self) -> Json:
        return self.days

    def cutoff_us(self, now_us: int) -> int:
        return now_us - self.days * DAY_US

    def evaluate(self, value: int, now_us: int) -> bool:
        return value <= self.cutoff_us(now_us)

    def python(self, value: str, ctx: PythonContext) -> str:
        return f"{value} <= {ctx.now} - {self.days * DAY_US}"

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        return ctx.compare(column, "<=", ctx.timestamp(self.cutoff_us(ctx.now_us)))

    def sentence(self) -> str:
        return f"{self.feature} was {self.days} or more days ago"

"""`percent`: a stable share of all subjects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tessella.domain.features.gate import normalise
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.hashing import percent_text, percent_threshold
from tessella.domain.identifiers import FeatureName, Json, Pointer, point
from tessella.domain.rules.operators.english import quote
from tessella.domain.rules.operators.operands import refuse, text, written

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression


@dataclass(frozen=True, slots=True)
class Percent:
    """True for `percent` of all subjects, always the same ones for one salt; false without a subject.

    The first 8 hexadecimal digits of sha256(salt ":" subject_id) are below percent / 100 * 2^32, written in 8 digits.
    percent is from 0 (nobody) to 100 (every subject); with the same salt, 10 % are among the 20 %. It stands on the
    subject's id, so it names no feature: `{"percent": [10, "launch"]}`.

    >>> Percent("subject_id", 40.0, "launch").evaluate("household-1", now_us=0)
    True
    """

    feature: FeatureName
    percent: float
    salt: str

    accepts: ClassVar[frozenset[FeatureType]] = frozenset()
    #: An evaluation takes long enough that its result is worth keeping.
    costly: ClassVar = True

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Self:
        if not isinstance(operand, list) or len(operand) != 2:
            refuse("percent", feature, "[percent, salt]", operand, at)
        first, second = (0, 1) if isinstance(operand[1], str) else (1, 0)
        share = _share(feature, operand[first], point(at, first))
        return cls(feature.name, share, _salt(feature, operand[second], point(at, second)))

    def operand(self) -> Json:
        return [written(self.percent, FeatureType.NUMBER), self.salt]

    def evaluate(self, value: str, now_us: int) -> bool:
        return percent_text(self.salt, value) < percent_threshold(self.percent)

    def python(self, value: str, ctx: PythonContext) -> str:
        text_of = ctx.constant(percent_text)
        return f"{text_of}({self.salt!r}, {value}) < {percent_threshold(self.percent)!r}"

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        return ctx.hashed_below(column, self.salt, percent_threshold(self.percent))

    def sentence(self) -> str:
        share = written(self.percent, FeatureType.NUMBER)
        return f"{self.feature} is among the {share} % drawn by {quote(self.salt)}"


def _share(feature: Feature, operand: Json, at: Pointer) -> float:
    share = normalise(operand, FeatureType.NUMBER)
    if not isinstance(share, float) or not 0 <= share <= 100:
        refuse("percent", feature, "a percentage from 0 to 100", operand, at)
    return share + 0.0


def _salt(feature: Feature, operand: Json, at: Pointer) -> str:
    if not operand:
        refuse("percent", feature, "a salt, such as the name of a launch", operand, at)
    return text("percent", feature, operand, at)

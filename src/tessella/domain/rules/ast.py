"""The one tree that every rule form parses to and every engine runs.

Connectives are `All`, `AnyOf`, `Not` and `InSegment`; a leaf is an `Operator` on one feature, or a `Comparison` of
arithmetic terms. Nodes are immutable and hashable: equal trees mean equal truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from tessella.domain.features.gate import Value
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, Pointer, SegmentId

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression

#: Limits of one rule.
MAX_DEPTH = 32
MAX_NODES = 2_000
MAX_LIST = 10_000
MAX_TEXT = 1_000


class Form(StrEnum):
    """The two forms in which a rule is written; never guessed."""

    DSL = "dsl"
    JSONLOGIC = "jsonlogic"


class Operator(Protocol):
    """A predicate on one feature: one file in `operators/`, one line in its registry.

    `evaluate`, `python` and `sql` see normalised values only, and never an absent one: over an absent value every
    predicate is false, and each engine guards for that itself.
    """

    #: The types of feature that it can stand on; none for an operator that reads the subject's id instead.
    accepts: ClassVar[frozenset[FeatureType]]

    @property
    def feature(self) -> FeatureName:
        """The feature that it reads. `percent` reads `SUBJECT`."""
        ...

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Operator:
        """The predicate from its JSON operand; `at` points at the operand. Raises `WrongOperand`.

        It is of this class, or of a simpler one that means the same.
        """
        ...

    def operand(self) -> Json:
        """The JSON operand that `parse` reads back to an equal predicate; None for an operator that has none."""
        ...

    def evaluate(self, value: Any, now_us: int) -> bool:
        """Whether it holds: the reference meaning."""
        ...

    def python(self, value: str, ctx: PythonContext) -> str:
        """A Python expression with the same meaning; `value` names a loaded, present value."""
        ...

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        """A SQL expression with the same meaning over a normalised column. Raises `NotSqlCapable`."""
        ...

    def sentence(self) -> str:
        """The predicate in plain English, such as "user.tier is VIP"."""
        ...


@dataclass(frozen=True, slots=True)
class All:
    """True when every child is; true when there is none."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when one child is; false when there is none."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when its child is false, plainly: also where the child is false for want of a value."""

    child: Node


@dataclass(frozen=True, slots=True)
class InSegment:
    """True when any enabled rule of the segment matches, whether the segment is active or not."""

    segment_id: SegmentId


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left op right` over float64 terms, where op is one of > >= < <= == !=; false when either side is absent."""

    op: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Constant:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of a number or integer feature, as float64."""

    feature: FeatureName


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+ - * / %` over terms, in float64; absent when an operand is, when dividing by 0, or when not finite."""

    op: str
    operands: tuple[Term, ...]


Term = Constant | Reading | Arithmetic
Connective = All | AnyOf | Not | InSegment
Node = All | AnyOf | Not | InSegment | Comparison | Operator

ALWAYS = All(())
NEVER = AnyOf(())

__all__ = [
    "ALWAYS", "MAX_DEPTH", "MAX_LIST", "MAX_NODES", "MAX_TEXT", "NEVER", "All", "AnyOf", "Arithmetic", "Comparison",
    "Connective", "Constant", "Form", "InSegment", "Node", "Not", "Operator", "Reading", "Term", "Value",
]  # fmt: skip

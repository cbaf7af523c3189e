"""What is wrong with a rule."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid, TessellaError


class RuleInvalid(Invalid):
    """The rule cannot be accepted."""


@dataclass(eq=False)
class UnknownFeature(RuleInvalid):
    """No feature "{name}" is declared in this namespace."""

    pointer: str
    name: str
    nearest: str | None

    def hint(self) -> str:
        """The nearest declared name."""
        return f'Did you mean "{self.nearest}"?' if self.nearest else "Declare it first: POST /api/v1/features."


@dataclass(eq=False)
class SubjectsOwnId(RuleInvalid):
    """No rule can read "{name}": it is the subject's own id."""

    pointer: str
    name: str

    def hint(self) -> str:
        """Where the id stands, and what rules have in its place."""
        return 'Requests name it as subject_id. For some subjects write {"percent": ...}, or a feature that says which.'


@dataclass(eq=False)
class PersonalFeature(RuleInvalid):
    """The feature "{name}" is personal data and cannot be read by a rule."""

    pointer: str
    name: str


@dataclass(eq=False)
class ItemFeature(RuleInvalid):
    """The feature "{name}" is read from items, and the rule of a segment is about a subject."""

    pointer: str
    name: str

    def hint(self) -> str:
        """Where it can be read."""
        return "Read it in the item_filter of the defaults, a profile or a campaign."


@dataclass(eq=False)
class UnknownOperator(RuleInvalid):
    """There is no operator "{name}"."""

    pointer: str
    name: str
    nearest: str | None

    def hint(self) -> str:
        """The nearest operator."""
        return f'Did you mean "{self.nearest}"?' if self.nearest else "See the list of operators in the reference."


@dataclass(eq=False)
class UnsupportedOperator(UnknownOperator):
    """The JSONLogic operator "{name}" is not supported in rules."""


@dataclass(eq=False)
class WrongOperand(RuleInvalid):
    """{op} on {feature} expects {expected}, not {got}."""

    pointer: str
    op: str
    feature: str
    expected: str
    got: str
    advice: str = ""

    def hint(self) -> str:
        """The nearest allowed value, where the feature lists its values."""
        return self.advice


@dataclass(eq=False)
class MalformedRule(RuleInvalid):
    """{problem}"""

    pointer: str
    problem: str
    advice: str = ""

    def hint(self) -> str:
        """What a rule looks like here."""
        return self.advice


@dataclass(eq=False)
class RuleTooLarge(RuleInvalid):
    """The rule is too {what}: at most {limit} {unit} are allowed."""

    pointer: str
    what: str
    limit: int
    unit: str

    def hint(self) -> str:
        """How to make it smaller."""
        return "Split it into segments and refer to them with in_segment."


@dataclass(eq=False)
class SegmentCycle(RuleInvalid):
    """in_segment goes in a circle: {path}."""

    pointer: str
    path: str


@dataclass(eq=False)
class NotSqlCapable(Invalid):
    """{predicate} has no SQL form on {engine}: {reason}."""

    engine: str
    predicate: str
    reason: str


@dataclass(eq=False)
class RuleError(TessellaError):
    """Rule {rule_id} of segment {segment_id} failed while it was evaluated: {problem}."""

    segment_id: str
    rule_id: str
    problem: str

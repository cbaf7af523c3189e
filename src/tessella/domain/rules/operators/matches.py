"""`matches`: a regular expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

import re2  # type: ignore[import-untyped]  # the wheel carries no types

from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import FeatureName, Json, Pointer
from tessella.domain.rules.ast import Operator
from tessella.domain.rules.operators.contains import Contains
from tessella.domain.rules.operators.english import quote
from tessella.domain.rules.operators.eq import Eq
from tessella.domain.rules.operators.operands import TEXT, refuse, text
from tessella.domain.rules.operators.starts_with import StartsWith

if TYPE_CHECKING:
    from tessella.domain.rules.compile import PythonContext
    from tessella.domain.rules.sql import SqlContext, SqlExpression

#: Letters that stand for themselves, and escaped punctuation.
_LITERAL: Final = re.compile(r"(?P<start>\^?)(?P<body>(?:[^\\.+*?()|\[\]{}^$]|\\[!-/:-@\[-`{-~])*)(?P<end>\$?)")
_ESCAPE: Final = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Matches:
    """True when RE2 finds the pattern anywhere in the text, case as written. Patterns have at most 1,000 characters.

    RE2 takes linear time: it has no backreferences and no look-around. `^` and `$` are the ends of the text. A pattern
    that is literal is read as `eq`, `starts_with` or `contains`, which are quicker and run on every SQL engine.

    >>> Matches("ctx.device", "^(mobile|tablet)").evaluate("mobile app", now_us=0)
    True
    """

    feature: FeatureName
    pattern: str

    accepts: ClassVar = TEXT
    #: An evaluation takes long enough that its result is worth keeping.
    costly: ClassVar = True

    @classmethod
    def parse(cls, feature: Feature, operand: Json, at: Pointer) -> Operator:
        pattern = text("matches", feature, operand, at)
        return _literal(feature, pattern, at) or cls(feature.name, _checked(feature, pattern, at))

    def operand(self) -> Json:
        return self.pattern

    def evaluate(self, value: str, now_us: int) -> bool:
        return compiled(self.pattern).search(value) is not None

    def python(self, value: str, ctx: PythonContext) -> str:
        return f"{ctx.constant(compiled(self.pattern))}.search({value}) is not None"

    def sql(self, column: SqlExpression, ctx: SqlContext) -> SqlExpression:
        return ctx.matches(column, self.pattern)

    def sentence(self) -> str:
        return f"{self.feature} matches the pattern {quote(self.pattern)}"


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """The pattern as RE2 runs it. Raises `re2.error`."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _checked(feature: Feature, pattern: str, at: Pointer) -> str:
    try:
        compiled(pattern)
    except re2.error as error:
        problem = error.args[0]
        reason = problem.decode(errors="replace") if isinstance(problem, bytes) else str(problem)
        refuse("matches", feature, f"an RE2 pattern ({reason})", pattern, at)
    return pattern


def _literal(feature: Feature, pattern: str, at: Pointer) -> Operator | None:
    """The simpler operator that means the same, if there is one."""
    found = _LITERAL.fullmatch(pattern)
    if not found or (found["end"] and not found["start"]):
        return None
    body = _ESCAPE.sub(r"\1", found["body"])
    if found["end"]:
        return Eq.parse(feature, body, at)
    return StartsWith(feature.name, body) if found["start"] else Contains(feature.name, body, feature.type)

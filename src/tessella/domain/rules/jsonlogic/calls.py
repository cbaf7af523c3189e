"""The shape of a JSONLogic rule: an operator and its arguments, or a constant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import MalformedRule, UnknownOperator, UnsupportedOperator, shown
from tessella.domain.identifiers import Pointer, nearest, point
from tessella.domain.rules.ast import MAX_LIST
from tessella.domain.rules.leaf import NAME_LENGTH, Written
from tessella.domain.rules.terms import ARITY as ARITHMETIC

_SOME: Final = range(1, MAX_LIST + 1)
_CHAIN: Final = range(2, MAX_LIST + 1)
_PAIR: Final = range(2, 3)

#: The operators, each with how many arguments it may have.
ARITY: Final = {
    **ARITHMETIC,
    "and": _SOME, "or": _SOME, "!": range(2), "!!": range(2), "if": range(MAX_LIST + 1), "?:": range(3, 4),
    ">": _CHAIN, ">=": _CHAIN, "<": _CHAIN, "<=": _CHAIN, "==": _CHAIN, "===": _CHAIN, "!=": _PAIR, "!==": _PAIR,
    "in": _PAIR, "var": range(1, 3), "missing": range(MAX_LIST + 1), "missing_some": _PAIR,
}  # fmt: skip

#: What other JSONLogic engines offer and rules here do not: it makes lists or texts, or runs over the items of a list.
UNSUPPORTED: Final = frozenset({
    "map", "filter", "reduce", "all", "none", "some", "merge", "cat", "substr", "min", "max", "log", "method", "val",
    "exists", "throw", "try", "??", "length", "get", "preserve", "each", "keys", "entries", "pipe",
})  # fmt: skip

_EXAMPLE: Final = 'Write {"and": [...]}, or a comparison such as {">": [{"var": "total_revenue"}, 200]}.'


@dataclass(frozen=True, slots=True)
class Call:
    """An operator with its arguments; `at` points at all of them."""

    op: str
    arguments: tuple[Written, ...]
    at: Pointer


def call_in(part: Written) -> Call | None:
    """The call that a part of a rule is; None for a constant, as `{}` is one. Raises `RuleInvalid`.

    A single argument needs no list around it.
    """
    if not isinstance(part.value, dict) or not part.value:
        return None
    if len(part.value) > 1:
        problem = f"A rule has one operator, not {len(part.value)}: {shown(list(part.value))}."
        raise MalformedRule(part.at, problem, _EXAMPLE)
    ((op, operand),) = part.value.items()
    call = Call(op, _arguments(Written(operand, point(part.at, op))), point(part.at, op))
    _check(call)
    return call


def _arguments(written: Written) -> tuple[Written, ...]:
    if not isinstance(written.value, list):
        return (written,)
    return items(written)


def items(listed: Written) -> tuple[Written, ...]:
    """Each item of a list, with where it stands."""
    return tuple(Written(each, point(listed.at, index)) for index, each in enumerate(listed.value))


def _check(call: Call) -> None:
    clipped = str(call.op)[:NAME_LENGTH]
    if call.op in UNSUPPORTED:
        raise UnsupportedOperator(call.at, clipped, None)
    if call.op not in ARITY:
        raise UnknownOperator(call.at, clipped, nearest(clipped, ARITY))
    allowed = ARITY[call.op]
    if len(call.arguments) not in allowed:
        problem = f'"{call.op}" has {_said(allowed)} arguments, not {len(call.arguments)}.'
        raise MalformedRule(call.at, problem, _EXAMPLE)


def _said(allowed: range) -> str:
    lowest, highest = allowed[0], allowed[-1]
    if lowest == highest:
        return str(lowest)
    return f"{lowest} or more" if highest > 2 else f"{lowest} or {highest}"

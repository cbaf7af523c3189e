"""A rule in plain English.

"and" binds closer than "or": an "or" within an "and" stands in parentheses, and a comma before an "or" shows where a
side holds an "and". So a sentence has one meaning only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from tessella.domain.identifiers import SegmentId
from tessella.domain.rules.ast import All, AnyOf, Comparison, InSegment, Node, Not
from tessella.domain.rules.operators.english import quote
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.terms import say_term

_SYMBOLS: Final = {">": "is more than", ">=": "is at least", "<": "is less than", "<=": "is at most", "==": "is"}
_NO_NAMES: Final[Mapping[SegmentId, str]] = {}


def sentence(node: Node, segment_names: Mapping[SegmentId, str] = _NO_NAMES) -> str:
    """The rule as one sentence without its full stop; segments by name where `segment_names` has one.

    >>> sentence(All((Exists("user.tier"), AnyOf((Exists("ctx.region"), Not(Exists("ctx.device")))))))
    'user.tier has a value and (ctx.region has a value or ctx.device has no value)'
    """
    match node:
        case All(()):
            return "everyone"
        case AnyOf(()):
            return "nobody"
        case All((only,)) | AnyOf((only,)):
            return sentence(only, segment_names)
        case All(children):
            return " and ".join(_side_of_and(each, segment_names) for each in children)
        case AnyOf(children):
            return _either(children, segment_names)
        case _:
            return _single(node, segment_names)


def _single(node: Node, names: Mapping[SegmentId, str]) -> str:
    match node:
        case Not(Exists(feature)):
            return f"{feature} has no value"
        case Not(InSegment() as segment):
            return f"not {sentence(segment, names)}"
        case Not(child):
            return f"not ({sentence(child, names)})"
        case InSegment(segment_id):
            return f"in the segment {quote(names.get(segment_id) or segment_id)}"
        case Comparison(op, left, right):
            return f"{say_term(left)} {_SYMBOLS.get(op, 'is not')} {say_term(right)}"
        case predicate:
            return predicate.sentence()  # type: ignore[union-attr]  # groups are not given to this function


def _either(children: Iterable[Node], names: Mapping[SegmentId, str]) -> str:
    """The children, joined by "or", with a comma where one of them holds an "and"."""
    children = tuple(children)
    by = ", or " if any(_stands_for(each, All) for each in children) else " or "
    return by.join(sentence(each, names) for each in children)


def _side_of_and(node: Node, names: Mapping[SegmentId, str]) -> str:
    said = sentence(node, names)
    return f"({said})" if _stands_for(node, AnyOf) else said


def _stands_for(node: Node, kind: type[All] | type[AnyOf]) -> bool:
    """Whether the node is said as a group of this kind; a group of one is said as its member."""
    while isinstance(node, All | AnyOf) and len(node.children) == 1:
        node = node.children[0]
    return isinstance(node, kind) and len(node.children) > 1

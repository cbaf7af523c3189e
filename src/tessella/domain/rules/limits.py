"""The size of a rule, checked before anything else looks at it."""

from __future__ import annotations

from collections.abc import Iterator

from tessella.domain.errors import RuleTooLarge
from tessella.domain.identifiers import Json, Pointer, point
from tessella.domain.rules.ast import MAX_DEPTH, MAX_LIST, MAX_NODES


def check_limits(expr: Json, at: Pointer) -> None:
    """Raises `RuleTooLarge` beyond the limits of `ast`, without recursion. How long a text is, its operator checks.

    Depth is the number of objects inside one another; a list that stands directly in a list counts as one more, and
    one such list may stand in the deepest object.
    """
    nodes = 0
    pending = [(expr, at, 1, False)] if isinstance(expr, dict | list) else []
    while pending:
        value, where, depth, in_list = pending.pop()
        if isinstance(value, list) and len(value) > MAX_LIST:
            raise RuleTooLarge(where, "long", MAX_LIST, "items in one list")
        nested = in_list or isinstance(value, dict)
        if nested and depth > MAX_DEPTH + isinstance(value, list):
            raise RuleTooLarge(where, "deep", MAX_DEPTH, "levels")
        nodes += isinstance(value, dict)
        if nodes > MAX_NODES:
            raise RuleTooLarge(at, "large", MAX_NODES, "objects")
        inside = isinstance(value, list)
        pending.extend((each, place, depth + nested, inside) for each, place in _parts(value, where))


def _parts(value: Json, at: Pointer) -> Iterator[tuple[Json, Pointer]]:
    """The objects and lists directly inside."""
    named = value.items() if isinstance(value, dict) else enumerate(value)
    return ((each, point(at, name)) for name, each in named if isinstance(each, dict | list))

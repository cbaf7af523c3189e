"""The words that a field of a record may hold: what a decoder leaves out when it refuses another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import inspect


def words_at(kind: Any, steps: Sequence[str]) -> list[str]:
    """The words of an enumeration, by the steps from a record to it; none where there is no enumeration.

    >>> from typing import Literal
    >>> words_at(dict[str, Literal["asc", "desc"]], ["..."])
    ['asc', 'desc']
    """
    found = [inspect.type_info(kind)]
    for step in steps:
        found = [inner for each in found for inner in _inside(each, step)]
    return list(dict.fromkeys(word for each in found for word in _words(each)))


def _inside(found: inspect.Type, step: str) -> Iterator[inspect.Type]:
    """What a step leads to; of a union, in any of its types."""
    match found:
        case inspect.UnionType():
            yield from (inner for each in found.types for inner in _inside(each, step))
        case inspect.StructType() | inspect.DataclassType() | inspect.TypedDictType():
            yield from (each.type for each in found.fields if each.encode_name == step)
        case inspect.DictType():
            yield found.value_type
        case inspect.CollectionType():
            yield found.item_type


def _words(found: inspect.Type) -> Iterator[str]:
    match found:
        case inspect.UnionType():
            yield from (word for each in found.types for word in _words(each))
        case inspect.EnumType():
            yield from (str(each.value) for each in found.cls)
        case inspect.LiteralType():
            yield from map(str, found.values)

"""The words and fields that a record may have: what a decoder leaves out when it refuses others."""

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
    return list(dict.fromkeys(word for each in _types_at(kind, steps) for word in _words(each)))


def fields_at(kind: Any, steps: Sequence[str]) -> list[str]:
    """The fields of the object that the steps lead to; none where its fields are free, or it is no object.

    >>> from tessella.domain.experiments.setup.experiment import Experiment
    >>> fields_at(Experiment, ["layer"])
    ['name', 'first', 'last']
    """
    return [each.encode_name for found in _types_at(kind, steps) for each in _fields(found)]


def holder_of(kind: Any, name: str) -> str | None:
    """The field of a record whose own fields have this one; None where there is none.

    >>> from tessella.domain.experiments.setup.experiment import Experiment
    >>> holder_of(Experiment, "segment_by")
    'segmentation'
    """
    fields = (each for found in _types_at(kind, []) for each in _fields(found))
    inner = ((field, each.encode_name) for field in fields for each in _fields(field.type))
    return next((field.encode_name for field, each in inner if each == name), None)


def _types_at(kind: Any, steps: Sequence[str]) -> list[inspect.Type]:
    found = [inspect.type_info(kind)]
    for step in steps:
        found = [inner for each in found for inner in _inside(each, step)]
    return found


def _fields(found: inspect.Type) -> Iterator[inspect.Field]:
    match found:
        case inspect.UnionType():
            yield from (field for each in found.types for field in _fields(each))
        case inspect.StructType() | inspect.DataclassType() | inspect.TypedDictType():
            yield from found.fields


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

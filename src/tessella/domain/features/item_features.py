"""Features of items: the built-in ones, and declared ones that read a property."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tessella.domain.errors import WrongShape
from tessella.domain.features.schema import BUILT_IN, Feature, Source
from tessella.domain.identifiers import FeatureName, Pointer, point

#: What the name of a declared feature of items begins with; the rest is the name of the property.
PREFIX: Final = "item."
_BUILT_IN: Final = {each.name: each.type for each in BUILT_IN if each.source is Source.ITEM}


def property_of(name: FeatureName) -> str:
    """The property of items that a feature of the source `item` reads.

    >>> property_of(FeatureName("item.colour"))
    'colour'
    """
    return name.removeprefix(PREFIX)


def item_properties(features: Iterable[Feature]) -> tuple[Feature, ...]:
    """The features that read a property of items, by name."""
    read = (each for each in features if each.source is Source.ITEM and each.name not in _BUILT_IN)
    return tuple(sorted(read, key=lambda each: each.name))


def check_item_feature(feature: Feature, at: Pointer = "") -> None:
    """That a declaration of the source `item` is one. `at` points at it. Raises `WrongShape`.

    Its name begins with `item.`; a request cannot carry its value; one that is built in keeps its type.
    """
    if feature.source is not Source.ITEM:
        return
    if len(feature.name) <= len(PREFIX) or not feature.name.startswith(PREFIX):
        problem = "The name of a feature of items begins with item. and goes on with the name of a property."
        raise WrongShape(point(at, "name"), problem, f"Such as {PREFIX}colour, which reads the property colour.")
    if feature.overridable:
        raise WrongShape(point(at, "overridable"), "A request cannot carry the value of a feature of items.")
    if (kind := _BUILT_IN.get(feature.name, feature.type)) is not feature.type:
        raise WrongShape(point(at, "type"), f"{feature.name} is built in: its type is {kind}.")

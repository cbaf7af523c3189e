"""The features that boosts compare: of the subject with those of the item, and moments of the item with now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from tessella.domain.errors import PersonalFeature, TessellaError, UnknownFeature, WrongShape
from tessella.domain.features.schema import Feature, ItemSchema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, Pointer, nearest, point
from tessella.domain.personalization.scope import Boost, Equal, Recent, Related

_NUMBERS: Final = frozenset({FeatureType.NUMBER, FeatureType.INTEGER})
#: What is not there where a ranking is made for a day ahead, and what to do about it.
_UNKEPT: Final = {
    Source.REQUEST: ("it is of one request, and rankings are kept", "Read a stored fact, or a field of the vector."),
    Source.WAREHOUSE: ("it is a column of a source of customers", "Import it as a fact, and read that."),
}


def compared(boost: Boost) -> set[FeatureName]:
    """The features that a boost reads without a rule."""
    read = {each.item for each in (boost.equal, boost.related, boost.recent) if each is not None}
    return read | {each.subject for each in (boost.equal, boost.related) if each is not None}


def unkept(feature: Feature, at: Pointer) -> Iterator[TessellaError]:
    """Why a scope cannot read a feature; nothing where it can."""
    if feature.source in _UNKEPT:
        why, advice = _UNKEPT[feature.source]
        yield WrongShape(at, f'A scope cannot read "{feature.name}": {why}.', advice)


def comparison_faults(boost: Boost, schema: ItemSchema, at: Pointer) -> Iterator[TessellaError]:
    """Every fault in what a boost compares: names, sides and types."""
    if boost.equal is not None:
        yield from _equal_faults(boost.equal, schema, point(at, "equal"))
    if boost.related is not None:
        yield from _related_faults(boost.related, schema, point(at, "related"))
    if boost.recent is not None:
        yield from _recent_faults(boost.recent, schema, point(at, "recent"))


def _equal_faults(equal: Equal, schema: ItemSchema, at: Pointer) -> Iterator[TessellaError]:
    if faults := _side_faults(equal, schema, at):
        yield from faults
        return
    subject, item = schema[equal.subject], schema[equal.item]
    if FeatureType.STRING_LIST in (subject.type, item.type):
        yield WrongShape(at, "Lists are not compared.", 'Ask in a rule: {"when": {"contains": ["item.tags", "new"]}}.')
    elif subject.type is not item.type and not _NUMBERS.issuperset({subject.type, item.type}):
        problem = f'"{subject.name}" is of type {subject.type} and "{item.name}" of type {item.type}: '
        yield WrongShape(at, f"{problem}they are never equal.", "Compare two of one type.")


def _related_faults(related: Related, schema: ItemSchema, at: Pointer) -> Iterator[TessellaError]:
    if faults := _side_faults(related, schema, at):
        yield from faults
        return
    subject, item = schema[related.subject], schema[related.item]
    yield from _type_faults(subject, FeatureType.STRING, point(at, "subject"))
    yield from _type_faults(item, FeatureType.STRING, point(at, "item"))
    yield from _value_faults(related.table, subject, point(at, "table"))
    for value, row in related.table.items():
        yield from _value_faults(row, item, point(at, "table", value))


def _recent_faults(recent: Recent, schema: ItemSchema, at: Pointer) -> Iterator[TessellaError]:
    where = point(at, "item")
    if faults := list(_item_faults(recent.item, schema, where)):
        yield from faults
    else:
        yield from _type_faults(schema[recent.item], FeatureType.TIMESTAMP, where)


def _side_faults(pair: Equal | Related, schema: ItemSchema, at: Pointer) -> list[TessellaError]:
    of_subject = _subject_faults(pair.subject, schema, point(at, "subject"))
    return [*of_subject, *_item_faults(pair.item, schema, point(at, "item"))]


def _subject_faults(name: FeatureName, schema: ItemSchema, at: Pointer) -> Iterator[TessellaError]:
    yield from _name_faults(name, schema, at)
    if (feature := schema.get(name)) is not None:
        yield from unkept(feature, at)
        if feature.source is Source.ITEM:
            yield WrongShape(at, f'"{name}" is read from items, and not of the subject.', "Name it as `item`.")


def _item_faults(name: FeatureName, schema: ItemSchema, at: Pointer) -> Iterator[TessellaError]:
    yield from _name_faults(name, schema, at)
    if (feature := schema.get(name)) is not None and feature.source is not Source.ITEM:
        yield WrongShape(at, f'"{name}" is not read from items.', "Name a feature of the source item.")


def _name_faults(name: FeatureName, schema: ItemSchema, at: Pointer) -> Iterator[TessellaError]:
    feature = schema.get(name)
    if feature is None:
        yield UnknownFeature(at, name, schema.nearest(name))
    elif feature.personal:
        yield PersonalFeature(at, name)


def _type_faults(feature: Feature, expected: FeatureType, at: Pointer) -> Iterator[TessellaError]:
    if feature.type is not expected:
        yield WrongShape(at, f'"{feature.name}" is of type {feature.type}, and not {expected}.')


def _value_faults(values: Iterable[Json], feature: Feature, at: Pointer) -> Iterator[TessellaError]:
    """Where a feature lists what it can be, a table names no other value."""
    for value in values if feature.allowed_values else ():
        if value not in feature.allowed_values:
            near = nearest(value, map(str, feature.allowed_values))
            advice = f'Did you mean "{near}"?' if near else "It is none of the feature's allowed_values."
            yield WrongShape(point(at, value), f'"{feature.name}" is never "{value}".', advice)

"""Declare columns of a source as features, each of the type that it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from tessella.domain.audiences.declaring import declared, feature_name_of, is_personal_column
from tessella.domain.audiences.source import CustomerSource
from tessella.domain.definitions import Kind, write_definition
from tessella.domain.errors import AlreadyExists, ColumnNotDeclarable, Faults, TessellaError, UnknownReference
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Pointer, SourceId, nearest, point
from tessella.ports import Change, Session
from tessella.ports.customer_engine import CustomerEngine, EngineColumn
from tessella.usecases.publish_changes import publish_changes
from tessella.usecases.sources.describe_source import chosen_source, declared_columns, tells_of_persons

#: Columns of these are looked into before they are declared: an address is a text.
_OF_TEXTS: Final = frozenset({FeatureType.STRING, FeatureType.STRING_LIST})

#: New features by name, each with its column.
_Found = Mapping[str, tuple[EngineColumn, Feature]]


@dataclass(frozen=True, slots=True)
class Declared:
    """What became of columns."""

    #: In the order of the columns.
    features: Sequence[Feature]
    #: Why other columns were left as they are; of columns that were named, none is.
    left: Sequence[TessellaError] = ()


async def declare_columns(session: Session, source_id: SourceId, names: Sequence[str]) -> Declared:
    """Declare these columns, all or none. One that is declared already stays as it is.

    Raises `NoSuch`, `SourceError`s, and `Faults` with an `UnknownReference`, `ColumnNotDeclarable` or `AlreadyExists`
    for each column that cannot become a feature.
    """
    source = chosen_source(session.snapshot(), source_id)
    engine = await session.customer_engine(source_id)
    columns = {each.name: each for each in await engine.columns()}
    wanted = {point("/columns", at): name for at, name in enumerate(names)}
    faults: list[TessellaError] = [
        UnknownReference(at, "column", name, nearest(name, columns))
        for at, name in wanted.items()
        if name not in columns
    ]
    found, refused = _features(session, source, {at: columns[name] for at, name in wanted.items() if name in columns})
    if faults := [*faults, *refused]:
        raise Faults(faults)
    return await _stored(session, source, engine, found)


async def declare_all_columns(session: Session, source_id: SourceId) -> Declared:
    """Declare every column that can become a feature and is none, but for the key."""
    source = chosen_source(session.snapshot(), source_id)
    engine = await session.customer_engine(source_id)
    columns = [each for each in await engine.columns() if each.name != source.key]
    found, left = _features(session, source, {point("/columns", each.name): each for each in columns})
    return await _stored(session, source, engine, found, left)


def _features(
    session: Session, source: CustomerSource, columns: Mapping[Pointer, EngineColumn]
) -> tuple[_Found, list[TessellaError]]:
    """The new features by name, and why other columns become none."""
    known = declared_columns(session.snapshot(), source.source_id)
    taken = set(session.snapshot().definitions.features)
    found: dict[str, tuple[EngineColumn, Feature]] = {}
    faults: list[TessellaError] = []
    for at, column in columns.items():
        if column.name in known:
            continue
        try:
            feature = _feature(source, column, taken | found.keys(), at)
        except TessellaError as fault:
            faults.append(fault)
        else:
            found[feature.name] = column, feature
    return found, faults


def _feature(source: CustomerSource, column: EngineColumn, taken: set[str], at: Pointer) -> Feature:
    name = feature_name_of(column.name)
    if name is None:
        advice = f"Declare a feature of another name with column: {column.name}."
        raise ColumnNotDeclarable(at, column.name, "nothing of its name can be in the name of a feature", advice)
    if column.natural is None:
        raise ColumnNotDeclarable(at, column.name, f"no feature can have its type, {column.type_name}")
    if name in taken:
        error = AlreadyExists(Kind.FEATURE, name)
        error.pointer = at
        raise error
    personal = is_personal_column(source, column.name)
    return declared(source, column.name, name, column.natural, personal=personal)


async def _stored(
    session: Session,
    source: CustomerSource,
    engine: CustomerEngine,
    found: _Found,
    left: Sequence[TessellaError] = (),
) -> Declared:
    """Publish the features: as personal, where a sample of texts tells of persons."""
    texts = [column for column, feature in found.values() if feature.type in _OF_TEXTS and not feature.personal]
    told = (await engine.statistics(texts)).columns if texts else {}
    features = [
        msgspec.structs.replace(feature, personal=feature.personal or tells_of_persons(told.get(column.name)))
        for column, feature in found.values()
    ]
    made = Declared(features, left)
    changes = [Change(Kind.FEATURE, each.name, write_definition(each), 0) for each in features]
    if changes:
        comment = f"Columns of the source {source.source_id}."
        await publish_changes(session, changes, comment=comment, tell=lambda _: made)
    return made

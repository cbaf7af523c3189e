"""Suggest values of a feature to the author of a rule: those that subjects have."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tessella.domain.audiences.suggested import (
    PREFIX,
    WITH_QUANTILES,
    CountedValue,
    NoValues,
    Quantiles,
    read_quantiles,
    summary_sql,
    values_sql,
    why_none,
    with_declared,
)
from tessella.domain.definitions import Kind
from tessella.domain.errors import NoSuch, NothingCalculated
from tessella.domain.features.schema import Feature, Source
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.ports.audience_reading import AudienceReading
from tessella.usecases.audiences.rows import AudienceRows, audience_rows_of


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What may be suggested of one feature."""

    feature: Feature
    #: The most frequent first.
    values: tuple[CountedValue, ...] = ()
    #: Of numbers and moments, in place of values.
    quantiles: Quantiles | None = None
    #: The moment of the calculation that was read; None where none was.
    as_of: Instant | None = None
    #: Subjects who have a value.
    subjects: int = 0
    #: Why there is neither.
    why_none: NoValues = NoValues.NONE


@dataclass(frozen=True, slots=True)
class Asked:
    """Which values."""

    name: str
    #: How texts begin, whatever the case.
    prefix: str
    limit: int
    #: A value that fewer subjects share is not suggested to anybody.
    least: int


async def suggest_values(session: Session, reader: AudienceReading, asked: Asked) -> Suggestions:
    """The values of a feature over the last calculation of audiences, every subject of it.

    Raises `NoSuch`, and as `audience_rows_of` and `AudienceReading.rows` do.
    """
    feature = _feature(session.snapshot(), asked.name)
    if feature.personal:
        return Suggestions(feature, why_none=NoValues.PERSONAL)
    if feature.source in (Source.REQUEST, Source.ITEM):
        return _declared(Suggestions(feature, why_none=NoValues.NOT_STORED), asked)
    try:
        rows = await audience_rows_of(session)
    except NothingCalculated:
        return _declared(Suggestions(feature, why_none=NoValues.NOT_CALCULATED), asked)
    column = _column(rows, feature)
    if column is None:
        found = Suggestions(feature, as_of=rows.audience.as_of, why_none=NoValues.NOT_IN_AUDIENCE)
        return _declared(found, asked)
    return _declared(await _counted(reader, rows, column, feature, asked), asked)


async def _counted(
    reader: AudienceReading, rows: AudienceRows, column: str, feature: Feature, asked: Asked
) -> Suggestions:
    summary = summary_sql(rows.sql, column, feature.type)
    ((present, distinct, *spread),) = await reader.rows(summary, rows.parameters)
    told = Suggestions(feature, as_of=rows.audience.as_of, subjects=present)
    if feature.type in WITH_QUANTILES:
        quantiles = read_quantiles(*spread) if present >= asked.least else None
        why = NoValues.NONE if quantiles else NoValues.TOO_FEW_SHARE_ONE if present else NoValues.NOBODY_HAS_ONE
        return replace(told, quantiles=quantiles, why_none=why)
    statement = values_sql(rows.sql, column, feature.type, asked.limit)
    counted = await reader.rows(statement, {**rows.parameters, PREFIX: asked.prefix})
    values = [CountedValue(value, subjects) for value, subjects in counted]
    if why := why_none(feature.type, present, distinct, values):
        return replace(told, why_none=why)
    shared = tuple(each for each in values if (each.subjects or 0) >= asked.least)
    return replace(told, values=shared, why_none=NoValues.TOO_FEW_SHARE_ONE if values and not shared else NoValues.NONE)


def _feature(snapshot: Snapshot, name: str) -> Feature:
    found = snapshot.schema.by_name.get(FeatureName(name))
    if found is None:
        raise NoSuch(Kind.FEATURE, name, snapshot.schema.nearest(name), snapshot.schema)
    return found


def _column(rows: AudienceRows, feature: Feature) -> str | None:
    """None of a feature that is declared since, or is of another type than it had."""
    held = {each.name: each.type for each in rows.audience.features}
    return rows.audience.column(feature.name) if held.get(feature.name) == feature.type else None


def _declared(found: Suggestions, asked: Asked) -> Suggestions:
    values = with_declared(found.values, found.feature.allowed_values, asked.prefix, asked.limit)
    return replace(found, values=values, why_none=NoValues.NONE) if values else found

"""Describe a source: its columns, what they are declared as, and what a sample of rows holds in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.audiences.column_words import group_of, looks_personal
from tessella.domain.audiences.declaring import is_personal_column
from tessella.domain.audiences.reading import source_of
from tessella.domain.audiences.source import CustomerSource
from tessella.domain.definitions import Kind
from tessella.domain.errors import NoSourceDeclared, NoSuch, SourceNeeded
from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import FeatureName, SourceId
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.ports.customer_engine import ColumnStatistics, EngineColumn, SampleStatistics

_NOTHING: Final = SampleStatistics(0, True, {})


@dataclass(frozen=True, slots=True)
class DescribedColumn:
    """One column of a source."""

    column: EngineColumn
    group: str
    personal: bool
    #: The feature that is read from it; None while it is not declared.
    feature: FeatureName | None
    #: None of a personal column, and of one that no feature can have.
    statistics: ColumnStatistics | None = None


@dataclass(frozen=True, slots=True)
class DescribedSource:
    """A source's columns, in the view's order."""

    source: CustomerSource
    columns: Sequence[DescribedColumn]
    #: How many rows were looked at, and whether these are all.
    sampled_rows: int
    is_whole: bool


async def describe_source(session: Session, source_id: SourceId | None = None) -> DescribedSource:
    """The columns of a source; None: of the only one. Personal columns are not sampled.

    Raises `NoSuch`, `SourceNeeded` where there are several, and `SourceError`s.
    """
    source = chosen_source(session.snapshot(), source_id)
    engine = await session.customer_engine(source.source_id)
    columns = await engine.columns()
    features = declared_columns(session.snapshot(), source.source_id)
    sampled = [each for each in columns if not _is_personal(source, each, features.get(each.name))]
    sample = await session.customer_statistics(source.source_id, sampled) if sampled else _NOTHING
    described = [_described(source, each, features.get(each.name), sample) for each in columns]
    return DescribedSource(source, described, sample.rows, sample.is_whole)


def chosen_source(snapshot: Snapshot, source_id: SourceId | None) -> CustomerSource:
    """The source of that name, or the only one. Raises `NoSuch`, `NoSourceDeclared` and `SourceNeeded`."""
    sources = snapshot.definitions.sources
    if source_id is not None and source_id not in sources:
        raise NoSuch(Kind.SOURCE, source_id)
    if not sources:
        raise NoSourceDeclared
    if source_id is None and len(sources) > 1:
        raise SourceNeeded(", ".join(sorted(sources)))
    return sources[source_id or next(iter(sources))]


def declared_columns(snapshot: Snapshot, source_id: SourceId) -> dict[str, Feature]:
    """The features of a source by the column that they are read from, the personal ones too."""
    definitions = snapshot.definitions
    named = definitions.features.values()
    return {each.column_name: each for each in named if source_of(each, definitions.sources) == source_id}


def _is_personal(source: CustomerSource, column: EngineColumn, feature: Feature | None) -> bool:
    """What the declaration says, else what the name tells."""
    return is_personal_column(source, column.name) if feature is None else feature.personal


def _described(
    source: CustomerSource, column: EngineColumn, feature: Feature | None, sample: SampleStatistics
) -> DescribedColumn:
    if feature is not None:
        found = None if feature.personal else sample.columns.get(column.name)
        return DescribedColumn(column, feature.group, feature.personal, feature.name, found)
    found = sample.columns.get(column.name)
    personal = is_personal_column(source, column.name) or tells_of_persons(found)
    return DescribedColumn(column, group_of(column.name), personal, None, None if personal else found)


def tells_of_persons(found: ColumnStatistics | None) -> bool:
    """Whether sampled values are personal data, though the name of their column does not say so."""
    return found is not None and looks_personal(value for value, _ in found.top)

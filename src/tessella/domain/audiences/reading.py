"""What is read of each source of customers: the columns of declared features, none of them personal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import TessellaError, UnknownReference, WrongShape
from tessella.domain.features.schema import Feature, Source
from tessella.domain.identifiers import FeatureName, Pointer, SourceId, nearest, point


@dataclass(frozen=True, slots=True)
class SourceReading:
    """One source, and the features that are read from it, by name."""

    source: CustomerSource
    features: tuple[Feature, ...]


def source_of(feature: Feature, sources: Collection[SourceId]) -> SourceId | None:
    """The source that a feature is read from: the one that it names, or the only one there is.

    None where none can be meant: then the feature is of another source, or an imported fact.

    >>> from tessella.domain.features.types import FeatureType
    >>> revenue = Feature(FeatureName("total_revenue"), FeatureType.NUMBER, Source.WAREHOUSE)
    >>> source_of(revenue, ["shop"]), source_of(revenue, []), source_of(revenue, ["shop", "bank"])
    ('shop', None, None)
    """
    if feature.source is not Source.WAREHOUSE:
        return None
    if feature.customer_source:
        return SourceId(feature.customer_source)
    return next(iter(sources)) if len(sources) == 1 else None


def customer_source_faults(feature: Feature, sources: Collection[SourceId], at: Pointer) -> Iterator[TessellaError]:
    """The source that a feature names exists; where there are several, a feature of the warehouse names one."""
    named, at = feature.customer_source, point(at, "customer_source")
    if named and named not in sources:
        yield UnknownReference(at, "source", named, nearest(named, sources))
    elif feature.source is Source.WAREHOUSE and not named and len(sources) > 1:
        problem = f'There are {len(sources)} sources, and "{feature.name}" does not say which one it is read from.'
        yield WrongShape(at, problem, f"One of {', '.join(sorted(sources))}.")


def readings_of(
    features: Mapping[FeatureName, Feature], sources: Mapping[SourceId, CustomerSource]
) -> dict[SourceId, SourceReading]:
    """What is read of each source, also of one that nothing is read of."""
    read: defaultdict[SourceId | None, list[Feature]] = defaultdict(list)
    for _, feature in sorted(features.items()):
        if not feature.personal:
            read[source_of(feature, sources)].append(feature)
    return {source_id: SourceReading(source, tuple(read[source_id])) for source_id, source in sources.items()}


def sources_with(readings: Iterable[SourceReading], names: Collection[FeatureName]) -> tuple[SourceId, ...]:
    """The sources that one of the features is read from."""
    return tuple(each.source.source_id for each in readings if any(feature.name in names for feature in each.features))

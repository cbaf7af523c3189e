"""What a calculation of audiences has to do: which segments are told where, and which features are held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tessella.domain.audiences.audience import FACTS, Audience, CountedSegment, HeldFeature
from tessella.domain.audiences.fingerprints import fingerprints
from tessella.domain.audiences.layout import held
from tessella.domain.audiences.places import Place, Placed, TriedOut, place
from tessella.domain.audiences.reading import source_of
from tessella.domain.audiences.source import SourceEngine
from tessella.domain.features.schema import SUBJECT, Feature, Source
from tessella.domain.identifiers import DEFAULT_SEGMENT, FeatureName, Instant, SegmentId, SourceId
from tessella.domain.rules.ast import Node
from tessella.domain.segments.references import features_behind
from tessella.domain.segments.request_time import request_features
from tessella.domain.segments.segment import in_order_of_trial
from tessella.domain.snapshot import Snapshot

if TYPE_CHECKING:
    from tessella.domain.rules.sql import Engine

DIALECTS: Final[Mapping[SourceEngine, Engine]] = {
    SourceEngine.DUCKDB: "duckdb",
    SourceEngine.POSTGRESQL: "postgres",
    SourceEngine.SPARK: "spark",
}
#: What is known of subjects, whoever asks.
_HELD: Final = (Source.FACT, Source.WAREHOUSE, Source.PREDICTION, Source.TAXONOMY)


@dataclass(frozen=True, slots=True)
class Plan:
    """One calculation, before anything was read."""

    snapshot: Snapshot
    #: What it will hold, but for how many rows.
    audience: Audience
    placed: Mapping[SegmentId, Placed]

    def origin(self, source: SourceId | str) -> int:
        """What the column `ORIGINS` has for a subject with a row there."""
        return 1 << [FACTS, *sorted(self.snapshot.sources)].index(source)

    @property
    def positions(self) -> dict[SegmentId, int]:
        """The bit of each segment that is counted."""
        return {each.segment_id: at for at, each in enumerate(self.audience.segments)}

    def segments_at(self, wanted: Place, source: SourceId | None = None) -> list[SegmentId]:
        """The segments that are evaluated at a place."""
        found = ((each, self.placed[each]) for each in self.positions)
        return [each for each, placed in found if (placed.place, placed.source) == (wanted, source)]

    def columns_of(self, source: SourceId | str) -> dict[FeatureName, str]:
        """The features of a source, or for `FACTS` those that are stored facts, and the columns that hold them."""
        of_source = ((at, each) for at, each in enumerate(self.audience.features) if each.source == source)
        return {each.name: held(at) for at, each in of_source}

    def features_of(self, source: SourceId | str) -> list[Feature]:
        """Their declarations, in the same order."""
        return [self.snapshot.schema[name] for name in self.columns_of(source)]


def plan_calculation(snapshot: Snapshot, version: str, as_of: Instant) -> Plan:
    """Where each segment is told, as definitions stand in a snapshot. Nothing is asked of any source."""
    schema, membership = snapshot.schema, snapshot.membership
    reads, requested = features_behind(membership), request_features(membership, schema)
    ordered = _in_order(snapshot)
    placed = {
        each: place(reads[each], requested[each], _source_of(snapshot), _tried_out(each, snapshot, as_of))
        for each in ordered
    }
    placed |= dict(_crowded_out(placed, membership))
    told = fingerprints(reads, membership, schema)
    counted = [each for each in ordered if not requested[each]]
    tried = sum(snapshot.definitions.segments[each].active for each in counted)
    audience = Audience(
        snapshot.namespace, version, as_of, snapshot.version,
        tuple(CountedSegment(each, told[each], placed[each].place, placed[each].reason) for each in counted),
        tried, {each: requested[each] for each in ordered if requested[each]}, tuple(_held(snapshot)), as_of,
    )  # fmt: skip
    return Plan(snapshot, audience, placed)


def _crowded_out(
    placed: Mapping[SegmentId, Placed], membership: Mapping[SegmentId, Node]
) -> Iterator[tuple[SegmentId, Placed]]:
    """The segments that a source is not asked for, because it is asked one statement only."""
    from tessella.domain.rules.sql.layers import MAX_SEGMENTS, batches  # loads sqlglot

    for source in {each.source for each in placed.values() if each.source is not None}:
        there = [segment_id for segment_id, each in placed.items() if each.source == source]
        for batch in list(batches(there, membership))[1:]:
            reason = f"a source is asked for {MAX_SEGMENTS} segments at most"
            yield from ((each, Placed(Place.LOCAL, reason=reason)) for each in batch)


def _in_order(snapshot: Snapshot) -> Sequence[SegmentId]:
    """Active segments in the order of trial, then the inactive ones."""
    segments = snapshot.definitions.segments
    tried = [each.segment_id for each in in_order_of_trial(segments.values())]
    inactive = (each for each in sorted(segments) if not segments[each].active and each != DEFAULT_SEGMENT)
    return [*tried, *inactive]


def _held(snapshot: Snapshot) -> Iterator[HeldFeature]:
    """Declared features of subjects that are no personal data, in the order of their names."""
    for name, feature in sorted(snapshot.definitions.features.items()):
        if feature.source in _HELD and not feature.personal:
            source = source_of(feature, snapshot.definitions.sources) or FACTS
            yield HeldFeature(name, feature.type, source)


def _source_of(snapshot: Snapshot) -> Callable[[FeatureName], SourceId | None]:
    sources = snapshot.definitions.sources
    return lambda name: None if name == SUBJECT else source_of(snapshot.schema[name], sources)


def _tried_out(segment_id: SegmentId, snapshot: Snapshot, as_of: Instant) -> TriedOut:
    from tessella.domain.rules.sql import SqlContext, predicate_sql  # loads sqlglot

    tree: Node = snapshot.membership[segment_id]

    def try_out(source: SourceId | None) -> None:
        engine = "duckdb" if source is None else DIALECTS[snapshot.definitions.sources[source].engine]
        predicate_sql(tree, snapshot.schema, snapshot.membership, SqlContext(engine, as_of))

    return try_out

"""Propose segments: look for groups that behave otherwise than all, and write them as rules."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from tessella.domain.features.gate import Value, normalise
from tessella.domain.features.kinds.count import Count
from tessella.domain.features.kinds.kind import FeatureKind
from tessella.domain.features.kinds.parse import computed
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.kinds.top_value import TopValue
from tessella.domain.features.readings import FieldReading, field_named
from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.features.windows import Window
from tessella.domain.identifiers import FeatureName, Instant, Json, SubjectId
from tessella.domain.segments.proposing.proposals import Proposals
from tessella.domain.segments.proposing.search import Search
from tessella.ports import Progress, Session, Warehouse
from tessella.usecases.streamed_csv import csv_rows

if TYPE_CHECKING:
    from tessella.domain.segments.proposing.outcomes import After

_PURCHASES: Final = FeatureName("purchases")
_CATEGORY: Final = FeatureName("category")

#: What is known of each subject.
Known = Mapping[SubjectId, Mapping[FeatureName, Value]]


async def propose_segments(
    session: Session, warehouse: Warehouse, search: Search, progress: Progress = lambda share: None
) -> Proposals:
    """Groups whose behaviour after the cut differs, told by facts as of the cut.

    Features that are computed from events are computed anew for the cut, and not stored; of imported ones those values
    count that were true at the cut. Nobody who switched personalization off is among the subjects, and no personal
    feature is read.
    """
    from tessella.domain.segments.proposing.find import find_groups, usable  # loads numpy

    facts = [each for each in (await session.definitions()).features.values() if each.source is Source.FACT]
    known = await _known_at(session, warehouse, usable(facts), search.as_of)
    progress(0.4)
    after = await _after(session, warehouse, search)
    progress(0.7)
    return await asyncio.to_thread(find_groups, search, known, after, facts)


async def _known_at(session: Session, warehouse: Warehouse, features: Sequence[Feature], at: Instant) -> Known:
    types = {each.name: each.type for each in features}
    kinds = computed(features)
    imported = [name for name in types if name not in kinds]
    known: dict[SubjectId, dict[FeatureName, Value]] = defaultdict(dict)
    for rows in (_computed(session, warehouse, kinds, types, at), session.stream_facts(imported, until=at)):
        async for subject_id, name, written, _ in csv_rows(rows):
            feature = FeatureName(name)
            value = normalise(msgspec.json.decode(written), types[feature])
            if value is not None:
                known[SubjectId(subject_id)][feature] = value
    return known


async def _after(session: Session, warehouse: Warehouse, search: Search) -> Mapping[SubjectId, After]:
    from tessella.domain.segments.proposing.outcomes import After

    bought = Selection(search.purchase_type, Window(search.horizon_days))
    category = FieldReading(field_named(search.category_field), FeatureType.STRING)
    kinds: dict[FeatureName, FeatureKind] = {_PURCHASES: Count(bought), _CATEGORY: TopValue(bought, category)}
    types = {_PURCHASES: FeatureType.INTEGER, _CATEGORY: FeatureType.STRING}
    told: dict[SubjectId, dict[str, Json]] = defaultdict(dict)
    async for subject_id, name, written, _ in csv_rows(_computed(session, warehouse, kinds, types, search.until)):
        told[SubjectId(subject_id)][name] = msgspec.json.decode(written)
    return {subject: After(**each) for subject, each in told.items()}


async def _computed(
    session: Session,
    warehouse: Warehouse,
    kinds: Mapping[FeatureName, FeatureKind],
    types: Mapping[FeatureName, FeatureType],
    as_of: Instant,
) -> AsyncIterator[bytes]:
    """The values as of a moment, in the columns of stored facts; nothing is stored."""
    from tessella.domain.features.computation import EVENTS, Computation  # loads sqlglot

    if not kinds:
        return
    computation = Computation(kinds, types, as_of)
    events = session.stream_events(computation.fields(), until=as_of)
    await warehouse.load_csv(EVENTS, computation.columns(), events)
    async for piece in warehouse.result_csv(computation.sql()):
        yield piece

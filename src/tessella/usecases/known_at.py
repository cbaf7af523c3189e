"""What was known of subjects at a moment of the past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from tessella.domain.features.gate import Value, normalise
from tessella.domain.features.kinds.kind import FeatureKind
from tessella.domain.features.kinds.parse import computed
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.ports import Session, Warehouse
from tessella.usecases.compute_features import loaded_computation
from tessella.usecases.streamed_csv import csv_rows

#: What is known of each subject.
Known = Mapping[SubjectId, Mapping[FeatureName, Value]]


async def known_at(session: Session, warehouse: Warehouse, features: Sequence[Feature], at: Instant) -> Known:
    """The values of features of facts: computed ones anew from the events up to then, and imported ones as true then.

    Nobody who switched personalization off is among the subjects. Nothing is stored.
    """
    types = {each.name: each.type for each in features}
    kinds = computed(features)
    imported = [name for name in types if name not in kinds]
    known: dict[SubjectId, dict[FeatureName, Value]] = defaultdict(dict)
    for rows in (computed_at(session, warehouse, kinds, types, at), session.stream_facts(imported, until=at)):
        async for subject_id, name, written, _ in csv_rows(rows):
            feature = FeatureName(name)
            value = normalise(msgspec.json.decode(written), types[feature])
            if value is not None:
                known[SubjectId(subject_id)][feature] = value
    return known


async def computed_at(
    session: Session,
    warehouse: Warehouse,
    kinds: Mapping[FeatureName, FeatureKind],
    types: Mapping[FeatureName, FeatureType],
    as_of: Instant,
) -> AsyncIterator[bytes]:
    """The values as of a moment, in the columns of stored facts; nothing is stored."""
    if not kinds:
        return
    computation = await loaded_computation(session, warehouse, kinds, types, as_of)
    async for piece in warehouse.result_csv(computation.sql()):
        yield piece

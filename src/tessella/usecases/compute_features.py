"""Compute features from events, for every subject of a namespace at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tessella.domain.features.kinds.kind import FeatureKind
from tessella.domain.features.kinds.parse import computed
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.privacy.consent import Whose
from tessella.domain.privacy.feature_guard_sql import without_personal
from tessella.logs import get_logger
from tessella.ports import Session, Warehouse

if TYPE_CHECKING:
    from tessella.domain.features.computation import Computation

_LOG: Final = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Computed:
    """What a refresh did."""

    features: Sequence[FeatureName]
    as_of: Instant
    #: How many stored facts are new or different; those that were taken back are not counted.
    changed: int


async def compute_features(session: Session, warehouse: Warehouse, *, as_of: Instant) -> Computed:
    """Compute every declared feature that has a kind, and store the values as facts of `as_of`.

    A value that looks like personal data is none: an event may hold it, a feature does not.
    Events after `as_of` do not count, nor do those of subjects who switched personalization off. What a refresh does
    not find is taken back: a fact of a computed feature that is not newer than `as_of` does not outlive it. Raises
    what the session and the warehouse raise; nothing is stored then.
    """
    (done,) = [each async for each in compute_features_at(session, warehouse, [as_of])]
    return done


async def compute_features_at(
    session: Session, warehouse: Warehouse, moments: Sequence[Instant]
) -> AsyncIterator[Computed]:
    """The same for moments, the earliest first: the events are read once, and each moment is stored in its turn."""
    declared = (await session.definitions()).features
    kinds = computed(declared.values())
    if not kinds:
        for as_of in moments:
            yield Computed((), as_of, 0)
        return
    types = {name: declared[name].type for name in kinds}
    computation = await loaded_computation(session, warehouse, kinds, types, moments[-1])
    for as_of in moments:
        sql = without_personal(replace(computation, as_of=as_of).sql(), (declared[name] for name in kinds))
        changed = await session.replace_facts_csv(list(kinds), as_of, warehouse.result_csv(sql))
        _LOG.info("facts_stored", count=changed)
        yield Computed(list(kinds), as_of, changed)


async def loaded_computation(
    session: Session,
    warehouse: Warehouse,
    kinds: Mapping[FeatureName, FeatureKind],
    types: Mapping[FeatureName, FeatureType],
    as_of: Instant,
    whose: Whose = Whose.PERSONALIZED,
) -> Computation:
    """The computation of features as of a moment, with the events that it reads in the warehouse."""
    from tessella.domain.features.computation import EVENTS, Computation  # loads sqlglot

    computation = Computation(kinds, types, as_of)
    events = session.stream_events(computation.fields(), until=as_of, whose=whose)
    await warehouse.load_csv(EVENTS, computation.columns(), events)
    _LOG.info("events_read")
    return computation

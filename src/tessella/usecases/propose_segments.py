"""Propose segments: look for groups that behave otherwise than all, and write them as rules."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from tessella.domain.features.kinds.count import Count
from tessella.domain.features.kinds.kind import FeatureKind
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.kinds.top_value import TopValue
from tessella.domain.features.readings import FieldReading, field_named
from tessella.domain.features.schema import Source
from tessella.domain.features.types import FeatureType
from tessella.domain.features.windows import Window
from tessella.domain.identifiers import FeatureName, Json, SubjectId
from tessella.domain.segments.proposing.proposals import Proposals
from tessella.domain.segments.proposing.search import Search
from tessella.logs import get_logger
from tessella.ports import Progress, Session, Warehouse
from tessella.usecases.held_out import HeldOut, check_held_out
from tessella.usecases.known_at import computed_at, known_at
from tessella.usecases.streamed_csv import csv_rows

if TYPE_CHECKING:
    from tessella.domain.segments.proposing.outcomes import After

_LOG: Final = get_logger(__name__)
_PURCHASES: Final = FeatureName("purchases")
_CATEGORY: Final = FeatureName("category")


async def propose_segments(
    session: Session, warehouse: Warehouse, search: Search, progress: Progress = lambda share: None
) -> Proposals:
    """Groups whose behaviour after the cut differs, told by facts as of the cut.

    Features that are computed from events are computed anew for the cut, and not stored; of imported ones those values
    count that were true at the cut. Nobody who switched personalization off is among the subjects, and no personal
    feature is read. Raises `NoPurchases`, and `NothingHeldOut` when nobody bought anything on the days after the cut.
    """
    horizon = search.until - search.as_of
    days = HeldOut(search.as_of, search.until, "/as_of", "--as-of", before_end=horizon)
    await check_held_out(session, [search.purchase_type], days)
    from tessella.domain.segments.proposing.find import find_groups, usable  # loads numpy

    facts = [each for each in (await session.definitions()).features.values() if each.source is Source.FACT]
    known = await known_at(session, warehouse, usable(facts), search.as_of)
    progress(0.4)
    after = await _after(session, warehouse, search)
    progress(0.7)
    _LOG.info("purchases_read", count=len(after))
    return await asyncio.to_thread(find_groups, search, known, after, facts)


async def _after(session: Session, warehouse: Warehouse, search: Search) -> Mapping[SubjectId, After]:
    from tessella.domain.segments.proposing.outcomes import After

    bought = Selection(search.purchase_type, Window(search.horizon_days))
    category = FieldReading(field_named(search.category_field), FeatureType.STRING)
    kinds: dict[FeatureName, FeatureKind] = {_PURCHASES: Count(bought), _CATEGORY: TopValue(bought, category)}
    types = {_PURCHASES: FeatureType.INTEGER, _CATEGORY: FeatureType.STRING}
    told: dict[SubjectId, dict[str, Json]] = defaultdict(dict)
    async for subject_id, name, written, _ in csv_rows(computed_at(session, warehouse, kinds, types, search.until)):
        told[SubjectId(subject_id)][name] = msgspec.json.decode(written)
    return {subject: After(**each) for subject, each in told.items()}

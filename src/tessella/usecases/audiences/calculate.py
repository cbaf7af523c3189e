"""Tell for everybody in a namespace which segments hold them, and put the result to use."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tessella.domain.alerts.alert import Raised
from tessella.domain.alerts.rules import AUDIENCE_STALE
from tessella.domain.errors import AudienceBeingCalculated, TessellaError
from tessella.domain.identifiers import Instant
from tessella.logs import get_logger
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.audiences import CalculationKind, Found, StoredCalculation
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.audiences.full import calculate_all
from tessella.usecases.audiences.increment import base_of_increment, calculate_changed
from tessella.usecases.audiences.plan import plan_calculation
from tessella.usecases.audiences.work import Work
from tessella.usecases.sources.watch_sources import tell_ages

_LOG: Final = get_logger(__name__)


async def calculate_audiences(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    *,
    as_of: Instant,
    progress: Progress,
    kind: CalculationKind = CalculationKind.INCREMENTAL,
) -> StoredCalculation:
    """Evaluate every segment at `as_of` for everybody who has stored facts or is in a source.

    An incremental calculation reads what has changed since the one before, where that is enough: see
    `base_of_increment`. Subjects who switched personalization off are left out of everything. When it fails, the result
    of the one before stays in use, and an alert says why. Raises `AudienceBeingCalculated`, and what sources and the
    session raise.
    """
    version, definitions = await session.present()
    snapshot = replace(await session.compiled(definitions), version=version)
    try:
        async with session.calculating(as_of) as calculation:
            plan = plan_calculation(snapshot, calculation.version, as_of)
            _LOG.info("segments_planned", count=len(plan.positions))
            work = Work(session, warehouse, open_engine, plan, calculation, progress)
            found = await _found(work, kind)
            stored = await calculation.publish(found)
    except AudienceBeingCalculated:
        raise
    except TessellaError as error:
        await session.raise_alert(Raised(AUDIENCE_STALE, "", error.message))
        raise
    await session.resolve_alert(AUDIENCE_STALE, "")
    await tell_ages(session, snapshot.sources, found.audience, read_at=stored.begun_at, now=session.now())
    return stored


async def _found(work: Work, kind: CalculationKind) -> Found:
    if kind is CalculationKind.INCREMENTAL and (base := await base_of_increment(work)):
        return await calculate_changed(work, base)
    return await calculate_all(work)

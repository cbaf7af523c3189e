"""Decide a sample of subjects online and set-wise, and report where these do not agree.

Three ways of deciding are compared, all at the calculation's moment: online and as SQL, both over what is stored now,
and the calculation's files, over what was stored then. Between the first two nothing may differ. Between now and then
only what time does not explain counts: see `domain.audiences.sides.Judge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.alerts.alert import Raised
from tessella.domain.alerts.rules import AUDIENCE_DISAGREES
from tessella.domain.errors import NothingCalculated
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.consistency import StoredCheck
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.audiences.plan import plan_calculation
from tessella.usecases.consistency.asked import CheckAsked
from tessella.usecases.consistency.looks import Check

#: Who disagrees is looked at once more after so long: by then every process knows what another one has written.
SETTLE_SECONDS: Final = 2.0


async def check_consistency(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    asked: CheckAsked,
    progress: Progress,
    settle_seconds: float = SETTLE_SECONDS,
) -> StoredCheck:
    """Keep a report, and raise or resolve the alert. When it fails, the last report stays.

    Raises `NothingCalculated`, and what sources and the session raise: what cannot be read is no disagreement.
    """
    active = await session.audience_and_horizon()
    if active is None:
        raise NothingCalculated(session.caller.namespace)
    plan = plan_calculation(session.snapshot(), active.audience.version, active.audience.as_of)
    check = Check(session, warehouse, open_engine, plan, active, settle_seconds)
    report = await check.report(asked, progress)
    stored = await session.add_check(report)
    if report.counts.disagreed:
        await session.raise_alert(Raised(AUDIENCE_DISAGREES, "", report.summary()))
    else:
        await session.resolve_alert(AUDIENCE_DISAGREES, "")
    return stored


async def list_checks(session: Session, limit: int) -> Sequence[StoredCheck]:
    """The last checks, the newest first."""
    return await session.checks(limit)

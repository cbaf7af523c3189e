"""Look at what personalization does, and tell where that is not as it should be. Doing it again changes nothing."""

from __future__ import annotations

from tessella.domain.alerts.rules import (
    PERSONALIZATION_CACHE,
    PERSONALIZATION_EXTRACTION,
    PERSONALIZATION_OPT_OUTS,
)
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.personalization.figures import OPTED_OUT
from tessella.domain.personalization.monitoring import (
    USUAL_DAYS,
    OptedOut,
    told_cache_misses,
    told_extraction,
    told_opt_outs,
)
from tessella.ports import Session
from tessella.usecases.alerts import tell


async def watch_extraction(session: Session, active: int, failed: int) -> None:
    """Raise or resolve the alert of faulty vectors, after a refresh of them."""
    await tell(session, PERSONALIZATION_EXTRACTION, session.caller.namespace, told_extraction(active, failed))


async def watch_cache(session: Session, hits: int, misses: int) -> None:
    """The same of the last personal rankings: those that were kept, and those that had to be computed."""
    await tell(session, PERSONALIZATION_CACHE, session.caller.namespace, told_cache_misses(hits, misses))


async def watch_opt_outs(session: Session) -> None:
    """The same of opt-outs, by what the nightly refreshes have counted."""
    now = session.now()
    since = Instant(now - (USUAL_DAYS + 2) * DAY_US)
    nights = [
        OptedOut(each.evaluated_at, int(each.value))
        for each in await session.evaluated_since(since)
        if each.metric == OPTED_OUT and each.value is not None
    ]
    counted = OptedOut(now, (await session.opt_outs()).opted_out)
    await tell(session, PERSONALIZATION_OPT_OUTS, session.caller.namespace, told_opt_outs(nights, counted))

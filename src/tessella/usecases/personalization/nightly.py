"""What is done at night: vectors of everybody who is active, their rankings, and figures of how people use them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.identifiers import Instant
from tessella.domain.personalization.figures import EXTRACTION_SUCCESS, OPTED_OUT
from tessella.logs import get_logger
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.personalization import EvaluatedMetric, Period
from tessella.usecases.personalization.asked import PersonalizationAsked
from tessella.usecases.personalization.engagement import engagement, metric_of
from tessella.usecases.personalization.pregenerate import pregenerate
from tessella.usecases.personalization.refresh_vectors import RefreshedVectors, refresh_vectors
from tessella.usecases.personalization.watch import watch_extraction, watch_opt_outs
from tessella.usecases.progress import share_of

_LOG: Final = get_logger(__name__)
#: How far the work is when engagement is told, and when vectors are stored.
_TOLD: Final = 0.1
_STORED: Final = 0.6


@dataclass(frozen=True, slots=True)
class NightlyRefresh:
    """What a refresh did."""

    vectors: RefreshedVectors
    #: How many rankings were made and kept.
    rankings: int
    figures: Sequence[EvaluatedMetric]


async def nightly_refresh(
    session: Session,
    warehouse: Warehouse,
    *,
    as_of: Instant,
    begun_at: Instant,
    batch_size: int,
    progress: Progress = lambda share: None,
) -> NightlyRefresh | None:
    """Refresh the vectors of everybody with an event in 30 days, make their rankings, and tell of the last day.

    None, and nothing is done, while rankings are switched off: what nobody is shown is not computed. Vectors are as of
    `as_of`. A run that is begun again with the same `begun_at` goes on after the last vector that is stored; rankings
    that are made twice are the same. Raises what the session and the warehouse raise.
    """
    if not session.flags().personalization_rankings:
        return None
    day = PersonalizationAsked(Period.NIGHTLY, as_of, days=1, asked_at=begun_at)
    told = await engagement(session, warehouse, day) if session.flags().evaluation_metrics else []
    progress(_TOLD)
    vectors = await refresh_vectors(
        session, warehouse, as_of=as_of, batch_size=batch_size, begun_at=begun_at,
        progress=share_of(progress, _TOLD, _STORED),
    )  # fmt: skip
    _LOG.info("vectors_stored", count=vectors.computed, failures=vectors.failed)
    rankings = await _rankings(session, vectors, batch_size, share_of(progress, _STORED, 1.0))
    _LOG.info("rankings_made", count=rankings)
    figures = [*told, *await _counts(session, vectors, begun_at)]
    await session.add_evaluated(figures)
    await watch_extraction(session, vectors.active, vectors.failed)
    await watch_opt_outs(session)
    return NightlyRefresh(vectors, rankings, figures)


async def _rankings(session: Session, vectors: RefreshedVectors, batch_size: int, progress: Progress) -> int:
    """Those of everybody whose vector is of this refresh; returns how many are kept."""
    kept = done = 0
    async for batch in session.stream_vectors(batch_size):
        fresh = [each for each in batch if each.computed_at == vectors.computed_at]
        kept += await pregenerate(session, fresh, session.now()) if fresh else 0
        done += len(fresh)
        progress(min(1.0, done / max(vectors.active, 1)))
    return kept


async def _counts(session: Session, vectors: RefreshedVectors, at: Instant) -> list[EvaluatedMetric]:
    out = await session.opt_outs()
    success = vectors.success_rate if vectors.active else None
    return [
        metric_of(at, Period.NIGHTLY, EXTRACTION_SUCCESS, success, vectors.active),
        metric_of(at, Period.NIGHTLY, OPTED_OUT, out.opted_out, out.subjects),
    ]

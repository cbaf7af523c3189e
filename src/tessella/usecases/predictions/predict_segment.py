"""Predict for a segment: for each of its first members, and what that comes to."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tessella.domain.identifiers import Instant
from tessella.domain.predictions.prediction import Churn, NextBestOffer, RfmCell
from tessella.domain.predictions.segment.stats import Stats, churn_stats, distribution
from tessella.domain.predictions.segment.told import MemberFault, MemberTold, SegmentTold
from tessella.domain.predictions.target import PredictionType
from tessella.domain.predictions.thresholds import Thresholds
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.ports.audience_reading import AudienceReading
from tessella.usecases.audiences.rows import WITHDRAWN, AudienceRows
from tessella.usecases.predictions.predict_customer import FRESH_US
from tessella.usecases.predictions.segment_members import (
    FIRST_MEMBERS,
    FirstMembers,
    SegmentRows,
    first_members,
    segment_rows,
)
from tessella.usecases.predictions.tellers import Teller, teller_of


@dataclass(frozen=True, slots=True)
class SegmentPrediction:
    """What is predicted of a segment, and by what."""

    segment: SegmentRows
    teller: Teller
    told: SegmentTold

    @property
    def warning(self) -> str | None:
        """What to know before it is used; None where there is nothing."""
        return " ".join(each for each in (self.teller.warning, _limited(self.told)) if each) or None


async def predict_segment(
    session: Session, reader: AudienceReading, segment_id: str, asked: PredictionType
) -> SegmentPrediction:
    """Predict for the first thousand members by id, as they are now; the same again for up to an hour.

    Source: requirement E, "Segment-Level ML Predictions". Raises `NoSuch`, `NotCounted` and `NoModel`, and as
    `audience_rows_of` and `AudienceReading.rows` do.
    """
    segment = await segment_rows(session, segment_id)
    teller = await teller_of(session, asked)
    return SegmentPrediction(segment, teller, await told_lately(session, reader, segment, teller))


async def told_lately(session: Session, reader: AudienceReading, segment: SegmentRows, teller: Teller) -> SegmentTold:
    """What was told within the hour of the same segment by the same model, or what is told now."""
    key: Hashable = segment.segment_id, teller.type, made_from(session.snapshot(), segment.rows, teller)
    known, now = session.known_segment(key), session.now()
    if known is None or not 0 <= now - known.made_at < FRESH_US:
        first = await first_members(session, reader, segment, teller.reads)
        known = await asyncio.to_thread(_told, first, teller, segment, now)
        session.keep_segment(key, known)
    return known


def made_from(snapshot: Snapshot, rows: AudienceRows, *tellers: Teller) -> str:
    """What an answer was made from: by other definitions, another calculation or model it would be another.

    Who has withdrawn since the calculation is part of it, so nobody is told of from memory who has opted out.
    """
    withdrawn = sha256("\0".join(sorted(rows.parameters.get(WITHDRAWN, ()))).encode()).hexdigest()
    return " ".join((rows.audience.version, f"{snapshot.version}", withdrawn, *(each.made_by for each in tellers)))


def _told(first: FirstMembers, teller: Teller, segment: SegmentRows, now: Instant) -> SegmentTold:
    told: list[MemberTold] = []
    faults: list[MemberFault] = []
    outside = 0
    for customer_id, values in first.values.items():
        if values is None:
            continue
        prediction = teller.tell(values)
        if prediction is None:
            faults.append(MemberFault(customer_id, teller.fault))
        else:
            told.append(MemberTold(customer_id, prediction))
            outside += teller.population is not None and teller.population.leaves_out(values)
    stats = _stats(told, teller.thresholds, outside)
    return SegmentTold(segment.audience.as_of, now, first.total, told, faults, stats)


def _stats(told: Sequence[MemberTold], thresholds: Thresholds | None, outside: int) -> Stats:
    if thresholds is None:
        return distribution(_names(told))
    probabilities = (each.prediction.probability for each in told if isinstance(each.prediction, Churn))
    return churn_stats((each for each in probabilities if each is not None), thresholds, outside)


def _names(told: Sequence[MemberTold]) -> Iterator[str]:
    for each in told:
        match each.prediction:
            case NextBestOffer(offer_id=str(name)) | RfmCell(cell=str(name)):
                yield name


def _limited(told: SegmentTold) -> str | None:
    if told.total <= FIRST_MEMBERS:
        return None
    return f"Limited to first {FIRST_MEMBERS} customers (segment has {told.total} total)"

"""What predictions say of a segment in sum: of a sample, of everybody, and day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.audiences.layout import FIRST, mask, word
from tessella.domain.errors import NoModel
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SegmentId
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.segment.scoring import Counted, Group
from tessella.domain.predictions.segment.stats import Stats
from tessella.domain.predictions.segment.told import NOBODY, SegmentStats
from tessella.domain.predictions.target import PredictionType
from tessella.domain.predictions.thresholds import Thresholds
from tessella.logs import get_logger
from tessella.ports import Progress, Session
from tessella.ports.audience_reading import AudienceReading
from tessella.ports.scoring import Scoring
from tessella.usecases.audiences.rows import AudienceRows, audience_rows_of, known_segment
from tessella.usecases.predictions.predict_customer import FRESH_US
from tessella.usecases.predictions.predict_segment import made_from, told_lately
from tessella.usecases.predictions.scoring_orders import order_of
from tessella.usecases.predictions.segment_members import SegmentRows, segment_rows
from tessella.usecases.predictions.tellers import Teller, teller_of
from tessella.usecases.progress import after_each

_LOG: Final = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SegmentStatsTold:
    """The stats of a segment, by type."""

    segment: SegmentRows
    members: int
    #: How many of them were looked at.
    sampled: int
    stats: Mapping[PredictionType, Stats]
    #: Of churn; None where there is no model of it.
    thresholds: Thresholds | None
    #: What to know before they are used; None where there is nothing.
    warning: str | None
    #: Whom the model of churn learned from; None where that is not known.
    population: Population | None


@dataclass(frozen=True, slots=True)
class Tellers:
    """What can be told in a namespace, and why the rest cannot."""

    by_type: Mapping[PredictionType, Teller]
    missing: Sequence[str]

    @property
    def thresholds(self) -> Thresholds | None:
        """Of churn."""
        churn = self.by_type.get(PredictionType.CHURN)
        return None if churn is None else churn.thresholds

    @property
    def population(self) -> Population | None:
        """Whom the model of churn learned from."""
        churn = self.by_type.get(PredictionType.CHURN)
        return None if churn is None else churn.population

    @property
    def warning(self) -> str | None:
        """All that is to be known."""
        told = dict.fromkeys(each.warning for each in self.by_type.values() if each.warning)
        return " ".join((*self.missing, *told)) or None


async def sampled_segment_stats(session: Session, reader: AudienceReading, segment_id: str) -> SegmentStatsTold:
    """The stats of the first thousand members by id, as they are now or were within the hour.

    A type without a model has stats of nobody, and the warning says so. Raises as `predict_segment` does, but for
    `NoModel`.
    """
    segment, tellers = await segment_rows(session, segment_id), await _tellers(session)
    told = {each: await told_lately(session, reader, segment, teller) for each, teller in tellers.by_type.items()}
    members = max(each.total for each in told.values())
    sampled = max(each.processed for each in told.values())
    stats = {**NOBODY, **{kind: each.stats for kind, each in told.items()}}
    return _told(segment, members, sampled, stats, tellers)


async def whole_segment_stats(session: Session, scoring: Scoring, segment_id: str) -> SegmentStatsTold:
    """The stats of all members, as of the active calculation; for up to an hour those that were counted before.

    Raises likewise, `NotInAudience` and `FeatureChanged`, and as `Scoring.score` does.
    """
    segment, tellers = await segment_rows(session, segment_id), await _tellers(session)
    now, origin = session.now(), made_from(session.snapshot(), segment.rows, *tellers.by_type.values())
    kept = await session.segment_stats(segment.segment_id, Instant(now - FRESH_US))
    known = next((each for each in reversed(kept) if each.made_from == origin), None)
    if known is None:
        groups = (Group(segment.segment_id),)
        [known] = await _counted(session, scoring, tellers, segment.rows, segment.member, groups)
        await session.add_segment_stats([known])
    whole = {**NOBODY, **known.stats}
    return _told(segment, known.members, known.members, whole, tellers)


def _told(
    segment: SegmentRows, members: int, sampled: int, stats: Mapping[PredictionType, Stats], tellers: Tellers
) -> SegmentStatsTold:
    return SegmentStatsTold(segment, members, sampled, stats, tellers.thresholds, tellers.warning, tellers.population)


async def keep_segment_stats(session: Session, scoring: Scoring, progress: Progress) -> Sequence[SegmentStats]:
    """Count and keep the stats of every active segment, in one pass a type over everybody who is in one.

    Raises `NotInAudience` and `FeatureChanged`, and as `audience_rows_of` and `Scoring.score` do.
    """
    rows, tellers = await audience_rows_of(session), await _tellers(session)
    active = [each.segment_id for each in rows.audience.tried_segments()]
    groups = [Group(each, word(at), mask(at)) for at, each in enumerate(active)]
    made = await _counted(session, scoring, tellers, rows, f"{FIRST} IS NOT NULL", groups, progress)
    await session.add_segment_stats(made)
    return made


async def segment_stats_history(session: Session, segment_id: str, days: int) -> Sequence[SegmentStats]:
    """The last stats of each of the last days, in UTC, the oldest first. Raises `NoSuch`."""
    known, since = known_segment(session.snapshot(), segment_id), Instant(session.now() - days * DAY_US)
    return await session.segment_stats_by_day(known, since)


async def _tellers(session: Session) -> Tellers:
    found: dict[PredictionType, Teller] = {}
    missing: list[str] = []
    for each in PredictionType:
        try:
            found[each] = await teller_of(session, each)
        except NoModel as error:
            missing.append(error.message)
    return Tellers(found, missing)


async def _counted(
    session: Session,
    scoring: Scoring,
    tellers: Tellers,
    rows: AudienceRows,
    member: str,
    groups: Sequence[Group],
    progress: Progress = lambda _: None,
) -> list[SegmentStats]:
    """The stats of each group, by one pass a type."""
    now, told = session.now(), tellers.by_type.items()
    tell_progress = after_each(progress, len(told), begin=0.0, end=1.0)
    counted: dict[PredictionType, Counted] = {}
    for kind, teller in told:
        counted[kind] = await scoring.score(order_of(session, teller, rows, member, groups), lambda _: None)
        _LOG.info("segments_counted", kind=kind)
        tell_progress()
    origin = made_from(session.snapshot(), rows, *tellers.by_type.values())
    return [
        SegmentStats(
            SegmentId(group.name), now, rows.audience.as_of, counted[PredictionType.RFM].members[group.name],
            {kind: each.stats[group.name] for kind, each in counted.items()}, origin,
        )
        for group in groups
    ]  # fmt: skip

"""Predict for everybody in a segment, apart from the request: a result for each is kept, a page at a time is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from tessella.domain.errors import NoSuch
from tessella.domain.features.duckdb_values import literal
from tessella.domain.identifiers import Instant, Json, SegmentId, SubjectId
from tessella.domain.predictions.prediction import Prediction, RfmCell, prediction_of
from tessella.domain.predictions.segment.members import CUSTOMER, outputs_of
from tessella.domain.predictions.segment.scoring import Counted, Group
from tessella.domain.predictions.segment.told import MemberFault, MemberTold, ScoredSegment
from tessella.domain.predictions.target import PredictionType
from tessella.ports import Progress, Session
from tessella.ports.audience_reading import AudienceReading
from tessella.ports.jobs import Job, JobRun
from tessella.ports.scoring import Scoring
from tessella.usecases.audiences.rows import MARGIN_US
from tessella.usecases.predictions.scoring_orders import offers_made, order_of
from tessella.usecases.predictions.segment_members import SegmentRows, segment_rows
from tessella.usecases.predictions.tellers import Teller, teller_of


class ScoreRequest(msgspec.Struct, frozen=True):
    """What a run of the job scores."""

    segment_id: SegmentId
    type: PredictionType


@dataclass(frozen=True, slots=True)
class ScoredPage:
    """Some members that a run has scored, by id."""

    scored: ScoredSegment
    told: Sequence[MemberTold]
    #: The first members of whom nothing can be told.
    faults: Sequence[MemberFault]
    #: None at the end.
    next_after: SubjectId | None


async def ask_for_scores(session: Session, segment_id: str, asked: PredictionType) -> JobRun:
    """Have everybody scored by a job; what can be seen to fail is refused at once, as `score_segment` refuses it."""
    segment = await segment_rows(session, segment_id)
    order_of(session, await teller_of(session, asked), segment.rows, segment.member, ())
    inputs: dict[str, Json] = {"segment_id": segment.segment_id, "type": asked.value}
    return await session.ask_for(Job.PREDICT_SEGMENT, inputs)


async def score_segment(
    session: Session, scoring: Scoring, asked: ScoreRequest, run_id: str, progress: Progress
) -> ScoredSegment:
    """Score everybody, as of the active calculation, and keep it under the id of the run.

    Raises `NoSuch`, `NotCounted`, `NoModel`, `NotInAudience` and `FeatureChanged`, `PredictionsNotWritten`, and as
    `audience_rows_of` and `Scoring.score` do.
    """
    segment = await segment_rows(session, asked.segment_id)
    teller = await teller_of(session, asked.type)
    everybody = (Group(segment.segment_id),)
    with session.scores_begun(run_id) as begun:
        order = order_of(session, teller, segment.rows, segment.member, everybody, begun.folder)
        scored = _scored(session, segment, teller, await scoring.score(order, progress))
        begun.keep(scored)
    return scored


async def scores_page(session: Session, reader: AudienceReading, run: JobRun, *, after: str, limit: int) -> ScoredPage:
    """What a run has told, of those who have not opted out since. Raises `PredictionsGone`, and as `reader.rows`."""
    scored, folder = await session.scores(run.run_id)
    withdrawn = await session.withdrawn_since(Instant(run.asked_at - MARGIN_US))
    faults = [MemberFault(each, scored.fault) for each in scored.first_failed if each not in withdrawn]
    if scored.members == scored.failed:
        return ScoredPage(scored, (), faults, None)
    sql = (
        f"SELECT * FROM read_parquet({literal(str(folder / '*.parquet'))}) WHERE {CUSTOMER} > $after "
        f"AND NOT list_contains(CAST($withdrawn AS VARCHAR[]), {CUSTOMER}) ORDER BY {CUSTOMER} LIMIT {limit + 1}"
    )
    rows = await reader.rows(sql, {"after": after, "withdrawn": list(withdrawn)})
    told = [MemberTold(SubjectId(row[0]), _told(scored, row[1:])) for row in rows[:limit]]
    return ScoredPage(scored, told, faults, told[-1].customer_id if len(rows) > limit else None)


async def run_of_segment(session: Session, segment_id: str, run_id: str) -> JobRun:
    """A run that predicts for a segment. Raises `NoSuch`."""
    run = await session.run(run_id)
    if run.job != Job.PREDICT_SEGMENT or run.inputs.get("segment_id") != segment_id:
        raise NoSuch(f'run of predictions for the segment "{segment_id}" with the id', run_id)
    return run


def _scored(session: Session, segment: SegmentRows, teller: Teller, counted: Counted) -> ScoredSegment:
    model, name = teller.model, segment.segment_id
    is_nbo = teller.type is PredictionType.NBO
    return ScoredSegment(
        segment_id=segment.segment_id, type=teller.type, as_of=segment.audience.as_of, made_at=session.now(),
        model_version=teller.model_version, members=counted.members[name], failed=counted.failed[name],
        first_failed=tuple(map(SubjectId, counted.first_failed)), fault=teller.fault, stats=counted.stats[name],
        thresholds=teller.thresholds,
        outputs=() if model is None else tuple(outputs_of(model.manifest)),
        offers=tuple(offers_made(session, model).values()) if model is not None and is_nbo else (),
        warning=teller.warning, population=teller.population,
    )  # fmt: skip


def _told(scored: ScoredSegment, cells: Sequence[Any]) -> Prediction:
    if not scored.outputs:
        return RfmCell(*cells)
    probabilities: Mapping[str, float] = dict(zip(scored.outputs, cells, strict=True))
    offers = {each.offer_id: each for each in scored.offers}
    if scored.thresholds is None:  # of offers, only those that could be made then
        probabilities = {name: probabilities[name] for name in offers}
    return prediction_of(probabilities, scored.thresholds, offers)

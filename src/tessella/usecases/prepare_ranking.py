"""Decide for a request, and bring together what its items are ranked from."""

from __future__ import annotations

from tessella.domain.features.subject import Subject
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.subject.events import SubjectEvents
from tessella.ports import Session
from tessella.usecases.decide import DecisionRequest, decision_for
from tessella.usecases.load_subject import load_history, load_subject
from tessella.usecases.ranking import ItemsAsked, Material, as_stale_as, check_asked, region_of


async def prepare_ranking(session: Session, request: DecisionRequest, asked: ItemsAsked, at: Instant) -> Material:
    """The material of one request; the decision is not recorded. Raises as `decide`, and `WrongShape`."""
    check_asked(asked)
    subject = await load_subject(session, request.subject_id, request.context, at=at)
    return await prepared_for(session, request, asked, subject, await load_history(session, subject), at)


async def prepared_for(
    session: Session,
    request: DecisionRequest,
    asked: ItemsAsked,
    subject: Subject,
    events: SubjectEvents,
    at: Instant,
) -> Material:
    """The same for a subject and a history at hand."""
    subject, snapshot = as_stale_as(subject, events), session.snapshot()
    decision = decision_for(snapshot, request, subject, at, session.new_decision_id())
    index = await session.index()
    built_share = session.index_progress() if index is None else None
    return Material(snapshot, index, subject, events, decision, asked, region_of(subject), built_share)

"""Rank the items of a recorded recommendation again, from the index and the history of then."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.decisions import Decision, Ranked
from tessella.domain.errors import (
    HistoryChanged,
    IndexNotKept,
    NoSuch,
    OverlayGone,
    SubjectNeededForHistory,
    SubjectOptedOut,
)
from tessella.domain.features.subject import Subject
from tessella.domain.identifiers import SubjectId
from tessella.domain.ranking.index import RankingIndex
from tessella.domain.ranking.rank import rank
from tessella.domain.ranking.subject_events import NO_EVENTS, SubjectEvents
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.usecases.load_subject import consented
from tessella.usecases.ranking import NO_INDEX, ItemsAsked, Material, ranked_from, ranking_request, with_items


@dataclass(frozen=True, slots=True)
class RecordedItems:
    """What the audit has of a recommendation besides its decision."""

    ranked: Ranked
    items: tuple[tuple[str, float], ...]
    #: Whom the decision was about, as far as who asks knows.
    subject_id: SubjectId | None


async def with_items_again(
    session: Session, snapshot: Snapshot, recorded: RecordedItems, subject: Subject, decision: Decision
) -> Decision:
    """The decision that was made again, with its items.

    Raises `SubjectNeededForHistory`, and what is not there any more: `SubjectOptedOut`, `HistoryChanged`,
    `IndexNotKept`, `OverlayGone`.
    """
    ranked = recorded.ranked
    asked = ItemsAsked(ranked.limit, ranked.item_ids, ranked.anchor_item_ids)
    events = await _events(session, recorded)
    ranking, index = NO_INDEX, None
    if ranked.index_version is not None:
        index = await _index(session, ranked, ranked.index_version)
        material = Material(snapshot, index, subject, events, decision, asked, ranked.region)
        ranking = rank(index, ranking_request(material), now=ranked.at)
    replayed = with_items(decision, ranking, ranked_from(index, events, asked, ranked.region, ranked.at))
    if index is not None and index.overlay != ranked.overlay and replayed.items != recorded.items:
        raise OverlayGone(index.version)
    return replayed


async def _events(session: Session, recorded: RecordedItems) -> SubjectEvents:
    ranked, subject_id = recorded.ranked, recorded.subject_id
    if ranked.history_as_of is None:
        return NO_EVENTS
    if subject_id is None:
        raise SubjectNeededForHistory("/subject_id")
    if consented(await session.known(subject_id)) is None:
        raise SubjectOptedOut("/subject_id", subject_id)
    events = await session.history_received_by(subject_id, ranked.history_as_of)
    if events.digest != ranked.history_digest:
        raise HistoryChanged
    return events


async def _index(session: Session, ranked: Ranked, version: str) -> RankingIndex:
    """The index in memory if it is the very one, else the version as it was built."""
    serving = await session.index()
    if serving is not None and (serving.version, serving.overlay) == (version, ranked.overlay):
        return serving
    try:
        return await session.index_at(version)
    except NoSuch as error:
        raise IndexNotKept(version) from error

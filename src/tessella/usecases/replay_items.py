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
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.subject.events import NO_EVENTS, SubjectEvents
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.usecases.load_subject import consented
from tessella.usecases.ranking import ItemsAsked, Material, ranked, with_items


@dataclass(frozen=True, slots=True)
class RecordedItems:
    """What the audit has of a recommendation besides its decision."""

    ranked: Ranked
    items: tuple[tuple[str, float], ...]
    #: Whom the decision was about, as far as who asks knows.
    subject_id: SubjectId | None
    #: How much of the first index was built, where there was none yet.
    built_share: float | None


async def with_items_again(
    session: Session, snapshot: Snapshot, recorded: RecordedItems, subject: Subject, decision: Decision
) -> Decision:
    """The decision that was made again, with its items.

    Raises `SubjectNeededForHistory`, and what is not there any more: `SubjectOptedOut`, `HistoryChanged`,
    `IndexNotKept`, `OverlayGone`.
    """
    how = recorded.ranked
    events, index = await _events(session, recorded), await _index(session, how)
    asked = ItemsAsked(how.limit, how.item_ids, how.anchor_item_ids)
    material = Material(snapshot, index, subject, events, decision, asked, how.region, recorded.built_share)
    replayed = with_items(material, ranked(material, how.at), how.at)
    if index is not None and index.overlay != how.overlay and replayed.items != recorded.items:
        raise OverlayGone(index.version)
    return replayed


async def _events(session: Session, recorded: RecordedItems) -> SubjectEvents:
    how, subject_id = recorded.ranked, recorded.subject_id
    if how.history_as_of is None:
        return NO_EVENTS
    if subject_id is None:
        raise SubjectNeededForHistory("/subject_id")
    if consented(await session.known(subject_id)) is None:
        raise SubjectOptedOut("/subject_id", subject_id)
    events = await session.history_received_by(subject_id, how.history_as_of)
    if events.digest != how.history_digest:
        raise HistoryChanged
    return events


async def _index(session: Session, how: Ranked) -> RankingIndex | None:
    """The index in memory if it is the very one, else the version as it was built; None if there was none."""
    version = how.index_version
    if version is None:
        return None
    serving = await session.index()
    if serving is not None and (serving.version, serving.overlay) == (version, how.overlay):
        return serving
    try:
        return await session.index_at(version)
    except NoSuch as error:
        raise IndexNotKept(version) from error

"""Replay many recorded decisions, such as those of a day."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from tessella.domain.errors import TessellaError, Unavailable
from tessella.domain.identifiers import DecisionId, SubjectId
from tessella.ports import AuditQuery, AuditRow, Session
from tessella.usecases.list_audit import list_audit
from tessella.usecases.past import Pasts
from tessella.usecases.replay import Replay, replay_row

_AT_ONCE: Final = 500
#: So many of those that differ or cannot be replayed are told; all are counted.
MOST_TOLD: Final = 1000


@dataclass(slots=True)
class ReplayedMany:
    """How they came out."""

    equal: int = 0
    different: int = 0
    refused: int = 0
    differing: list[Replay] = field(default_factory=list)
    #: Why some could not be replayed.
    refusals: dict[DecisionId, str] = field(default_factory=dict)

    def add(self, replay: Replay) -> None:
        """Count one that was replayed."""
        self.equal += replay.equal
        self.different += not replay.equal
        if not replay.equal and len(self.differing) < MOST_TOLD:
            self.differing.append(replay)

    def refuse(self, decision_id: DecisionId, reason: str) -> None:
        """Count one that could not be."""
        self.refused += 1
        if len(self.refusals) < MOST_TOLD:
            self.refusals[decision_id] = reason


async def replay_many(
    session: Session, query: AuditQuery, subjects: Iterable[SubjectId], progress: Callable[[int], None]
) -> ReplayedMany:
    """Decide every decision that `query` finds again, newest first, past the limit of one page.

    Rules that read a subject's id are replayed for those of `subjects`. `progress` is told how many were looked at.
    """
    known = {named: each for each in subjects for named in session.pseudonyms(each)}
    pasts, outcome, looked_at = Pasts(session), ReplayedMany(), 0
    async for row in _rows(session, query):
        subject_id = None if row.user_hash is None else known.get(row.user_hash)
        try:
            outcome.add(await replay_row(session, pasts, row, subject_id))
        except Unavailable:
            raise
        except TessellaError as error:
            outcome.refuse(row.decision_id, error.message)
        looked_at += 1
        if looked_at % _AT_ONCE == 0:
            progress(looked_at)
    progress(looked_at)
    return outcome


async def _rows(session: Session, query: AuditQuery) -> AsyncIterator[AuditRow]:
    page, cursor = await list_audit(session, replace(query, limit=_AT_ONCE))
    while True:
        for row in page:
            yield row
        if cursor is None:
            return
        page, cursor = await list_audit(session, replace(query, limit=_AT_ONCE, cursor=cursor))

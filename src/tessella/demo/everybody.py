"""What is told of every household: decided one by one, as requests are, and set-wise by the last calculation."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from tessella.bootstrap import Application
from tessella.domain.audiences.layout import FIRST, SUBJECT
from tessella.domain.audiences.sides import Told
from tessella.domain.errors import SourceSlow
from tessella.domain.identifiers import DEFAULT_SEGMENT, Instant, SubjectId
from tessella.domain.segments.request_time import request_features
from tessella.ports import Session
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.audiences.plan import plan_calculation
from tessella.usecases.audiences.rows import audience_rows_of
from tessella.usecases.consistency.decided_online import Decider
from tessella.usecases.count_matches import Counted, MatchCount, match_counts
from tessella.usecases.load_subject import load_facts

_TRIES: Final = 40
_PAUSE_SECONDS: Final = 0.25
#: Everybody's rows are looked up at once. A machine that is busy with something else takes its time for that.
_LOOKUPS: Final = 5

Everybody = Mapping[SubjectId, Told]


async def decided_one_by_one(session: Session, open_engine: OpenEngine, at: Instant) -> Everybody:
    """Everybody who has stored facts and has not switched personalization off, at a moment. Nothing is recorded.

    Raises `SourceSlow` when a source was slow several times.
    """
    subject_ids = [subject_id async for subject_id, _ in session.stream_subjects()]
    decider = Decider.of(session, plan_calculation(session.snapshot(), "", at), open_engine)
    for _ in range(_LOOKUPS - 1):
        with suppress(SourceSlow):
            return await decider.decide(subject_ids)
    return await decider.decide(subject_ids)


async def told_set_wise(application: Application, session: Session) -> Everybody:
    """Everybody who is in the calculation in use."""
    from tessella.domain.audiences.rows import bits_and_features  # loads sqlglot
    from tessella.domain.audiences.told_rows import read_told

    rows = await audience_rows_of(session)
    columns = ", ".join((SUBJECT, FIRST, *bits_and_features(rows.audience)))
    found = await application.audiences.rows(f"SELECT {columns} FROM ({rows.sql})", rows.parameters)
    return read_told(rows.audience, found)


async def have_rows_read(session: Session, subject_ids: Sequence[SubjectId]) -> None:
    """Ask until the rows of these have come: a decision waits a quarter of a second, and does without them then."""
    for _ in range(_TRIES):
        known = await load_facts(session, subject_ids)
        if not any(each is not None and each.row_is_stale for each in known.values()):
            return
        await asyncio.sleep(_PAUSE_SECONDS)


def counts_of(session: Session, everybody: Everybody, as_of: Instant) -> Sequence[MatchCount]:
    """Per segment, how many households it had at a moment."""
    snapshot = session.snapshot()
    members = Counter(segment_id for each in everybody.values() for segment_id in each.segments)
    first = Counter(each.first or DEFAULT_SEGMENT for each in everybody.values())
    uncounted = request_features(snapshot.membership, snapshot.schema)
    return match_counts(snapshot, Counted(as_of, members, first, uncounted))

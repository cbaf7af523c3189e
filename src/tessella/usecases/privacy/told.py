"""What a privacy officer is told: what subjects have agreed to, and which erasures were asked for. It names nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tessella.domain.identifiers import Json, Pseudonym, SubjectId
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun
from tessella.ports.privacy import ConsentCounts
from tessella.usecases.privacy.erase import TOMBSTONE, erased_as


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """One erasure that was asked for."""

    run: JobRun
    #: How the audit names the subject.
    user_hash: Pseudonym
    #: Rows that were deleted or changed, in all tables; None before it is done.
    rows: int | None


async def consent_counts(session: Session) -> ConsentCounts:
    """How many subjects have settings, and what these say."""
    return await session.consent_counts()


async def list_erasures(
    session: Session, *, limit: int, cursor: str | None
) -> tuple[Sequence[ErasureRequest], str | None]:
    """One page of erasures, the last one asked for first, and the cursor of the next page."""
    runs, more = await session.runs(job=Job.ERASE_SUBJECT, state=None, limit=limit, cursor=cursor)
    return [ErasureRequest(each, _hash(session, each.inputs), _rows(each.result)) for each in runs], more


def _hash(session: Session, inputs: Mapping[str, Json]) -> Pseudonym:
    named = str(inputs.get("subject_id", ""))
    return erased_as(named) if TOMBSTONE.fullmatch(named) else session.pseudonym(SubjectId(named))


def _rows(result: Json) -> int | None:
    if not isinstance(result, Mapping) or not isinstance(rows := result.get("rows"), Mapping):
        return None
    return sum(count for count in rows.values() if isinstance(count, int))

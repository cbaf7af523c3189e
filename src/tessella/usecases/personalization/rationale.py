"""Why a ranking is as it is: for administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tessella.domain.identifiers import ScopeId, SubjectId
from tessella.ports import Session
from tessella.usecases.load_subject import consented


async def get_rationale(session: Session, subject_id: SubjectId, scope: ScopeId) -> Mapping[str, Sequence[str]]:
    """The tags of the items of a subject's last ranking; none of who has opted out."""
    if consented(await session.known(subject_id)) is None:
        return {}
    return await session.rationale_of(subject_id, scope)

"""Ask for long work. It is done apart from the request; the run tells how far it is."""

from __future__ import annotations

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Instant
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun


async def ask_for_features(session: Session, as_of: Instant | None) -> JobRun:
    """Have features computed as of a moment, or as of now; gives the run that does so already when there is one."""
    return await session.ask_for(Job.COMPUTE_FEATURES, {} if as_of is None else {"as_of": iso(as_of)})


async def ask_for_audit_verification(session: Session) -> JobRun:
    """Have the audit verified; likewise."""
    return await session.ask_for(Job.VERIFY_AUDIT, {})

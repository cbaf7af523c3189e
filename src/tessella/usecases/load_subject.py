"""The one door through which a subject's facts enter a use case. It asks consent first."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.errors import NotYours
from tessella.domain.features.subject import NO_FACTS, Facts, Subject, assemble, opted_out
from tessella.domain.identifiers import Instant, Json, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports import Caller, Session

#: Roles that act for themselves only.
OWN_SUBJECT_ROLES = frozenset({Role.CLIENT, Role.READER})


async def load_subject(
    session: Session, subject_id: SubjectId | None, context: Mapping[str, Json], *, at: Instant
) -> Subject:
    """What the rules may read for one request; nothing stored for a subject who has opted out.

    Raises `NotYours` when a client or reader names another subject.
    """
    subject_id = own_subject(session.caller, subject_id)
    if subject_id is None:
        return known_subject(session, None, context, NO_FACTS, at)
    consent = await session.consent(subject_id)
    if not consent.personalization_enabled:
        return opted_out(at)
    return known_subject(session, subject_id, context, await session.facts(subject_id), at)


def own_subject(caller: Caller, subject_id: SubjectId | None) -> SubjectId | None:
    """The subject that the caller may act for: their own where the role is bound to one."""
    if caller.role not in OWN_SUBJECT_ROLES:
        return subject_id
    if subject_id not in (None, caller.subject_id):
        raise NotYours(str(subject_id))
    return caller.subject_id


def known_subject(
    session: Session, subject_id: SubjectId | None, context: Mapping[str, Json], facts: Facts, at: Instant
) -> Subject:
    """A subject whose consent was asked."""
    return assemble(session.snapshot().schema, subject_id, context, facts=facts, role=session.caller.role, at=at)


def subject_of(
    session: Session, subject_id: SubjectId, context: Mapping[str, Json], consent: Consent, facts: Facts, at: Instant
) -> Subject:
    """The same for one of many whose consent and facts were loaded together."""
    if not consent.personalization_enabled:
        return opted_out(at)
    return known_subject(session, subject_id, context, facts, at)

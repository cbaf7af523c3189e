"""The one door through which a subject's facts enter a use case. It asks consent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tessella.domain.errors import NotYours
from tessella.domain.features.customer_row import with_row
from tessella.domain.features.subject import NO_FACTS, Facts, Subject, assemble, opted_out
from tessella.domain.identifiers import Instant, Json, Role, SourceId, SubjectId
from tessella.domain.privacy.subject_ids import check_subject
from tessella.domain.ranking.subject.events import NO_EVENTS, SubjectEvents
from tessella.ports import Caller, Known, Session

#: Roles that act for themselves only.
OWN_SUBJECT_ROLES = frozenset({Role.CLIENT, Role.READER})


async def load_subject(
    session: Session,
    subject_id: SubjectId | None,
    context: Mapping[str, Json],
    *,
    at: Instant,
    sources: Sequence[SourceId] | None = None,
) -> Subject:
    """What the rules may read for one request; of a subject who has opted out only what the request tells.

    `sources` are those whose rows are read; None: those that an active rule reads. Raises `NotYours` when a client or
    reader names another subject, and `SubjectIsAddress`.
    """
    subject_id = asked_subject(session, subject_id)
    facts = NO_FACTS if subject_id is None else consented(await session.known(subject_id))
    if (asked := session.snapshot().sources_read if sources is None else sources) and subject_id is not None:
        facts = (await with_rows(session, {subject_id: facts}, asked))[subject_id]
    return subject_of(session, subject_id, context, facts, at)


async def load_facts(
    session: Session, subject_ids: Sequence[SubjectId], sources: Sequence[SourceId] | None = None
) -> Mapping[SubjectId, Facts | None]:
    """What is known of many subjects at once; None for one who has opted out. `sources` as for `load_subject`."""
    known = await session.known_of(subject_ids)
    facts = {each: consented(known[each]) for each in subject_ids}
    asked = session.snapshot().sources_read if sources is None else sources
    return await with_rows(session, facts, asked) if asked else facts


async def with_rows(
    session: Session, facts: Mapping[SubjectId, Facts | None], sources: Sequence[SourceId]
) -> Mapping[SubjectId, Facts | None]:
    """The same with each subject's row; nobody's row is read who has opted out."""
    columns = session.snapshot().columns
    rows = await session.customer_rows([each for each in facts if facts[each] is not None], sources)
    return {
        subject_id: None if known is None else with_row(known, rows[subject_id], columns)
        for subject_id, known in facts.items()
    }


async def load_history(session: Session, subject: Subject) -> SubjectEvents:
    """What a loaded subject did with items; nothing of an anonymous one, nor of one who has opted out."""
    return NO_EVENTS if subject.subject_id is None else await session.history(subject.subject_id)


async def load_histories(
    session: Session, facts: Mapping[SubjectId, Facts | None]
) -> Mapping[SubjectId, SubjectEvents]:
    """The same for subjects whose facts were loaded."""
    return await session.histories([subject_id for subject_id, each in facts.items() if each is not None])


def consented(known: Known) -> Facts | None:
    """The facts that may be used; None of a subject who has opted out."""
    return known.facts if known.consent.personalization_enabled else None


def own_subject(caller: Caller, subject_id: SubjectId | None) -> SubjectId | None:
    """The subject that the caller may act for: their own where the role is bound to one."""
    if caller.role not in OWN_SUBJECT_ROLES:
        return subject_id
    if subject_id not in (None, caller.subject_id):
        raise NotYours(str(subject_id))
    return caller.subject_id


def asked_subject(session: Session, subject_id: SubjectId | None) -> SubjectId | None:
    """The same, for a request. Raises `SubjectIsAddress` too."""
    named = own_subject(session.caller, subject_id)
    if named is not None:
        check_subject(named, session.snapshot().definitions.defaults.subject_ids, "/subject_id")
    return named


def subject_of(
    session: Session, subject_id: SubjectId | None, context: Mapping[str, Json], facts: Facts | None, at: Instant
) -> Subject:
    """The subject of one request whose consent was asked; `facts` is None for one who has opted out."""
    if facts is None:
        return opted_out(session.snapshot().schema, context, role=session.caller.role, at=at)
    return assemble(session.snapshot().schema, subject_id, context, facts=facts, role=session.caller.role, at=at)

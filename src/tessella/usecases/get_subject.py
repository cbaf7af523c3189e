"""Get a subject: everything that is stored about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.errors import NoSuch, NotYours
from tessella.domain.identifiers import SubjectId
from tessella.domain.privacy.consent import DEFAULT_CONSENT, Consent
from tessella.ports import Session, StoredFact
from tessella.usecases.load_subject import own_subject


@dataclass(frozen=True, slots=True)
class StoredSubject:
    """A subject's facts and settings as they are stored, for the subject and those who serve them."""

    subject_id: SubjectId
    facts: Sequence[StoredFact]
    consent: Consent


async def get_subject(session: Session, subject_id: SubjectId) -> StoredSubject:
    """Everything that is stored. Raises `NoSuch` when that is nothing, and `NotYours`.

    This shows facts, and chooses nothing by them: a subject who has opted out may still see what is kept.
    """
    if own_subject(session.caller, subject_id) is None:
        raise NotYours(subject_id)
    consent, facts = (await session.known(subject_id)).consent, await session.stored_facts(subject_id)
    if not facts and consent == DEFAULT_CONSENT:
        raise NoSuch("subject", subject_id)
    return StoredSubject(subject_id, facts, consent)

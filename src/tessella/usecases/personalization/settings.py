"""A subject's settings: what they have agreed to, read and changed by themselves or by those who serve them."""

from __future__ import annotations

from pathlib import Path

from tessella.domain.errors import SubjectNotNamed, WrongShape
from tessella.domain.identifiers import Pointer, SubjectId
from tessella.domain.imports.mapping import ColumnMapping
from tessella.domain.privacy.consent import Consent, ConsentChange
from tessella.domain.privacy.subject_ids import check_subject
from tessella.ports import Caller, Files, Progress, Session
from tessella.usecases.load_subject import own_subject
from tessella.usecases.store_parts import Imported, store_parts

_NOTHING = ConsentChange()


async def get_settings(session: Session, subject_id: SubjectId | None) -> Consent:
    """What is stored, or the defaults. Raises `NotYours` and `SubjectNotNamed`."""
    return await session.stored_consent(named_subject(session.caller, subject_id, "/query/subject_id"))


async def change_settings(session: Session, subject_id: SubjectId | None, change: ConsentChange) -> Consent:
    """Store what is changed; what holds from now on. Raises likewise, and `SubjectIsAddress`.

    Who switches personalization off is not processed any more, from this moment on in this process and within two
    seconds in all others. What is stored of them stays until it is erased, or too old.
    """
    named = named_subject(session.caller, subject_id, "/subject_id")
    if change == _NOTHING:
        return await session.stored_consent(named)
    check_subject(named, session.snapshot().definitions.defaults.subject_ids, "/subject_id")
    return await session.change_consent(named, change)


async def import_settings(
    session: Session, files: Files, path: Path, mapping: ColumnMapping, *, report: Path, progress: Progress
) -> Imported:
    """Store the settings of a file with one row a subject; bad rows go to `report`.

    An empty cell changes nothing. Safe to repeat. Raises what `Files` raises, before anything is stored.
    """
    allowed = (await session.definitions()).defaults.subject_ids
    async with files.settings(path, mapping, allowed, report) as prepared:
        return await store_parts(prepared, session.add_consents_csv, progress)


def named_subject(caller: Caller, subject_id: SubjectId | None, at: Pointer) -> SubjectId:
    """Whom it is about: the caller's own subject, or the one that is named.

    Raises `NotYours`, `SubjectNotNamed`, and `WrongShape` for what cannot be anybody's id.
    """
    named = own_subject(caller, subject_id)
    if named is None:
        raise SubjectNotNamed(at)
    if "\0" in named:
        raise WrongShape(at, "A subject's id is text without NUL.", "Leave U+0000 out.")
    return named

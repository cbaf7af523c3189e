"""Ids of subjects that say who somebody is: refused, unless a namespace says that its ids are such."""

from __future__ import annotations

from enum import StrEnum

from tessella.domain.errors import SubjectIsAddress
from tessella.domain.identifiers import Pointer
from tessella.domain.privacy.personal_data import looks_like_email, looks_like_phone


class SubjectIds(StrEnum):
    """What the ids of a namespace's subjects may be."""

    #: They tell nothing of the person.
    OPAQUE = "opaque"
    #: E-mail addresses and telephone numbers too.
    ADDRESSES = "addresses"


def subject_fault(subject_id: str, allowed: SubjectIds, at: Pointer) -> SubjectIsAddress | None:
    """What is wrong with an id that comes in; None when nothing is.

    >>> subject_fault("+358 40 123 4567", SubjectIds.OPAQUE, "/subject_id").what
    'a telephone number'
    >>> subject_fault("u-17", SubjectIds.OPAQUE, "/subject_id")
    """
    if allowed is SubjectIds.ADDRESSES:
        return None
    if looks_like_email(subject_id):
        return SubjectIsAddress(at, "an e-mail address")
    return SubjectIsAddress(at, "a telephone number") if looks_like_phone(subject_id) else None


def check_subject(subject_id: str, allowed: SubjectIds, at: Pointer) -> None:
    """Raises `SubjectIsAddress`."""
    if (fault := subject_fault(subject_id, allowed, at)) is not None:
        raise fault

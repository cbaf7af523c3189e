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


def address_in(subject_id: str) -> str | None:
    """What an id looks like that tells who the person is; None where it tells nothing.

    >>> address_in("ann@example.org"), address_in("+358 40 123 4567"), address_in("u-17")
    ('an e-mail address', 'a telephone number', None)
    """
    if looks_like_email(subject_id):
        return "an e-mail address"
    return "a telephone number" if looks_like_phone(subject_id) else None


def subject_fault(subject_id: str, allowed: SubjectIds, at: Pointer) -> SubjectIsAddress | None:
    """What is wrong with an id that comes in; None when nothing is."""
    if allowed is SubjectIds.ADDRESSES or (what := address_in(subject_id)) is None:
        return None
    return SubjectIsAddress(at, what)


def check_subject(subject_id: str, allowed: SubjectIds, at: Pointer) -> None:
    """Raises `SubjectIsAddress`."""
    if (fault := subject_fault(subject_id, allowed, at)) is not None:
        raise fault

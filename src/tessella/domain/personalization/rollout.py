"""Whose rankings are personal while only a share of subjects is to have them."""

from __future__ import annotations

from typing import Final

from tessella.domain.hashing import percent_text, percent_threshold
from tessella.domain.identifiers import SubjectId

#: Of its own: who is in no other draw by the same hash.
_SALT: Final = "personalization"


def is_in_rollout(subject_id: SubjectId, percent: float) -> bool:
    """Whether a subject is among the first `percent` of all by a stable hash: who is in stays in as it grows.

    >>> [is_in_rollout("anna", percent) for percent in (0, 60, 100)]
    [False, True, True]
    """
    return percent_text(_SALT, subject_id) < percent_threshold(percent)

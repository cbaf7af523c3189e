"""The other side of a comparison: an order that knows nothing."""

from __future__ import annotations

from typing import Final

from tessella.domain.hashing import BUCKETS, percent_text
from tessella.domain.identifiers import ScopeId, SubjectId

_DIGITS: Final = 6


def random_score(scope: ScopeId, subject_id: SubjectId, item_id: str) -> float:
    """A score from 0 to 1 by a hash: evenly spread over items, and the same whenever it is asked.

    >>> random_score(ScopeId("daily"), SubjectId("anna"), "2001")
    0.431029
    """
    return round(int(percent_text(f"random:{scope}:{subject_id}", item_id), 16) / BUCKETS, _DIGITS)

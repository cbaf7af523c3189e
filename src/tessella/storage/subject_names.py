"""Ids of subjects, as they are asked for: some that a caller may send can be nobody's."""

from __future__ import annotations

from tessella.domain.features.gate import normalise
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import SubjectId


def is_storable(subject_id: SubjectId) -> bool:
    """Whether the database can hold a subject of that id: text without NUL and lone surrogates.

    >>> is_storable(SubjectId("a")), is_storable(SubjectId("a" + chr(0)))
    (True, False)
    """
    return normalise(subject_id, FeatureType.STRING) is not None

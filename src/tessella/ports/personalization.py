"""What is stored of personalization: immutable records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tessella.domain.identifiers import Instant, ScopeId, SubjectId
from tessella.domain.personalization.ranking import RankedItem


@dataclass(frozen=True, slots=True)
class StoredRanking:
    """The last ranking of a scope for a subject."""

    user_id: SubjectId
    scope: ScopeId
    #: Without tags, which are kept apart.
    items: tuple[RankedItem, ...]
    model_version: str
    #: A digest of all that it was made from.
    basis: str
    computed_at: Instant
    valid_until: Instant


class Period(StrEnum):
    """How often something is evaluated."""

    NIGHTLY = "nightly"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class EvaluatedMetric:
    """One figure of an evaluation."""

    evaluated_at: Instant
    period: Period
    #: Empty: over all scopes.
    scope: str
    model_version: str
    metric: str
    #: None: there was nothing to tell it from.
    value: float | None
    sample_size: int

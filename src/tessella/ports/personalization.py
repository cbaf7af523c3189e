"""What is stored of personalization: immutable records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tessella.domain.identifiers import Instant, ScopeId, SubjectId
from tessella.domain.personalization.flags import Flags
from tessella.domain.personalization.order import Placed
from tessella.domain.personalization.vector import FeatureVector


@dataclass(frozen=True, slots=True)
class StoredRanking:
    """The last ranking of a scope for a subject."""

    user_id: SubjectId
    scope: ScopeId
    #: As it reads back it has no tags, which are kept apart.
    placed: Placed
    model_version: str
    #: A digest of all that it was made from.
    basis: str
    computed_at: Instant
    valid_until: Instant


@dataclass(frozen=True, slots=True)
class KeptRanking:
    """What is stored of a subject for a scope, as of one moment."""

    vector: FeatureVector | None
    ranking: StoredRanking | None
    #: False: they have opted out.
    personalization_enabled: bool = True
    #: When they changed their settings last; None: never.
    settings_changed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation says of rankings."""

    #: What it allows, and what holds where a namespace says nothing.
    flags: Flags
    #: A ranking has so many items at most.
    most_items: int
    #: How long one is served again.
    kept_us: int


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


@dataclass(frozen=True, slots=True)
class OptOuts:
    """How many of those who have said anything have opted out. Requirement D, third debug query."""

    subjects: int
    opted_out: int

    @property
    def rate(self) -> float | None:
        """The share, 0 to 1; None where nobody has said anything."""
        return self.opted_out / self.subjects if self.subjects else None


@dataclass(frozen=True, slots=True)
class KeptCounts:
    """How many have what personalization keeps."""

    #: Subjects with a vector.
    subjects: int
    #: By scope, the subjects whose ranking may be served now.
    rankings: Mapping[ScopeId, int]

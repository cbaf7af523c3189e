"""What is stored of experiments besides their definitions: records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tessella.domain.errors import TessellaError
from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.experiments.assignment.conversion import ConversionOutcome
from tessella.domain.experiments.tally import PublishedPolicy
from tessella.domain.identifiers import ExperimentId, Instant, Json, VariantId
from tessella.domain.notices.notice import Notice


@dataclass(frozen=True, slots=True)
class ConversionsAdded:
    """What became of rewards that were sent together, in their order."""

    #: An error has the pointer to its row.
    outcomes: Sequence[ConversionOutcome | TessellaError]


@dataclass(frozen=True, slots=True)
class SegmentFigures:
    """One segment as anybody may see it."""

    segment_key: str
    display_name: str
    allocations: int
    #: Units that were rewarded by the first metric.
    conversions: int
    #: None where nobody is allocated.
    conversion_rate: float | None


@dataclass(frozen=True, slots=True)
class VariantState:
    """One variant in one segment, with what is believed of it."""

    segment_key: str
    variant_id: VariantId
    allocations: int
    conversions: int
    #: It is sealed where it is stored, and never shown.
    state: Json


@dataclass(frozen=True, slots=True)
class StoredReport:
    """The results of an experiment as they were last worked out."""

    experiment_id: ExperimentId
    made_at: Instant
    #: The version of the policy that holds since.
    policy_version: int
    #: Units that were assigned by then.
    units: int
    body: Json


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh found: stored together or not at all."""

    #: None: the policy that holds is as good.
    policy: PublishedPolicy | None
    #: They take the place of those that are stored, as `states` do.
    segments: Sequence[SegmentFigures]
    states: Sequence[VariantState]
    report: StoredReport


class ClustersState(StrEnum):
    """What became of a training of clusters."""

    #: New units are sorted into these clusters. One version of an experiment at most.
    ACTIVE = "active"
    #: It was active.
    KEPT = "kept"
    #: Contexts have no structure worth having.
    NONE_FOUND = "none_found"


@dataclass(frozen=True, slots=True)
class ClusterShown:
    """One cluster as anybody may see it."""

    #: 0 is the first.
    n: int
    name: str
    units: int


@dataclass(frozen=True, slots=True)
class StoredClusters:
    """One version of an experiment's clusters. `model` is sealed where it is stored, and never shown."""

    experiment_id: ExperimentId
    #: 1 is the first.
    version: int
    state: ClustersState
    #: When the training ended.
    trained_at: Instant
    #: How many assignments it was trained on.
    assignments: int
    clusters: Sequence[ClusterShown]
    model: Json | None


class RecommendationState(StrEnum):
    """How far a recommendation is."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    #: Tessella has applied it by itself.
    APPLIED = "applied"
    #: A later one has taken its place.
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class StoredRecommendation:
    """That an experiment should be segmented, or should not, and why."""

    #: A UUID.
    recommendation_id: str
    experiment_id: ExperimentId
    created_at: Instant
    state: RecommendationState
    #: What `segmentation` would become.
    mode: str
    segment_by: Sequence[str]
    #: The numbers, and the sentence that tells them by language: `en`, `es`.
    evidence: Json
    text: Mapping[str, str]
    #: When and by which role it was decided; None as long as it is open.
    decided_at: Instant | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a recommendation that is open."""

    experiment_id: ExperimentId
    recommendation_id: str
    state: RecommendationState
    #: What is told of it, in the same transaction.
    notices: Sequence[Notice] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """A recommendation to be made. It takes the place of an open one for the same `mode` and `segment_by`."""

    mode: str
    segment_by: Sequence[str]
    evidence: Json
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at an experiment's dimensions found, and what changes of its recommendations by that."""

    experiment_id: ExperimentId
    checked_at: Instant
    body: Json
    proposed: Sequence[Proposed]
    #: The ids of open ones that no longer hold.
    withdrawn: Sequence[str]


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """What was last found."""

    checked_at: Instant
    body: Json


@dataclass(frozen=True, slots=True)
class RewardedUnit:
    """One assignment, and the sum of its rewards by one metric that count; 0 where there is none."""

    assignment: Assignment
    reward: float

"""What is predicted of a segment: of some of its members each, or of all of them in sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from tessella.domain.identifiers import Instant, SegmentId, SubjectId
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.prediction import Prediction
from tessella.domain.predictions.segment.made_by import model_versions
from tessella.domain.predictions.segment.stats import ChurnStats, Distribution, Stats
from tessella.domain.predictions.setup import Offer
from tessella.domain.predictions.target import PredictionType
from tessella.domain.predictions.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class MemberTold:
    """A member, and what is predicted."""

    customer_id: SubjectId
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class MemberFault:
    """A member of whom nothing can be told, and why."""

    customer_id: SubjectId
    error: str


@dataclass(frozen=True, slots=True)
class SegmentTold:
    """The first members of a segment, by id."""

    #: The calculation that says who is in it.
    as_of: Instant
    made_at: Instant
    #: Everybody in the segment.
    total: int
    told: Sequence[MemberTold]
    faults: Sequence[MemberFault]
    stats: Stats

    @property
    def processed(self) -> int:
        """How many of them were looked at."""
        return len(self.told) + len(self.faults)


class ScoredSegment(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody in a segment, scored at once; what was predicted of each is in files."""

    segment_id: SegmentId
    type: PredictionType
    as_of: Instant
    made_at: Instant
    #: None of RFM.
    model_version: int | None
    members: int
    failed: int
    #: The first of those of whom nothing can be told, by id, and why.
    first_failed: tuple[SubjectId, ...]
    fault: str
    stats: Stats
    #: Of churn.
    thresholds: Thresholds | None = None
    #: What each column of numbers is; none where the files hold cells of RFM.
    outputs: tuple[str, ...] = ()
    #: Those that could be made then.
    offers: tuple[Offer, ...] = ()
    #: What to know before it is used.
    warning: str | None = None
    #: Of churn: whom the model learned from.
    population: Population | None = None


class SegmentStats(msgspec.Struct, frozen=True):
    """What was predicted of a whole segment, as it is kept day by day."""

    segment_id: SegmentId
    made_at: Instant
    as_of: Instant
    members: int
    #: Of what could be told then.
    stats: Mapping[PredictionType, Stats]
    #: What made them: the calculation, the definitions and the models.
    made_from: str

    @property
    def model_versions(self) -> Mapping[str, int]:
        """Of each model that told them, by its id."""
        return model_versions(self.made_from)


#: Of nobody.
NOBODY: Mapping[PredictionType, Stats] = {
    PredictionType.CHURN: ChurnStats(), PredictionType.NBO: Distribution(), PredictionType.RFM: Distribution(),
}  # fmt: skip

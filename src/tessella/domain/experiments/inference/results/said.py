"""Everything that may be said of an experiment, in a form that JSON can hold.

A figure that may not be told yet is None; the gate says what it waits for.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from tessella.domain.experiments.inference.results.stopping import Verdict
from tessella.domain.identifiers import ExperimentId, VariantId


class ComparisonOutcome(StrEnum):
    """What an interval says of how much better something is."""

    NOT_YET_KNOWN = "not_yet_known"
    #: The interval holds 0, and amounts that matter.
    UNCLEAR = "unclear"
    BETTER = "better"
    WORSE = "worse"
    #: The interval holds 0, and nothing that matters.
    SAME = "same"


class Bounds(msgspec.Struct, frozen=True):
    """From `low` to `high`: it covers the truth at all times at once, with 95 % or as is said."""

    low: float
    high: float


class EstimateSaid(msgspec.Struct, frozen=True):
    """A quantity as it is estimated."""

    value: float
    interval: Bounds
    standard_error: float
    #: How much better than "it is 0" something else explains what was seen, and 1 / that: a p-value at any time.
    evidence: float
    p: float


class WaitingSaid(msgspec.Struct, frozen=True):
    """A variant that has too little to be compared, and what it has."""

    variant_id: VariantId
    rewarded: float
    unrewarded: float
    effective_units: float


class GateSaid(msgspec.Struct, frozen=True):
    """Whether there is enough to compare any variant with the control. What may be told once may be told for good."""

    is_open: bool
    needed_of_each: int
    needed_effective_units: int
    #: Those that hold a comparison with the control back; it comes first where it is one of them.
    waiting: tuple[WaitingSaid, ...] = ()
    #: The variants that have enough by themselves, and each two that may be compared.
    known: tuple[VariantId, ...] = ()
    pairs: tuple[tuple[VariantId, VariantId], ...] = ()


class VariantSaid(msgspec.Struct, frozen=True):
    """One variant: what units brought that got it, and what all would bring."""

    variant_id: VariantId
    name: str
    is_disabled: bool
    #: Units of which all rewards have come, and the rewarded among them.
    units: float
    rewarded: float
    mean: float | None
    value: EstimateSaid | None


class ContrastSaid(msgspec.Struct, frozen=True):
    """How much more a unit brings under one variant than under another: intervals are corrected for all variants."""

    variant_id: VariantId
    against: VariantId
    #: Units count by how much they tell; where effects drift, look at the one in which they count alike.
    difference: EstimateSaid
    unweighted: EstimateSaid


class LiftSaid(msgspec.Struct, frozen=True):
    """How much better than something simpler: more is better, also for a metric that is to shrink."""

    told: ComparisonOutcome
    #: In units of the reward, and as a share of what the simpler one brings, which is taken as known: None of about 0.
    lift: EstimateSaid | None = None
    share: float | None = None
    share_interval: Bounds | None = None
    #: Why it is not known, in a sentence; empty where it is, and where the gate says so.
    waits_for: str = ""


class BestSegment(msgspec.Struct, frozen=True):
    """The segment that gains most by variants of its own: the interval is corrected for its being chosen."""

    segment_key: str
    #: What a unit of it brought.
    mean: float
    lift: LiftSaid


class RatioSaid(msgspec.Struct, frozen=True):
    """Whether variants were given as their weights say to some of the units."""

    #: `all`, `segment`, `source` or `holdout`, and the value of it.
    dimension: str
    level: str
    units: float
    evidence: float
    is_alarming: bool
    #: Of a test at one fixed time: it is no alarm.
    fixed_time_p: float


class GuardrailSaid(msgspec.Struct, frozen=True):
    """One variant by a metric that must not become much worse than it is under the control."""

    metric: str
    variant_id: VariantId
    told: ComparisonOutcome
    #: How much better than the control it is at least, in units of the reward: minus the margin.
    allowed: float | None = None
    improvement: EstimateSaid | None = None


class SegmentVariantSaid(msgspec.Struct, frozen=True):
    """One variant in one segment: explore by it, and conclude nothing."""

    variant_id: VariantId
    #: As they were counted: more of the young units will be rewarded.
    units: float
    rewarded: float
    #: What a unit brings, and where that lies with 95 % of the belief: what has come of other segments counts too.
    #: None in a report that was stored when it was the mean of the units, and there was no unit.
    mean: float | None
    interval: Bounds


class SegmentSaid(msgspec.Struct, frozen=True):
    """One segment."""

    segment_key: str
    units: float
    rewarded: float
    #: Whether it has too few units for weights of its own.
    is_pooled: bool
    variants: tuple[SegmentVariantSaid, ...]
    is_exploratory: bool = True


class VerdictSaid(msgspec.Struct, frozen=True):
    """What may be done now."""

    verdict: Verdict
    #: The variant that would bring most, whether surely or not; None as long as no two may be compared.
    leader: VariantId | None = None
    #: The leader, where it is surely better than every other one.
    winner: VariantId | None = None
    #: Worse than the control, now or before they were disabled.
    harmful: tuple[VariantId, ...] = ()
    #: Whether an alarm of sample ratios holds decisions back.
    is_held_back: bool = False
    #: Whether it has had as many units or days as were asked for.
    is_over: bool = False


class Results(msgspec.Struct, frozen=True):
    """All of it, by the metric that the experiment learns by where nothing else is said."""

    experiment_id: ExperimentId
    policy_version: int
    metric: str
    units: float
    mature_units: float
    gate: GateSaid
    variants: tuple[VariantSaid, ...]
    sample_ratios: tuple[RatioSaid, ...]
    guardrails: tuple[GuardrailSaid, ...]
    segments: tuple[SegmentSaid, ...]
    verdict: VerdictSaid
    #: From here on only where the gate is open. Against the control, and against the leader: whichever may be compared.
    contrasts: tuple[ContrastSaid, ...] = ()
    pairs: tuple[ContrastSaid, ...] = ()
    #: Over equal weights: by a model that is right whatever it believes, once no variant waits; by the holdout alone.
    lift_over_uniform: LiftSaid = LiftSaid(ComparisonOutcome.NOT_YET_KNOWN)
    lift_over_holdout: LiftSaid = LiftSaid(ComparisonOutcome.NOT_YET_KNOWN)
    #: Of a best variant for each segment over the best one for all.
    lift_of_segments: LiftSaid = LiftSaid(ComparisonOutcome.NOT_YET_KNOWN)
    best_segment: BestSegment | None = None

"""From what was counted to findings and proposals: no I/O, and a few hundred milliseconds of one processor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.counted import Counted, counted
from tessella.domain.experiments.dimensions import OBSERVED, SEGMENT
from tessella.domain.experiments.eligibility.activation import CLUSTER
from tessella.domain.experiments.eligibility.as_it_ran import Ran, beside
from tessella.domain.experiments.eligibility.evidence import Question
from tessella.domain.experiments.eligibility.examining import examine, planned_units
from tessella.domain.experiments.eligibility.finding import Finding
from tessella.domain.experiments.eligibility.levels import of_shape, shape_of
from tessella.domain.experiments.eligibility.texts.sentences import NO_CLUSTERS
from tessella.domain.experiments.inference.results.said import LiftSaid
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.experiments.seeded import seeded
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.domain.experiments.tally import PublishedPolicy, Tally, newest
from tessella.domain.identifiers import Instant


@dataclass(frozen=True, slots=True)
class CheckInput:
    """All that a check reads of an experiment."""

    experiment: Experiment
    #: By `SEGMENT` and each of `OBSERVED`.
    tallies: Mapping[str, Tally]
    #: Those that were published: at least all that units of the tallies were drawn by.
    policies: Sequence[PublishedPolicy]
    #: Units in the last 24 hours.
    traffic: int
    now: Instant
    #: What was last reported of the segments that ran, and whether new units are sorted into clusters.
    lift_of_segments: LiftSaid
    has_clusters: bool


def findings(seen: CheckInput) -> list[Finding]:
    """What is found of each dimension: of those that are observed, and of the segments in force."""
    dimensions = list(_dimensions(seen))
    asked = question(seen, len(dimensions))
    count = len(seen.experiment.variants)
    found = [
        examine(by, columns, count, asked, seeded(seen.experiment.experiment_id, *by)) for by, columns in dimensions
    ]
    ran = Ran(frozenset(shape_of(each.segment_key) for each in seen.tallies[SEGMENT].units), seen.lift_of_segments)
    return [_with_reason(beside(each, ran), seen) for each in found]


def segments_in_force(seen: CheckInput) -> Counted | None:
    """The mature units of the segments in force; None where there are none."""
    shape = _shape(seen.experiment.segmentation)
    return of_shape(_mature(seen, SEGMENT), shape) if shape else None


def question(seen: CheckInput, among: int = 1) -> Question:
    """What is asked of each of so many dimensions."""
    experiment, policies = seen.experiment, [first_policy(seen.experiment), *seen.policies]
    units = round(sum(each.units for each in seen.tallies[SEGMENT].units))
    return Question(
        metric=experiment.primary,
        policies={each.policy.version: each.policy for each in policies},
        variants=newest(policies).given(experiment.variants),
        planned_units=planned_units(experiment.stopping, units, seen.traffic),
        worth=experiment.stopping.worth,
        among=among,
    )


def _with_reason(finding: Finding, seen: CheckInput) -> Finding:
    is_without = finding.segment_by == CLUSTER and not finding.units and not seen.has_clusters
    return msgspec.structs.replace(finding, explanation=NO_CLUSTERS) if is_without else finding


def _dimensions(seen: CheckInput) -> Iterator[tuple[tuple[str, ...], Counted]]:
    for dimension in OBSERVED:
        yield (dimension,), _mature(seen, dimension)
    shape, columns = _shape(seen.experiment.segmentation), segments_in_force(seen)
    if columns is not None and shape not in {(each,) for each in OBSERVED}:
        yield shape, columns


def _shape(segmentation: Segmentation) -> tuple[str, ...]:
    """The names in the keys of the segments in force; empty where there is one for everybody."""
    match segmentation.in_force:
        case SegmentationMode.MANUAL:
            return segmentation.segment_by
        case SegmentationMode.AUTO:
            return CLUSTER
        case SegmentationMode.DISABLED:
            return ()


def _mature(seen: CheckInput, dimension: str) -> Counted:
    columns = counted(seen.tallies[dimension], seen.experiment.primary)
    return columns.where(columns.is_mature(attribution_of(seen.experiment).mature_before(seen.now)))

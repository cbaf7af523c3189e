"""What may be said of an experiment, as it was last worked out: no scan, but the first time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.experiments.dimensions import OBSERVED
from tessella.domain.experiments.inference.results.missing import what_is_missing
from tessella.domain.experiments.inference.results.said import ComparisonOutcome, LiftSaid, Results
from tessella.domain.experiments.inference.results.verdict_words import verdict_told
from tessella.domain.experiments.segmentation.display import display_name
from tessella.domain.experiments.segmentation.key import EVERYBODY
from tessella.domain.experiments.segmentation.seen import SegmentSeen
from tessella.domain.experiments.setup.experiment import OVER, Experiment, ExperimentStatus
from tessella.domain.experiments.setup.segmentation import SegmentationMode
from tessella.domain.identifiers import ExperimentId, Instant
from tessella.ports import Session
from tessella.usecases.experiments.declared import experiment_named
from tessella.usecases.experiments.refreshing.report import Report, read_report

_NO_REPORT: Final = {
    ExperimentStatus.DRAFT: "It has not been started: there is nothing to report.",
    ExperimentStatus.RUNNING: "No report has been made yet: the worker of jobs makes one every few seconds.",
    ExperimentStatus.PAUSED: "No report has been made yet: the worker of jobs makes one every few seconds.",
    ExperimentStatus.STOPPED: "No report of its end has been made yet: the worker of jobs makes it, or a refresh.",
    ExperimentStatus.ARCHIVED: "No report of its end has been made yet: the worker of jobs makes it, or a refresh.",
}
_NO_SEGMENTS: Final = "It has no segments: there is nothing to compare with one variant for all."
_OVER: Final = "It has ended: what came before the end is all that there is."


@dataclass(frozen=True, slots=True)
class ExperimentResults:
    """An experiment, and its last report."""

    experiment: Experiment
    report: Report | None
    #: When that was made.
    made_at: Instant | None

    @property
    def results(self) -> Results | None:
        """What may be said; None before the first report."""
        return None if self.report is None else self.report.results

    @property
    def note(self) -> str:
        """Why not more is known; empty where nothing is missing."""
        status = self.experiment.status
        if self.results is None:
            return _NO_REPORT[status]
        missing = what_is_missing(self.results.gate)
        return f"{missing} {_OVER}" if missing and status in OVER else missing

    @property
    def conclusion(self) -> str:
        """What the verdict means, with the names that it is about; empty before the first report."""
        return "" if self.results is None else verdict_told(self.results.verdict, self.experiment)

    @property
    def is_segmented(self) -> bool:
        """Whether it has segments now."""
        return self.experiment.segmentation.in_force is not SegmentationMode.DISABLED

    def segments(self) -> Sequence[SegmentSeen]:
        """Its segments; where it has none, what is observed of units by source and device, to look at only."""
        if self.report is None:
            return ()
        if self.is_segmented:
            return self.report.segments
        return [each for dimension in OBSERVED for each in self.report.observed[dimension]]


@dataclass(frozen=True, slots=True)
class SegmentationMetrics:
    """What segments bring, over the best variant for all."""

    mode: SegmentationMode
    #: Without `default`, where units are that were assigned without segments.
    segments_count: int
    #: What is known of the lift, and the lift; None in it where nothing is.
    lift: LiftSaid
    best_segment: BestSegmentNamed | None
    note: str


@dataclass(frozen=True, slots=True)
class BestSegmentNamed:
    """The segment that gains most."""

    segment_key: str
    name: str
    conversion_rate: float
    lift: LiftSaid


async def experiment_results(session: Session, experiment_id: ExperimentId) -> ExperimentResults:
    """As they were last worked out; now, where that was never. Raises `NoSuch`."""
    experiment = experiment_named(session, experiment_id)
    stored = await session.report(experiment_id)
    if stored is None and experiment.status is not ExperimentStatus.DRAFT:
        from tessella.usecases.experiments.refreshing.refresh import first_report  # loads numpy and SciPy

        stored = await first_report(session, experiment)
    if stored is None:
        return ExperimentResults(experiment, None, None)
    return ExperimentResults(experiment, read_report(stored), stored.made_at)


async def segmentation_metrics(session: Session, experiment_id: ExperimentId) -> SegmentationMetrics:
    """Raises `NoSuch`."""
    found = await experiment_results(session, experiment_id)
    mode = found.experiment.segmentation.in_force
    if not found.is_segmented:
        return SegmentationMetrics(mode, 0, LiftSaid(ComparisonOutcome.NOT_YET_KNOWN), None, _NO_SEGMENTS)
    if found.report is None:
        return SegmentationMetrics(mode, 0, LiftSaid(ComparisonOutcome.NOT_YET_KNOWN), None, found.note)
    lift = found.report.results.lift_of_segments
    count = sum(each.segment_key != EVERYBODY for each in found.report.segments)
    return SegmentationMetrics(mode, count, lift, _best(found.report), found.note or lift.waits_for)


def _best(report: Report) -> BestSegmentNamed | None:
    best = report.results.best_segment
    if best is None:
        return None
    names = {each.segment_key: each.display_name for each in report.segments}
    name = display_name(best.segment_key, names)
    return BestSegmentNamed(best.segment_key, name, best.mean, best.lift)

"""From what was counted to a policy, results and alarms: no I/O, and tens of milliseconds of one processor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tessella.domain.experiments.dimensions import SEGMENT
from tessella.domain.experiments.inference.results.results import results_of
from tessella.domain.experiments.inference.results.said import Results
from tessella.domain.experiments.learning.due import Basis, basis_of
from tessella.domain.experiments.learning.learned import LearnedPolicy, learned_policy
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.experiments.segmentation.seen import SegmentSeen, levels_seen, segments_seen
from tessella.domain.experiments.setup.experiment import ALIVE, Experiment
from tessella.domain.experiments.tally import PublishedPolicy, Tally
from tessella.domain.identifiers import Instant, VariantId
from tessella.ports.experiments import Refreshed, SegmentFigures, StoredReport
from tessella.usecases.experiments.refreshing.report import Report, read_report
from tessella.usecases.experiments.refreshing.states import variant_states


@dataclass(frozen=True, slots=True)
class RefreshInput:
    """All that a refresh reads."""

    experiment: Experiment
    #: By segment, and by each of `OBSERVED`.
    tally: Tally
    observed: Mapping[str, Tally]
    #: Those that were published.
    policies: Sequence[PublishedPolicy]
    before: StoredReport | None
    #: What segments are called, by key.
    names: Mapping[str, str]
    #: When it began; of an experiment that has ended, its end.
    now: Instant


@dataclass(frozen=True, slots=True)
class Judged:
    """What a refresh found."""

    policy: PublishedPolicy | None
    learned: LearnedPolicy
    results: Results
    report: Report


def judge(seen: RefreshInput, seconds: Callable[[], float]) -> Judged:
    """Learn, judge by what was known before, and publish where that says more than the policy in force.

    A variant that does harm gets nobody from that policy on. Of an experiment that has ended nothing is published.
    `seconds` tells how long it took so far.
    """
    experiment = seen.experiment
    policies = [first_policy(experiment), *seen.policies]
    newest = policies[-1]
    learned = learned_policy(experiment, seen.tally, policies, seen.now, newest.disabled)
    said = None if seen.before is None else read_report(seen.before)
    tallies = {SEGMENT: seen.tally, **seen.observed}
    results = results_of(experiment, tallies, policies, learned, seen.now, said.results if said else None)
    disabled = _disabled(experiment, newest, results, learned)
    if disabled != newest.disabled:
        learned = learned_policy(experiment, seen.tally, policies, seen.now, disabled)
    basis, before = basis_of(seen.tally, experiment.primary.name), said.basis if said else Basis()
    is_due = experiment.status in ALIVE and (disabled != newest.disabled or basis.is_due(before))
    report = Report(results, _segments(seen, learned), _levels(seen), basis if is_due else before, seconds())
    return Judged(learned.published if is_due else None, learned, results, report)


def refreshed(judged: Judged, seen: RefreshInput) -> Refreshed:
    """What is stored of it."""
    newest = max((each.policy.version for each in seen.policies), default=0)
    version = newest if judged.policy is None else judged.policy.policy.version
    figures = [
        SegmentFigures(each.segment_key, each.display_name, each.allocations, each.conversions, each.conversion_rate)
        for each in judged.report.segments
    ]
    report = StoredReport(
        seen.experiment.experiment_id, seen.now, version, round(judged.results.units), judged.report.written()
    )
    return Refreshed(judged.policy, figures, variant_states(seen.experiment, seen.tally, judged.learned), report)


def _disabled(
    experiment: Experiment, newest: PublishedPolicy, results: Results, learned: LearnedPolicy
) -> frozenset[VariantId]:
    """What did harm once stays disabled: nothing more is learned of it. Nothing is decided while an alarm holds.

    One that is worse on average and the best one of a segment does no harm there, and hardly anybody else gets it.
    """
    if not experiment.stopping.stop_harmful:
        return frozenset()
    if results.verdict.is_held_back:
        return newest.disabled
    leading = {each.variant_id for number, each in enumerate(experiment.variants) if learned.leads(number)}
    return newest.disabled | (set(results.verdict.harmful) - leading)


def _segments(seen: RefreshInput, learned: LearnedPolicy) -> Sequence[SegmentSeen]:
    pooled = {key for key, each in learned.segments.items() if each.is_pooled}
    return segments_seen(seen.tally, seen.experiment.primary.name, seen.names, pooled)


def _levels(seen: RefreshInput) -> Mapping[str, Sequence[SegmentSeen]]:
    metric = seen.experiment.primary.name
    return {dimension: levels_seen(tally, metric, dimension) for dimension, tally in seen.observed.items()}

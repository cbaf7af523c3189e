"""What may not change once an experiment has begun: units have their variants, and rewards were counted by them."""

from __future__ import annotations

from collections.abc import Iterator

from tessella.domain.errors import ExperimentBegun, TessellaError
from tessella.domain.experiments.setup.experiment import ALIVE, OVER, Experiment, ExperimentStatus
from tessella.domain.experiments.setup.metric import Metric
from tessella.domain.identifiers import Pointer, point


def change_faults(before: Experiment, after: Experiment | None, at: Pointer) -> Iterator[TessellaError]:
    """What is wrong with a change; None: with the deletion. `at` points at the experiment."""
    if before.status is ExperimentStatus.DRAFT:
        return
    if after is None:
        yield _begun(before, at, "it cannot be deleted, but archived")
        return
    yield from _status_faults(before, after, point(at, "status"))
    yield from _variant_faults(before, after, point(at, "variants"))
    yield from _metric_faults(before, after, point(at, "metrics"))
    if before.status in OVER and before.segmentation != after.segmentation:
        yield _begun(before, point(at, "segmentation"), f"it is {before.status}: its segments are those that it had")
    if before.attribution_hours != after.attribution_hours:
        problem = "attribution_hours cannot change, as rewards were counted by it"
        yield _begun(before, point(at, "attribution_hours"), problem)


def _begun(experiment: Experiment, at: Pointer, problem: str) -> ExperimentBegun:
    return ExperimentBegun(at, experiment.experiment_id, problem)


def _status_faults(before: Experiment, after: Experiment, at: Pointer) -> Iterator[TessellaError]:
    if after.status is ExperimentStatus.DRAFT:
        yield _begun(before, at, "it is no draft any more")
    elif before.status in OVER and after.status in ALIVE:
        yield _begun(before, at, f"it is {before.status}, and rewards were left out since: it cannot go on")


def _variant_faults(before: Experiment, after: Experiment, at: Pointer) -> Iterator[TessellaError]:
    if [each.variant_id for each in before.variants] != [each.variant_id for each in after.variants]:
        yield _begun(before, at, "no variant can be added, removed, put elsewhere or given another id")
        return
    for index, (old, new) in enumerate(zip(before.variants, after.variants, strict=True)):
        for field in ("content", "overrides"):
            if getattr(old, field) != getattr(new, field):
                where, problem = point(at, index, field), f"the {field} of a variant cannot change, only its name"
                yield _begun(before, where, problem)


def _metric_faults(before: Experiment, after: Experiment, at: Pointer) -> Iterator[TessellaError]:
    """What it learns by stays what it is; guardrails may come, and those that are there stay."""
    if before.primary.name != after.primary.name:
        yield _begun(before, point(at, 0, "name"), f'it learns by the metric "{before.primary.name}"')
    kept = {each.name: (index, each) for index, each in enumerate(after.metrics)}
    for metric in before.metrics:
        if metric.name not in kept:
            yield _begun(before, at, f'the metric "{metric.name}" was counted, and cannot be taken away')
        elif _kind(metric) != _kind(kept[metric.name][1]):
            problem = f'what the metric "{metric.name}" is, and which way is better, cannot change'
            yield _begun(before, point(at, kept[metric.name][0]), problem)


def _kind(metric: Metric) -> tuple[object, ...]:
    return metric.reward, metric.goal

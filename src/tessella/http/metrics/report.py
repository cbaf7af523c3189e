"""What one worker tells the others, and how the reports of all become one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.domain.taxonomy.monitoring import BOUNDS
from tessella.http.metrics.figures import FIGURES, Figure

T = TypeVar("T")

#: Upper bounds of the times to decide.
SECONDS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5)

#: What became of a personal ranking: it was kept from before, or had to be made.
CACHED: Final = "cached"
COMPUTED: Final = "computed"

#: Counts by namespace, then by segment.
BySegment = dict[str, dict[str, int]]


class Answers(msgspec.Struct):
    """Requests about players of one namespace."""

    #: Per bucket of `BOUNDS`, the last one those above every bound; and the sum of their seconds.
    taken: list[int] = msgspec.field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0
    #: Of these, the ones whose answer was the server's fault.
    errors: int = 0

    def __add__(self, other: Answers) -> Answers:
        taken = [one + another for one, another in zip(self.taken, other.taken, strict=True)]
        return Answers(taken, self.seconds + other.seconds, self.errors + other.errors)

    def since(self, earlier: Answers) -> Answers:
        """Those that came after an earlier look."""
        taken = [one - another for one, another in zip(self.taken, earlier.taken, strict=True)]
        return Answers(taken, self.seconds - earlier.seconds, self.errors - earlier.errors)


class Report(msgspec.Struct):
    """The figures of one worker, its counters since its slot was first used."""

    decisions: BySegment = {}
    #: By namespace.
    rule_errors: dict[str, int] = {}
    #: Decisions per bucket of `SECONDS`, the last one those above every bound; and the sum of their times.
    taken: list[int] = msgspec.field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    seconds: float = 0.0
    #: The same of recommendations; and the items that they gave, by namespace.
    ranking: list[int] = msgspec.field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    ranking_seconds: float = 0.0
    items: dict[str, int] = {}
    #: Predictions that were told, by namespace and type.
    predicted: dict[str, dict[str, int]] = {}
    #: Rewards of experiments, by namespace and what became of them.
    rewards: dict[str, dict[str, int]] = {}
    #: Requests beyond their caller's quota, by namespace.
    beyond_quota: dict[str, int] = {}
    #: Rankings of personalization, by namespace and what became of them: `cached`, `computed`, or why not personal.
    rankings: dict[str, dict[str, int]] = {}
    #: The values of `FIGURES`, by name.
    figures: dict[str, float] = {}
    #: Of each snapshot in memory, by namespace: its version, its age, and 1 while a newer one cannot be built.
    versions: dict[str, int] = {}
    ages: dict[str, float] = {}
    failed: dict[str, int] = {}
    #: Of each ranking index in memory, by namespace: its items, its age, and 1 while the active one cannot be loaded.
    index_items: dict[str, int] = {}
    index_ages: dict[str, float] = {}
    index_failed: dict[str, int] = {}
    #: By namespace and segment. These are the database's figures: every worker has the same, if not at the same moment.
    outcomes: dict[str, dict[str, OutcomeCounts]] = {}
    #: Alerts that are not resolved, by namespace and rule: likewise the database's.
    alerts: dict[str, dict[str, int]] = {}
    #: The last check of consistency, by namespace: `compared`, `disagreed`, and when it was made. Likewise.
    checks: dict[str, dict[str, float]] = {}
    #: Of active models, by namespace and model: `age_seconds`, `psi`, `calibration_error`. Likewise.
    models: dict[str, dict[str, dict[str, float]]] = {}
    #: Of experiments, by namespace and experiment: `units`, `report_age_seconds` and so on. Likewise.
    experiments: dict[str, dict[str, dict[str, float]]] = {}
    #: Requests about players, by namespace.
    answers: dict[str, Answers] = {}
    #: Of taxonomies in force, by namespace and game: `variance_explained`, `average_confidence` and so on. Likewise.
    taxonomies: dict[str, dict[str, dict[str, float]]] = {}
    #: Of personalization, by namespace: `extraction_success`, `opt_out_rate` and so on. Likewise.
    personalization: dict[str, dict[str, float]] = {}
    #: Of the last run of each job that is over, by namespace and job: `seconds` and `failed`. Likewise.
    jobs: dict[str, dict[str, dict[str, float]]] = {}
    #: Seconds of the wall clock.
    written_at: float = 0.0


def together(reports: Sequence[Report], live: Sequence[Report]) -> Report:
    """One report of many. Counters are those of all workers; how things are now is told by those that are `live`."""
    return Report(
        decisions=_added_by_segment([each.decisions for each in reports]),
        rule_errors=added(each.rule_errors for each in reports),
        taken=[sum(column) for column in zip(*(each.taken for each in reports), strict=True)],
        seconds=sum(each.seconds for each in reports),
        ranking=[sum(column) for column in zip(*(each.ranking for each in reports), strict=True)],
        ranking_seconds=sum(each.ranking_seconds for each in reports),
        items=added(each.items for each in reports),
        predicted=_added_by_segment([each.predicted for each in reports]),
        rewards=_added_by_segment([each.rewards for each in reports]),
        rankings=_added_by_segment([each.rankings for each in reports]),
        beyond_quota=added(each.beyond_quota for each in reports),
        figures={each.name: _combined(each, reports if each.is_counter else live) for each in FIGURES},
        versions=_of_each(min, [each.versions for each in live]),
        ages=_of_each(max, [each.ages for each in live]),
        failed=_of_each(max, [each.failed for each in live]),
        index_items=_of_each(min, [each.index_items for each in live]),
        index_ages=_of_each(max, [each.index_ages for each in live]),
        index_failed=_of_each(max, [each.index_failed for each in live]),
        outcomes=_newest([(each.written_at, each.outcomes) for each in reports]),
        alerts=_newest([(each.written_at, each.alerts) for each in live]),
        checks=_newest([(each.written_at, each.checks) for each in live]),
        models=_newest([(each.written_at, each.models) for each in live]),
        experiments=_newest([(each.written_at, each.experiments) for each in live]),
        answers=all_answers(each.answers for each in reports),
        taxonomies=_newest([(each.written_at, each.taxonomies) for each in live]),
        personalization=_newest([(each.written_at, each.personalization) for each in live]),
        jobs=_newest([(each.written_at, each.jobs) for each in live]),
    )


def continued(mine: Report, earlier: Report) -> Report:
    """My report with what was counted before me in my place. The figures have it already."""
    return msgspec.structs.replace(
        mine,
        decisions=_added_by_segment([mine.decisions, earlier.decisions]),
        rule_errors=added([mine.rule_errors, earlier.rule_errors]),
        taken=[one + other for one, other in zip(mine.taken, earlier.taken, strict=True)],
        seconds=mine.seconds + earlier.seconds,
        ranking=[one + other for one, other in zip(mine.ranking, earlier.ranking, strict=True)],
        ranking_seconds=mine.ranking_seconds + earlier.ranking_seconds,
        items=added([mine.items, earlier.items]),
        predicted=_added_by_segment([mine.predicted, earlier.predicted]),
        rewards=_added_by_segment([mine.rewards, earlier.rewards]),
        rankings=_added_by_segment([mine.rankings, earlier.rankings]),
        beyond_quota=added([mine.beyond_quota, earlier.beyond_quota]),
        answers=all_answers([mine.answers, earlier.answers]),
    )


def all_answers(found: Iterable[dict[str, Answers]]) -> dict[str, Answers]:
    """The sums by namespace."""
    sums: dict[str, Answers] = {}
    for each in found:
        for namespace, answers in each.items():
            sums[namespace] = sums[namespace] + answers if namespace in sums else answers
    return sums


def _combined(figure: Figure, reports: Sequence[Report]) -> float:
    return figure.combine([each.figures.get(figure.name, 0.0) for each in reports])


def added(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """The sums by key."""
    sums: dict[str, int] = {}
    for each in counts:
        for key, count in each.items():
            sums[key] = sums.get(key, 0) + count
    return sums


def _added_by_segment(counts: Sequence[BySegment]) -> BySegment:
    namespaces = dict.fromkeys(namespace for each in counts for namespace in each)
    return {namespace: added(each.get(namespace, {}) for each in counts) for namespace in namespaces}


def _of_each(choose: Callable[[Iterable[Any]], Any], found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    keys = dict.fromkeys(key for each in found for key in each)
    return {key: choose(each[key] for each in found if key in each) for key in keys}


def _newest(found: Sequence[tuple[float, dict[str, T]]]) -> dict[str, T]:
    """Of each namespace as the worker has it that wrote last: not each has every namespace in memory."""
    merged: dict[str, T] = {}
    for _, each in sorted(found, key=lambda written: written[0]):
        merged.update(each)
    return merged

"""What one worker counts: plain numbers, which cost a decision next to nothing."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from time import perf_counter
from typing import Final, TypeVar

from tessella.bootstrap import Application
from tessella.domain.decisions import Decision
from tessella.domain.identifiers import Namespace
from tessella.domain.predictions.target import PredictionType
from tessella.domain.taxonomy.monitoring import BOUNDS
from tessella.http.metrics.exposition import text
from tessella.http.metrics.figures import FIGURES
from tessella.http.metrics.labels import folded
from tessella.http.metrics.report import SECONDS, Answers, BySegment, Report, continued, together
from tessella.http.metrics.slots import Slot, is_live
from tessella.http.metrics.told import (
    check_told,
    experiment_told,
    job_told,
    model_told,
    night_told,
    taxonomy_told,
)
from tessella.http.rule_errors import RuleErrorLog
from tessella.ports.clock import present

T = TypeVar("T")

#: Segments of a namespace that are counted one by one; beyond that, the smaller half is counted together.
_MOST_COUNTED: Final = 10_000
_WRITE_SECONDS: Final = 1.0


class Metrics:
    """The counters of one worker, which has one thread."""

    def __init__(self, application: Application, slot: Slot | None = None) -> None:
        self._application = application
        self._slot = slot
        #: What the workers before this one had counted in its place.
        self._earlier = slot.earlier() if slot else Report()
        self._decisions: BySegment = {}
        self._rule_errors: dict[str, int] = {}
        self._rule_error_log = RuleErrorLog()
        self._taken = [0] * (len(SECONDS) + 1)
        self._seconds = 0.0
        self._ranking = [0] * (len(SECONDS) + 1)
        self._ranking_seconds = 0.0
        self._items: dict[str, int] = {}
        #: Predictions by namespace and type.
        self._predicted: dict[str, dict[str, int]] = {}
        #: Rewards by namespace and what became of them.
        self._rewards: dict[str, dict[str, int]] = {}
        self._beyond_quota: dict[str, int] = {}
        #: Rankings of personalization by namespace and what became of them.
        self._rankings: dict[str, dict[str, int]] = {}
        #: Requests about players, by namespace.
        self._answers: dict[str, Answers] = {}

    def decided(self, namespace: Namespace, decision: Decision, began: float) -> None:
        """Count one decision that began at `began` of `perf_counter`."""
        seconds = perf_counter() - began
        self._taken[bisect_left(SECONDS, seconds)] += 1
        self._seconds += seconds
        self.count(namespace, decision)

    def recommended(self, namespace: Namespace, decision: Decision, began: float) -> None:
        """Count one recommendation that began at `began` of `perf_counter`."""
        seconds = perf_counter() - began
        self._ranking[bisect_left(SECONDS, seconds)] += 1
        self._ranking_seconds += seconds
        self.count_items(namespace, decision)

    def count_items(self, namespace: Namespace, decision: Decision) -> None:
        """Count one recommendation whose time was not taken."""
        self._items[namespace] = self._items.get(namespace, 0) + len(decision.items)
        self.count(namespace, decision)

    def predicted(self, namespace: Namespace, kind: PredictionType, subjects: int = 1) -> None:
        """Count predictions that were told."""
        counts = self._predicted.setdefault(namespace, {})
        counts[kind.value] = counts.get(kind.value, 0) + subjects

    def rewarded(self, namespace: Namespace, became: str) -> None:
        """Count one reward of an experiment by what became of it: `counted`, `duplicate`, `late` and so on."""
        counts = self._rewards.setdefault(namespace, {})
        counts[became] = counts.get(became, 0) + 1

    def went_beyond_quota(self, namespace: Namespace) -> None:
        """Count one request for which its caller's quota had nothing left."""
        self._beyond_quota[namespace] = self._beyond_quota.get(namespace, 0) + 1

    def ranked(self, namespace: Namespace, outcome: str) -> None:
        """Count one ranking of personalization: `cached`, `computed`, or the word for why it was not personal."""
        counts = self._rankings.setdefault(namespace, {})
        counts[outcome] = counts.get(outcome, 0) + 1

    def answered_player(self, namespace: Namespace, seconds: float, status: int) -> None:
        """Count one request about a player that was answered with `status` after so many seconds."""
        answers = self._answers.get(namespace) or self._answers.setdefault(namespace, Answers())
        answers.taken[bisect_left(BOUNDS, seconds)] += 1
        answers.seconds += seconds
        answers.errors += status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def count(self, namespace: Namespace, decision: Decision) -> None:
        """Count one decision among many whose time was not taken."""
        try:
            self._decisions[namespace][decision.segment_id] += 1
        except KeyError:
            self._count_first(namespace, decision.segment_id)
        if decision.reasons[0].code == "rule_error":
            self._rule_errors[namespace] = self._rule_errors.get(namespace, 0) + 1
            self._rule_error_log.note(namespace, decision.reasons[0])

    def _count_first(self, namespace: Namespace, segment_id: str) -> None:
        counts = self._decisions.get(namespace, {})
        if len(counts) >= _MOST_COUNTED:
            counts = folded(counts, _MOST_COUNTED // 2)
        self._decisions[namespace] = counts | {segment_id: 1}

    def report(self) -> Report:
        """All that is known now, what was counted before in this place included."""
        health, earlier, now = self._application.health(), self._earlier, present()
        figures = {each.name: float(each.read(health)) for each in FIGURES}
        before = {each.name: earlier.figures.get(each.name, 0.0) for each in FIGURES if each.is_counter}
        mine = Report(
            decisions=self._decisions,
            rule_errors=self._rule_errors,
            taken=self._taken,
            seconds=self._seconds,
            ranking=self._ranking,
            ranking_seconds=self._ranking_seconds,
            items=self._items,
            predicted=self._predicted,
            rewards=self._rewards,
            rankings=self._rankings,
            beyond_quota=self._beyond_quota,
            figures={name: value + before.get(name, 0.0) for name, value in figures.items()},
            versions={namespace: each.version for namespace, each in health.states.items()},
            ages={namespace: each.age_seconds for namespace, each in health.states.items()},
            failed={namespace: int(namespace in health.failures) for namespace in health.states},
            index_items={namespace: each.items for namespace, each in health.indexes.items()},
            index_ages={namespace: each.age_seconds(now) for namespace, each in health.indexes.items()},
            index_failed={namespace: int(each.failure != "") for namespace, each in health.indexes.items()},
            outcomes=_by_namespace(self._application.outcomes()),
            alerts=_by_namespace(self._application.open_alerts()),
            checks={namespace: check_told(each) for namespace, each in health.checks.items()},
            models=_by_namespace({name: model_told(each, now) for name, each in health.models.items()}),
            experiments=_by_namespace({name: experiment_told(each, now) for name, each in health.experiments.items()}),
            answers=self._answers,
            taxonomies=_by_namespace({name: taxonomy_told(each, now) for name, each in health.taxonomies.items()}),
            personalization={name: night_told(each, now) for name, each in health.nights.items()},
            jobs=_by_namespace({name: job_told(each, now) for name, each in health.jobs.items()}),
            written_at=time.time(),
        )
        return continued(mine, earlier)

    def text(self) -> bytes:
        """Everything that all workers count, in the text format of Prometheus. The others' figures are 1 s old."""
        return text(self.of_all())

    def of_all(self) -> Report:
        """Everything that all workers count."""
        mine, others = self.report(), self._slot.others() if self._slot else []
        return together([mine, *others], [mine, *filter(is_live, others)])

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """Tell the other workers each second what was counted, and once more at the end."""
        if self._slot is None:
            yield
            return
        ending = asyncio.Event()
        task = asyncio.create_task(self._share(self._slot, ending), name="metrics")
        try:
            yield
        finally:
            ending.set()  # and not cancelled: the thread of a write would go on, and write what is old over the last
            await asyncio.wait([task])
            self._slot.write(self.report())

    async def _share(self, slot: Slot, ending: asyncio.Event) -> None:
        while not ending.is_set():
            await asyncio.to_thread(slot.write, self.report())
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), _WRITE_SECONDS)


def _by_namespace(flat: Mapping[tuple[Namespace, str], T]) -> dict[str, dict[str, T]]:
    found: defaultdict[str, dict[str, T]] = defaultdict(dict)
    for (namespace, name), each in flat.items():
        found[namespace][name] = each
    return dict(found)

"""Alerts of what workers count: how fast and how often requests about players were answered, and rankings were kept.

Every worker looks at the figures of all of them, so that each comes to the same; an alert that is there is told once.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Final

from tessella import usecases
from tessella.bootstrap import Application
from tessella.domain.alerts.rules import PERSONALIZATION_CACHE, AlertRule
from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Namespace, Role
from tessella.domain.personalization.monitoring import told_cache_misses
from tessella.domain.taxonomy.monitoring import told_errors, told_slow
from tessella.http.metrics.counting import Metrics
from tessella.http.metrics.report import CACHED, COMPUTED, Answers
from tessella.logs import get_logger
from tessella.ports import Caller
from tessella.storage.background import begin, end
from tessella.usecases.personalization.watch import watch_cache
from tessella.usecases.taxonomy.watch import ANSWER_RULES

_PAUSE_SECONDS: Final = 30.0
#: Looks that lie between the figures that are compared: five minutes of answers, and an hour of rankings.
_ANSWER_LOOKS: Final = 10
_RANKING_LOOKS: Final = 120
_LOG: Final = get_logger(__name__)


class Watch(ABC):
    """Looks each half minute."""

    def __init__(self, application: Application, metrics: Metrics) -> None:
        self._application = application
        self._metrics = metrics

    @abstractmethod
    async def look(self) -> None:
        """Compare the figures of now with those of a while ago, or of the start, and tell what there is to say."""

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """As long as this is open."""
        task = begin(self._run(), type(self).__name__)
        try:
            yield
        finally:
            await end(task)

    def _is_told(self, namespace: Namespace, rules: Collection[AlertRule]) -> bool:
        """Whether an alert may be there that has to be resolved."""
        opened = self._application.open_alerts()
        return any((namespace, rule.name) in opened for rule in rules)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            try:
                await self.look()
            except TessellaError as error:  # the database is away: that is told elsewhere
                _LOG.warning("counts_not_watched", reason=error.message)
            except Exception:  # noqa: BLE001 - the outermost loop: a fault of ours must not stop the watch
                _LOG.exception("counts_not_watched")


class AnswerWatch(Watch):
    """Tells of the requests about players of the last five minutes."""

    def __init__(self, application: Application, metrics: Metrics) -> None:
        super().__init__(application, metrics)
        self._looks: deque[Mapping[str, Answers]] = deque([self._figures()], maxlen=_ANSWER_LOOKS + 1)

    async def look(self) -> None:
        """Compare the figures of now with those of five minutes ago, or of the start, and tell what there is to say."""
        now, before = self._figures(), self._looks[0]
        self._looks.append(now)
        for name, answers in now.items():
            last, namespace = answers.since(before.get(name, Answers())), Namespace(name)
            is_told = self._is_told(namespace, ANSWER_RULES)
            if is_told or told_slow(last.taken) or told_errors(sum(last.taken), last.errors):
                async with self._application.session(Caller(namespace, Role.ADMIN)) as session:
                    await usecases.watch_answers(session, last.taken, last.errors)

    def _figures(self) -> Mapping[str, Answers]:
        return {name: each + Answers() for name, each in self._metrics.of_all().answers.items()}


class RankingWatch(Watch):
    """Tells of the personal rankings of the last hour."""

    def __init__(self, application: Application, metrics: Metrics) -> None:
        super().__init__(application, metrics)
        self._looks: deque[Mapping[str, tuple[int, int]]] = deque([self._figures()], maxlen=_RANKING_LOOKS + 1)

    async def look(self) -> None:
        """Compare the figures of now with those of an hour ago, or of the start, and tell what there is to say."""
        now, before = self._figures(), self._looks[0]
        self._looks.append(now)
        for name, counts in now.items():
            hits, misses = (one - other for one, other in zip(counts, before.get(name, (0, 0)), strict=True))
            namespace = Namespace(name)
            if self._is_told(namespace, [PERSONALIZATION_CACHE]) or told_cache_misses(hits, misses):
                async with self._application.session(Caller(namespace, Role.ADMIN)) as session:
                    await watch_cache(session, hits, misses)

    def _figures(self) -> Mapping[str, tuple[int, int]]:
        counted = self._metrics.of_all().rankings
        return {name: (each.get(CACHED, 0), each.get(COMPUTED, 0)) for name, each in counted.items()}

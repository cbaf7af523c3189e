"""Alerts of how fast, and how often, requests about players were answered in the last minutes.

Every worker looks at the figures of all of them, so that each comes to the same; an alert that is there is told once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from tessella import usecases
from tessella.bootstrap import Application
from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Namespace, Role
from tessella.domain.taxonomy.monitoring import told_errors, told_slow
from tessella.http.metrics.counting import Metrics
from tessella.http.metrics.report import Answers
from tessella.logs import get_logger
from tessella.ports import Caller
from tessella.storage.background import begin, end
from tessella.usecases.taxonomy.watch import ANSWER_RULES

_PAUSE_SECONDS: Final = 30.0
#: Looks that lie between the figures that are compared: five minutes.
_LOOKS: Final = 10
_LOG: Final = get_logger(__name__)


class AnswerWatch:
    """Looks each half minute, and tells of the last five."""

    def __init__(self, application: Application, metrics: Metrics) -> None:
        self._application = application
        self._metrics = metrics
        self._looks: deque[Mapping[str, Answers]] = deque([self._figures()], maxlen=_LOOKS + 1)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """As long as this is open."""
        task = begin(self._run(), "answer-watch")
        try:
            yield
        finally:
            await end(task)

    async def look(self) -> None:
        """Compare the figures of now with those of five minutes ago, or of the start, and tell what there is to say."""
        now, before = self._figures(), self._looks[0]
        self._looks.append(now)
        for name, answers in now.items():
            last, namespace = answers.since(before.get(name, Answers())), Namespace(name)
            if self._is_told(namespace) or told_slow(last.taken) or told_errors(sum(last.taken), last.errors):
                async with self._application.session(Caller(namespace, Role.ADMIN)) as session:
                    await usecases.watch_answers(session, last.taken, last.errors)

    def _figures(self) -> Mapping[str, Answers]:
        return {name: each + Answers() for name, each in self._metrics.of_all().answers.items()}

    def _is_told(self, namespace: Namespace) -> bool:
        """Whether an alert may be there that has to be resolved."""
        opened = self._application.open_alerts()
        return any((namespace, rule.name) in opened for rule in ANSWER_RULES)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            try:
                await self.look()
            except TessellaError as error:  # the database is away: that is told elsewhere
                _LOG.warning("answers_not_watched", reason=error.message)
            except Exception:  # noqa: BLE001 - the outermost loop: a fault of ours must not stop the watch
                _LOG.exception("answers_not_watched")

"""One question to both systems, and what they said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from tessella.domain.identifiers import SubjectId
from tessella.domain.taxonomy.game import Game, Legacy
from tessella.domain.taxonomy.rollout.comparison import CauseKind, Comparison, failed_comparison
from tessella.domain.taxonomy.rollout.strategy import System
from tessella.ports import Session
from tessella.ports.legacy import LegacySystem
from tessella.usecases.taxonomy.rollout.ask import Asked, ask
from tessella.usecases.taxonomy.rollout.breakers import Breakers
from tessella.usecases.taxonomy.rollout.questions import Question

T = TypeVar("T")
U = TypeVar("U")
L = TypeVar("L")

_NOT_ASKED: Final[Asked[Any]] = Asked(None, "it was not asked")


@dataclass(frozen=True, slots=True)
class Migration:
    """What an answer needs besides the session. `legacy` is None where nothing says how it is asked."""

    legacy: LegacySystem | None
    breakers: Breakers


@dataclass(frozen=True, slots=True)
class Answers(Generic[U, L]):
    """What both said."""

    unified: Asked[U]
    legacy: Asked[L]

    def problem_of(self, system: System) -> str:
        """Why that one gave no answer; empty where it gave one."""
        return self.unified.problem if system is System.UNIFIED else self.legacy.problem

    def or_else(self, later: Answers[U, L]) -> Answers[U, L]:
        """With what was asked later in place of what was not asked."""
        unified = later.unified if self.unified is _NOT_ASKED else self.unified
        return Answers(unified, later.legacy if self.legacy is _NOT_ASKED else self.legacy)


@dataclass(frozen=True, slots=True)
class Asking(Generic[U, L]):
    """A question about one player, and all that asking needs."""

    session: Session
    migration: Migration
    game: Game
    player_id: SubjectId
    question: Question[U, L]

    async def of(self, systems: Collection[System]) -> Answers[U, L]:
        """Ask those at once, each bounded in time."""
        unified, legacy = await asyncio.gather(
            self._one(System.UNIFIED, self.question.unified, systems),
            self._one(System.LEGACY, self.question.legacy, systems),
        )
        return Answers(unified, legacy)

    async def last_resort(self) -> Asked[U]:
        """The unified system past its breaker, as where there is no legacy one: nobody else answers. Raises as it."""
        return Asked(await self.question.unified())

    def comparison(self, answers: Answers[U, L]) -> Comparison:
        """How alike they are; what failed, where one did."""
        if answers.unified.value is None:
            return failed_comparison(CauseKind.UNIFIED_FAILED, answers.unified.problem)
        if answers.legacy.value is None:
            return failed_comparison(CauseKind.LEGACY_FAILED, answers.legacy.problem)
        return self.question.compare(answers.legacy.value, answers.unified.value)

    async def _one(self, system: System, question: Callable[[], Awaitable[T]], systems: Collection[System]) -> Asked[T]:
        if system not in systems:
            return _NOT_ASKED
        key = self.session.caller.namespace, self.game.game_id, system
        timeout_ms = (self.game.rollout.legacy or Legacy()).timeout_ms
        return await ask(question, self.migration.breakers, key, self.session.now, timeout_ms)

"""Requirement C's integration adapter: a legacy system and this one behind the same calls."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tessella import usecases
from tessella.domain.identifiers import GameId, Json, SubjectId
from tessella.domain.taxonomy.detection import AnomalyDetection
from tessella.domain.taxonomy.game import Game, Strategy
from tessella.domain.taxonomy.profile import PlayerBehavioralProfile
from tessella.domain.taxonomy.rollout.answers import ToldAnomalies, ToldProfile
from tessella.domain.taxonomy.rollout.report import migration_report
from tessella.domain.taxonomy.rollout.strategy import forced_route
from tessella.domain.taxonomy.rollout.validation import Validation
from tessella.sdk.open import Tessella, opened
from tessella.usecases.taxonomy.rollout.answer import Answered
from tessella.usecases.taxonomy.rollout.asking import Migration
from tessella.usecases.taxonomy.rollout.breakers import Breakers

#: Asks the legacy system about a player of a game: gives JSON, or something to wait for that gives it.
Ask = Callable[[str, str], Json | Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class LegacyCalls:
    """A legacy system that is called in Python: `ports.LegacySystem`.

    `profile` gives `{"memberships": [{"axis_name", "segment_name", "membership_strength"}]}`, and `anomalies` gives
    `{"overall_score", "is_anomalous"}`. A call that blocks holds up everything else in the process: make it async.
    """

    profile: Ask
    anomalies: Ask

    async def categorize(self, player_id: SubjectId, game_id: GameId) -> Json:
        """The player's memberships."""
        return await _waited(self.profile(player_id, game_id))

    async def detect(self, player_id: SubjectId, game_id: GameId) -> Json:
        """Whether the player's last days are anomalies."""
        return await _waited(self.anomalies(player_id, game_id))


class IntegrationAdapter:
    """Answers by the strategy of each game: its `rollout.strategy`. It keeps a breaker for each system of each game.

    Without `legacy` the address that a game names is asked. `tessella` is the namespace; the one that was opened last
    where it is left out. Source: requirement C, "Integration Adapter".
    """

    def __init__(self, legacy: LegacyCalls | None = None, *, tessella: Tessella | None = None) -> None:
        self._legacy = legacy
        self._tessella = tessella
        self._breakers = Breakers()

    async def categorize_player(
        self, player_id: str, game_id: str, *, force_unified: bool = False
    ) -> Answered[PlayerBehavioralProfile | ToldProfile]:
        """The player's profile, who answered, and how alike both were. Raises as `categorize_player`."""
        async with self._open().session() as session:
            return await usecases.answer_profile(
                session,
                self._migration,
                SubjectId(player_id),
                GameId(game_id),
                forced_route() if force_unified else None,
            )

    async def detect_anomalies(
        self, player_id: str, game_id: str, *, force_unified: bool = False
    ) -> Answered[AnomalyDetection | ToldAnomalies]:
        """Whether the player's last day is an anomaly; likewise."""
        async with self._open().session() as session:
            return await usecases.answer_anomalies(
                session,
                self._migration,
                SubjectId(player_id),
                GameId(game_id),
                forced_route() if force_unified else None,
            )

    async def validate(self, game_id: str, players: int = 200) -> Validation:
        """Ask both systems about so many players, and say whether the migration holds."""
        async with self._open().session() as session:
            migration = self._migration(usecases.game_named(session, GameId(game_id)))
            return await usecases.validate_migration(session, migration, GameId(game_id), players)

    async def report(self, game_id: str, players: int = 200) -> str:
        """The same as a report to be signed, in Markdown."""
        found = await self.validate(game_id, players)
        async with self._open().session() as session:
            return migration_report(found, usecases.game_named(session, GameId(game_id)).rollout.strategy)

    async def set_strategy(self, game_id: str, strategy: Strategy) -> int:
        """Take the migration a step on or back; returns the snapshot version that has it. Raises `NoSuch`."""
        async with self._open().session() as session:
            return await usecases.set_migration_strategy(session, GameId(game_id), strategy)

    async def roll_back(self, game_id: str) -> int:
        """Have the legacy system answer everybody again. Raises likewise."""
        async with self._open().session() as session:
            return await usecases.roll_back_migration(session, GameId(game_id))

    def _open(self) -> Tessella:
        return self._tessella or opened()

    def _migration(self, game: Game) -> Migration:
        if self._legacy is not None:
            return Migration(self._legacy, self._breakers)
        return self._open().application.migrations.of(game)


async def _waited(answer: Json | Awaitable[Json]) -> Json:
    return await answer if inspect.isawaitable(answer) else answer

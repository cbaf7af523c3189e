"""What is asked of both systems, and how their answers are compared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from tessella.domain.errors import LegacyAway
from tessella.domain.identifiers import SubjectId
from tessella.domain.taxonomy.game import AnomalyMethod, Game, Legacy
from tessella.domain.taxonomy.rollout.answers import (
    ToldAnomalies,
    ToldProfile,
    read_anomalies,
    read_profile,
    told_anomalies,
    told_profile,
)
from tessella.domain.taxonomy.rollout.comparison import Comparison, compared_anomalies, compared_profiles
from tessella.ports import Session
from tessella.ports.legacy import LegacySystem
from tessella.usecases.taxonomy.categorize import categorize_player
from tessella.usecases.taxonomy.detect import detect_anomalies

if TYPE_CHECKING:
    from tessella.domain.taxonomy.detection import AnomalyDetection
    from tessella.domain.taxonomy.profile import PlayerBehavioralProfile

U = TypeVar("U")
L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Question(Generic[U, L]):
    """One question about one player."""

    #: What a stored difference is of.
    asked: str
    unified: Callable[[], Awaitable[U]]
    legacy: Callable[[], Awaitable[L]]
    compare: Callable[[L, U], Comparison]


def profile_question(
    session: Session, legacy: LegacySystem | None, game: Game, player_id: SubjectId
) -> Question[PlayerBehavioralProfile, ToldProfile]:
    """Where the player stands."""

    async def before() -> ToldProfile:
        answer = await _known(legacy).categorize(player_id, game.game_id)
        return read_profile(answer, (game.rollout.legacy or Legacy()).names)

    return Question(
        "profile",
        lambda: categorize_player(session, player_id, game.game_id),
        before,
        lambda told, profile: compared_profiles(told, told_profile(profile)),
    )


def anomaly_question(
    session: Session,
    legacy: LegacySystem | None,
    game: Game,
    player_id: SubjectId,
    *,
    method: AnomalyMethod | None = None,
    days: int = 1,
) -> Question[AnomalyDetection, ToldAnomalies]:
    """Whether the player's last days are anomalies."""

    async def before() -> ToldAnomalies:
        return read_anomalies(await _known(legacy).detect(player_id, game.game_id))

    return Question(
        "anomalies",
        lambda: detect_anomalies(session, player_id, game.game_id, method=method, days=days),
        before,
        lambda told, detection: compared_anomalies(told, told_anomalies(detection)),
    )


def _known(legacy: LegacySystem | None) -> LegacySystem:
    if legacy is None:
        raise LegacyAway("the game names no address of it, and no callable was handed over")
    return legacy

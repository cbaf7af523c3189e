"""Tell whether a player's last days are unlike the player."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tessella.domain.errors.membership import NothingKnownOfPlayer
from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.game import AnomalyMethod
from tessella.ports import Session
from tessella.usecases.load_subject import own_subject
from tessella.usecases.taxonomy.declared import game_named, prepared_of

if TYPE_CHECKING:
    from tessella.domain.taxonomy.detection import AnomalyDetection


async def detect_anomalies(
    session: Session,
    player_id: SubjectId,
    game_id: GameId,
    *,
    method: AnomalyMethod | None = None,
    days: int = 1,
) -> AnomalyDetection:
    """Whether a player's last day, or last days, are unlike the player's other days; by both methods.

    Told from the days that the last refresh has taken up, by the taxonomy in force; `method` None is the game's. A
    player who has opted out is answered like one of whom nothing is known. Source: requirement C, "Unified Anomaly
    Detection". Raises `NoSuch`, `NotCalibrated`, `NothingKnownOfPlayer`, `MetricsChanged`, `WrongShape` for a number of
    days that cannot be judged, and `NotYours` when a client names another.
    """
    from tessella.domain.taxonomy.anomaly.detect import detected  # loads numpy

    player_id = own_subject(session.caller, player_id) or player_id
    prepared = await prepared_of(session, game_named(session, game_id))
    baseline = await session.baseline_of(game_id, player_id, prepared.taxonomy.standard.metrics)
    if baseline is None:
        raise NothingKnownOfPlayer(player_id, game_id)
    return detected(prepared.yardstick, baseline, days=days, method=method)

"""Calibrate a game, and tell where players stand and which of their days are unlike them."""

from __future__ import annotations

from tessella import usecases
from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.detection import AnomalyDetection
from tessella.domain.taxonomy.game import AnomalyMethod
from tessella.domain.taxonomy.profile import PlayerBehavioralProfile
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tessella.sdk.engine import Moment, instant
from tessella.sdk.open import Tessella, opened


async def calibrate_game_taxonomy(
    game_id: str,
    *,
    force_recalibration: bool = False,
    as_of: Moment | None = None,
    tessella: Tessella | None = None,
) -> GameBehavioralTaxonomy:
    """Find the axes and segments of a game in this process, now; a fresh taxonomy is given as it is.

    Nothing later than `as_of` is read; everything where it is left out. `tessella` is the namespace; the one that was
    opened last where it is left out. Source: requirement C, "Taxonomy Calibration Engine". Raises `NoSuch`,
    `NothingOpen`, `CalibrationRunning` while somebody else calibrates the game, and what keeps it from being
    calibrated, such as `TooFewPlayers`.
    """
    tess = tessella or opened()
    async with tess.session() as session:
        with tess.application.warehouse() as warehouse:
            return await usecases.calibrate_game_taxonomy(
                session, warehouse, tess.application.open_engine, GameId(game_id),
                anew_since=session.now() if force_recalibration else None,
                as_of=None if as_of is None else instant(as_of),
            )  # fmt: skip


async def categorize_player(
    player_id: str, game_id: str, *, tessella: Tessella | None = None
) -> PlayerBehavioralProfile:
    """Where a player stands: graded membership of segments, the 7 weightiest.

    Source: requirement C, "Adaptive Behavioral Categorization". Raises `NoSuch`, `NotCalibrated`,
    `NothingKnownOfPlayer` and `NothingOpen`.
    """
    async with (tessella or opened()).session() as session:
        return await usecases.categorize_player(session, SubjectId(player_id), GameId(game_id))


async def detect_anomalies(
    player_id: str,
    game_id: str,
    *,
    method: AnomalyMethod | None = None,
    days: int = 1,
    tessella: Tessella | None = None,
) -> AnomalyDetection:
    """Whether a player's last days, 1 to 7 of them together, are unlike that player.

    `method` is what `alerts` goes by, the game's where it is left out; the answer carries both. Source: requirement C,
    "Unified Anomaly Detection". Raises as `categorize_player`.
    """
    async with (tessella or opened()).session() as session:
        return await usecases.detect_anomalies(session, SubjectId(player_id), GameId(game_id), method=method, days=days)

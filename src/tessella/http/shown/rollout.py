"""How migrations from legacy systems are shown."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.intervals import Interval
from tessella.domain.taxonomy.detection import AnomalyDetection
from tessella.domain.taxonomy.game import Strategy
from tessella.domain.taxonomy.profile import PlayerBehavioralProfile
from tessella.domain.taxonomy.rollout.answers import ToldAnomalies, ToldProfile
from tessella.domain.taxonomy.rollout.report import migration_report
from tessella.domain.taxonomy.rollout.strategy import ANSWERED, COMPARED
from tessella.domain.taxonomy.rollout.validation import ComparedPlayer, Validation
from tessella.http.schemas.players import BehavioralProfileShown, DetectionShown
from tessella.http.schemas.rollout import (
    CauseCount,
    DifferentPlayer,
    LegacyDetectionShown,
    LegacyProfileShown,
    MigrationDifference,
    MigrationDifferences,
    RolloutShown,
    SeenShare,
    ValidationShown,
)
from tessella.http.shown.players import detection_shown, profile_shown
from tessella.ports.taxonomy import Difference
from tessella.usecases.taxonomy.rollout.answer import Answered


def answered_profile(
    told: Answered[PlayerBehavioralProfile | ToldProfile], player_id: SubjectId, game_id: GameId
) -> BehavioralProfileShown | LegacyProfileShown:
    """In the fields of a profile, whoever answered."""
    if isinstance(told.value, PlayerBehavioralProfile):
        return replace(profile_shown(told.value), reason=told.reason)
    profile = told.value
    return LegacyProfileShown(
        player_id, game_id, told.answered_by, told.reason, profile.memberships, profile.taxonomy_version,
        profile.variance_coverage, profile.confidence,
    )  # fmt: skip


def answered_anomalies(
    told: Answered[AnomalyDetection | ToldAnomalies], player_id: SubjectId, game_id: GameId
) -> DetectionShown | LegacyDetectionShown:
    """Likewise."""
    if isinstance(told.value, AnomalyDetection):
        return replace(detection_shown(told.value), reason=told.reason)
    flag = told.value.is_anomalous
    return LegacyDetectionShown(player_id, game_id, told.answered_by, told.reason, flag, told.value.overall_score, flag)


def rollout_shown(game_id: GameId, strategy: Strategy, snapshot_version: int) -> RolloutShown:
    """How far a migration is."""
    return RolloutShown(game_id, strategy, ANSWERED[strategy], COMPARED[strategy], snapshot_version)


def validation_shown(found: Validation, strategy: Strategy) -> ValidationShown:
    """The figures, and the report that says them in words."""
    agreement = found.agreement
    return ValidationShown(
        game_id=found.game_id,
        taxonomy_version=found.taxonomy_version,
        made_at=iso(found.made_at),
        holds=found.holds,
        reasons=found.reasons,
        players=found.players,
        compared=found.compared,
        mean_similarity=found.mean_similarity,
        equivalent=_share(found.equivalent / found.compared if found.compared else None, found.equivalent_interval),
        anomaly_agreement=_share(agreement.share, agreement.interval),
        kappa=agreement.kappa,
        causes=[CauseCount(*each) for each in found.causes],
        different=[_different(each) for each in found.different],
        report=migration_report(found, strategy),
    )


def differences_shown(game_id: GameId, found: Sequence[Difference]) -> MigrationDifferences:
    """The newest first."""
    return MigrationDifferences(
        game_id,
        [
            MigrationDifference(
                iso(each.at), each.player, each.asked, each.strategy, each.answered, each.similarity, each.causes
            )
            for each in found
        ],
    )


def _different(found: ComparedPlayer) -> DifferentPlayer:
    return DifferentPlayer(found.player, found.profile.similarity, found.profile.causes)


def _share(share: float | None, interval: Interval) -> SeenShare:
    return SeenShare(share, interval.low, interval.high)

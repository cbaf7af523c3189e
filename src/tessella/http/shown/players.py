"""How players' profiles and their last days are shown."""

from __future__ import annotations

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import GameId
from tessella.domain.taxonomy.days.calendar import day_text
from tessella.domain.taxonomy.detection import AnomalyDetection
from tessella.domain.taxonomy.profile import PlayerBehavioralProfile
from tessella.http.schemas.players import BehavioralProfileShown, DetectionShown, KeptProfileShown, UnusualPlayersShown
from tessella.http.shown.counts import Shown
from tessella.ports.taxonomy import StoredProfile
from tessella.usecases.taxonomy.unusual import UnusualPlayers


def profile_shown(profile: PlayerBehavioralProfile) -> BehavioralProfileShown:
    """Where one player stands."""
    return BehavioralProfileShown(
        profile.player_id, profile.game_id, profile.taxonomy_version, day_text(profile.as_of_day), profile.days,
        profile.memberships, profile.variance_coverage, profile.confidence, profile.warnings,
    )  # fmt: skip


def detection_shown(found: AnomalyDetection) -> DetectionShown:
    """Both methods' answers, and which of them alerts."""
    return DetectionShown(
        player_id=found.player_id,
        game_id=found.game_id,
        taxonomy_version=found.taxonomy_version,
        method=found.method,
        alerts=found.alerts,
        days=[day_text(each) for each in found.days],
        context=found.context,
        overall_score=found.overall_score,
        is_anomalous=found.is_anomalous,
        displacement=found.displacement,
        confidence=found.confidence,
        axes=found.axes,
        warnings=found.warnings,
    )


def kept_profile_shown(kept: StoredProfile) -> KeptProfileShown:
    """Where one player stood when profiles were last told."""
    return KeptProfileShown(
        kept.player_id, kept.game_id, kept.version, kept.days, kept.memberships, kept.variance_coverage,
        kept.confidence, iso(kept.updated_at),
    )  # fmt: skip


def unusual_shown(game_id: GameId, found: UnusualPlayers, shown: Shown) -> UnusualPlayersShown:
    """Whose last day is most unlike them."""
    items = [detection_shown(each) for each in found.found]
    return UnusualPlayersShown(game_id, shown.count(found.looked_at), shown.count(found.flagged), items)

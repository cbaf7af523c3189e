"""The behavioural taxonomy from Python, with the functions of requirement C.

They work in the namespace that is open: `async with tessella.open("shop"): await categorize_player("p1", "store")`.
"""

from __future__ import annotations

from tessella.domain.taxonomy.detection import AnomalyDetection, AxisAnomaly, Displacement, Moved
from tessella.domain.taxonomy.game import AnomalyMethod, Context, Outcome, Strategy, UniversalAxis
from tessella.domain.taxonomy.profile import PlayerBehavioralProfile, SegmentMembership
from tessella.domain.taxonomy.taxonomy import (
    AccuracyCard,
    AxisType,
    BehavioralAxis,
    GameBehavioralTaxonomy,
    SegmentDefinition,
)
from tessella.sdk.taxonomy.adapter import IntegrationAdapter, LegacyCalls
from tessella.sdk.taxonomy.functions import calibrate_game_taxonomy, categorize_player, detect_anomalies

__all__ = [
    "AccuracyCard", "AnomalyDetection", "AnomalyMethod", "AxisAnomaly", "AxisType", "BehavioralAxis", "Context",
    "Displacement", "GameBehavioralTaxonomy", "IntegrationAdapter", "LegacyCalls", "Moved", "Outcome",
    "PlayerBehavioralProfile", "SegmentDefinition",
    "SegmentMembership", "Strategy", "UniversalAxis", "calibrate_game_taxonomy", "categorize_player",
    "detect_anomalies",
]  # fmt: skip

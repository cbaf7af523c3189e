"""A small taxonomy that nobody calibrated, for tests of what is done with one."""

from __future__ import annotations

import numpy as np

from tessella.domain.identifiers import GameId, Instant
from tessella.domain.taxonomy.game import CONTEXTS, Outcome, Scale
from tessella.domain.taxonomy.taxonomy import (
    AccuracyCard,
    AxisType,
    BehavioralAxis,
    Change,
    Correlation,
    GameBehavioralTaxonomy,
    LineageStep,
    SegmentCount,
    SegmentDefinition,
    Standard,
)

DAY = 17_500


def a_segment(segment_id: int, center: tuple[float, ...], share: float = 0.5, sd: float = 0.5) -> SegmentDefinition:
    at = np.array(center, dtype=np.float64)
    return SegmentDefinition(
        segment_id=segment_id,
        name=f"segment {segment_id}",
        center_position=at,
        standard_deviations=np.full(len(at), sd),
        covariance_matrix=np.eye(len(at)) * sd**2,
        contextual_centers={context: at + index / 10 for index, context in enumerate(CONTEXTS)},
        population_share=share,
        players=round(1_000 * share),
        correlations={Outcome.LTV: Correlation(0.1 + 0.2, 0.2, 0.4), Outcome.CHURN: None},
        distances=np.linspace(0, 3, 11),
    )


def an_axis(name: str, metrics: int, picked: tuple[int, ...], *segments: SegmentDefinition) -> BehavioralAxis:
    return BehavioralAxis(
        axis_name=name,
        axis_type=AxisType.UNIVERSAL,
        defining_metrics=tuple(f"m{each}" for each in picked),
        projection=np.eye(metrics)[:, list(picked)],
        segments=segments,
        variance_explained=0.75,
        separation=0.5,
        count=SegmentCount(len(segments), len(segments), len(segments), 0.9, "Both say so."),
    )


def a_taxonomy(*axes: BehavioralAxis, metrics: int = 4, last_segment_id: int = 0) -> GameBehavioralTaxonomy:
    by_axis = {"monetization": {"test_retest": 0.8, "split_half": None}}
    return GameBehavioralTaxonomy(
        game_id=GameId("shop"),
        version=3,
        calibrated_at=Instant(1_790_000_000_000_001),
        as_of_day=DAY,
        players=1_000,
        standard=Standard(
            tuple(f"m{each}" for each in range(metrics)),
            (Scale.LOG,) + (Scale.LINEAR,) * (metrics - 1),
            np.arange(metrics) / 3,
            np.full(metrics, 0.7),
        ),
        axes=axes or (an_axis("monetization", metrics, (0, 1), a_segment(1, (-1, -1)), a_segment(2, (1, 1))),),
        variance_explained=1 / 3,
        card=AccuracyCard(0.9, None, 0.8, by_axis, 0.7, ("A note.",)),
        lineage=(LineageStep("monetization", Change.KEPT, (1,), (1,), 0.1 + 0.7),),
        last_segment_id=last_segment_id,
    )


def segment_ids(taxonomy, placed):
    """By axis, the id of each player's best segment."""
    pairs = zip(taxonomy.axes, placed.best, strict=True)
    return [np.array([each.segment_id for each in axis.segments])[best] for axis, best in pairs]

"""How a taxonomy is shown, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.features.gate import iso
from tessella.domain.limit import Limit
from tessella.domain.privacy.disclosure import SEE_ALL
from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.days.calendar import day_text
from tessella.domain.taxonomy.game import Outcome
from tessella.domain.taxonomy.monitoring import ACCURACY, CONFIDENCE, VARIANCE
from tessella.domain.taxonomy.taxonomy import (
    BehavioralAxis,
    Correlation,
    GameBehavioralTaxonomy,
    SegmentDefinition,
)
from tessella.http.schemas.taxonomy import (
    CorrelationShown,
    FigureShown,
    Place,
    SegmentsChosen,
    TaxonomyAxisShown,
    TaxonomyCardShown,
    TaxonomyLineageShown,
    TaxonomySegmentShown,
    TaxonomyShown,
)
from tessella.http.shown.counts import EVERYTHING, Shown


def taxonomy_shown(taxonomy: GameBehavioralTaxonomy, shown: Shown = EVERYTHING) -> TaxonomyShown:
    """Axes and segments, arrays as lists and by name; numbers of players as a role is told of them."""
    return TaxonomyShown(
        game_id=taxonomy.game_id,
        version=taxonomy.version,
        last_calibrated=iso(taxonomy.calibrated_at),
        as_of=day_text(taxonomy.as_of_day),
        players=shown.count(taxonomy.players),
        universal_axes=[_axis(each, taxonomy, shown) for each in taxonomy.universal_axes],
        game_specific_axes=[_axis(each, taxonomy, shown) for each in taxonomy.game_specific_axes],
        total_axes_count=len(taxonomy.axes),
        total_segments_count=taxonomy.total_segments_count,
        variance_explained=taxonomy.variance_explained,
    )


def card_shown(taxonomy: GameBehavioralTaxonomy) -> TaxonomyCardShown:
    """The card, each watched figure beside its target."""
    card = taxonomy.card
    return TaxonomyCardShown(
        game_id=taxonomy.game_id,
        version=taxonomy.version,
        last_calibrated=iso(taxonomy.calibrated_at),
        categorization_accuracy=_figure(card.categorization_accuracy, ACCURACY),
        variance_explained=_figure(taxonomy.variance_explained, VARIANCE),
        average_confidence=_figure(card.mean_confidence, CONFIDENCE),
        self_consistency=card.self_consistency,
        split_half=card.split_half,
        test_retest=card.test_retest,
        by_axis=card.by_axis,
        notes=card.notes,
    )


def lineage_shown(taxonomy: GameBehavioralTaxonomy) -> TaxonomyLineageShown:
    """What became of the segments of the version before."""
    return TaxonomyLineageShown(taxonomy.game_id, taxonomy.version, iso(taxonomy.calibrated_at), taxonomy.lineage)


def _axis(axis: BehavioralAxis, taxonomy: GameBehavioralTaxonomy, shown: Shown) -> TaxonomyAxisShown:
    segments, count = sorted(axis.segments, key=lambda each: -each.population_share), axis.count
    return TaxonomyAxisShown(
        axis_name=axis.axis_name,
        axis_type=axis.axis_type,
        defining_metrics=axis.defining_metrics,
        segment_count=len(segments),
        variance_explained=axis.variance_explained,
        separation=axis.separation,
        count=SegmentsChosen(count.chosen, count.by_elbow, count.by_gap, count.stability, count.reason),
        segments=[_segment(each, axis.defining_metrics, taxonomy, shown) for each in segments],
    )


def _segment(
    segment: SegmentDefinition, metrics: Sequence[str], taxonomy: GameBehavioralTaxonomy, shown: Shown
) -> TaxonomySegmentShown:
    told = {each: _correlation(segment.correlations.get(each)) for each in Outcome}
    return TaxonomySegmentShown(
        segment_id=segment.segment_id,
        segment_name=segment.name,
        center_position=_place(segment.center_position, metrics),
        standard_deviations=_place(segment.standard_deviations, metrics),
        covariance_matrix=segment.covariance_matrix.tolist(),
        contextual_centers={
            context.value: _place(center, metrics) for context, center in segment.contextual_centers.items()
        },
        population_percentage=_percentage(segment, taxonomy, shown),
        players=shown.count(segment.players),
        ltv_correlation=told[Outcome.LTV],
        churn_correlation=told[Outcome.CHURN],
        support_risk_correlation=told[Outcome.SUPPORT],
    )


def _percentage(segment: SegmentDefinition, taxonomy: GameBehavioralTaxonomy, shown: Shown) -> float | None:
    """To who sees every count the share as it was found; to others that of the counts as these are shown."""
    if shown.role in SEE_ALL:
        return 100 * segment.population_share
    share = shown.share(segment.players, taxonomy.players)
    return None if share is None else 100 * share


def _place(values: Array, metrics: Sequence[str]) -> Place:
    return dict(zip(metrics, values.tolist(), strict=True))


def _correlation(found: Correlation | None) -> CorrelationShown | None:
    return None if found is None else CorrelationShown(found.value, found.low, found.high)


def _figure(value: float | None, limit: Limit) -> FigureShown:
    return FigureShown(value, limit.target, limit.alert)

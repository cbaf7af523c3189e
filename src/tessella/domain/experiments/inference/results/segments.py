"""Each segment by itself, to explore by."""

from __future__ import annotations

from collections.abc import Iterator

from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.inference.logged.rows import LoggedRows
from tessella.domain.experiments.inference.results.material import Material
from tessella.domain.experiments.inference.results.said import Bounds, SegmentSaid, SegmentVariantSaid
from tessella.domain.experiments.learning.learned import LearnedSegment


def segments_said(rows: LoggedRows, material: Material) -> tuple[SegmentSaid, ...]:
    """Every segment that something is believed of, with all its units, old and young."""
    return tuple(
        _segment(believed, rows.where(rows.segment == key).logged, material)
        for key, believed in sorted(material.learned.segments.items())
    )


def _segment(believed: LearnedSegment, logged: Logged, material: Material) -> SegmentSaid:
    variants = tuple(_variants(believed, logged, material))
    units, rewarded = float(logged.units.sum()), float(logged.rewarded.sum())
    return SegmentSaid(believed.segment_key, units, rewarded, believed.is_pooled, variants)


def _variants(believed: LearnedSegment, logged: Logged, material: Material) -> Iterator[SegmentVariantSaid]:
    for number, each in enumerate(material.experiment.variants):
        units, rewarded = logged.of(number, logged.units), logged.of(number, logged.rewarded)
        bounds = Bounds(believed.low[number], believed.high[number])
        yield SegmentVariantSaid(each.variant_id, units, rewarded, believed.mean[number], bounds)

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tessella.domain.drift_level import DriftLevel
from tessella.domain.taxonomy.baselines import Baselines
from tessella.domain.taxonomy.drift import Drift, drift_of
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tests.domain.taxonomy.true_axes import only, true_taxonomy
from tests.taxonomies import World, planted

AXIS = "monetization"


@pytest.fixture(scope="module")
def world() -> World:
    return planted(players=4_000, groups={AXIS: 3, "temporal": 1}, separation=6, days=20, seed=6)


@pytest.fixture(scope="module")
def taxonomy(world) -> GameBehavioralTaxonomy:
    return true_taxonomy(world)


def axis(drift: Drift, name: str):
    return next(each for each in drift.axes if each.axis_name == name)


def moved(baselines: Baselines, by: np.ndarray) -> Baselines:
    """Every day's scaled values moved by so much, (metrics,)."""
    return replace(baselines, sums=baselines.sums + baselines.counts * by)


def test_the_players_of_the_calibration_have_not_drifted(world, taxonomy):
    drift = drift_of(taxonomy, world.seen.whole)
    assert drift.level is DriftLevel.STABLE
    assert all(each.psi < each.by_chance for each in drift.axes)
    assert all(
        abs(metric.mean) < 1e-9 and metric.deviation == pytest.approx(1)
        for each in drift.axes
        for metric in each.metrics
    )


def test_another_sample_of_the_same_population_has_not_drifted(world):
    taxonomy = true_taxonomy(
        replace(
            world,
            seen=replace(world.seen, whole=only(world.seen.whole, np.arange(2_000))),
            labels={name: each[:2_000] for name, each in world.labels.items()},
        )
    )
    parts = [only(world.seen.whole, np.arange(begin, begin + 500)) for begin in range(2_000, 4_000, 500)]
    drifts = [drift_of(taxonomy, each) for each in parts]
    beyond = [each.psi > each.by_chance for drift in drifts for each in drift.axes]
    assert np.mean(beyond) <= 2 / 8
    assert all(each.level is DriftLevel.STABLE for each in drifts)


def test_a_segment_that_half_of_its_players_left_is_told_with_both_shares(world, taxonomy):
    labels = world.labels[AXIS]
    stay = np.flatnonzero((labels != 0) | (np.arange(len(labels)) % 2 == 0))
    found = axis(drift_of(taxonomy, only(world.seen.whole, stay)), AXIS)
    segment = next(each for each in found.segments if each.segment_id == 1)
    assert segment.share_then == pytest.approx(np.mean(labels == 0))
    assert segment.share_now == pytest.approx(np.mean(labels[stay] == 0), abs=0.005)
    assert segment.high < segment.share_then
    assert sum(each.share_now for each in found.segments) == pytest.approx(1)


def test_players_who_all_spend_more_have_drifted_on_that_axis_only(world, taxonomy):
    by = np.where([each.startswith(AXIS) for each in taxonomy.standard.metrics], taxonomy.standard.deviation, 0)
    drift = drift_of(taxonomy, moved(world.seen.whole, by))
    assert drift.level is DriftLevel.LARGE
    assert drift.axes[0].axis_name == AXIS
    assert all(each.mean == pytest.approx(1) for each in drift.axes[0].metrics)
    assert axis(drift, "temporal").level is DriftLevel.STABLE


def test_players_who_scatter_more_have_drifted_though_their_segments_are_as_large(world, taxonomy):
    whole = world.seen.whole
    means = whole.sums / np.maximum(whole.counts, 1)
    middle = taxonomy.standard.location
    wider = replace(whole, sums=np.where(whole.counts > 0, (middle + 1.8 * (means - middle)) * whole.counts, 0))
    found = axis(drift_of(taxonomy, wider), "temporal")
    assert found.segments[0].share_now == 1
    assert found.level is DriftLevel.LARGE


def test_a_metric_that_is_no_more_measured_is_missing(world, taxonomy):
    whole = world.seen.whole
    counts, sums = whole.counts.copy(), whole.sums.copy()
    counts[..., 0] = sums[..., 0] = 0
    found = axis(drift_of(taxonomy, replace(whole, counts=counts, sums=sums)), AXIS)
    assert (found.metrics[0].mean, found.metrics[0].missing) == (None, 1.0)


@pytest.mark.parametrize("players", [0, 1, 99])
def test_of_few_players_nothing_is_told(world, taxonomy, players):
    drift = drift_of(taxonomy, only(world.seen.whole, np.arange(players)))
    assert drift.axes == ()
    assert drift.level is DriftLevel.STABLE
    assert drift.notes == (f"{players} players were compared: of fewer than 100 nothing is told.",)


def test_players_who_are_all_equally_far_do_not_break_the_bins(world, taxonomy):
    [first, *others] = taxonomy.axes[0].segments
    flat = replace(taxonomy.axes[0], segments=(replace(first, distances=np.ones(101)), *others))
    drift = drift_of(replace(taxonomy, axes=(flat,)), world.seen.whole)
    assert np.isfinite(drift.axes[0].psi)

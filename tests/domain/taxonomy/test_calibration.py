"""A calibration as a whole: planted games, and games with little or broken in them."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from tessella.domain.errors import TooFewPlayers
from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.baselines import Baselines, Seen
from tessella.domain.taxonomy.calibration.calibrate import LEAST_PLAYERS, calibrated
from tessella.domain.taxonomy.game import Outcome, SegmentRule
from tessella.domain.taxonomy.membership.place import placed_baselines
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.taxonomy import AxisType, BehavioralAxis, Change, GameBehavioralTaxonomy
from tests.taxonomies import AS_OF, World, planted

NOW = Instant(1_790_000_000_000_000)
OWN = {"discount": 2}
PARTS = ("whole", "first", "second", "odd", "even")


@pytest.fixture(scope="module")
def world() -> World:
    return planted(players=500, own=OWN, seed=1)


@pytest.fixture(scope="module")
def taxonomy(world: World) -> GameBehavioralTaxonomy:
    return calibrate(world)


def calibrate(world: World, before: GameBehavioralTaxonomy | None = None, seed: int = 1) -> GameBehavioralTaxonomy:
    version = 1 if before is None else before.version + 1
    return calibrated(world.game, world.seen, version=version, now=NOW, before=before, seed=seed)


def axis(taxonomy: GameBehavioralTaxonomy, name: str) -> BehavioralAxis:
    return next(each for each in taxonomy.axes if each.axis_name == name)


def with_sums(seen: Seen, **changed: object) -> Seen:
    """The same change in all days and in halves of them."""
    return replace(seen, **{part: replace(getattr(seen, part), **changed) for part in PARTS})


def of_players(seen: Seen, players: slice) -> Seen:
    def cut(all_of: Baselines) -> Baselines:
        sums = (each[players] for each in (all_of.counts, all_of.sums, all_of.squares))
        return Baselines(all_of.player_ids[players], *sums)

    parts = {part: cut(getattr(seen, part)) for part in PARTS}
    return replace(seen, **parts, outcomes=seen.outcomes[players], players=len(parts["whole"].player_ids))


def test_universal_axes_are_applied_as_the_game_declares_them(taxonomy: GameBehavioralTaxonomy, world: World) -> None:
    declared = {name.value: metrics for name, metrics in world.game.axes.items()}
    assert {each.axis_name: each.defining_metrics for each in taxonomy.universal_axes} == declared


def test_as_many_segments_as_were_planted_are_found(taxonomy: GameBehavioralTaxonomy) -> None:
    assert [len(each.segments) for each in taxonomy.universal_axes] == [3, 2, 1]


def test_an_axis_without_groups_has_one_segment_that_parts_nobody(taxonomy: GameBehavioralTaxonomy) -> None:
    temporal = axis(taxonomy, "temporal")
    assert temporal.segments[0].name == "everybody"
    assert temporal.segments[0].population_share == 1.0
    assert temporal.separation == 0.0
    assert temporal.count.stability is None
    assert "No cut parts players better" in temporal.count.reason


def test_players_are_told_the_segments_that_they_were_planted_in(
    taxonomy: GameBehavioralTaxonomy, world: World
) -> None:
    best = placed_baselines(Space.of(taxonomy), world.seen.whole).best
    for index, name in enumerate(("monetization", "engagement")):
        assert adjusted_rand_score(world.labels[name], best[index]) > 0.97


def test_what_universal_axes_do_not_tell_becomes_an_axis_of_the_game(taxonomy: GameBehavioralTaxonomy) -> None:
    (own,) = taxonomy.game_specific_axes
    assert own.axis_type is AxisType.GAME_SPECIFIC
    assert set(own.defining_metrics) <= {"discount_0", "discount_1", "discount_2"}
    assert len(own.segments) == 2


def test_shares_of_an_axis_sum_to_one_and_players_to_all(taxonomy: GameBehavioralTaxonomy) -> None:
    for each in taxonomy.axes:
        assert sum(segment.population_share for segment in each.segments) == pytest.approx(1)
        assert sum(segment.players for segment in each.segments) == 500


def test_ids_are_of_the_whole_game_and_count_from_one(taxonomy: GameBehavioralTaxonomy) -> None:
    ids = [segment.segment_id for each in taxonomy.axes for segment in each.segments]
    assert ids == list(range(1, taxonomy.total_segments_count + 1))
    assert taxonomy.last_segment_id == ids[-1]


def test_segments_are_compared_with_outcomes(taxonomy: GameBehavioralTaxonomy) -> None:
    found = [each.correlations for each in axis(taxonomy, "monetization").segments]
    values = [each[Outcome.LTV].value for each in found]
    assert max(values) > 0.3
    assert min(values) < -0.3
    assert all(each[Outcome.SUPPORT] is None for each in found)


def test_variance_explained_is_of_all_metrics_by_axis_and_by_all_together(taxonomy: GameBehavioralTaxonomy) -> None:
    assert all(0.25 <= each.variance_explained < 0.4 for each in taxonomy.universal_axes)
    assert taxonomy.variance_explained > 0.7


def test_a_metric_on_no_axis_lowers_the_variance_explained() -> None:
    found = calibrate(planted(own={"noise": 1}, correlation=0.0, seed=3))
    assert found.game_specific_axes == ()
    assert found.variance_explained == pytest.approx(0.75, abs=0.02)


def test_segments_far_apart_hold_most_of_the_variance_of_their_axis_between_them(
    taxonomy: GameBehavioralTaxonomy,
) -> None:
    assert all(0.6 < axis(taxonomy, name).separation < 1 for name in ("monetization", "engagement"))


def test_groups_of_days_are_no_groups_of_players(world: World) -> None:
    """Each half of the days has groups of its own, and the whole has their sums: halves of players agree on them."""
    sides = np.random.default_rng(0).integers(0, 2, (2, 500)) * 40.0 - 20.0
    parts = {}
    for name, side in zip(("odd", "even"), sides, strict=True):
        part = getattr(world.seen, name)
        sums = part.sums.copy()
        sums[:, :, 6:9] = part.counts[:, :, 6:9] * side[:, None, None]
        parts[name] = replace(part, sums=sums)
    whole = replace(world.seen.whole, sums=parts["odd"].sums + parts["even"].sums)
    found = calibrated(world.game, replace(world.seen, **parts, whole=whole), version=1, now=NOW, before=None, seed=1)
    temporal = axis(found, "temporal")
    assert temporal.count.by_gap > 1
    assert temporal.count.chosen == 1
    assert "from odd days than from even ones" in temporal.count.reason


def test_a_game_that_asks_for_the_elbow_has_its_continuum_cut() -> None:
    world = planted(groups={"monetization": 1, "engagement": 2}, correlation=0.9, seed=2)
    game = msgspec.structs.replace(world.game, segments=SegmentRule.ELBOW)
    found = calibrated(game, world.seen, version=1, now=NOW, before=None, seed=1)
    monetization = axis(found, "monetization").count
    assert monetization.chosen > 1
    assert monetization.by_gap == 1
    assert monetization.reason.startswith("No groups: a continuum")
    assert axis(found, "engagement").count.chosen == 2


def test_the_taxonomy_says_of_when_and_of_how_many_it_is(taxonomy: GameBehavioralTaxonomy) -> None:
    assert (taxonomy.as_of_day, taxonomy.players, taxonomy.version, taxonomy.calibrated_at) == (AS_OF, 500, 1, NOW)


def test_the_same_players_and_seed_give_the_same_taxonomy(taxonomy: GameBehavioralTaxonomy, world: World) -> None:
    again = calibrate(world)
    for one, other in zip(taxonomy.axes, again.axes, strict=True):
        assert [each.name for each in one.segments] == [each.name for each in other.segments]
        for mine, theirs in zip(one.segments, other.segments, strict=True):
            assert np.array_equal(mine.center_position, theirs.center_position)
            assert np.array_equal(mine.covariance_matrix, theirs.covariance_matrix)


def test_a_recalibration_of_the_same_players_keeps_every_segment(
    taxonomy: GameBehavioralTaxonomy, world: World
) -> None:
    again = calibrate(world, before=taxonomy, seed=2)
    assert {step.change for step in again.lineage} == {Change.KEPT}
    names = [[(each.axis_name, segment.name) for segment in each.segments] for each in taxonomy.axes]
    assert names == [[(each.axis_name, segment.name) for segment in each.segments] for each in again.axes]


def test_five_players_are_too_few_and_the_error_says_how_many_are_needed(world: World) -> None:
    with pytest.raises(TooFewPlayers) as error:
        calibrated(world.game, of_players(world.seen, slice(0, 5)), version=1, now=NOW, before=None, seed=1)
    assert (error.value.found, error.value.least) == (5, LEAST_PLAYERS)
    assert "5 players" in error.value.message
    assert "window_days" in error.value.hint()


def test_the_fewest_players_allowed_can_be_calibrated(world: World) -> None:
    few = of_players(world.seen, slice(0, LEAST_PLAYERS))
    found = calibrated(world.game, few, version=1, now=NOW, before=None, seed=1)
    assert found.players == LEAST_PLAYERS
    assert all(np.isfinite(segment.covariance_matrix).all() for each in found.axes for segment in each.segments)


def _alike(baselines: Baselines) -> Baselines:
    """The same players, of whom the first metric is 7 on every day."""
    sums = baselines.sums.copy()
    sums[:, :, 0] = 7.0 * baselines.counts[:, :, 0]
    return replace(baselines, sums=sums)


def test_a_metric_that_is_the_same_for_everybody_sets_nobody_apart_and_is_named(world: World) -> None:
    whole, odd, even = map(_alike, (world.seen.whole, world.seen.odd, world.seen.even))
    seen = replace(world.seen, whole=whole, odd=odd, even=even)
    found = calibrated(world.game, seen, version=1, now=NOW, before=None, seed=1)
    assert "monetization_0 is the same for everybody: it sets nobody apart." in found.card.notes
    assert len(axis(found, "monetization").segments) == 3


def test_an_axis_on_which_nobody_differs_has_one_segment(world: World) -> None:
    sums = world.seen.whole.sums.copy()
    sums[:, :, :3] = 7.0 * world.seen.whole.counts[:, :, :3]
    seen = replace(world.seen, whole=replace(world.seen.whole, sums=sums))
    found = axis(calibrated(world.game, seen, version=1, now=NOW, before=None, seed=1), "monetization")
    assert found.count.reason == "No player differs from another on it."
    assert np.linalg.matrix_rank(found.segments[0].covariance_matrix) == 3


def test_a_metric_of_which_nothing_is_known_is_named(world: World) -> None:
    empty = world.seen.whole.counts.copy()
    empty[:, :, 0] = 0
    sums = np.where(empty > 0, world.seen.whole.sums, 0)
    found = calibrated(
        world.game, with_sums(world.seen, counts=empty, sums=sums), version=1, now=NOW, before=None, seed=1
    )
    assert "Nothing is known of monetization_0: everybody counts as alike on it." in found.card.notes
    assert np.isfinite(found.standard.deviation).all()


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_a_sum_that_is_no_number_costs_one_player_one_metric(
    world: World, taxonomy: GameBehavioralTaxonomy, broken: float
) -> None:
    sums = world.seen.whole.sums.copy()
    sums[3, 0, 0] = broken
    seen = replace(world.seen, whole=replace(world.seen.whole, sums=sums))
    found = calibrated(world.game, seen, version=1, now=NOW, before=None, seed=1)
    assert [len(each.segments) for each in found.axes] == [len(each.segments) for each in taxonomy.axes]
    assert np.isfinite([segment.center_position for segment in found.axes[0].segments]).all()


def test_values_that_are_missing_at_random_change_no_number_of_segments() -> None:
    found = calibrate(planted(missing=0.3, seed=4))
    assert [len(each.segments) for each in found.axes] == [3, 2, 1]


def test_players_of_one_day_do_not_break_a_calibration() -> None:
    world = planted(days=2.0, players=300, seed=5)
    assert (world.seen.whole.counts.sum(axis=(1, 2)) <= 9).any()
    found = calibrate(world)
    assert found.axes[0].count.chosen >= 1


def test_a_game_without_universal_axes_has_only_its_own() -> None:
    found = calibrate(planted(groups={}, own={"discount": 3, "evening": 2}, seed=6))
    assert [each.axis_type for each in found.axes] == [AxisType.GAME_SPECIFIC] * 2


def _half_never_pay(seen: Seen, seed: int) -> Seen:
    """The same players, of whom every other one pays nothing, and the others alike but for the luck of their days."""
    luck = np.random.default_rng(seed)
    odd, even = (_paid(each, luck) for each in (seen.odd, seen.even))
    sums = seen.whole.sums.copy()
    sums[:, :, :3] = odd.sums[:, :, :3] + even.sums[:, :, :3]
    return replace(seen, whole=replace(seen.whole, sums=sums), odd=odd, even=even)


def _paid(part: Baselines, luck: np.random.Generator) -> Baselines:
    sums, counts = part.sums.copy(), part.counts[:, :, :3]
    days = luck.standard_normal(counts.shape[:2])[:, :, None] * np.sqrt(counts) * (0.25, 0.23, 0.2)
    sums[:, :, :3] = np.where(np.arange(len(sums))[:, None, None] % 2, 3.0 * counts + days, 0.0)
    return replace(part, sums=sums)


def test_a_group_that_is_easily_told_does_not_hide_that_another_was_cut_through_its_middle() -> None:
    world = planted(players=80, groups={"monetization": 2}, seed=3)
    seen = _half_never_pay(world.seen, seed=9)
    found = axis(calibrated(world.game, seen, version=1, now=NOW, before=None, seed=1), "monetization")
    assert (found.count.by_gap, found.count.chosen) == (3, 2)

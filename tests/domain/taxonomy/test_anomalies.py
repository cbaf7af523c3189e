"""A player's last days beside the player's own normal, and beside the segment's center as document C has it."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from tessella.domain.errors import WrongShape
from tessella.domain.errors.membership import MetricsChanged
from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.anomaly.bulk import last_scores
from tessella.domain.taxonomy.anomaly.detect import detected
from tessella.domain.taxonomy.anomaly.found import found_of, window_of
from tessella.domain.taxonomy.anomaly.norms import norms_of, read_norms, written_norms
from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
from tessella.domain.taxonomy.baselines import Baseline, Day
from tessella.domain.taxonomy.calibration.calibrate import calibrated
from tessella.domain.taxonomy.game import CONTEXTS, AnomalyMethod, Context
from tessella.domain.taxonomy.membership.place import placed_baselines
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.taxonomy import AxisType
from tests.anomalies import after, days_of, sideways, yardstick_of
from tests.domain.taxonomy.true_axes import true_taxonomy
from tests.taxonomies import AS_OF, planted

WORLD = planted(players=300, day_players=300, days=50.0, seed=3)
TAXONOMY = true_taxonomy(WORLD)
NORMS = norms_of(TAXONOMY, WORLD.seen)
YARDSTICK = Yardstick.of(WORLD.game, TAXONOMY, NORMS)
NOBODY = Baseline("nobody", AS_OF, *np.zeros((3, 3, 9)))
SPEND = WORLD.game.metric_names.index("monetization_0")


def yardstick(**changed: object) -> Yardstick:
    """Of the same game with other rules for anomalies."""
    rules = msgspec.structs.replace(WORLD.game.anomalies, **changed)
    return Yardstick.of(msgspec.structs.replace(WORLD.game, anomalies=rules), TAXONOMY, NORMS)


def a_player(player: int = 0, move: float = 0.0, *, days: int = 1, context: Context = Context.WEEKDAY) -> Baseline:
    """A player who has just spent `move` deviations more than usual for so many days."""
    shift = np.zeros(WORLD.means.shape[1])
    shift[SPEND] = move
    luck = np.random.default_rng(player)
    return after(WORLD.baseline(player), WORLD.game, days_of(WORLD, player, luck, shift, days, context))


def with_last(baseline: Baseline, **values: float) -> Baseline:
    """The same whose last day has other values, as far as it is judged."""
    last = baseline.recent[-1]
    row = last.values.copy()
    for name, value in values.items():
        row[WORLD.game.metric_names.index(name)] = value
    return replace(baseline, recent=(*baseline.recent[:-1], replace(last, values=row)))


def axis_of(found: object, name: str = "monetization") -> object:
    return next(each for each in found.axes if each.axis_name == name)


def test_few_ordinary_days_are_anomalies_by_displacement():
    found = [detected(YARDSTICK, a_player(each)) for each in range(300)]
    assert sum(each.displacement.is_anomalous for each in found) <= 9
    assert np.mean([each.displacement.p_value for each in found]) == pytest.approx(0.5, abs=0.06)


def test_a_day_far_from_the_players_own_normal_is_an_anomaly():
    found = detected(YARDSTICK, a_player(move=9.0))
    assert found.alerts
    assert found.displacement.p_value < 0.01
    assert found.displacement.score > 0.7
    assert axis_of(found).displacement.is_anomalous
    assert not axis_of(found, "engagement").displacement.is_anomalous


def test_an_anomaly_says_which_metric_moved_from_what_to_what_against_whose_normal():
    baseline = a_player(move=9.0)
    axis = axis_of(detected(YARDSTICK, baseline))
    moved = axis.moved[0]
    usual = np.expm1(5.0 + 0.2 * WORLD.means[0][SPEND])
    assert moved.metric == "monetization_0"
    assert moved.value == pytest.approx(baseline.recent[-1].values[SPEND])
    assert moved.normal == pytest.approx(usual, rel=0.1)
    assert moved.deviations == pytest.approx(9.0, abs=3.0)
    assert axis.reason.startswith(
        f"monetization_0 {moved.value:,.0f}, {moved.deviations:.1f} deviations above this player's"
    )
    assert f"normal of {moved.normal:,.0f} on weekdays ({axis.segment_name}: " in axis.reason


def test_an_axis_without_an_anomaly_says_that_it_is_as_usual():
    quiet = next(
        axis for each in range(20) for axis in detected(YARDSTICK, a_player(each)).axes if not axis.is_anomalous
    )
    assert (quiet.moved, quiet.reason) == ((), "As usual for this player.")


def test_on_an_axis_that_was_found_the_normal_is_that_of_a_day_which_is_else_like_this_one():
    world = planted(players=250, day_players=150, groups={"monetization": 2}, own={"evening": 2}, seed=5)
    taxonomy = calibrated(world.game, world.seen, version=1, now=Instant(0), before=None, seed=1)
    axis = next(each for each in taxonomy.axes if each.axis_type is AxisType.GAME_SPECIFIC)
    measure, move = yardstick_of(world, taxonomy), np.zeros(6)
    move[world.game.metric_names.index("evening_1")] = 10.0
    day = days_of(world, 0, np.random.default_rng(2), move)
    found = axis_of(detected(measure, after(world.baseline(0), world.game, day)), axis.axis_name)
    moved = next(each for each in found.moved if each.metric == "evening_1")
    assert found.displacement.is_anomalous
    assert moved.value == pytest.approx(day[0].values[world.game.metric_names.index("evening_1")])
    assert np.log1p(moved.value) - np.log1p(moved.normal) == pytest.approx(10 * 0.2, abs=0.8)


def test_distances_are_mahalanobis_distances_from_the_center_of_the_players_segment():
    baseline = a_player(5, move=4.0)
    axis = axis_of(detected(YARDSTICK, baseline))
    planted_axis = TAXONOMY.axes[0]
    segment = next(each for each in planted_axis.segments if each.segment_id == axis.segment_id)
    window = window_of(YARDSTICK.frame, baseline, 1)
    mean = window.sums.sum(axis=0) / window.counts.sum(axis=0)
    places = [(mean - TAXONOMY.standard.location), (window.values[0] - TAXONOMY.standard.location)]
    inverse = np.linalg.inv(segment.covariance_matrix)
    for place, told in zip(places, (axis.typical_distance, axis.current_distance), strict=True):
        apart = (place / TAXONOMY.standard.deviation) @ planted_axis.projection - segment.center_position
        assert told == pytest.approx(np.sqrt(apart @ inverse @ apart))
    assert axis.distance_delta == axis.current_distance - axis.typical_distance
    assert axis.anomaly_score == min(1.0, abs(axis.distance_delta) / axis.threshold)
    assert axis.is_anomalous == (axis.anomaly_score > 0.7)


def test_a_player_is_compared_with_the_segment_that_categorization_tells():
    baselines = [a_player(each) for each in range(100)]
    found = found_of(YARDSTICK.frame, YARDSTICK.spread, window_of(YARDSTICK.frame, baselines[0], 1))
    assert found.placed.segments.shape == (3,)
    placed = placed_baselines(Space.of(TAXONOMY), WORLD.seen.whole).best
    for player in range(100):
        axes = {each.axis_name: each.segment_id for each in detected(YARDSTICK, baselines[player]).axes}
        ids = [axis.segments[best].segment_id for axis, best in zip(TAXONOMY.axes, placed[:, player], strict=True)]
        assert [axes[axis.axis_name] for axis in TAXONOMY.axes] == ids


def test_a_weekend_and_a_holiday_have_wider_thresholds():
    thresholds = {context: axis_of(detected(YARDSTICK, a_player(context=context))).threshold for context in CONTEXTS}
    assert thresholds == {Context.WEEKDAY: 1.0, Context.WEEKEND: 1.25, Context.HOLIDAY: 1.5}


def test_a_sensitive_axis_is_flagged_sooner():
    axis = axis_of(detected(yardstick(sensitivity={"monetization": 2.0}), a_player()))
    assert axis.threshold == 0.5


def test_a_day_is_compared_with_the_players_days_of_the_same_context():
    world = planted(players=150, day_players=40, days=80.0, weekend=8.0, seed=4)
    measure = Yardstick.of(world.game, true_taxonomy(world), norms_of(true_taxonomy(world), world.seen))
    luck, alarms = np.random.default_rng(0), {Context.WEEKDAY: 0, Context.WEEKEND: 0}
    for player in range(40):
        values = world.day_of(player, Context.WEEKEND, luck)
        for context in alarms:
            baseline = after(world.baseline(player), world.game, [Day(AS_OF + 1, context, values)])
            found = detected(measure, baseline)
            assert found.context is context
            alarms[context] += found.displacement.is_anomalous
    assert alarms[Context.WEEKEND] <= 4
    assert alarms[Context.WEEKDAY] == 40


def test_the_judged_days_are_no_part_of_what_they_are_compared_with():
    before = WORLD.baseline(7)
    window = window_of(YARDSTICK.frame, a_player(7, move=50.0, days=3), 3)
    for left, was in zip(
        (window.counts, window.sums, window.squares), (before.counts, before.sums, before.squares), strict=True
    ):
        assert left == pytest.approx(was)


def test_three_days_tell_a_smaller_move_than_one():
    p_values = {
        days: np.median(
            [detected(YARDSTICK, a_player(each, 2.0, days=3), days=days).displacement.p_value for each in range(60)]
        )
        for days in (1, 3)
    }
    assert p_values[3] < p_values[1] / 3


def test_overall_is_the_mean_of_axes_unless_a_critical_one_is_over_the_line():
    baseline = a_player(move=9.0)
    urgent, calm = detected(YARDSTICK, baseline), detected(yardstick(critical_axes=()), baseline)
    assert calm.overall_score == pytest.approx(np.mean([each.anomaly_score for each in calm.axes]))
    assert urgent.overall_score == axis_of(urgent).anomaly_score == 1.0
    assert urgent.is_anomalous


def test_anomalies_of_critical_axes_come_first():
    both = np.zeros(WORLD.means.shape[1])
    both[:6] = 12.0
    baseline = after(WORLD.baseline(0), WORLD.game, days_of(WORLD, 0, np.random.default_rng(0), both))
    for name in ("monetization", "engagement"):
        found = detected(yardstick(critical_axes=(name,)), baseline)
        assert found.axes[0].axis_name == name
        assert found.axes[0].is_critical
        assert [each.displacement.is_anomalous for each in found.axes] == [True, True, False]


def test_the_method_in_force_says_what_alerts_and_both_are_told():
    found = detected(YARDSTICK, a_player(move=9.0), method=AnomalyMethod.DISTANCE_DELTA)
    assert found.method is AnomalyMethod.DISTANCE_DELTA
    assert found.alerts == found.is_anomalous
    assert found.displacement.is_anomalous
    assert detected(yardstick(method=AnomalyMethod.DISTANCE_DELTA), a_player()).method is AnomalyMethod.DISTANCE_DELTA


def test_the_line_of_the_score_is_where_p_is_alpha():
    measure = yardstick(alpha=0.05)
    for player in range(60):
        for each in (found := detected(measure, a_player(player, move=player / 10))).axes:
            told = each.displacement
            assert told.score == pytest.approx(min(1.0, 0.7 * np.log(told.p_value) / np.log(0.05)))
            assert told.is_anomalous == (told.p_value < 0.05)
        assert found.displacement.is_anomalous == (found.displacement.p_value < 0.05)


def test_confidence_grows_with_days_that_are_known():
    luck = np.random.default_rng(1)
    few, some = (after(NOBODY, WORLD.game, days_of(WORLD, 0, luck, days=each)) for each in (1, 5))
    nobody, known, well_known = (detected(YARDSTICK, each).confidence for each in (few, some, a_player()))
    assert nobody == pytest.approx(0.0, abs=1e-9)
    assert 0.3 < known < well_known <= 1.0


def test_a_player_who_moves_to_the_other_side_of_the_center_has_no_delta_and_is_displaced():
    far = max(range(300), key=lambda each: np.linalg.norm(sideways(WORLD, each, "monetization")))
    before, standard = WORLD.baseline(far), TAXONOMY.standard
    mean = before.sums.sum(axis=0) / before.counts.sum(axis=0)
    segment_id = axis_of(detected(YARDSTICK, a_player(far))).segment_id
    center = next(each for each in TAXONOMY.axes[0].segments if each.segment_id == segment_id).center_position
    opposite = mean.copy()
    opposite[:3] = 2 * (standard.location[:3] + standard.deviation[:3] * center) - mean[:3]
    measured = np.where(YARDSTICK.frame.is_log, np.expm1(opposite), opposite)
    day = Day(AS_OF + 1, Context.WEEKDAY, measured)
    found = axis_of(detected(YARDSTICK, after(before, WORLD.game, [day])))
    assert found.distance_delta == pytest.approx(0.0, abs=1e-6)
    assert not found.is_anomalous
    assert found.displacement.is_anomalous


def test_a_metric_of_which_the_day_says_nothing_counts_as_usual():
    baseline = with_last(a_player(move=40.0), monetization_0=np.nan)
    baseline = replace(baseline, **{each: getattr(a_player(), each) for each in ("counts", "sums", "squares")})
    found = detected(YARDSTICK, baseline)
    assert "monetization_0" in " ".join(found.warnings)
    assert axis_of(found).displacement.p_value > 0.01
    assert all(each.metric != "monetization_0" for axis in found.axes for each in axis.moved)


def test_a_day_that_says_nothing_at_all_is_as_usual():
    empty = Day(AS_OF + 1, Context.WEEKDAY, np.full(9, np.nan))
    found = detected(YARDSTICK, after(WORLD.baseline(0), WORLD.game, [empty]))
    assert found.displacement.p_value == 1.0
    assert not found.alerts
    assert [each.distance_delta for each in found.axes] == pytest.approx([0, 0, 0], abs=1e-9)


@pytest.mark.parametrize("impossible", [np.inf, -np.inf, -3.0])
def test_a_value_that_cannot_be_is_one_of_which_nothing_is_known(impossible: float):
    told = [detected(YARDSTICK, with_last(a_player(), monetization_0=each)) for each in (impossible, np.nan)]
    assert told[0] == told[1]


def test_a_player_of_no_day_is_answered_that_there_is_nothing_to_judge():
    found = detected(YARDSTICK, NOBODY)
    assert (found.days, found.axes, found.alerts, found.confidence) == ((), (), False, 0.0)
    assert found.warnings == ("No day of this player is known: there is nothing to judge.",)


def test_a_player_of_one_day_is_compared_with_the_segment_alone():
    only = after(NOBODY, WORLD.game, days_of(WORLD, 0, np.random.default_rng(5)))
    found = detected(YARDSTICK, only, days=3)
    assert len(found.days) == 1
    assert found.warnings[:2] == (
        "Only 1 of 3 days are known of this player.",
        "No other day of this player is known: the segment alone says what is normal.",
    )
    assert 0 < found.displacement.p_value <= 1


@pytest.mark.parametrize("days", [0, 8, -1])
def test_other_numbers_of_days_are_refused(days: int):
    with pytest.raises(WrongShape) as refused:
        detected(YARDSTICK, a_player(), days=days)
    assert refused.value.pointer == "/days"


def test_a_baseline_of_other_metrics_is_refused():
    with pytest.raises(MetricsChanged):
        detected(YARDSTICK, Baseline("p", AS_OF, *np.zeros((3, 3, 4))))


def test_a_context_with_few_days_is_judged_by_all_and_says_so():
    found = detected(YARDSTICK, a_player(context=Context.HOLIDAY))
    assert any(each.endswith("days of all contexts say how unusual a displacement is.") for each in found.warnings)
    assert detected(YARDSTICK, a_player()).warnings == ()


def test_norms_of_few_days_flag_nothing_and_say_so():
    small = planted(players=40, day_players=1, seed=2)
    taxonomy = true_taxonomy(small)
    measure = Yardstick.of(small.game, taxonomy, norms_of(taxonomy, small.seen))
    baseline = after(small.baseline(0), small.game, days_of(small, 0, np.random.default_rng(0), 30.0))
    found = detected(measure, baseline)
    assert not found.displacement.is_anomalous
    assert "too few to tell a share of 0.01 from none" in found.warnings[-1]


def test_norms_without_any_day_flag_nothing():
    seen = WORLD.seen
    none = replace(
        seen, **{each: getattr(seen, each)[:0] for each in ("day_player", "day", "day_context", "day_values")}
    )
    measure = Yardstick.of(WORLD.game, TAXONOMY, norms_of(TAXONOMY, none))
    assert not detected(measure, a_player(move=30.0)).displacement.is_anomalous


def test_a_metric_that_never_changes_breaks_nothing():
    seen = WORLD.seen
    flat = {
        name: replace(each, sums=_flat(each.sums, each.counts, 5.0), squares=_flat(each.squares, each.counts, 25.0))
        for name in ("whole", "first", "second", "odd", "even")
        for each in [getattr(seen, name)]
    }
    values = seen.day_values.copy()
    values[:, SPEND] = np.expm1(5.0)
    few = seen.day_player < 40
    days = {name: getattr(seen, name)[few] for name in ("day_player", "day", "day_context")}
    constant = replace(WORLD, seen=replace(seen, day_values=values[few], **days, **flat))
    measure = Yardstick.of(WORLD.game, TAXONOMY, norms_of(TAXONOMY, constant.seen))
    found = detected(measure, constant.baseline(0))
    assert all(np.isfinite([each.current_distance, each.displacement.p_value]).all() for each in found.axes)
    flagged = [detected(measure, constant.baseline(each)).displacement.is_anomalous for each in range(40)]
    assert sum(flagged) < 5


def test_written_norms_read_back_and_judge_alike():
    read = read_norms(msgspec.json.decode(msgspec.json.encode(written_norms(NORMS))))
    measure = Yardstick.of(WORLD.game, TAXONOMY, read)
    for player in range(10):
        assert detected(measure, a_player(player, move=3.0)) == detected(YARDSTICK, a_player(player, move=3.0))


def test_what_is_no_norms_is_refused():
    with pytest.raises(WrongShape):
        read_norms({"version": "one"})


def test_norms_measure_no_other_version():
    with pytest.raises(ValueError, match="version 2"):
        Yardstick.of(WORLD.game, replace(TAXONOMY, version=2), NORMS)


@pytest.mark.parametrize("method", AnomalyMethod)
def test_many_players_are_told_what_each_is_told_alone(method: AnomalyMethod):
    measure = yardstick(method=method)
    baselines = [a_player(each, move=each / 10) for each in range(60)]
    baselines[3] = replace(baselines[3], recent=())
    alone = [detected(measure, each) for each in baselines]
    is_ours = method is AnomalyMethod.DISPLACEMENT
    scores = [each.displacement.score if is_ours else each.overall_score for each in alone]
    told = last_scores(measure, baselines)
    assert told[3] is None
    assert [each for each in told if each is not None] == pytest.approx(scores[:3] + scores[4:])
    assert last_scores(measure, []) == []


def _flat(sums: np.ndarray, counts: np.ndarray, value: float) -> np.ndarray:
    changed = sums.copy()
    changed[:, :, SPEND] = counts[:, :, SPEND] * value
    return changed

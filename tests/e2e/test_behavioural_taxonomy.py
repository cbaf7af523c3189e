"""Requirement C, "Test Coverage": each of its 33 topics is a test here. `docs/reference/taxonomy-topics.md` lists them.

Most ask the domain about a game with a planted truth, so that what is right is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import exp

import msgspec
import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis
from sklearn.metrics import adjusted_rand_score

from tessella import usecases
from tessella.domain.definitions import Kind, write_definition
from tessella.domain.errors import WrongShape
from tessella.domain.errors.membership import NothingKnownOfPlayer
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import GameId, Instant, Json, SubjectId
from tessella.domain.taxonomy.anomaly.detect import detected
from tessella.domain.taxonomy.anomaly.distance_delta import anomaly_score, overall_score
from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
from tessella.domain.taxonomy.baselines import Baseline
from tessella.domain.taxonomy.calibration.calibrate import calibrated
from tessella.domain.taxonomy.days.calendar import calendar_of
from tessella.domain.taxonomy.game import CONTEXTS, Context, Game, Legacy, Outcome, Rollout, Strategy
from tessella.domain.taxonomy.membership.categorize import categorized
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.positions import positions_of
from tessella.domain.taxonomy.profile import PlayerBehavioralProfile, SegmentMembership
from tessella.domain.taxonomy.rollout.answers import ToldAnomalies, told_anomalies, told_profile
from tessella.domain.taxonomy.rollout.comparison import Comparison, compared_profiles
from tessella.domain.taxonomy.rollout.strategy import System, forced_route, route_of
from tessella.domain.taxonomy.rollout.validation import ComparedPlayer, validation_of
from tessella.domain.taxonomy.taxonomy import AxisType, BehavioralAxis, SegmentDefinition
from tessella.usecases.taxonomy.categorize import categorize_player
from tessella.usecases.taxonomy.rollout.asking import Migration
from tessella.usecases.taxonomy.rollout.breakers import Breakers
from tests.anomalies import after, anywhere, days_of
from tests.database import define, session_of
from tests.domain.taxonomy.calibrated_by_hand import a_segment, a_taxonomy, an_axis
from tests.taxonomies import planted
from tests.taxonomies_served import GAME, KNOWN, UNKNOWN, learned, serve_planted

PLAYERS = range(60)
NOW = Instant(0)


@lru_cache(maxsize=1)
def space() -> Space:
    return Space.of(learned().taxonomy)


def yardstick(**anomalies: object) -> Yardstick:
    game = learned().game
    told = msgspec.structs.replace(game, anomalies=msgspec.structs.replace(game.anomalies, **anomalies))
    return Yardstick.of(told, learned().taxonomy, learned().norms)


@lru_cache(maxsize=128)
def profile(player: int = 0) -> PlayerBehavioralProfile:
    return categorized(learned().taxonomy, space(), learned().world.baseline(player))


def axis_named(name: str) -> BehavioralAxis:
    return next(each for each in learned().taxonomy.axes if each.axis_name == name)


def of_axis(told: PlayerBehavioralProfile, name: str) -> list[SegmentMembership]:
    return [each for each in told.memberships if each.axis_name == name]


def segment_of(membership: SegmentMembership) -> SegmentDefinition:
    segments = axis_named(membership.axis_name).segments
    return next(each for each in segments if each.segment_id == membership.segment_id)


def place_of(player: int, name: str) -> np.ndarray:
    """Where a player is on an axis."""
    taxonomy = learned().taxonomy
    positions = positions_of(taxonomy.standard, learned().world.seen.whole)[player]
    return np.nan_to_num(positions) @ axis_named(name).projection


def judged_after(player: int, move: object = 0.0, context: Context = Context.WEEKDAY, **anomalies: object):
    """One more day of a player, moved by so many lengths a metric, judged."""
    world = learned().world
    days = days_of(world, player, np.random.default_rng(player), move, context=context)
    return detected(yardstick(**anomalies), after(world.baseline(player), world.game, days))


# --- Taxonomy Calibration ---------------------------------------------------------------------------------------------


def test_universal_axes_are_applied_as_the_game_declares_them():
    """Requirement C, Taxonomy Calibration: universal axes application."""
    taxonomy, game = learned().taxonomy, learned().game
    found = {each.axis_name: set(each.defining_metrics) for each in taxonomy.universal_axes}
    assert found == {str(axis): set(metrics) for axis, metrics in game.axes.items()}
    assert {each.axis_type for each in taxonomy.universal_axes} == {AxisType.UNIVERSAL}


@pytest.mark.parametrize("name", ["engagement", "monetization"])
def test_the_segments_that_were_planted_are_discovered(name):
    """Requirement C, Taxonomy Calibration: segment discovery."""
    best = [of_axis(profile(player), name)[0].segment_id for player in PLAYERS]
    assert adjusted_rand_score(learned().world.labels[name][: len(PLAYERS)], best) >= 0.9


def test_variance_explained_is_whole_where_axes_hold_all_metrics_and_less_where_they_do_not():
    """Requirement C, Taxonomy Calibration: variance explained calculation."""
    taxonomy = learned().taxonomy
    assert taxonomy.variance_explained == pytest.approx(1.0)
    assert all(0 < each.variance_explained < 1 for each in taxonomy.axes)
    assert sum(each.variance_explained for each in taxonomy.axes) >= taxonomy.variance_explained - 1e-9
    assert all(0.5 < each.separation < 1 for each in taxonomy.axes)


def test_as_many_segments_are_chosen_as_there_are_and_one_where_there_are_none():
    """Requirement C, Taxonomy Calibration: optimal cluster count."""
    assert {each.axis_name: each.count.chosen for each in learned().taxonomy.axes} == {
        "engagement": 3, "monetization": 2,
    }  # fmt: skip
    assert all(each.count.by_gap >= 1 and each.count.by_elbow >= 1 for each in learned().taxonomy.axes)
    nothing = planted(players=200, groups={"engagement": 1}, metrics_each=2, day_players=1, seed=1)
    (alone,) = calibrated(nothing.game, nothing.seen, version=1, now=NOW, before=None, seed=1).universal_axes
    assert (alone.count.chosen, len(alone.segments)) == (1, 1)


def test_segments_have_names_that_are_unique_on_an_axis_and_stay_when_calibrated_again():
    """Requirement C, Taxonomy Calibration: segment naming."""
    first, world = learned().taxonomy, learned().world
    names = {each.axis_name: [segment.name for segment in each.segments] for each in first.axes}
    assert all(len(set(each)) == len(each) and all(each) for each in names.values())
    again = calibrated(world.game, world.seen, version=2, now=NOW, before=first, seed=2)
    assert {each.axis_name: {segment.name for segment in each.segments} for each in again.axes} == {
        axis: set(each) for axis, each in names.items()
    }


def test_contextual_centers_lie_where_weekends_and_holidays_move_players():
    """Requirement C, Taxonomy Calibration: contextual centers (weekday, weekend, holiday)."""
    for axis in learned().taxonomy.axes:
        # Weekends were planted to raise each axis's first metric and to lower its second one.
        expected = [1.0 if name.endswith("_0") else -1.0 for name in axis.defining_metrics]
        for segment in axis.segments:
            assert set(segment.contextual_centers) == set(CONTEXTS)
            weekday, weekend = (segment.contextual_centers[each] for each in (Context.WEEKDAY, Context.WEEKEND))
            assert np.sign(weekend - weekday).tolist() == expected


def test_segments_are_correlated_with_what_became_of_their_players():
    """Requirement C, Taxonomy Calibration: outcome correlation."""
    labels, told = learned().world.labels["engagement"], {}
    for each in axis_named("engagement").segments:
        of = [player for player in PLAYERS if of_axis(profile(player), "engagement")[0].segment_id == each.segment_id]
        told[int(np.bincount(labels[of]).argmax())] = each.correlations
    assert told[2][Outcome.LTV].low > 0 > told[0][Outcome.LTV].high
    assert told[0][Outcome.CHURN].low > 0
    assert all(each[Outcome.SUPPORT] is None for each in told.values())


# --- Adaptive Categorization ------------------------------------------------------------------------------------------


def test_membership_is_graded_by_the_distance_from_the_center():
    """Requirement C, Adaptive Categorization: fuzzy membership calculation."""
    for each in profile().memberships:
        assert each.membership_strength == pytest.approx(exp(-0.5 * each.distance_from_center**2))
        assert 0 <= each.membership_strength <= 1
        assert 0 < each.typicality <= 1


def test_an_offset_tells_how_far_a_player_is_from_a_center_on_each_metric():
    """Requirement C, Adaptive Categorization: position offset tracking."""
    for each in profile(7).memberships:
        expected = place_of(7, each.axis_name) - segment_of(each).center_position
        assert list(each.position_offset.values()) == pytest.approx(expected.tolist())
        assert tuple(each.position_offset) == axis_named(each.axis_name).defining_metrics


def test_a_player_belongs_to_several_segments_and_to_each_axis_as_a_whole():
    """Requirement C, Adaptive Categorization: multi-segment membership."""
    assert len(profile().memberships) == 5
    for name, count in (("engagement", 3), ("monetization", 2)):
        found = of_axis(profile(), name)
        assert len(found) == count
        assert sum(each.share for each in found) == pytest.approx(1)


def test_the_distance_is_that_of_mahalanobis():
    """Requirement C, Adaptive Categorization: Mahalanobis distance."""
    for each in profile(3).memberships:
        segment = segment_of(each)
        precision = np.linalg.inv(segment.covariance_matrix)
        distance = mahalanobis(place_of(3, each.axis_name), segment.center_position, precision)
        assert each.distance_from_center == pytest.approx(distance)


def test_the_seven_weightiest_segments_are_told_each_axis_s_best_first():
    """Requirement C, Adaptive Categorization: AI optimization selection."""
    axes = [
        an_axis(name, 6, (2 * at, 2 * at + 1), *(a_segment(10 * at + each, (each, each), 0.25) for each in range(4)))
        for at, name in enumerate(("monetization", "engagement", "temporal"))
    ]
    taxonomy = a_taxonomy(*axes, metrics=6)
    told = categorized(taxonomy, Space.of(taxonomy), one_at([0.1, 0.0, 1.1, 1.0, 2.1, 2.0])).memberships
    assert len(told) == 7
    assert {each.axis_name for each in told[:3]} == {"monetization", "engagement", "temporal"}
    strengths = [each.membership_strength for each in told]
    assert strengths[:3] == sorted(strengths[:3], reverse=True)
    assert strengths[3:] == sorted(strengths[3:], reverse=True)


def test_variance_coverage_is_whole_at_a_center_and_nothing_far_from_all():
    """Requirement C, Adaptive Categorization: variance coverage."""
    taxonomy = a_taxonomy()
    at_center, far = (categorized(taxonomy, Space.of(taxonomy), one_at([z, z, 0.0, 0.0])) for z in (1.0, 40.0))
    assert at_center.variance_coverage == pytest.approx(1)
    assert 0 <= far.variance_coverage < 0.1
    assert all(0 <= profile(player).variance_coverage <= 1 for player in PLAYERS)


@pytest.mark.anyio
async def test_a_stored_player_is_told_as_the_same_player_in_memory(storage, namespace):
    """Requirement C, Adaptive Categorization: database integration."""
    await serve_planted(await session_of(storage, namespace))
    session = await session_of(storage, namespace)
    told = await categorize_player(session, KNOWN, learned().game.game_id)
    assert told_profile(told) == told_profile(profile(0))
    with pytest.raises(NothingKnownOfPlayer):
        await categorize_player(session, UNKNOWN, learned().game.game_id)


def test_a_player_of_one_day_or_of_an_unknown_metric_is_told_with_less_confidence():
    """Requirement C, Adaptive Categorization: edge cases."""
    taxonomy = a_taxonomy()
    many, one = (categorized(taxonomy, Space.of(taxonomy), one_at([1.0] * 4, days=days)) for days in (30, 1))
    assert one.confidence < many.confidence
    unknown = one_at([1.0] * 4)
    unknown.counts[:, 1] = unknown.sums[:, 1] = 0.0
    told = categorized(taxonomy, Space.of(taxonomy), unknown)
    assert told.warnings
    assert np.isnan(told.position[1])
    assert set(told.memberships[0].position_offset) == {"m0"}


# --- Anomaly Detection ------------------------------------------------------------------------------------------------


def test_ordinary_days_are_no_anomalies():
    """Requirement C, Anomaly Detection: normal behavior detection."""
    found = [judged_after(player) for player in range(200)]
    assert sum(each.displacement.is_anomalous for each in found) <= 8  # 2 are to be expected at 1 %
    assert all(each.displacement.p_value > 0 for each in found)


def test_a_day_far_from_a_player_s_own_is_flagged_with_what_has_moved():
    """Requirement C, Anomaly Detection: anomaly flagging."""
    luck, world = np.random.default_rng(1), learned().world
    found = [judged_after(player, anywhere(world, "engagement", 6.0, luck)) for player in PLAYERS]
    assert sum(each.displacement.is_anomalous for each in found) >= 0.95 * len(found)
    told = next(axis for axis in found[0].axes if axis.axis_name == "engagement")
    assert {each.metric for each in told.moved} <= {"engagement_0", "engagement_1"}
    assert told.reason


def test_a_weekend_and_a_holiday_have_thresholds_of_their_own():
    """Requirement C, Anomaly Detection: contextual thresholds."""
    thresholds = {each: judged_after(0, context=each).axes[0].threshold for each in CONTEXTS}
    assert thresholds == {Context.WEEKDAY: 1.0, Context.WEEKEND: 1.25, Context.HOLIDAY: 1.5}
    assert anomaly_score(1.0, thresholds[Context.WEEKDAY]) > anomaly_score(1.0, thresholds[Context.HOLIDAY])
    keen = judged_after(0, sensitivity={"engagement": 2.0})
    assert {each.axis_name: each.threshold for each in keen.axes}["engagement"] == 0.5


def test_a_delta_is_how_much_further_from_the_center_the_day_is_than_the_player_usually():
    """Requirement C, Anomaly Detection: distance calculation."""
    for each in judged_after(4, 3.0).axes:
        assert each.distance_delta == pytest.approx(each.current_distance - each.typical_distance)
        assert each.anomaly_score == pytest.approx(min(1.0, abs(each.distance_delta) / each.threshold))
        assert each.is_anomalous is (each.anomaly_score > 0.7)


def test_axes_are_aggregated_to_one_score_and_one_p_value():
    """Requirement C, Anomaly Detection: overall aggregation."""
    for player in PLAYERS:
        found = judged_after(player, 1.0)
        scores = {each.axis_name: each.anomaly_score for each in found.axes}
        critical = [each.is_critical for each in found.axes]
        assert found.overall_score == pytest.approx(overall_score(list(scores.values()), critical))
        assert found.is_anomalous is (found.overall_score > 0.7)
        assert 0 < found.displacement.p_value <= 1


def test_an_anomaly_on_a_critical_axis_is_one_overall_and_comes_first():
    """Requirement C, Anomaly Detection: critical axis prioritization."""
    move = np.where([name.startswith("monetization") for name in learned().game.metric_names], 8.0, 0.0)
    found = judged_after(5, move, method="displacement")
    assert found.axes[0].axis_name == "monetization"
    assert (found.axes[0].is_critical, found.axes[0].is_anomalous, found.is_anomalous) == (True, True, True)
    assert overall_score([0.9, 0.1], [True, False]) > overall_score([0.9, 0.1], [False, True])


def test_the_more_days_are_known_the_surer_is_the_answer():
    """Requirement C, Anomaly Detection: confidence scoring."""
    world = learned().world
    many = world.baseline(9)
    few = replace(many, counts=many.counts / 20, sums=many.sums / 20, squares=many.squares / 20)
    day = days_of(world, 9, np.random.default_rng(0))
    surer, less = (detected(yardstick(), after(each, world.game, day)).confidence for each in (many, few))
    assert 0 <= less < surer <= 1


def test_a_day_is_a_holiday_first_then_a_weekend_by_the_calendar_of_the_game():
    """Requirement C, Anomaly Detection: context determination."""
    game = Game(GameId("g"), {}, {}, holidays=("12-25", "2026-11-28"), timezone="Pacific/Auckland")
    calendar = calendar_of(game, Instant(20_820 * DAY_US))
    told = {each: calendar.context_of((date.fromisoformat(each) - date(1970, 1, 1)).days) for each in (
        "2026-11-27", "2026-11-28", "2026-11-29", "2026-12-25",
    )}  # fmt: skip
    assert list(told.values()) == [Context.WEEKDAY, Context.HOLIDAY, Context.WEEKEND, Context.HOLIDAY]


def test_a_player_without_days_is_no_anomaly_and_too_many_days_are_refused():
    """Requirement C, Anomaly Detection: edge cases."""
    nothing = replace(learned().world.baseline(0), recent=())
    found = detected(yardstick(), nothing)
    assert (found.alerts, found.confidence, found.days) == (False, 0.0, ())
    assert found.warnings
    with pytest.raises(WrongShape):
        detected(yardstick(), nothing, days=8)


# --- Integration ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strategy", "unified", "both"),
    [
        (Strategy.PARALLEL_ONLY, 0.0, 1.0),
        (Strategy.SHADOW_MODE, 0.0, 0.1),
        (Strategy.GRADUAL_ROLLOUT, 0.5, 0.0),
        (Strategy.FULL_ROLLOUT, 1.0, 0.0),
    ],
)
def test_a_strategy_says_who_is_asked_and_who_answers(strategy, unified, both):
    """Requirement C, Integration: rollout strategies."""
    routes = [route_of(strategy, GameId("store"), SubjectId(f"p{each}")) for each in range(5_000)]
    assert np.mean([each.answers is System.UNIFIED for each in routes]) == pytest.approx(unified, abs=0.02)
    assert np.mean([len(each.asked) == 2 for each in routes]) == pytest.approx(both, abs=0.02)


@pytest.mark.anyio
async def test_a_caller_reads_the_legacy_system_s_answer_in_the_same_fields(migrating):
    """Requirement C, Integration: backward compatibility."""
    session = await migrating(Strategy.PARALLEL_ONLY)
    told = await usecases.answer_profile(session, legacy_of, KNOWN, GAME)
    assert told.answered_by is System.LEGACY
    (membership,) = told.value.memberships
    assert (membership.axis_name, membership.membership_strength) == ("engagement", 0.8)
    assert exp(-0.5 * membership.distance_from_center**2) == pytest.approx(0.8)


def test_half_of_all_players_are_moved_and_each_of_them_always():
    """Requirement C, Integration: gradual rollout percentage."""
    players = [SubjectId(f"p{each}") for each in range(2_000)]
    moved = [route_of(Strategy.GRADUAL_ROLLOUT, GAME, each).answers is System.UNIFIED for each in players]
    assert np.mean(moved) == pytest.approx(0.5, abs=0.04)
    assert [route_of(Strategy.GRADUAL_ROLLOUT, GAME, each).answers is System.UNIFIED for each in players] == moved
    shadowed = [len(route_of(Strategy.SHADOW_MODE, GAME, each).asked) == 2 for each in players]
    assert all(half for half, tenth in zip(moved, shadowed, strict=True) if tenth)


@pytest.mark.anyio
async def test_force_unified_overrides_every_strategy(migrating):
    """Requirement C, Integration: force unified override."""
    session = await migrating(Strategy.PARALLEL_ONLY)
    told = await usecases.answer_profile(session, legacy_of, KNOWN, GAME, forced_route())
    assert told.answered_by is System.UNIFIED
    assert told_profile(told.value) == told_profile(profile(0))


def test_both_systems_answers_have_one_structure():
    """Requirement C, Integration: equivalent structure."""
    ours = told_profile(profile(0))
    alike = compared_profiles(ours, ours)
    assert (alike.similarity, alike.causes) == (pytest.approx(1.0), ())
    documented = {"membership_strength", "position_offset", "distance_from_center", "confidence"}
    assert documented <= set(SegmentMembership.__dataclass_fields__)
    assert documented <= set(type(ours.memberships[0]).__dataclass_fields__)


@pytest.mark.anyio
async def test_one_call_takes_everybody_back_to_the_legacy_system(migrating, storage, namespace):
    """Requirement C, Integration: rollback capability."""
    session = await migrating(Strategy.FULL_ROLLOUT)
    assert (await usecases.answer_profile(session, legacy_of, KNOWN, GAME)).answered_by is System.UNIFIED
    await usecases.roll_back_migration(session, GAME)
    session = await session_of(storage, namespace)
    assert (await usecases.answer_profile(session, legacy_of, KNOWN, GAME)).answered_by is System.LEGACY


# --- Migration Validation ---------------------------------------------------------------------------------------------


def test_profiles_that_are_over_nine_tenths_alike_are_equivalent():
    """Requirement C, Migration Validation: profile equivalence (> 90 % similarity)."""
    ours = told_profile(profile(0))
    theirs = replace(ours, memberships=tuple(softened(each) for each in ours.memberships))
    found = compared_profiles(theirs, ours)
    assert found.similarity > 0.9
    assert found.is_equivalent
    verdict = validation_of(GAME, 1, [ComparedPlayer(str(each), found, agreed()) for each in range(40)], NOW)
    assert (verdict.holds, verdict.equivalent) == (True, 40)


def test_what_differs_is_named_with_what_each_system_says():
    """Requirement C, Migration Validation: difference detection."""
    ours = told_profile(profile(0))
    best = of_axis(profile(0), "engagement")[0].segment_name
    other = next(each.name for each in axis_named("engagement").segments if each.name != best)
    renamed = {best: other, other: best}
    theirs = replace(
        ours,
        memberships=tuple(
            replace(each, segment_name=renamed.get(each.segment_name, each.segment_name)) for each in ours.memberships
        ),
    )
    (cause,) = [each for each in compared_profiles(theirs, ours).causes if each.axis_name == "engagement"]
    assert cause.legacy.startswith(other)
    assert cause.unified.startswith(best)


def test_a_migration_goes_on_only_where_anomalies_agree():
    """Requirement C, Migration Validation: anomaly agreement."""
    ours = told_anomalies(judged_after(0))
    other = ToldAnomalies(0.9, not ours.is_anomalous)
    same = Comparison(1.0, ())
    agreeing = [ComparedPlayer(str(each), same, (ours, ours)) for each in range(95)]
    differing = [ComparedPlayer(f"d{each}", same, (other, ours)) for each in range(15)]
    assert validation_of(GAME, 1, [*agreeing, *differing[:5]], NOW).holds
    refused = validation_of(GAME, 1, [*agreeing, *differing], NOW)
    assert (refused.holds, refused.agreement.agreeing) == (False, 95)


# --- What these share -------------------------------------------------------------------------------------------------


@dataclass
class Before:
    """A system of the team's own."""

    async def categorize(self, player_id: SubjectId, game_id: GameId) -> Json:
        return {"memberships": [{"axis_name": "engagement", "segment_name": "Regulars", "membership_strength": 0.8}]}

    async def detect(self, player_id: SubjectId, game_id: GameId) -> Json:
        return {"overall_score": 0.1, "is_anomalous": False}


BREAKERS = Breakers()


def legacy_of(_: Game) -> Migration:
    return Migration(Before(), BREAKERS)


@pytest.fixture
async def migrating(storage, namespace):
    """Gives a session in a namespace whose game is at a strategy."""
    await serve_planted(await session_of(storage, namespace))

    async def moved(strategy: Strategy):
        rollout = Rollout(strategy, Legacy())
        written = write_definition(msgspec.structs.replace(learned().game, rollout=rollout))
        await define(await session_of(storage, namespace), Kind.GAME, GAME, **written)
        return await session_of(storage, namespace)

    return moved


def one_at(positions: list[float], days: int = 10) -> Baseline:
    """A player of the taxonomy by hand who stands at these standardised positions."""
    standard = a_taxonomy(metrics=len(positions)).standard
    means = standard.location + standard.deviation * np.array(positions)
    counts = np.zeros((len(CONTEXTS), len(positions)))
    counts[0] = days
    return Baseline(SubjectId("p"), 17_500, counts, counts * means, counts * means**2)


def softened(each):
    """A little less of it."""
    return replace(each, membership_strength=each.membership_strength * 0.98)


def agreed() -> tuple[ToldAnomalies, ToldAnomalies]:
    return ToldAnomalies(0.1, is_anomalous=False), ToldAnomalies(0.2, is_anomalous=False)

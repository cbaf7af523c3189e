"""A migration from a legacy system: who answers, how alike answers are, and whether it may go on."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.errors import LegacyAnswerInvalid
from tessella.domain.identifiers import GameId, Instant, SubjectId
from tessella.domain.taxonomy.game import Strategy
from tessella.domain.taxonomy.rollout.answers import (
    ToldAnomalies,
    ToldMembership,
    ToldProfile,
    read_anomalies,
    read_profile,
)
from tessella.domain.taxonomy.rollout.breaker import FAILURES, OPEN_US, Breaker
from tessella.domain.taxonomy.rollout.comparison import CauseKind, Comparison, compared_anomalies, compared_profiles
from tessella.domain.taxonomy.rollout.report import migration_report
from tessella.domain.taxonomy.rollout.strategy import ANSWERED, COMPARED, System, forced_route, is_chosen, route_of
from tessella.domain.taxonomy.rollout.validation import ComparedPlayer, validation_of

STORE = GameId("store")
PLAYERS = [SubjectId(str(each)) for each in range(10_000)]
NOW = Instant(1_700_000_000_000_000)
CALM = ToldAnomalies(0.1, False)
FLAGGED = ToldAnomalies(0.9, True)


def a_profile(**axes: dict[str, float]) -> ToldProfile:
    return ToldProfile(
        tuple(
            ToldMembership(axis, segment, strength, None)
            for axis, segments in axes.items()
            for segment, strength in segments.items()
        )
    )


def answered_by(strategy: Strategy, system: System) -> float:
    return sum(route_of(strategy, STORE, each).answers is system for each in PLAYERS) / len(PLAYERS)


def asked_of_both(strategy: Strategy) -> float:
    return sum(len(route_of(strategy, STORE, each).asked) == 2 for each in PLAYERS) / len(PLAYERS)


@pytest.mark.parametrize(
    ("strategy", "unified_answers", "both_asked"),
    [
        (Strategy.PARALLEL_ONLY, 0.0, 1.0),
        (Strategy.SHADOW_MODE, 0.0, 0.1),
        (Strategy.GRADUAL_ROLLOUT, 0.5, 0.0),
        (Strategy.FULL_ROLLOUT, 1.0, 0.0),
    ],
)
def test_each_strategy_sends_its_share_of_players_to_the_unified_system(strategy, unified_answers, both_asked):
    assert answered_by(strategy, System.UNIFIED) == pytest.approx(unified_answers, abs=0.02)
    assert asked_of_both(strategy) == pytest.approx(both_asked, abs=0.02)


def test_a_player_who_was_chosen_stays_chosen_when_the_share_grows():
    tenth = {each for each in PLAYERS if is_chosen(0.1, STORE, each)}
    half = {each for each in PLAYERS if is_chosen(0.5, STORE, each)}
    assert tenth < half


def test_the_players_of_another_game_are_chosen_independently():
    tenth = {each for each in PLAYERS if is_chosen(0.1, STORE, each)}
    other = {each for each in PLAYERS if is_chosen(0.1, GameId("shop"), each)}
    assert len(tenth & other) / len(tenth) == pytest.approx(0.1, abs=0.03)


def test_force_unified_asks_the_unified_system_alone():
    assert forced_route().answers is System.UNIFIED
    assert forced_route().asked == {System.UNIFIED}


def test_the_shares_are_those_of_the_requirement():
    """Of `parallel_only`, 0 %, both are asked for everybody, and none of it is heard."""
    assert [*ANSWERED.values()] == [0.0, 0.0, 0.5, 1.0]
    assert [*COMPARED.values()] == [1.0, 0.1, 0.0, 0.0]


def test_equal_profiles_are_wholly_similar_whatever_the_scale_of_their_strengths():
    one = a_profile(spending={"high": 0.6, "low": 0.2})
    other = a_profile(spending={"high": 0.06, "low": 0.02})
    assert compared_profiles(one, other) == Comparison(pytest.approx(1.0), ())


def test_another_segment_on_one_of_two_axes_is_told_with_both_names():
    legacy = a_profile(spending={"high": 1.0}, time={"evening": 1.0})
    unified = a_profile(spending={"low": 1.0}, time={"evening": 1.0})
    found = compared_profiles(legacy, unified)
    assert found.similarity == pytest.approx(0.5)
    (cause,) = found.causes
    assert (cause.kind, cause.axis_name, cause.legacy, cause.unified) == (
        CauseKind.SEGMENT, "spending", "high (1.00)", "low (1.00)",
    )  # fmt: skip


def test_the_same_segment_with_another_weight_is_a_difference_of_strength():
    found = compared_profiles(
        a_profile(spending={"high": 0.9, "low": 0.1}), a_profile(spending={"high": 0.6, "low": 0.4})
    )
    assert found.similarity == pytest.approx(0.7)
    assert [each.kind for each in found.causes] == [CauseKind.STRENGTH]


def test_an_axis_that_only_one_system_has_counts_as_wholly_different():
    found = compared_profiles(
        a_profile(spending={"high": 1.0}), a_profile(spending={"high": 1.0}, time={"evening": 1.0})
    )
    assert found.similarity == pytest.approx(0.5)
    assert [(each.kind, each.axis_name, each.legacy) for each in found.causes] == [
        (CauseKind.AXIS_MISSING, "time", "nothing")
    ]


strengths = st.dictionaries(st.sampled_from("abc"), st.floats(0, 1), min_size=1)
profiles = st.dictionaries(st.sampled_from(["x", "y", "z"]), strengths).map(lambda axes: a_profile(**axes))


@given(profiles, profiles)
def test_similarity_is_a_share_the_same_both_ways_and_one_with_itself(one, other):
    there, back = compared_profiles(one, other), compared_profiles(other, one)
    assert 0 <= there.similarity <= 1 + 1e-9
    assert there.similarity == pytest.approx(back.similarity)
    assert compared_profiles(one, one).similarity == pytest.approx(1)


def test_anomalies_differ_where_one_flags_and_the_other_does_not():
    assert compared_anomalies(CALM, FLAGGED).causes[0].kind is CauseKind.FLAG
    assert compared_anomalies(CALM, replace(CALM, overall_score=0.5)).causes == ()


MEMBERSHIP = {"axis_name": "spending", "segment_name": "Whales", "membership_strength": 0.5}


def test_a_legacy_profile_is_read_with_our_names_and_the_distance_that_its_strength_means():
    profile = read_profile({"memberships": [MEMBERSHIP], "more": 1}, {"Whales": "high-spend"})
    (membership,) = profile.memberships
    assert membership.segment_name == "high-spend"
    assert membership.distance_from_center == pytest.approx(1.17741)
    assert membership.segment_id is None


@pytest.mark.parametrize(
    ("answer", "pointer"),
    [
        (None, "/memberships"),
        ([], "/memberships"),
        ({"memberships": {}}, "/memberships"),
        ({"memberships": [MEMBERSHIP] * 201}, "/memberships"),
        ({"memberships": [{}]}, "/memberships/0/axis_name"),
        ({"memberships": [MEMBERSHIP | {"segment_name": 7}]}, "/memberships/0/segment_name"),
        ({"memberships": [MEMBERSHIP | {"segment_name": "a\0b"}]}, "/memberships/0/segment_name"),
        ({"memberships": [MEMBERSHIP | {"axis_name": "\ud800"}]}, "/memberships/0/axis_name"),
        ({"memberships": [MEMBERSHIP | {"segment_name": "x" * 257}]}, "/memberships/0/segment_name"),
        ({"memberships": [MEMBERSHIP | {"membership_strength": 1.5}]}, "/memberships/0/membership_strength"),
        ({"memberships": [MEMBERSHIP | {"membership_strength": float("nan")}]}, "/memberships/0/membership_strength"),
        ({"memberships": [MEMBERSHIP | {"membership_strength": True}]}, "/memberships/0/membership_strength"),
        ({"memberships": [], "confidence": "high"}, "/confidence"),
    ],
)
def test_a_legacy_profile_that_cannot_be_read_is_refused_where_it_is_wrong(answer, pointer):
    with pytest.raises(LegacyAnswerInvalid) as refused:
        read_profile(answer, {})
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    "answer", [{}, {"is_anomalous": 1}, {"is_anomalous": True}, {"is_anomalous": True, "overall_score": 2}]
)
def test_a_legacy_detection_that_cannot_be_read_is_refused(answer):
    with pytest.raises(LegacyAnswerInvalid):
        read_anomalies(answer)


def test_a_system_that_failed_several_times_in_a_row_is_left_alone_for_a_while():
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker = breaker.failed(NOW)
    assert breaker.lets_through(NOW)
    breaker = breaker.failed(NOW)
    assert not breaker.lets_through(Instant(NOW + OPEN_US - 1))
    assert breaker.lets_through(Instant(NOW + OPEN_US))


def test_while_one_request_tries_a_system_again_the_others_wait():
    breaker = Breaker(FAILURES, Instant(NOW))
    tried = breaker.tried(NOW)
    assert not tried.lets_through(Instant(NOW + 1))
    assert tried.went_well() == Breaker()


def compared(number: int, similarity: float, anomalies: tuple[ToldAnomalies, ToldAnomalies] | None) -> ComparedPlayer:
    legacy, unified = a_profile(x={"a": 1.0}), a_profile(x={"a": similarity, "b": 1 - similarity})
    return ComparedPlayer(f"p{number:03}", compared_profiles(legacy, unified), anomalies)


def test_a_migration_of_like_profiles_and_agreeing_anomalies_holds():
    players = [compared(each, 0.97, (CALM, CALM) if each % 10 else (FLAGGED, FLAGGED)) for each in range(100)]
    found = validation_of(STORE, 3, players, NOW)
    assert found.holds
    assert found.mean_similarity == pytest.approx(0.97)
    assert (found.equivalent, found.agreement.share, found.agreement.kappa) == (100, 1.0, pytest.approx(1.0))


def test_a_migration_whose_profiles_are_exactly_nine_tenths_alike_does_not_hold():
    found = validation_of(STORE, 3, [compared(each, 0.9, (CALM, CALM)) for each in range(100)], NOW)
    assert not found.holds
    assert "over 90%" in found.reasons[0]


def test_a_migration_whose_anomalies_disagree_does_not_hold_and_says_why():
    players = [compared(each, 1.0, (CALM, FLAGGED) if each < 20 else (CALM, CALM)) for each in range(100)]
    found = validation_of(STORE, 3, players, NOW)
    assert found.reasons == ("The share of players whose anomalies agree is 80.0%; 90% is needed.",)
    assert found.agreement.interval.holds(0.8)


def test_few_players_say_nothing_for_or_against():
    found = validation_of(STORE, 3, [compared(each, 1.0, (CALM, CALM)) for each in range(29)], NOW)
    assert found.reasons == ("Only 29 players were answered by both systems; 30 are needed.",)


def test_nobody_compared_gives_unknown_figures_instead_of_a_division_by_zero():
    found = validation_of(STORE, None, [], NOW)
    assert (found.mean_similarity, found.agreement.share, found.holds) == (None, None, False)
    assert "unknown" in migration_report(found, Strategy.PARALLEL_ONLY)


def test_causes_are_counted_once_a_player_and_the_most_different_is_listed_first():
    players = [compared(each, 0.2 + each / 100, None) for each in range(40)]
    found = validation_of(STORE, 3, players, NOW)
    assert found.causes == [("segment x", 30), ("strength x", 10)]
    assert [each.player for each in found.different[:2]] == ["p000", "p001"]
    assert len(found.different) == 20


def test_a_report_can_be_signed_names_pseudonyms_only_and_keeps_hostile_names_as_text():
    legacy, unified = a_profile(x={"a|b\n<img>": 1.0}), a_profile(x={"`c`": 1.0})
    players = [ComparedPlayer("p1", compared_profiles(legacy, unified), (CALM, CALM))] * 30
    report = migration_report(validation_of(STORE, 3, players, NOW), Strategy.SHADOW_MODE)
    assert "**The migration should not go on yet.**" in report
    assert "| Released by |" in report
    assert "a\\|b \\<img\\>" in report
    assert "<img>" not in report.replace("\\<img\\>", "")


def test_the_digest_of_a_report_tells_another_report():
    one = validation_of(STORE, 3, [compared(each, 1.0, (CALM, CALM)) for each in range(40)], NOW)
    digests = {
        migration_report(each, Strategy.SHADOW_MODE).split("`")[-2] for each in (one, replace(one, equivalent=39))
    }
    assert len(digests) == 2

"""What is said of an experiment at one moment: when it may be said, what it is compared with, and what stops it."""

import msgspec
import numpy as np
import pytest

from tessella.domain.experiments.inference.results.measured import lift_said
from tessella.domain.experiments.inference.results.missing import what_is_missing
from tessella.domain.experiments.inference.results.results import results_of
from tessella.domain.experiments.inference.results.said import (
    Bounds,
    ComparisonOutcome,
    EstimateSaid,
    LiftSaid,
    Results,
    VerdictSaid,
)
from tessella.domain.experiments.inference.results.stopping import Compared, Verdict, verdict
from tessella.domain.experiments.inference.results.verdict_words import verdict_told
from tessella.domain.experiments.learning.learned import learned_policy
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.experiments.segmentation.key import EVERYBODY
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.metric import Goal, Metric, Reward
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.domain.experiments.setup.stopping import Stopping
from tessella.domain.experiments.tally import MetricSummary, PublishedPolicy, RewardCell, Tally, UnitCell
from tessella.domain.identifiers import VariantId
from tessella.domain.intervals import Interval
from tests.domain.experiments.declared import HOUR_US, NOW, experiment, tally, together

SIDES = (True, False)
DIFFERING = {"source:x": (0.15, 0.45), "source:y": (0.45, 0.15)}
ALIKE = {"source:x": (0.10, 0.10), "source:y": (0.10, 0.10)}
BETTER = {"source:x": (0.05, 0.15), "source:y": (0.05, 0.15)}


def lived(
    of: Experiment, rates: dict[str, tuple[float, ...]], versions: int = 6, units: int = 4_000
) -> tuple[Tally, list[PublishedPolicy]]:
    """Versions of as many units each, given as their weights say; rewards are as frequent as their rates."""
    policies, counted = [first_policy(of)], Tally([], [], {})
    for version in range(versions):
        counted = together(counted, _drawn(policies[-1], rates, version, units))
        policies.append(learned_policy(of, counted, policies, NOW).published)
    return counted, policies


def _drawn(published: PublishedPolicy, rates: dict[str, tuple[float, ...]], version: int, units: int) -> Tally:
    cells, rewards = [], []
    for key, of_segment in rates.items():
        chances = np.array(published.policy.propensities(key))
        for inside in SIDES:
            share = published.policy.holdout / (1 << 31)
            uniform = np.where(chances > 0, share / (chances > 0).sum(), 0.0)
            for variant, chance in enumerate(uniform if inside else chances - uniform):
                count = round(units / len(rates) * chance)
                rewarded = round(count * of_segment[variant])
                place = ("segment", key, key, version, inside, variant, 0)
                cells.append(UnitCell(*place, count))
                rewards += [RewardCell(*place, "conversion", rewarded, rewarded, rewarded)]
    return Tally(cells, rewards, {})


def said(
    of: Experiment, counted: Tally, policies: list[PublishedPolicy], before: Results | None = None, **further: Tally
) -> Results:
    learned = learned_policy(of, counted, policies, NOW)
    return results_of(of, {"segment": counted, **further}, policies, learned, NOW, before)


def test_before_the_gate_opens_nothing_is_said_but_what_it_waits_for() -> None:
    few = tally({"source:x": ((400, 30), (400, 30)), "source:y": ((400, 9), (400, 30))})
    found = said(experiment(), few, [first_policy(experiment())])
    assert not found.gate.is_open
    assert [(each.variant_id, each.rewarded) for each in found.gate.waiting] == [("a", 39)]
    assert [each.value for each in found.variants] == [None, None]
    assert (found.contrasts, found.pairs, found.best_segment) == ((), (), None)
    lifts = (found.lift_over_uniform, found.lift_over_holdout, found.lift_of_segments)
    assert {each.told for each in lifts} == {ComparisonOutcome.NOT_YET_KNOWN}
    assert found.verdict.verdict is Verdict.GO_ON
    assert [each.segment_key for each in found.segments] == ["source:x", "source:y"]


def test_rewards_of_units_that_are_young_are_not_compared() -> None:
    young = tally({"source:x": ((4_000, 400), (4_000, 400))}, cohort=NOW - HOUR_US)
    found = said(experiment(), young, [first_policy(experiment())])
    assert (found.units, found.mature_units, found.gate.is_open) == (8_000, 0, False)


def test_segments_that_want_different_variants_are_shown_to_bring_more_with_their_own() -> None:
    found = said(experiment(), *lived(experiment(), DIFFERING))
    assert found.lift_of_segments.told is ComparisonOutcome.BETTER
    lift = found.lift_of_segments.lift
    assert lift is not None
    assert lift.interval.low < 0.15 * 5 / 6 < lift.interval.high  # nothing was known of the first part
    assert found.best_segment is not None
    assert found.best_segment.lift.lift is not None
    assert found.lift_over_uniform.told is found.lift_over_holdout.told is ComparisonOutcome.BETTER
    assert found.verdict.winner is None  # for all together they are alike


def test_of_what_segments_bring_nothing_is_said_while_nothing_was_known_of_them_when_units_were_drawn() -> None:
    pooled = Segmentation(mode=SegmentationMode.MANUAL, segment_by=("source",), min_samples_per_segment=100_000)
    never = msgspec.structs.replace(experiment(), segmentation=pooled)
    for of, versions in ((experiment(), 1), (never, 6)):
        found = said(of, *lived(of, DIFFERING, versions=versions))
        assert found.gate.is_open
        assert (found.lift_of_segments.told, found.lift_of_segments.lift) == (ComparisonOutcome.NOT_YET_KNOWN, None)
        assert found.lift_of_segments.waits_for.startswith("Most units were given their variants when nothing set")
        assert found.best_segment is None


def test_segments_that_want_the_same_variant_are_said_to_bring_the_same_once_most_units_were_drawn_knowing_it() -> None:
    rates = {"source:x": (0.05, 0.15), "source:y": (0.06, 0.20)}
    early, later = (said(experiment(), *lived(experiment(), rates, versions=each)) for each in (1, 6))
    assert early.lift_of_segments.told is ComparisonOutcome.NOT_YET_KNOWN
    assert (later.lift_of_segments.told, later.lift_of_segments.share) == (ComparisonOutcome.SAME, 0.0)


@pytest.mark.parametrize(("goal", "key"), [(Goal.MAXIMISE, "source:y"), (Goal.MINIMISE, "source:x")])
def test_of_segments_that_gain_alike_the_best_is_the_one_that_does_best_by_the_goal(goal: Goal, key: str) -> None:
    of = experiment(metrics=(Metric(goal=goal),))
    rates = {"source:x": (0.05, 0.15), "source:y": (0.06, 0.20)}
    counted, policies = lived(of, rates)
    best = said(of, together(everybody(1_000, 130, 190), counted), policies).best_segment
    assert best is not None
    assert (best.segment_key, best.lift.told) == (key, ComparisonOutcome.SAME)


def everybody(units: float, *rewarded: float) -> Tally:
    """Of each variant, before segments were switched on."""
    return tally({EVERYBODY: [(units, each) for each in rewarded]})


def test_where_all_units_were_assigned_without_segments_it_is_said_that_there_is_nothing_to_compare() -> None:
    found = said(experiment(), everybody(1_000, 130, 190), [first_policy(experiment())])
    assert (found.gate.is_open, found.best_segment) == (True, None)
    assert found.lift_of_segments.waits_for.startswith("All units whose rewards have come are in one segment")


def test_a_mean_of_a_segment_lies_in_its_interval_however_many_of_its_units_are_young() -> None:
    old = tally({"source:x": ((1_000, 120), (1_000, 190)), "source:y": ((100, 12), (100, 19))})
    young = tally({"source:x": ((0, 0), (900, 10)), "source:y": ((10, 0), (0, 0))}, cohort=NOW - HOUR_US)
    found = said(experiment(), together(old, young), [first_policy(experiment())])
    cells = [each for segment in found.segments for each in segment.variants]
    assert all(each.mean and each.interval.low < each.mean < each.interval.high for each in cells)
    assert [each.units for each in cells] == [1_000, 1_900, 110, 100]


def test_a_variant_that_is_better_than_all_others_wins() -> None:
    found = said(experiment(), *lived(experiment(), BETTER))
    assert (found.verdict.verdict, found.verdict.winner, found.verdict.harmful) == (Verdict.WINNER, "b", ())
    [against_control] = found.contrasts
    assert (against_control.variant_id, against_control.against) == ("b", "a")
    assert against_control.difference.value == pytest.approx(0.10, abs=0.01)
    assert against_control.difference.interval.low > 0
    assert against_control.difference.p < 0.001
    assert against_control.unweighted.value == pytest.approx(0.10, abs=0.01)


def test_of_a_metric_that_is_to_shrink_the_lower_variant_wins_and_the_lift_is_a_gain() -> None:
    of = experiment(metrics=(Metric(goal=Goal.MINIMISE),))
    found = said(of, *lived(of, BETTER))
    assert (found.verdict.winner, found.verdict.harmful) == ("a", ("b",))
    assert found.contrasts[0].difference.value > 0
    gain = found.lift_over_uniform
    assert gain.told is ComparisonOutcome.BETTER
    assert gain.share is not None
    assert gain.share > 0


def test_a_variant_that_is_worse_than_the_control_is_harmful_before_any_other_wins() -> None:
    of = experiment(3)
    rates = {"source:x": (0.15, 0.15, 0.03), "source:y": (0.15, 0.15, 0.03)}
    found = said(of, *lived(of, rates))
    assert (found.verdict.verdict, found.verdict.harmful) == (Verdict.HARMFUL, ("c",))


def test_a_hopeless_variant_is_harmful_though_hardly_a_unit_of_it_was_rewarded() -> None:
    of = experiment(3)
    found = said(of, tally({"source:x": ((2_000, 1_000), (2_000, 1_000), (2_000, 0))}), [first_policy(of)])
    assert (found.verdict.verdict, found.verdict.harmful, found.gate.waiting) == (Verdict.HARMFUL, ("c",), ())
    assert [each.value is not None for each in found.variants] == [True, True, False]


def test_a_variant_that_waits_holds_back_a_winner_and_no_comparison_of_others() -> None:
    of = experiment(3)
    found = said(of, tally({"source:x": ((4_000, 200), (4_000, 600), (4_000, 39))}), [first_policy(of)])
    assert found.verdict.winner == "b"
    few = said(of, tally({"source:x": ((4_000, 200), (4_000, 600), (500, 39))}), [first_policy(of)])
    assert (few.gate.is_open, [each.variant_id for each in few.gate.waiting]) == (True, ["c"])
    assert [(each.variant_id, each.against) for each in few.contrasts] == [("b", "a")]
    assert (few.verdict.verdict, few.lift_over_uniform.told) == (Verdict.GO_ON, ComparisonOutcome.NOT_YET_KNOWN)
    assert what_is_missing(few.gate).startswith("Not yet compared. c: 39 of 40 rewarded units. ")


def test_what_was_told_once_is_told_when_few_units_are_likely_to_get_a_variant_any_more() -> None:
    of = experiment(2, metrics=(Metric(), Metric("refund", goal=Goal.MINIMISE, margin=0.2)))
    counted = tally({"source:x": ((750, 75), (750, 300))})
    refunds = tally({"source:x": ((750, 75), (750, 75))}, metric="refund").rewards
    counted = msgspec.structs.replace(counted, rewards=[*counted.rewards, *refunds])
    policies = [first_policy(of)]
    first = said(of, counted, policies)
    policies.append(learned_policy(of, counted, policies, NOW).published)
    later = together(counted, _drawn(policies[-1], {"source:x": (0.1, 0.4)}, 1, 3_000))
    assert not said(of, later, policies).gate.is_open
    again = said(of, later, policies, before=first)
    assert (again.gate, bool(again.contrasts), bool(again.guardrails[0].improvement)) == (first.gate, True, True)


def test_lost_units_hold_every_decision_back() -> None:
    of = experiment()
    counted, policies = lived(of, BETTER)
    units = [replace_units(each) if each.variant == 1 else each for each in counted.units]
    found = said(of, msgspec.structs.replace(counted, units=units), policies)
    assert (found.verdict.verdict, found.verdict.winner, found.verdict.is_held_back) == (Verdict.GO_ON, None, True)
    alarming = {(each.dimension, each.level) for each in found.sample_ratios if each.is_alarming}
    assert ("all", "all") in alarming
    assert {each.dimension for each in found.sample_ratios} == {"all", "segment", "holdout"}


def replace_units(cell: UnitCell) -> UnitCell:
    """Four of five are left."""
    return msgspec.structs.replace(cell, units=round(cell.units * 0.8))


def test_a_mismatch_in_one_source_is_found_there() -> None:
    of = experiment()
    counted, policies = lived(of, ALIKE)
    places = [("source", "web", each) for each in counted.units] + [("source", "app", each) for each in counted.units]
    cells = [
        msgspec.structs.replace(each, dimension=name, level=level, units=round(each.units / 2))
        for name, level, each in places
    ]
    lossy = [replace_units(each) if (each.level, each.variant) == ("app", 0) else each for each in cells]
    found = said(of, counted, policies, source=Tally(lossy, [], {}))
    assert [each.level for each in found.sample_ratios if each.is_alarming] == ["app"]


def test_a_winner_that_breaks_a_guardrail_does_not_win() -> None:
    of = experiment(metrics=(Metric(), Metric("refund", goal=Goal.MINIMISE, margin=0.2)))
    counted, policies = lived(of, BETTER)
    refunds = [
        RewardCell(*(getattr(each, name) for name in UnitCell.__struct_fields__[:-1]), "refund", *[float(some)] * 3)
        for each in counted.units
        for some in [round(each.units * (0.02 if each.variant == 0 else 0.06))]
    ]
    found = said(of, msgspec.structs.replace(counted, rewards=[*counted.rewards, *refunds]), policies)
    [guardrail] = found.guardrails
    assert (guardrail.metric, guardrail.variant_id, guardrail.told) == ("refund", "b", ComparisonOutcome.WORSE)
    assert guardrail.allowed == pytest.approx(-0.2 * 0.02, rel=0.1)
    assert (found.verdict.verdict, found.verdict.winner) == (Verdict.GO_ON, None)


def test_of_amounts_that_do_not_vary_nothing_is_said_rather_than_an_interval_of_no_width() -> None:
    spent, saved = Metric("spent", Reward.CONTINUOUS), Metric("saved", Reward.CONTINUOUS)
    of = experiment(metrics=(spent, saved))
    counted = tally({"source:x": ((2_000, 2_000), (2_000, 2_000))})
    rewards = [
        msgspec.structs.replace(each, metric=metric.name, total=0.1 * each.rewarded, squares=0.01 * each.rewarded)
        for each in counted.rewards
        for metric in (spent, saved)
    ]
    known = MetricSummary(4_000.0, (0.1, 0.1), (1.0, 1.0))
    foreseen = msgspec.structs.replace(
        first_policy(of), means={"source:x": (0.1, 0.1)}, metrics={"spent": known, "saved": known}
    )
    found = said(of, msgspec.structs.replace(counted, rewards=rewards), [foreseen])
    assert found.gate.is_open
    assert [(each.mean, each.value) for each in found.variants] == [(pytest.approx(0.1), None)] * 2
    assert (found.contrasts, found.lift_over_uniform.told) == ((), ComparisonOutcome.NOT_YET_KNOWN)
    assert [(each.metric, each.variant_id, each.told) for each in found.guardrails] == [
        ("saved", "b", ComparisonOutcome.NOT_YET_KNOWN)
    ]
    assert found.verdict.verdict is Verdict.GO_ON


@pytest.mark.parametrize(
    ("leader", "found", "told"),
    [
        ("b", Verdict.GOOD_ENOUGH, '"b" leads, and is good enough: no other variant is expected to bring more by 1.0%'),
        ("a", Verdict.FUTILE, 'The control, "a", leads, and no other variant is better by what matters'),
    ],
)
def test_a_leader_that_others_are_not_expected_to_beat_is_named_and_only_a_control_is_futile(
    leader: str, found: Verdict, told: str
) -> None:
    other = {"a": "b", "b": "a"}[leader]
    open_end = Interval(-0.01, 0.06)
    known = Compared(VariantId(leader), {VariantId(other): open_end}, {VariantId("b"): open_end}, expected_loss=0.002)
    assert verdict(known, Stopping()) is found
    assert verdict_told(VerdictSaid(found, known.leader), experiment()).startswith(told)


def test_it_is_over_after_as_many_units_as_were_asked_for() -> None:
    of = experiment(stopping=Stopping(max_units=20_000, worth=0.0))
    found = said(of, *lived(of, ALIKE))
    assert found.verdict.is_over
    assert found.verdict.verdict is Verdict.MAXIMUM


def test_a_disabled_variant_is_named_and_the_others_go_on_being_compared() -> None:
    of = experiment(3)
    rates = {"source:x": (0.10, 0.10, 0.02), "source:y": (0.10, 0.16, 0.02)}
    counted, policies = lived(of, rates, versions=3)
    policies[-1] = learned_policy(of, counted, policies[:-1], NOW, frozenset("c")).published
    counted = together(counted, _drawn(policies[-1], rates, 3, 8_000))
    counted = Tally(
        [each for each in counted.units if each.units], [each for each in counted.rewards if each.rewarded], {}
    )
    found = said(of, counted, policies)
    assert [each.is_disabled for each in found.variants] == [False, False, True]
    assert "c" in found.verdict.harmful
    assert {each.variant_id for each in found.contrasts} == {"b", "c"}
    assert found.gate.is_open


def test_all_that_is_said_can_be_written_as_json_and_names_no_propensity() -> None:
    found = said(experiment(), *lived(experiment(), DIFFERING))
    text = msgspec.json.encode(found)
    assert msgspec.json.decode(text, type=Results) == found
    for word in (b"propensit", b"weights", b"alpha", b"covariance", b"null,null"):
        assert word not in text


@pytest.mark.parametrize("baseline", [0.0, 5e-324, -1e-15])
def test_a_lift_is_no_share_of_what_is_about_nothing(baseline: float) -> None:
    lift = EstimateSaid(2.0, Bounds(1.0, 3.0), 0.5, 100.0, 0.01)
    assert lift_said(lift, baseline, worth=0.01) == LiftSaid(ComparisonOutcome.BETTER, lift)
    assert lift_said(lift, -4.0, worth=0.01) == LiftSaid(ComparisonOutcome.BETTER, lift, 0.5, Bounds(0.25, 0.75))

"""Whether an experiment should be segmented, what is said of it, and what is switched on."""

import msgspec
import numpy as np
import pytest

from tessella.domain.experiments.assignment.hashes import WHOLE
from tessella.domain.experiments.assignment.policy import Policy, Weights
from tessella.domain.experiments.counted import counted
from tessella.domain.experiments.eligibility.activation import Choice, Situation, activation, applied
from tessella.domain.experiments.eligibility.as_it_ran import Ran, beside
from tessella.domain.experiments.eligibility.evidence import Question
from tessella.domain.experiments.eligibility.examining import examine, planned_units
from tessella.domain.experiments.eligibility.finding import Finding, LiftFound
from tessella.domain.experiments.eligibility.judged import Evidence, Traffic, judged
from tessella.domain.experiments.eligibility.levels import levels_of, of_shape
from tessella.domain.experiments.eligibility.low_segments import adjusted_rates
from tessella.domain.experiments.eligibility.proposing import (
    Proposal,
    Proposals,
    Said,
    proposals,
    to_activate,
    worth_proposing,
)
from tessella.domain.experiments.eligibility.state import EligibilityState
from tessella.domain.experiments.eligibility.texts.telling import told
from tessella.domain.experiments.eligibility.underperforming import SegmentRate, underperforming
from tessella.domain.experiments.inference.results.said import Bounds, ComparisonOutcome, EstimateSaid, LiftSaid
from tessella.domain.experiments.learning.weights import whole_numbers
from tessella.domain.experiments.setup.metric import Goal, Metric, Reward
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.domain.experiments.setup.stopping import Stopping
from tessella.domain.experiments.tally import MERGED, RewardCell, Tally, UnitCell

VARIANTS = 3
VERSIONS = 8
#: By level: what a unit brings under each variant.
DIFFERING = {"instagram": (0.05, 0.05, 0.12), "google": (0.10, 0.05, 0.05), "email": (0.05, 0.12, 0.05)}
ALIKE = {"instagram": (0.08, 0.06, 0.10), "google": (0.08, 0.06, 0.10), "email": (0.08, 0.06, 0.10)}


def policies(weights: list[float] | None = None) -> dict[int, Policy]:
    shares = Weights.of(whole_numbers(np.array(weights or [1 / VARIANTS] * VARIANTS)).tolist())
    uniform = Weights.of(whole_numbers(np.array([1 / VARIANTS] * VARIANTS)).tolist())
    return {version: Policy(version, WHOLE // 10, uniform, {}, shares) for version in range(VERSIONS)}


def tally(truth: dict[str, tuple[float, ...]], units: int, *, reward: Reward = Reward.BINARY, seed: int = 1) -> Tally:
    """Units by version, level and variant in equal numbers, with rewards drawn by the truth."""
    random, places = np.random.default_rng(seed), list[tuple[int, str, int]]()
    places = [(version, level, arm) for version in range(VERSIONS) for level in truth for arm in range(VARIANTS)]
    each = units // len(places)
    cells, rewards = [], []
    for version, level, arm in places:
        if reward is Reward.BINARY:
            rewarded = float(random.binomial(each, truth[level][arm]))
            sums = (rewarded, rewarded, rewarded)
        else:
            amounts = random.exponential(100 * truth[level][arm], each)
            sums = (float(each), float(amounts.sum()), float((amounts**2).sum()))
        place = ("source", level, "default", version, False, arm, MERGED)
        cells.append(UnitCell(*place, each))
        rewards.append(RewardCell(*place, "conversion", *sums))
    return Tally(cells, rewards, {})


PLAIN = Metric()


def question(metric: Metric = PLAIN, planned: float = 50_000) -> Question:
    return Question(metric, policies(), tuple(range(VARIANTS)), planned, 0.01)


def examined(told: Tally, metric: Metric = PLAIN, planned: float = 50_000) -> Finding:
    columns = counted(told, metric)
    return examine(("source",), columns, VARIANTS, question(metric, planned), np.random.default_rng(1))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_another_variant_is_best_in_each_segment_the_lift_is_confirmed_and_covers_the_truth(seed):
    found = examined(tally(DIFFERING, 60_000, seed=seed))
    assert (found.state, found.segments, found.thick_segments) == (EligibilityState.CONFIRMED, 3, 3)
    assert found.bayes_factor > 1e6
    assert found.lift.low < 0.34 / 3 - 0.22 / 3 < found.lift.high
    assert found.lift.baseline == pytest.approx(0.22 / 3, abs=0.01)


def test_the_lift_of_a_metric_that_is_to_shrink_is_what_it_shrinks_by():
    found = examined(tally(DIFFERING, 60_000), Metric(goal=Goal.MINIMISE))
    assert found.state is EligibilityState.CONFIRMED
    # One for all brings 0.2 / 3 at best, the best of each 0.05.
    assert found.lift.low < 0.2 / 3 - 0.05 < found.lift.high
    assert found.lift.baseline == pytest.approx(0.2 / 3, abs=0.01)


def test_amounts_are_judged_as_rates_are():
    found = examined(tally(DIFFERING, 60_000, reward=Reward.CONTINUOUS), Metric(reward=Reward.CONTINUOUS))
    assert found.bayes_factor > 20
    assert found.chance_of_lift > 0.95


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_segments_are_alike_none_is_recommended(seed):
    found = examined(tally(ALIKE, 40_000, seed=seed))
    assert found.state in {EligibilityState.COLLECTING, EligibilityState.DISMISSED}
    assert found.bayes_factor < 20


def test_a_dimension_that_nobody_is_known_of_is_collecting_and_says_so():
    found = examined(Tally((), (), {}))
    assert (found.state, found.bayes_factor, found.lift) == (EligibilityState.COLLECTING, None, None)
    assert (
        found.explanation["en"]
        == "By source, nothing is known yet: no unit in such a segment has its attribution window over."
    )


def test_evidence_without_traffic_is_not_enough():
    found = examined(tally(DIFFERING, 20_000), planned=200)
    assert (found.state, found.thick_segments) == (EligibilityState.COLLECTING, 0)
    assert found.explanation["en"].startswith("By source, 0 of 3 segments would have 30 rewards within 200 units")


def test_the_smallest_of_many_levels_count_as_one():
    many = {f"list-{number}": (0.05, 0.06, 0.07) for number in range(60)}
    levels = levels_of(counted(tally(many, 60_000), Metric()), VARIANTS)
    assert len(levels.names) == 20
    assert levels.names[-1] == "other"
    assert levels.units == counted(tally(many, 60_000), Metric()).units.sum()


def test_units_of_other_settings_are_no_segments_of_these():
    keys = ["default", "source:google", "source:google|device:mobile", "cluster:v1:0"]
    cells = [UnitCell("segment", key, key, 0, False, 0, MERGED, 1) for key in keys]
    columns = counted(Tally(cells, (), {}), Metric())
    assert list(of_shape(columns, ("source",)).segment) == ["source:google"]
    assert list(of_shape(columns, ("source", "device")).segment) == ["source:google|device:mobile"]


def test_the_planned_units_are_those_of_the_first_limit():
    assert planned_units(Stopping(), 10, 500) == 50_000
    assert planned_units(Stopping(max_units=2_000), 10, 500) == 2_000
    assert planned_units(Stopping(max_days=10), 10, 500) == 5_000
    assert planned_units(Stopping(max_days=10), 9_000, 500) == 9_000


def test_a_low_segment_is_told_from_one_whose_units_were_given_the_worse_variant():
    """The mix is taken out: `email` got the worse variant only, and is as good as the others under equal weights."""
    truth = (0.02, 0.10, 0.10)
    shares = {"instagram": (1, 1, 1), "google": (1, 1, 1), "email": (8, 1, 1), "push": (1, 1, 1)}
    factor = {"push": 0.2}
    weights = {level: np.array(each) / sum(each) for level, each in shares.items()}
    uniform = Weights.of(whole_numbers(np.full(3, 1 / 3)).tolist())
    policy = Policy(0, 0, uniform, {k: Weights.of(whole_numbers(w).tolist()) for k, w in weights.items()}, uniform)
    cells, rewards = [], []
    for level, weight in weights.items():
        for arm in range(VARIANTS):
            place, units = ("segment", level, level, 0, False, arm, MERGED), 9_000 * weight[arm]
            rate = truth[arm] * factor.get(level, 1.0)
            cells.append(UnitCell(*place, units))
            rewards.append(RewardCell(*place, "conversion", *[units * rate] * 3))
    levels = levels_of(counted(Tally(cells, rewards, {}), Metric()), VARIANTS)
    rates = list(adjusted_rates(levels, Question(Metric(), {0: policy}, (0, 1, 2), 50_000, 0.01)))
    assert {each.segment_key: round(each.rewarded / each.units, 4) for each in rates} == pytest.approx(
        {"instagram": 0.0733, "google": 0.0733, "email": 0.0733, "push": 0.0147}
    )
    assert [each.segment_key for each in underperforming(rates)] == ["push"]
    nearly, others = SegmentRate("nearly", 1_000, 55), SegmentRate("others", 1_000, 100)
    assert (
        underperforming([nearly, others], frozenset({"nearly"})) == []
    )  # below 0.6, and more likely than not above 0.5
    low = SegmentRate("nearly", 1_000, 48)
    assert [each.segment_key for each in underperforming([low, others], frozenset({"nearly"}))] == ["nearly"]


LIFT = LiftFound(0.0123, 0.004, 0.001, 0.0236, 0.1)


def finding(state: EligibilityState = EligibilityState.ACCEPTED, *by: str, factor: float = 25.0, **changed) -> Finding:
    told = {"segments": 3, "thick_segments": 3, "thin_share": 0.0, "lift": LIFT, "chance_of_lift": 0.97} | changed
    return Finding(
        segment_by=by or ("source",), state=state, units=12_345, planned_units=50_000, least_rewards=30,
        bayes_factor=factor, explanation={}, **told,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "english", "spanish"),
    [
        (
            finding(),
            "By source, the evidence is 25 to 1 for segments after 12,345 units; the lift is +12.3 % (+1.0 % to "
            "+23.6 %), which is more than its standard error 4.0 %, and not yet surely above 0.",
            "Por origen, la evidencia a favor de segmentar es de 25 a 1 tras 12.345 unidades; la mejora es +12,3 % "
            "(+1,0 % a +23,6 %), más que su error estándar 4,0 %, y aún no seguramente mayor que 0.",
        ),
        (
            finding(EligibilityState.ELIGIBLE, lift=None),
            "By source, the evidence is 25 to 1 for segments after 12,345 units; the lift is not yet known.",
            "Por origen, la evidencia a favor de segmentar es de 25 a 1 tras 12.345 unidades; la mejora aún no se "
            "conoce.",
        ),
        (
            finding(EligibilityState.DISMISSED, "source", "device", factor=0.25, chance_of_lift=0.02),
            "By source and device, the evidence is 1 to 4 for segments after 12,345 units, and the chance that they "
            "bring a lift worth having is 2.0 %, below 5.0 %.",
            "Por origen y dispositivo, la evidencia a favor de segmentar es de 1 a 4 tras 12.345 unidades, y la "
            "probabilidad de una mejora que valga la pena es del 2,0 %, inferior al 5,0 %.",
        ),
        (
            finding(EligibilityState.COLLECTING, factor=3.0),
            "By source, the evidence is 3 to 1 for segments after 12,345 units; 20 to 1 is enough.",
            "Por origen, la evidencia a favor de segmentar es de 3 a 1 tras 12.345 unidades; basta con 20 a 1.",
        ),
    ],
)
def test_each_state_is_told_in_a_sentence_with_its_numbers(found, english, spanish):
    assert told(found) == {"en": english, "es": spanish}


@pytest.mark.parametrize("told_as", [ComparisonOutcome.WORSE, ComparisonOutcome.UNCLEAR])
def test_segments_that_are_measured_as_worse_as_they_ran_are_dismissed_and_both_figures_are_told(told_as):
    high = -0.0001 if told_as is ComparisonOutcome.WORSE else 0.001
    measured = LiftSaid(told_as, EstimateSaid(-0.014, Bounds(-0.028, high), 0.004, 30.0, 0.03), -0.14, Bounds(-0.28, 0))
    found = beside(finding(EligibilityState.ELIGIBLE, "device"), Ran(frozenset({("device",)}), measured))
    assert (found.as_it_ran.value, found.as_it_ran.baseline, found.lift) == (-0.014, pytest.approx(0.1), LIFT)
    assert found.state is (
        EligibilityState.DISMISSED if told_as is ComparisonOutcome.WORSE else EligibilityState.ELIGIBLE
    )
    if told_as is ComparisonOutcome.WORSE:
        assert found.explanation["en"] == (
            "By device, segments as they ran brought -14.0 % (-28.0 % to -0.1 %) over one variant for all, surely less "
            "than 0; of all 12,345 units, those before segments too, the foreseen lift is +12.3 % (+1.0 % to +23.6 %)."
        )
    elsewhere = finding(EligibilityState.ELIGIBLE, "source")
    assert beside(elsewhere, Ran(frozenset({("device",)}), measured)) == elsewhere


def test_a_lift_that_is_surely_below_0_is_no_reason_for_segments():
    lift = LiftFound(-0.02, 0.005, -0.03, -0.01, 0.1)
    traffic = Traffic((100, 100), (0.5, 0.5))
    assert judged(traffic, Evidence(bayes_factor=1e4, chance=0.7, lift=lift)) is EligibilityState.DISMISSED
    found = finding(EligibilityState.DISMISSED, lift=LiftFound(-0.02, 0.005, -0.03, -0.01, 0.1))
    assert told(found)["en"].endswith("and yet the lift is -20.0 % (-30.0 % to -10.0 %), surely below 0.")


AUTO = Segmentation(auto_activation=True)
SURE, LIKELY = finding(EligibilityState.CONFIRMED, "device"), finding(EligibilityState.ACCEPTED, "source")


@pytest.mark.parametrize(
    ("segmentation", "traffic", "has_clusters", "findings", "choice"),
    [
        (AUTO, 999, True, [SURE], None),
        (AUTO, 1000, True, [finding(EligibilityState.COLLECTING)], None),
        (AUTO, 1000, True, [LIKELY, SURE], Choice(SegmentationMode.MANUAL, ("device",))),
        (AUTO, 10_000, True, [LIKELY], Choice(SegmentationMode.AUTO)),
        (AUTO, 10_000, False, [LIKELY], Choice(SegmentationMode.MANUAL, ("source",))),
        (Segmentation(), 5_000, True, [SURE], None),
        (
            Segmentation(mode=SegmentationMode.MANUAL, segment_by=("device",), auto_activation=True),
            5_000, True, [LIKELY], None,
        ),
        (
            Segmentation(enabled=False, mode=SegmentationMode.MANUAL, segment_by=("country",), auto_activation=True),
            20_000, True, [LIKELY], Choice(SegmentationMode.MANUAL, ("country",)),
        ),
        (
            Segmentation(segment_by=("device",), auto_activation=True),
            1000, False, [LIKELY], Choice(SegmentationMode.MANUAL, ("device",)),
        ),
        (
            Segmentation(enabled=False, mode=SegmentationMode.AUTO, auto_activation=True),
            1000, False, [LIKELY], Choice(SegmentationMode.AUTO),
        ),
    ],
)  # fmt: skip
def test_segments_are_switched_on_by_traffic_and_evidence(segmentation, traffic, has_clusters, findings, choice):
    assert activation(Situation(segmentation, traffic, has_clusters, findings)) == choice


def test_without_evidence_the_dimension_with_the_most_full_segments_is_taken():
    either = msgspec.structs.replace(AUTO, auto_activation_requires_evidence=False)
    few, many = (
        finding(EligibilityState.COLLECTING, "device", thick_segments=2),
        finding(EligibilityState.COLLECTING, thick_segments=4),
    )
    more = finding(EligibilityState.COLLECTING, "segment_id", thick_segments=5)
    none = [finding(EligibilityState.COLLECTING, "device", thick_segments=0)]
    chosen = [activation(Situation(either, 1000, False, each)) for each in ([few, many], [few, many, more], none, [])]
    assert [each.segment_by for each in chosen] == [("source",), ("segment_id",), ("source",), ("source",)]


def test_what_is_switched_on_leaves_all_else_as_it_was():
    before = Segmentation(enabled=False, min_samples_per_segment=7, auto_activation=True)
    assert applied(before, Choice(SegmentationMode.MANUAL, ("device",))) == Segmentation(
        mode=SegmentationMode.MANUAL, segment_by=("device",), min_samples_per_segment=7, auto_activation=True
    )
    assert applied(before, Choice(SegmentationMode.AUTO)).auto_clustering_enabled


BY_SOURCE = Choice(SegmentationMode.MANUAL, ("source",))


def said(state: EligibilityState, *, factor: float = 25.0, is_open: bool = False, was_decided: bool = False) -> Said:
    return Said("r-1", BY_SOURCE, state, factor, is_open, was_decided)


def test_a_recommendation_holds_on_until_it_says_something_else():
    same, sure = [said(EligibilityState.ACCEPTED, is_open=True)], finding(EligibilityState.CONFIRMED)
    assert proposals([Proposal(BY_SOURCE, LIKELY)], same) == Proposals([], [])
    assert proposals([Proposal(BY_SOURCE, sure)], same) == Proposals([Proposal(BY_SOURCE, sure)], [])
    assert proposals([], same) == Proposals([], ["r-1"])


def test_only_what_is_worth_it_and_not_so_already_is_recommended():
    found = [LIKELY, finding(EligibilityState.COLLECTING, "device")]
    assert worth_proposing(found, [], AUTO) == [Proposal(BY_SOURCE, LIKELY)]
    assert worth_proposing(found, [], Segmentation(mode=SegmentationMode.MANUAL, segment_by=("source",))) == []
    clusters = finding(EligibilityState.CONFIRMED, "cluster")
    assert worth_proposing([clusters], [], Segmentation(mode=SegmentationMode.AUTO)) == []


def test_what_was_dismissed_is_not_recommended_until_the_weight_of_its_evidence_has_doubled():
    dismissed = [said(EligibilityState.ACCEPTED, factor=25.0, was_decided=True)]
    assert worth_proposing([finding(factor=624)], dismissed, AUTO) == []
    assert worth_proposing([finding(factor=626)], dismissed, AUTO) == [Proposal(BY_SOURCE, finding(factor=626))]


def test_what_was_dismissed_is_not_switched_on_and_the_next_best_is():
    dismissed = [said(EligibilityState.ACCEPTED, was_decided=True)]
    both = Situation(AUTO, 1000, False, [LIKELY, finding(EligibilityState.ELIGIBLE, "device")])
    assert to_activate(both, dismissed).choice == Choice(SegmentationMode.MANUAL, ("device",))
    assert to_activate(Situation(AUTO, 1000, False, [LIKELY]), dismissed) is None


def test_traffic_is_enough_where_two_segments_are_full_and_few_units_are_in_others():
    assert Traffic((30, 30, 5), (0.4, 0.35, 0.25)).is_enough()
    assert not Traffic((30, 30, 5), (0.35, 0.3, 0.35)).is_enough()
    assert not Traffic((30, 29), (0.9, 0.1)).is_enough()

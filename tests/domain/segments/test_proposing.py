"""A planted group is found and measured as it is; noise gives nothing; and a rule is who its leaf is."""

import numpy as np
import pytest

from tessella.domain.errors import WrongShape
from tessella.domain.features.gate import DAY_US, Value
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.rules.canonical import to_dsl
from tessella.domain.rules.dsl import parse_dsl
from tessella.domain.rules.explain import evaluate
from tessella.domain.segments.proposing.find import find_groups
from tessella.domain.segments.proposing.outcomes import After
from tessella.domain.segments.proposing.paths import members, rule_of
from tessella.domain.segments.proposing.proposals import Behaviour, Proposals, Remark
from tessella.domain.segments.proposing.search import Search, read_search
from tessella.domain.segments.proposing.table import table_of
from tessella.domain.segments.proposing.tree import Lesson, leaves

CUT = Instant(1_700_000_000_000_000)
SPEND, VISITS, LAST, DEVICE, TAGS, VIP = (
    Feature(FeatureName("user.spend"), FeatureType.NUMBER),
    Feature(FeatureName("user.visits"), FeatureType.INTEGER),
    Feature(FeatureName("user.last_ts"), FeatureType.TIMESTAMP),
    Feature(FeatureName("user.device"), FeatureType.STRING),
    Feature(FeatureName("user.tags"), FeatureType.STRING_LIST),
    Feature(FeatureName("user.vip"), FeatureType.BOOLEAN),
)
FACTS = (SPEND, VISITS, LAST, DEVICE, TAGS, VIP)
Told = dict[FeatureName, Value]


def population(seed: int, size: int) -> dict[SubjectId, Told]:
    """Subjects with facts of every type, each of them missing now and then."""
    rng = np.random.default_rng(seed)

    def told() -> Told:
        values: Told = {
            SPEND.name: float(rng.gamma(2, 100)),
            VISITS.name: int(rng.poisson(5)),
            LAST.name: CUT - int(rng.integers(0, 200 * DAY_US)),
            DEVICE.name: str(rng.choice(["mobile", "desktop", "tablet", "tv"])),
            TAGS.name: tuple(str(each) for each in rng.choice(["a", "b", "c"], size=2)),
            VIP.name: bool(rng.random() < 0.3),
        }
        return {name: value for name, value in values.items() if rng.random() < 0.9}

    return {SubjectId(f"s{at}"): told() for at in range(size)}


def buyers(known: dict[SubjectId, Told], seed: int, likely) -> dict[SubjectId, After]:
    rng = np.random.default_rng([seed, 1])
    return {subject: After(int(rng.random() < likely(told)), None) for subject, told in known.items()}


def search_of(known: dict[SubjectId, Told], after: dict[SubjectId, After], **asked) -> Proposals:
    return find_groups(Search(CUT, **asked), known, after, FACTS)


def test_a_planted_group_is_found_with_its_threshold_its_rate_and_those_without_a_value_apart():
    known = population(1, 4000)
    found = search_of(known, buyers(known, 1, lambda told: 0.6 if told.get(SPEND.name, 0.0) > 250 else 0.2))
    best = found.groups[0]
    assert (found.remark, best.behaviour) == (Remark.FOUND, Behaviour.CONVERSION)
    ((operator, (name, threshold)),) = best.rule.items()
    assert (operator, name) == ("gt", "user.spend")
    assert threshold == pytest.approx(250, rel=0.05)
    assert best.interval.holds(0.6)
    assert (best.lift, best.support) == (pytest.approx(best.rate / best.overall), pytest.approx(1000, rel=0.15))
    assert best.sentence == f"user.spend is more than {threshold}"


def test_two_conditions_that_count_together_are_one_rule():
    known = population(2, 6000)

    def likely(told: Told) -> float:
        return 0.7 if told.get(DEVICE.name) == "mobile" and told.get(VISITS.name, 0) >= 6 else 0.3

    best = search_of(known, buyers(known, 2, likely)).groups[0]
    assert best.rule == {"all": [{"gte": ["user.visits", 6]}, {"eq": ["user.device", "mobile"]}]}


def test_the_group_that_buys_most_of_a_category_is_found():
    known, rng = population(3, 4000), np.random.default_rng(3)
    after = {
        subject: After(1, str(rng.choice(["milk", "beer"], p=(0.2, 0.8) if told.get(VIP.name) else (0.7, 0.3))))
        for subject, told in known.items()
    }
    best = search_of(known, after).groups[0]
    assert (best.behaviour, best.category, best.rule) == (Behaviour.NEXT_CATEGORY, "beer", {"eq": ["user.vip", True]})


def test_where_no_group_differs_nothing_is_proposed():
    proposed = 0
    for seed in range(20):
        known = population(seed, 1500)
        found = search_of(known, buyers(known, seed, lambda told: 0.3))
        proposed += bool(found.groups)
        assert found.examined > 0
        assert found.remark is (Remark.FOUND if found.groups else Remark.NO_GROUP_DIFFERS)
    assert proposed <= 2, "5 in 100 searches may"


@pytest.mark.parametrize("seed", range(5))
def test_a_rule_matches_exactly_the_subjects_of_its_leaf(seed):
    known, rng = population(seed, 600), np.random.default_rng([seed, 2])
    table = table_of(known, FACTS, CUT, 20)
    told = [known[subject] for subject in table.subjects]
    kinds = [
        ("a" in each.get(TAGS.name, ())) + 2 * (DEVICE.name in each) + (each.get(VISITS.name, 9) > 5) for each in told
    ]
    codes = np.where(rng.random(len(kinds)) < 0.2, 0, kinds)
    schema, ends = Schema(FACTS), leaves(Lesson(table.questions, table.columns, codes, 12))
    assert len(ends) > 1
    times = np.zeros(len(table.subjects), dtype=int)
    for path in ends:
        rule = parse_dsl(to_dsl(rule_of(path, table.questions)), schema)
        there = members(path, table.questions, table.columns)
        assert [evaluate(rule, each, CUT, {}) for each in told] == there.tolist()
        times += there
    assert times.max() == 1, "nobody is in two leaves"


def test_a_personal_feature_is_never_asked_about():
    known = population(4, 2000)
    facts = (Feature(SPEND.name, FeatureType.NUMBER, personal=True), VISITS)
    after = buyers(known, 4, lambda told: 0.9 if told.get(SPEND.name, 0.0) > 200 else 0.1)
    found = find_groups(Search(CUT), known, after, facts)
    assert (found.features, found.left_out[SPEND.name]) == ((VISITS.name,), "it is personal data")
    assert all("user.spend" not in group.sentence for group in found.groups)


def test_no_group_is_smaller_than_asked_and_a_value_of_few_subjects_is_not_asked_for():
    known = population(5, 3000)
    for at, told in enumerate(known.values()):
        if at < 40:
            told[DEVICE.name] = "console"
    after = buyers(known, 5, lambda told: 1.0 if told.get(DEVICE.name) == "console" else 0.2)
    found = search_of(known, after, min_support=50)
    assert all(group.support >= 50 for group in found.groups)
    assert "console" not in str([group.rule for group in found.groups])


@pytest.mark.parametrize(
    ("size", "likely", "remark"),
    [(0, 0.5, Remark.NO_FEATURES), (60, 0.5, Remark.TOO_FEW_SUBJECTS), (300, 0.0, Remark.ALL_ALIKE),
     (300, 1.0, Remark.ALL_ALIKE)],
)  # fmt: skip
def test_a_search_that_finds_nothing_says_why(size, likely, remark):
    known = population(6, size)
    found = search_of(known, buyers(known, 6, lambda told: likely))
    assert (found.remark, found.groups, found.subjects) == (remark, (), size)


def test_the_same_search_gives_the_same_proposals():
    known = population(7, 2000)
    after = buyers(known, 7, lambda told: 0.6 if told.get(VISITS.name, 0) > 6 else 0.2)
    again = dict(reversed(known.items()))
    assert search_of(known, after) == search_of(again, after)


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ({"horizon_days": 0}, "/horizon_days"),
        ({"horizon_days": 366}, "/horizon_days"),
        ({"horizon_days": True}, "/horizon_days"),
        ({"min_support": 19}, "/min_support"),
        ({"as_of": "2023-11-14T00:00:00Z"}, "/as_of"),
        ({"as_of": "9999-12-31T23:59:59Z"}, "/as_of"),
        ({"as_of": "x"}, "/as_of"),
    ],
)
def test_a_search_out_of_range_or_whose_days_are_not_over_is_refused(written, fault):
    with pytest.raises(WrongShape) as refused:
        read_search(written, now=CUT)
    assert refused.value.pointer == fault

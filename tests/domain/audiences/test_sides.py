"""What counts as disagreement between ways of deciding, and what time explains."""

import msgspec
import pytest

from tessella.domain.audiences.agreement import Against
from tessella.domain.audiences.audience import HeldFeature
from tessella.domain.audiences.sides import Judge, Sides, Told
from tessella.domain.features.types import FeatureType
from tests.audience_files import audience

TIER = {"tier": FeatureType.STRING}
VIP = Told(frozenset({"vip"}), "vip", {"tier": "VIP"})
GOLD = Told(frozenset(), None, {"tier": "gold"})
EVALUATION, CALCULATION = Against.EVALUATION, Against.CALCULATION


def judged(sides: Sides, *, changed: bool = False, **then: object) -> list[tuple[str, Against]]:
    """The disagreements about one subject, whose facts have changed since or not."""
    now = audience(["vip"], TIER)
    judge = Judge(now, msgspec.structs.replace(now, **then), {"vip": {"tier"}}, lambda _: changed)
    return [(each.segment_id, each.against) for each in judge.disagreements("s", sides)]


def test_one_who_is_told_alike_by_all_is_no_disagreement():
    assert judged(Sides(VIP, VIP, VIP)) == []


def test_online_and_sql_may_not_differ_whatever_has_changed_since():
    assert judged(Sides(VIP, GOLD, GOLD), changed=True) == [("vip", EVALUATION)]


@pytest.mark.parametrize(("changed", "found"), [(True, []), (False, [("vip", CALCULATION)])])
def test_another_fact_than_the_calculation_has_counts_unless_it_was_written_since(changed, found):
    assert judged(Sides(VIP, VIP, GOLD), changed=changed) == found


def test_another_bit_over_the_same_values_counts_although_something_was_written_since():
    wrong = Told(frozenset(), None, {"tier": "VIP"})
    assert judged(Sides(VIP, VIP, wrong), changed=True) == [("vip", CALCULATION)]


def test_another_value_of_a_source_is_explained_by_time():
    shop = (HeldFeature("tier", FeatureType.STRING, "shop"),)
    assert judged(Sides(VIP, VIP, GOLD), features=shop) == []


def test_a_feature_that_is_declared_otherwise_now_has_other_values_of_the_same_facts():
    number = (HeldFeature("tier", FeatureType.NUMBER),)
    assert judged(Sides(VIP, VIP, Told()), features=number) == []


def test_another_first_match_counts_where_all_segments_agree():
    assert judged(Sides(VIP, VIP, Told(VIP.segments, None, VIP.values))) == [("vip", CALCULATION)]


def test_a_segment_of_other_rules_now_is_compared_online_and_as_sql_only():
    [vip] = audience(["vip"], TIER).segments
    others = (msgspec.structs.replace(vip, fingerprint="other"),)
    assert judged(Sides(VIP, VIP, GOLD), segments=others) == []
    assert judged(Sides(GOLD, VIP, GOLD), segments=others) == [("vip", EVALUATION)]

"""What has been seen of each segment so far: for people, not for inference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import msgspec

from tessella.domain.experiments.segmentation.display import display_name
from tessella.domain.experiments.segmentation.key import segment_key
from tessella.domain.experiments.tally import Tally
from tessella.domain.intervals import Interval, wilson


class SegmentSeen(msgspec.Struct, frozen=True):
    """One segment, or one level of what is observed of units."""

    segment_key: str
    display_name: str
    #: Units that were assigned, and those that were rewarded by the first metric so far: more may come of young ones.
    allocations: int
    conversions: int
    #: The share of them, and where it lies with 95 % confidence; None without a unit.
    conversion_rate: float | None
    interval: Interval | None
    #: Whether it has fewer units than it needs for itself, so that it is given what is believed of all together.
    is_pooled: bool = False


def segments_seen(
    tally: Tally, metric: str, names: Mapping[str, str], pooled: Collection[str] = ()
) -> Sequence[SegmentSeen]:
    """Of a tally by segment, the one with the most units first."""
    units, rewarded = Counter[str](), Counter[str]()
    for each in tally.units:
        units[each.level] += round(each.units)
    for reward in tally.rewards:
        if reward.metric == metric:
            rewarded[reward.level] += round(reward.rewarded)
    found = [
        _seen(key, display_name(key, names), allocated, rewarded[key], is_pooled=key in pooled)
        for key, allocated in units.items()
    ]
    return sorted(found, key=lambda each: (-each.allocations, each.segment_key))


def levels_seen(tally: Tally, metric: str, dimension: str) -> Sequence[SegmentSeen]:
    """Of a tally by another dimension: its levels are named as segments by that dimension are."""
    names = {each.level: f"{dimension} {each.level}" for each in tally.units}
    found = segments_seen(tally, metric, names)
    return [
        msgspec.structs.replace(each, segment_key=segment_key({dimension: each.segment_key}, [dimension]))
        for each in found
    ]


def _seen(key: str, name: str, allocations: int, conversions: int, *, is_pooled: bool) -> SegmentSeen:
    if not allocations:
        return SegmentSeen(key, name, 0, 0, None, None, is_pooled)
    rate = conversions / allocations
    return SegmentSeen(key, name, allocations, conversions, rate, wilson(conversions, allocations), is_pooled)

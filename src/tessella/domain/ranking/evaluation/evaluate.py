"""Compare rankings by what subjects bought after the cut, over the whole catalogue: no item is left out of the race."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tessella.domain.ranking.evaluation.columns import Columns, columns_of, measured
from tessella.domain.ranking.evaluation.contenders import BASELINES, Contender, lists_of
from tessella.domain.ranking.evaluation.report import Contended, Evaluation, Group, Viewed
from tessella.domain.ranking.evaluation.split import Split
from tessella.domain.ranking.evaluation.views import View, relevant
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.steps import Steps

#: Of a segment with fewer subjects nothing is told: the figures would be of persons, and mean little.
FEWEST_SUBJECTS: Final = 20

#: How long lists are, if nothing else is said.
LENGTH: Final = 10

#: By view.
Viewpoints = dict[View, Columns]


def evaluation_steps(
    index: RankingIndex,
    split: Split,
    contenders: Sequence[Contender],
    segments: Sequence[str] = (),
    *,
    length: int = LENGTH,
    baselines: Sequence[Contender] = BASELINES,
) -> Steps[Evaluation]:
    """Rank for every subject of the split, a contender a step, and compare each with the baselines.

    `index` is one as of `split.as_of`. `segments`: the segment of each subject of the split, or nothing.
    """
    found: dict[str, Viewpoints] = {}
    for each in (*baselines, *contenders):
        found[each.name] = _viewpoints(index, split, each, length)
        yield
    base = {each.name: found[each.name] for each in baselines}
    told = [Contended(name, _views(split, columns, base, segments)) for name, columns in found.items()]
    return Evaluation(length, split.items, len(split.known), len(split.subjects), split.cold_subjects, told)


def _viewpoints(index: RankingIndex, split: Split, ranked: Contender, length: int) -> Viewpoints:
    usual = lists_of(index, split, ranked, View.REPEATS_ALLOWED, length)
    lists = dict.fromkeys(View, usual) | {View.NEW_ITEMS: lists_of(index, split, ranked, View.NEW_ITEMS, length)}
    return {view: columns_of(index, split, lists[view], relevant(split, view)) for view in View}


def _views(split: Split, of: Viewpoints, base: dict[str, Viewpoints], segments: Sequence[str]) -> list[Viewed]:
    return [Viewed(view, _groups(split, view, of, base, segments)) for view in View]


def _groups(
    split: Split, view: View, of: Viewpoints, base: dict[str, Viewpoints], segments: Sequence[str]
) -> list[Group]:
    """All subjects that have something relevant, then each segment that has enough of them."""
    some = relevant(split, view).counts() > 0
    if not some.any():
        return []
    baselines = {name: columns[view] for name, columns in base.items()}
    groups = [Group(None, int(some.sum()), measured(of[view], baselines))]
    inside = np.array(segments, object)[some] if segments else np.empty(0, object)
    for segment in sorted(set(inside.tolist())):
        chosen = inside == segment
        if chosen.sum() >= FEWEST_SUBJECTS:
            only = {name: columns.where(chosen) for name, columns in baselines.items()}
            groups.append(Group(segment, int(chosen.sum()), measured(of[view].where(chosen), only)))
    return groups

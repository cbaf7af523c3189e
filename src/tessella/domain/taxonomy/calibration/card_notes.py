"""What is to be known before the figures of an accuracy card are used, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Seen
from tessella.domain.taxonomy.taxonomy import BehavioralAxis

#: Of fewer players with days in both halves nothing is told.
LEAST_PLAYERS: Final = 30
#: Below it segments do not hold over time.
TARGET_RETEST: Final = 0.8


def notes_of(seen: Seen, axes: Sequence[BehavioralAxis], test_retest: float | None) -> Iterator[str]:
    """How many could be compared, which axes have no groups, and whether segments hold over time."""
    days = [each.counts.sum(axis=1).max(axis=1, initial=0) for each in (seen.odd, seen.even, seen.first, seen.second)]
    often, again = (int(np.count_nonzero((a > 0) & (b > 0))) for a, b in (days[:2], days[2:]))
    yield f"Of {len(days[0]):,} players {often:,} have two days or more, {again:,} days in both halves of the window."
    if min(often, again) < LEAST_PLAYERS:
        yield f"Of fewer than {LEAST_PLAYERS} players who can be compared nothing is told."
    if alone := [each.axis_name for each in axes if len(each.segments) == 1]:
        yield f"No groups on {', '.join(alone)}: one segment holds everybody."
    if test_retest is not None and test_retest < TARGET_RETEST:
        yield (
            f"Test-retest is {test_retest:.2f}, below {TARGET_RETEST}: of many players another half of the window tells"
            " another segment. They have changed, or too few of their days are known."
        )

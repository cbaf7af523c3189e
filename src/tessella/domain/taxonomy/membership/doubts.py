"""What makes a profile say less than it seems to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Final

import numpy as np

from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.membership.standing import Standing
from tessella.domain.taxonomy.profile import SegmentMembership

#: With fewer days than these a position is mostly chance.
FEW_DAYS: Final = 3
#: A player who is less usual than this in the best segment of an axis stands outside of all.
_OUTSIDE: Final = 0.01


def doubts(space: Space, standing: Standing, best: Sequence[SegmentMembership]) -> Iterator[str]:
    """One sentence each. `best` are the memberships of axes' best segments."""
    if (days := standing.most_days) < FEW_DAYS:
        yield f"Only {days} {'day is' if days == 1 else 'days are'} known of this player: the position may be chance."
    if not standing.is_whole:
        names = compress(space.standard.metrics, np.isnan(standing.position))
        yield f"Not known, so the population's mean stands for it: {', '.join(names)}."
    for each in best:
        if each.typicality < _OUTSIDE:
            yield (
                f'On the axis "{each.axis_name}" the player stands outside of all segments: "{each.segment_name}" '
                f"fits best, and of its own players {each.typicality:.1%} are as far from its center."
            )

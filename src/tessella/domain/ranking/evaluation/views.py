"""What counts as a hit: anything, only items new to the subject, or only repeats."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from tessella.domain.ranking.evaluation.pairs import Pairs
from tessella.domain.ranking.evaluation.split import Split
from tessella.domain.ranking.knobs import KNOBS, Knobs


class View(StrEnum):
    """One way to look at the same held-out purchases."""

    #: Everything bought after the cut, ranked as configured.
    REPEATS_ALLOWED = "repeats_allowed"
    #: What the subject had not bought before, ranked without what the subject had bought.
    NEW_ITEMS = "new_items"
    #: What the subject had bought before, ranked as configured.
    REPEATS = "repeats"


#: What is set for new items: nothing that was ever bought is shown.
NEVER_AGAIN: Final[Knobs] = {
    "rule_exclude_purchased": True,
    "purchased_window_days": KNOBS["purchased_window_days"].maximum,
}


def relevant(split: Split, view: View) -> Pairs:
    """The purchases after the cut that count."""
    if view is View.NEW_ITEMS:
        return split.bought_after.without(split.bought_before)
    if view is View.REPEATS:
        return split.bought_after.within(split.bought_before)
    return split.bought_after

"""A shop of three items, and purchases around a cut."""

import numpy as np

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.evaluation.split import Split, split_at
from tessella.domain.ranking.signals.interactions import Interactions, interactions_of
from tests.domain.ranking.catalogues import NOW

ITEMS = ("a", "b", "c")
CUT = NOW
UNTIL = Instant(NOW + 30 * DAY_US)


def bought(subject: str, item: str, days_after: float) -> tuple[str, str, int]:
    """A purchase so many days after the cut, or before it."""
    return subject, item, CUT + int(days_after * DAY_US)


def events_of(*purchases: tuple[str, str, int]) -> Interactions:
    subjects = sorted({subject for subject, _, _ in purchases})
    return interactions_of(
        np.array([subjects.index(subject) for subject, _, _ in purchases], np.int32),
        np.array([ITEMS.index(item) for _, item, _ in purchases], np.int32),
        np.array([moment for _, _, moment in purchases], np.int64),
        np.ones(len(purchases), np.float32),
        np.ones(len(purchases), np.bool_),
    )


def a_split(*purchases: tuple[str, str, int]) -> Split:
    return split_at(events_of(*purchases), len(ITEMS), CUT, UNTIL)

"""The moments that a model is trained on: what was known at each, and what happened after it."""

from __future__ import annotations

from collections.abc import Iterator

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.setup import PredictionSetup


def cuts(setup: PredictionSetup, until: Instant) -> list[Instant]:
    """`setup.cuts` moments, the earliest first. The last is so long before `until` that its outcome is known.

    They are as far apart as an outcome takes, or farther: when one is looked at, the outcomes of those before it are
    known.

    >>> from tessella.domain.identifiers import PredictionId
    >>> from tessella.domain.predictions.target import Target
    >>> weekly = PredictionSetup(PredictionId("churn"), Target.CHURN, horizon_days=7, cut_every_days=7, cuts=3)
    >>> [cut // DAY_US for cut in cuts(weekly, Instant(28 * DAY_US))]
    [7, 14, 21]
    """
    return list(_from_the_first(setup, until - setup.horizon_days * DAY_US))


def _from_the_first(setup: PredictionSetup, last: int) -> Iterator[Instant]:
    for before in reversed(range(setup.cuts)):
        yield Instant(last - before * setup.cut_every_days * DAY_US)

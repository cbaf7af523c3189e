"""What is watched of taxonomies: what is hoped for, and from where on somebody is to look.

Source: requirement C, "Key Metrics to Monitor".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from tessella.domain.limit import Limit

#: Seconds; shares of requests; and shares of players, of variance, and of certainty.
RESPONSE_P95: Final = Limit(target=0.1, alert=0.2)
ERRORS: Final = Limit(target=0.001, alert=0.01)
ACCURACY: Final = Limit(target=0.94, alert=0.92)
VARIANCE: Final = Limit(target=0.70, alert=0.65)
CONFIDENCE: Final = Limit(target=0.75, alert=0.65)

#: Upper bounds of response times, in seconds. The alert's own is one of them, so that it is told exactly.
BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 2.5, 10.0)
#: Fewer requests than these say nothing of a 95th percentile, and of one error in a hundred.
LEAST_TIMED: Final = 100
LEAST_ASKED: Final = 200


def told_accuracy(accuracy: float | None) -> str | None:
    """What there is to say of categorization accuracy; None where nothing is wrong, or nothing is known.

    It is self-consistency on the axes that have groups: the share of players whose best segments are the same when they
    are told from half of their days. Nobody knows a player's true segment, so that nothing else can be measured.
    """
    words = "so many players would be in the same segment by half of their days; fewer segments or more days raise it"
    return _missed(accuracy, ACCURACY, words)


def told_variance(variance_explained: float) -> str | None:
    """The same of the variance of all metrics that axes account for."""
    meaning = "so much of the variance of all metrics is accounted for by axes; put the others on one"
    return _missed(variance_explained, VARIANCE, meaning)


def told_confidence(mean_confidence: float | None) -> str | None:
    """The same of the mean confidence of players' profiles."""
    return _missed(mean_confidence, CONFIDENCE, "players' profiles are so sure, on the average")


def told_slow(counts: Sequence[int]) -> str | None:
    """The same of response times: `counts` of requests by `BOUNDS`, the last one beyond all of them."""
    seconds = p95(counts)
    if seconds is None or not RESPONSE_P95.is_missed(seconds):
        return None
    told, target, alert = (round(1000 * each) for each in (seconds, RESPONSE_P95.target, RESPONSE_P95.alert))
    return (
        f"95 % of {sum(counts):,} requests about players were answered within {told} ms, the others later. The target "
        f"is {target} ms, and over {alert} ms is too long."
    )


def told_errors(asked: int, errors: int) -> str | None:
    """The same of the requests whose answer was the server's fault, a status of 500 or more."""
    if asked < LEAST_ASKED or not ERRORS.is_missed(errors / asked):
        return None
    return (
        f"{errors:,} of {asked:,} requests about players could not be answered. The target is less than "
        f"{ERRORS.target:.1%}, and more than {ERRORS.alert:.0%} is too much. The log says why."
    )


def p95(counts: Sequence[int]) -> float | None:
    """The 95th percentile of response times in seconds, linear within a bucket; None of fewer than `LEAST_TIMED`.

    As Prometheus' `histogram_quantile` tells it: beyond the last bound it is that bound.

    >>> p95([0] * 6 + [90, 0, 10, 0, 0, 0])
    0.35
    """
    total = sum(counts)
    if total < LEAST_TIMED:
        return None
    rank = 0.95 * total
    sums = list(accumulate(counts))
    bucket = next(place for place, below in enumerate(sums) if below >= rank)
    if bucket == len(BOUNDS):
        return BOUNDS[-1]
    low = BOUNDS[bucket - 1] if bucket else 0.0
    return low + (BOUNDS[bucket] - low) * (rank - (sums[bucket] - counts[bucket])) / counts[bucket]


def _missed(value: float | None, limit: Limit, meaning: str) -> str | None:
    if value is None or not limit.is_missed(value):
        return None
    return f"{value:.1%}: {meaning}. The target is over {limit.target:.0%}, and below {limit.alert:.0%} is too little."

"""The `predictions_journey` benchmark: households that lapse, and coupons that are redeemed, out of time."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import journey_coupons, journey_lapse
from benchmarks.figure import Figure


def run() -> Iterator[Figure]:
    """A grocer's households: who lapses, and who redeems a coupon, beside recency, RFM and popularity."""
    yield from journey_lapse.figures()
    yield from journey_coupons.figures()

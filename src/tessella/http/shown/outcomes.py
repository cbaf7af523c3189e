"""How rates are shown."""

from __future__ import annotations

from tessella.domain.ranking.outcomes.rates import OutcomeRow, Rate
from tessella.http.schemas.outcomes import OutcomeRowShown, RateShown


def outcome_row_shown(row: OutcomeRow) -> OutcomeRowShown:
    """The rates of one segment, profile or position."""
    counts = row.counts
    return OutcomeRowShown(
        row.key, counts.impressions, counts.clicks, counts.conversions, rate_shown(row.ctr), rate_shown(row.cvr),
        row.propensity,
    )  # fmt: skip


def rate_shown(rate: Rate) -> RateShown:
    """A share with its interval."""
    interval = rate.interval
    low, high = (None, None) if interval is None else (interval.low, interval.high)
    return RateShown(rate.evidence, rate.value, low, high)

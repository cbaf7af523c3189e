"""How long what is known of subjects is kept. `tessella jobs run cleanup` removes what is older.

Source: requirement D, "Data Processing Record".
"""

from __future__ import annotations

from pydantic import Field

from tessella.domain.privacy.terms import Terms
from tessella.settings.home import HomeSettings

_MOST_DAYS = 36_500


class RetentionSettings(HomeSettings):
    """How long what is known of subjects is kept."""

    #: Days that a vector of personalization is kept after it was computed.
    features_kept_days: int = Field(default=30, ge=1, le=_MOST_DAYS)
    #: Hours that a ranking is kept after it was made, and no longer than it is valid.
    rankings_kept_hours: int = Field(default=24, ge=0, le=24 * _MOST_DAYS)
    #: Days that the figures of an evaluation of personalization are kept.
    evaluations_kept_days: int = Field(default=365, ge=1, le=_MOST_DAYS)
    #: Days that an event is kept after it was received.
    events_kept_days: int = Field(default=400, ge=1, le=_MOST_DAYS)
    #: Days that a recorded decision is kept.
    decisions_kept_days: int = Field(default=400, ge=1, le=_MOST_DAYS)

    @property
    def terms(self) -> Terms:
        """All of them."""
        return Terms(
            features_days=self.features_kept_days, rankings_hours=self.rankings_kept_hours,
            evaluations_days=self.evaluations_kept_days, events_days=self.events_kept_days,
            decisions_days=self.decisions_kept_days,
        )  # fmt: skip

"""How long what is known of subjects is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.features.gate import DAY_US, HOUR_US
from tessella.domain.identifiers import Instant


@dataclass(frozen=True, slots=True)
class Terms:
    """How long each is kept. Source: requirement D, "Data Processing Record"; of events and decisions, ours."""

    features_days: int = 30
    #: After a ranking was made; one that is not valid any more goes before.
    rankings_hours: int = 24
    evaluations_days: int = 365
    #: After it was received: an event that was imported may have taken place long before.
    events_days: int = 400
    decisions_days: int = 400

    def cutoffs(self, now: Instant) -> Mapping[str, Instant]:
        """Up to which moment the rows of each table have been kept long enough.

        >>> Terms(features_days=1).cutoffs(Instant(86_400_000_000))["personalization_features"]
        0
        """
        return {
            "personalization_features": Instant(now - self.features_days * DAY_US),
            "personalization_ranks": Instant(now - self.rankings_hours * HOUR_US),
            "personalization_eval": Instant(now - self.evaluations_days * DAY_US),
            "events": Instant(now - self.events_days * DAY_US),
            "decision_audit": Instant(now - self.decisions_days * DAY_US),
        }

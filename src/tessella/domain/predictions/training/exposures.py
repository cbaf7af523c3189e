"""Whom an offer was shown to, and whether they accepted it, from events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tessella.domain.features.computation import EVENTS, LOADED
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.readings import PROPERTY
from tessella.domain.identifiers import Instant

#: The types of the events. Their `item_id` is the offer; a property `decision_id` says which decision showed it.
SHOWN: Final = "offer_shown"
ACCEPTED: Final = "offer_accepted"


@dataclass(frozen=True, slots=True)
class Exposures:
    """Everything that was shown up to a moment, as SQL over events.

    An acceptance belongs to one exposure of its subject and offer: to that of its own decision, else to the last one
    before it that no other decision made. It counts within `response_days`. Events are loaded into the table `EVENTS`
    with `columns`, in the order of `fields`.
    """

    response_days: int
    until: Instant

    @staticmethod
    def fields() -> list[str]:
        """The fields of an event that have to be loaded."""
        return ["subject_id", "occurred_at", "event_type", "item_id", f"{PROPERTY}decision_id"]

    def columns(self) -> dict[str, str]:
        """The columns of the table, and their DuckDB types."""
        names = (each.removeprefix(PROPERTY) for each in self.fields())
        return {name: LOADED.get(name, "VARCHAR") for name in names}

    def sql(self) -> str:
        """A row an exposure whose time is over: subject_id, offer_id, shown_at, positive, in the order of time.

        An exposure later than `until` less `response_days` may still be accepted, and is left out.
        """
        return (
            f"WITH shown AS ({self._numbered(SHOWN)}),\naccepted AS ({self._numbered(ACCEPTED)}),\n"
            f"answered AS ({self._answered()})\n"
            "SELECT subject_id, offer_id, moment AS shown_at, number IN (SELECT shown_number FROM answered) AS positive"
            f" FROM shown WHERE moment <= {self.until - self._response_us:d} ORDER BY moment, subject_id, number"
        )

    def counts_sql(self) -> str:
        """A row an offer: offer_id, shown, accepted, takers, as `OfferCounts` has them, in the order of the names."""
        return (
            f"WITH judged AS ({self.sql()}),\n"
            "shown AS (SELECT offer_id, count(*) AS shown, count(*) FILTER (positive) AS accepted"
            " FROM judged GROUP BY ALL),\n"
            "taken AS (SELECT offer_id, count(DISTINCT subject_id) AS takers"
            f" FROM ({self._numbered(ACCEPTED)}) GROUP BY ALL)\n"
            "SELECT offer_id, coalesce(shown, 0) AS shown, coalesce(accepted, 0) AS accepted,"
            " coalesce(takers, 0) AS takers FROM shown FULL JOIN taken USING (offer_id) ORDER BY offer_id"
        )

    def subjects_sql(self) -> str:
        """How many subjects did anything."""
        return f"SELECT count(DISTINCT subject_id) FROM {EVENTS} WHERE occurred_at <= {self.until:d}"

    @property
    def _response_us(self) -> int:
        return self.response_days * DAY_US

    def _numbered(self, event_type: str) -> str:
        return (
            "SELECT row_number() OVER (ORDER BY occurred_at, subject_id, item_id, decision_id) AS number, subject_id,"
            f" item_id AS offer_id, nullif(decision_id, 'null') AS decision_id, occurred_at AS moment FROM {EVENTS}"
            f" WHERE event_type = '{event_type}' AND item_id IS NOT NULL AND occurred_at <= {self.until:d}"
        )

    def _answered(self) -> str:
        """Each acceptance with the exposure that it belongs to."""
        same = "accepted.decision_id = shown.decision_id"
        return (
            "SELECT shown.number AS shown_number FROM accepted JOIN shown USING (subject_id, offer_id)"
            f" WHERE accepted.moment BETWEEN shown.moment AND shown.moment + {self._response_us:d}"
            f" AND coalesce({same}, true)"
            " QUALIFY row_number() OVER"
            f" (PARTITION BY accepted.number ORDER BY coalesce({same}, false) DESC, shown.number DESC) = 1"
        )

"""What subjects bought, from their events: recency, frequency and money, and histories of repeat purchases, as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tessella.domain.features.computation import EVENTS, LOADED
from tessella.domain.features.duckdb_values import bounded, literal
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.readings import PROPERTY
from tessella.domain.features.windows import Window
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.rfm.setup import RfmSetup

_BASKET: Final = "basket"


@dataclass(frozen=True, slots=True)
class Purchases:
    """Which events are purchases, and which of them are one.

    Events are loaded into the table `EVENTS` with `columns`, in the order of `fields`. Those after the moment of a
    question do not count. What an event is worth is its value; without one, or with one that is no number, it is 0.
    What was given back has a value below 0.
    """

    types: tuple[str, ...]
    #: The property that names the basket or order; without one, what is bought at one moment is one purchase.
    basket_property: str | None = None

    def fields(self) -> list[str]:
        """The fields of an event that have to be loaded."""
        basket = [] if self.basket_property is None else [PROPERTY + self.basket_property]
        return ["subject_id", "occurred_at", "event_type", "value", *basket]

    def columns(self) -> dict[str, str]:
        """The columns of the table, and their DuckDB types."""
        names = [_BASKET if each.startswith(PROPERTY) else each for each in self.fields()]
        return {name: LOADED.get(name, "VARCHAR") for name in names}

    def rfm_sql(self, setup: RfmSetup, as_of: Instant) -> str:
        """A row for each subject with a purchase in the window of recency: subject_id, recency_days, frequency, money.

        Frequency counts purchases, money is the sum of what they came to, each in its window.
        """
        recency, frequency, monetary = (
            Window(days).sql("occurred_at", as_of)
            for days in (setup.recency_days, setup.frequency_days, setup.monetary_days)
        )
        return (
            f"SELECT subject_id, ({as_of:d} - max(occurred_at)) / {DAY_US}.0::DOUBLE AS recency_days,"
            f" count(DISTINCT purchase) FILTER ({frequency})::DOUBLE AS frequency,"
            f" coalesce(sum(money) FILTER ({monetary}), 0.0)::DOUBLE AS monetary\n"
            f"FROM ({self._purchases()}) WHERE {recency} GROUP BY subject_id ORDER BY subject_id"
        )

    def histories_sql(self, as_of: Instant) -> str:
        """A row for each subject who bought: subject_id, and the four of `PurchaseHistories` by name.

        A day is 24 h of UTC. `age` ends with the last day that is over at `as_of`, or with the last purchase if that is
        later.
        """
        return (
            f"WITH days AS (SELECT subject_id, occurred_at // {DAY_US} AS day, sum(money) AS money\n"
            f"FROM ({self._purchases()}) WHERE {Window().sql('occurred_at', as_of)} GROUP BY ALL),\n"
            "counted AS (SELECT subject_id, count(*) - 1 AS repeats, min(day) AS first, max(day) AS last,"
            " sum(money) - min_by(money, day) AS money FROM days GROUP BY subject_id)\n"
            "SELECT subject_id, repeats::DOUBLE AS repeats, (last - first)::DOUBLE AS last,"
            f" (greatest({(as_of + 1) // DAY_US - 1:d}, last) - first)::DOUBLE AS age,"
            " CASE WHEN repeats > 0 THEN money / repeats END AS mean_value FROM counted ORDER BY subject_id"
        )

    def _purchases(self) -> str:
        """Events of the types that are purchases: subject_id, occurred_at, money, and what tells purchases apart."""
        told_apart = "'at ' || occurred_at"
        if self.basket_property is not None:
            told_apart = f"coalesce(nullif({_BASKET}, 'null'), {told_apart})"
        types = ", ".join(map(literal, self.types))
        return (
            f"SELECT subject_id, occurred_at, coalesce({bounded('value')}, 0.0) AS money, {told_apart} AS purchase"
            f" FROM {EVENTS} WHERE event_type IN ({types})"
        )

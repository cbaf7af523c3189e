"""What is looked for: a moment, the days after it, and how small a group may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tessella.domain.errors import WrongShape
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import Instant, Json

HORIZON_DAYS: Final = 28
MAX_HORIZON_DAYS: Final = 365
#: The smallest group that is proposed: figures about fewer subjects could tell of one of them.
MIN_SUPPORT: Final = 50
#: Nobody can ask for smaller groups than this.
LEAST_SUPPORT: Final = 20
MOST_SUPPORT: Final = 10_000_000
_FIELDS: Final = ("horizon_days", "purchase_type", "category_field", "min_support")


@dataclass(frozen=True, slots=True)
class Search:
    """One search for groups. Raises `WrongShape` for what is out of range."""

    #: The cut: features are what was known then, and behaviour is what came after.
    as_of: Instant
    #: How many days after the cut are looked at, 1 to 365.
    horizon_days: int = HORIZON_DAYS
    #: The type of the events that are purchases.
    purchase_type: str = "purchase"
    #: The property, or field, of a purchase that holds its category.
    category_field: str = "category"
    #: The fewest subjects of a proposed group, 20 or more.
    min_support: int = MIN_SUPPORT

    def __post_init__(self) -> None:
        _check("horizon_days", self.horizon_days, 1, MAX_HORIZON_DAYS)
        _check("min_support", self.min_support, LEAST_SUPPORT, MOST_SUPPORT)

    @property
    def until(self) -> Instant:
        """The end of the days that are looked at."""
        return Instant(self.as_of + self.horizon_days * DAY_US)

    def check_over(self, now: Instant) -> None:
        """Raises `WrongShape` unless the days after the cut have passed."""
        if self.until > now:
            problem = f"The {self.horizon_days} days after the cut are not over."
            raise WrongShape("/as_of", problem, "Choose an earlier cut, or fewer days.")


def read_search(written: Mapping[str, Json], *, now: Instant) -> Search:
    """The search that a job's inputs ask for; without `as_of` its days end `now`.

    Raises `WrongShape` for what is out of range, and for days that are not over.

    >>> read_search({"as_of": "1970-01-01T00:00:00Z", "horizon_days": 7}, now=Instant(10**12)).until == 7 * DAY_US
    True
    """
    asked = {name: value for name, value in written.items() if name in _FIELDS}
    days = asked.get("horizon_days", HORIZON_DAYS)
    _check("horizon_days", days, 1, MAX_HORIZON_DAYS)
    as_of = read_instant(written.get("as_of"), "/as_of")
    search = Search(Instant(now - days * DAY_US) if as_of is None else as_of, **asked)
    search.check_over(now)
    return search


def _check(name: str, value: Any, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:
        raise WrongShape(f"/{name}", f"{name} is a whole number from {least} to {most:,}, not {value}.")

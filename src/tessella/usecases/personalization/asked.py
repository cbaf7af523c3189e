"""What an evaluation of personalization is asked for: which days are looked at, and how long the lists are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tessella.domain.errors import WrongShape
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import Instant, Json
from tessella.ports.personalization import Period

DAYS: Final = 7
MOST_DAYS: Final = 365
LENGTH: Final = 10
MOST_LENGTH: Final = 100


@dataclass(frozen=True, slots=True)
class PersonalizationAsked:
    """The days from `cut` until before `until` are looked at."""

    period: Period
    until: Instant
    #: 1 to 365.
    days: int = DAYS
    #: The K of the metrics, 1 to 100.
    length: int = LENGTH
    #: What its figures are kept under: when it was asked for; None: the end of the days.
    asked_at: Instant | None = None

    @property
    def evaluated_at(self) -> Instant:
        """What its figures are kept under: the same for a run that is begun again."""
        return self.until if self.asked_at is None else self.asked_at

    @property
    def cut(self) -> Instant:
        """From here on nothing is known to the vectors."""
        return Instant(self.until - self.days * DAY_US)


def read_asked(written: Mapping[str, Json], *, now: Instant) -> PersonalizationAsked:
    """From a job's inputs; the days end `now`, when it was asked for, if nothing is said. Raises `WrongShape`.

    >>> read_asked({"days": 1}, now=Instant(DAY_US)).cut
    0
    """
    until = read_instant(written.get("until"), "/until")
    asked = PersonalizationAsked(
        Period(written.get("period", Period.ASKED)),
        now if until is None else until,
        _whole("days", written.get("days", DAYS), MOST_DAYS),
        _whole("length", written.get("length", LENGTH), MOST_LENGTH),
        now,
    )
    if asked.until > now:
        raise WrongShape("/until", "The days that are looked at are not over.", "Choose an earlier end.")
    return asked


def _whole(name: str, value: Any, most: int) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise WrongShape(f"/{name}", f"{name} is a whole number from 1 to {most}, not {value}.")
    return value

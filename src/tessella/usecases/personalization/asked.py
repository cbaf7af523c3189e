"""What an evaluation of personalization is asked for: which days are looked at, and how long the lists are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, Json
from tessella.domain.ranking.evaluation.asked import LENGTH, read_evaluation
from tessella.ports.personalization import Period

DAYS: Final = 7


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
    asked = read_evaluation({"days": DAYS, **written}, now=now)
    period = Period(written.get("period", Period.ASKED))
    return PersonalizationAsked(period, asked.until, asked.days, asked.length, now)

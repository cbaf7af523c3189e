"""What an evaluation is asked for: which days are held out, and how long the lists are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tessella.domain.errors import WrongShape
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import Instant, Json
from tessella.domain.ranking.evaluation.views import View

DAYS: Final = 28
MOST_DAYS: Final = 365
LENGTH: Final = 10
MOST_LENGTH: Final = 100


@dataclass(frozen=True, slots=True)
class EvaluationAsked:
    """The days from `cut` until before `until` are held out."""

    until: Instant
    #: 1 to 365.
    days: int = DAYS
    #: The K of the metrics, 1 to 100.
    length: int = LENGTH

    @property
    def cut(self) -> Instant:
        """From here on nothing is known to the rankings."""
        return Instant(self.until - self.days * DAY_US)


@dataclass(frozen=True, slots=True)
class TuningAsked:
    """Which profile is tuned, for what, and on which days the result is reported: the days before them are searched."""

    profile_id: str
    outer: EvaluationAsked
    #: Which purchases the search is to find.
    view: View = View.REPEATS_ALLOWED

    @property
    def inner(self) -> EvaluationAsked:
        """As many days, just before those of the report."""
        return EvaluationAsked(self.outer.cut, self.outer.days, self.outer.length)


def read_evaluation(written: Mapping[str, Json], *, now: Instant) -> EvaluationAsked:
    """From a job's inputs; the held-out days end `now` if nothing is said. Raises `WrongShape`.

    >>> read_evaluation({"days": 7}, now=Instant(8 * DAY_US)).cut == DAY_US
    True
    """
    until = read_instant(written.get("until"), "/until")
    asked = EvaluationAsked(
        now if until is None else until,
        _whole("days", written.get("days", DAYS), MOST_DAYS),
        _whole("length", written.get("length", LENGTH), MOST_LENGTH),
    )
    if asked.until > now:
        raise WrongShape("/until", "The days that are held out are not over.", "Choose an earlier end.")
    if asked.until < 0:
        raise WrongShape("/until", "The days that are held out are before 1970.", "Choose a later end.")
    return asked


def read_tuning(written: Mapping[str, Json], *, now: Instant) -> TuningAsked:
    """The same, with the profile and the view. Raises `WrongShape`."""
    profile_id, view = written.get("profile_id"), written.get("view", View.REPEATS_ALLOWED)
    if not isinstance(profile_id, str):
        raise WrongShape("/profile_id", "Name the profile to tune.")
    if view not in (View.REPEATS_ALLOWED, View.NEW_ITEMS):
        raise WrongShape("/view", f"A profile is tuned for {View.REPEATS_ALLOWED} or {View.NEW_ITEMS}.")
    return TuningAsked(profile_id, read_evaluation(written, now=now), View(view))


def _whole(name: str, value: Any, most: int) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise WrongShape(f"/{name}", f"{name} is a whole number from 1 to {most}, not {value}.")
    return value

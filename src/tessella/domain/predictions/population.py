"""Whom a model has learned from. Of anybody else it guesses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName

_OF_ONE: Final = (
    "Silent for {silent:.0f} days, longer than the {days} that the model learned from; the probability is a guess."
)
_OF_MANY: Final = "{outside} of {count} have been silent for longer than the {days} days that the model learned from;"
_GUESSED: Final = "their probabilities are a guess."


class Population(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Those who were active lately."""

    #: The input that says how many days ago somebody was active last.
    recency: FeatureName
    #: They were at most so many days ago.
    active_days: int

    def leaves_out(self, values: Mapping[FeatureName, Value]) -> bool:
        """Whether somebody is known to have been silent for longer.

        >>> population = Population("recency", 84)
        >>> [population.leaves_out(each) for each in ({"recency": 84.5}, {"recency": 84.0}, {})]
        [True, False, False]
        """
        return self._silent(values) is not None

    def of_one(self, values: Mapping[FeatureName, Value]) -> str | None:
        """What to know of a prediction of somebody; None of one who is not left out."""
        silent = self._silent(values)
        return None if silent is None else _OF_ONE.format(silent=silent, days=self.active_days)

    def of_many(self, outside: int, count: int) -> str:
        """What to know of predictions, if so many of them are of somebody who is left out."""
        return f"{_OF_MANY.format(outside=outside, count=count, days=self.active_days)} {_GUESSED}"

    def _silent(self, values: Mapping[FeatureName, Value]) -> float | None:
        """For how many days, where that is longer."""
        silent = values.get(self.recency)
        return float(silent) if isinstance(silent, int | float) and silent > self.active_days else None

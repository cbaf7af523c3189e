"""A figure that is watched: what is hoped for, and from where on somebody is to look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """One figure, and what is usual of it."""

    target: float
    alert: float

    def is_missed(self, value: float) -> bool:
        """Whether a value is past the alert, on the side away from the target.

        >>> Limit(target=0.94, alert=0.92).is_missed(0.91), Limit(target=0.1, alert=0.2).is_missed(0.15)
        (True, False)
        """
        return value < self.alert if self.target > self.alert else value > self.alert

"""`gap`: how long the player was away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from tessella.domain.features.kinds.options import Options


@dataclass(frozen=True, slots=True)
class Gap:
    """Days since the player's day before, 1 or more; absent on the first day of the window that is the player's."""

    takes: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def parse(cls, options: Options) -> Self:
        return cls()

    def value(self, before: int | None, day: int) -> float | None:
        """From the day before and the day, None when it is absent: the reference meaning.

        >>> Gap().value(3, 7), Gap().value(None, 7)
        (4.0, None)
        """
        return None if before is None else float(day - before)

    def sql(self) -> str:
        """The same of DuckDB over rows of a player and a day."""
        return "CAST(day - lag(day) OVER (PARTITION BY player ORDER BY day) AS DOUBLE)"

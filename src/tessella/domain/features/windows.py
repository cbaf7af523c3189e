"""Windows of time that end at the moment a feature is computed for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant

MAX_WINDOW_DAYS: Final = 3_650


@dataclass(frozen=True, slots=True)
class Window:
    """The moments t with `as_of - days < t <= as_of`, in days of 24 h; without days every t up to `as_of`.

    A moment exactly `days` before `as_of` is outside, `as_of` itself is inside, so that windows that follow one
    another share no event.

    >>> Window(1).holds(Instant(0), as_of=Instant(DAY_US)), Window(1).holds(Instant(1), as_of=Instant(DAY_US))
    (False, True)
    """

    #: 1 to 3,650; None: since ever.
    days: int | None = None

    def holds(self, moment: Instant, as_of: Instant) -> bool:
        """Whether the moment lies in the window."""
        return moment <= as_of and (self.days is None or moment > as_of - self.days * DAY_US)

    def sql(self, column: str, as_of: Instant) -> str:
        """The same as SQL over a column of microseconds."""
        until = f"{column} <= {as_of:d}"
        return until if self.days is None else f"{column} > {as_of - self.days * DAY_US:d} AND {until}"


#: Everything up to `as_of`.
EVER: Final = Window()

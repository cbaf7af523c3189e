"""What is to be measured, and over which days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.days.calendar import Calendar, calendar_of
from tessella.domain.taxonomy.days.kinds import DayKind, Gap
from tessella.domain.taxonomy.days.kinds.kind import EventDayKind
from tessella.domain.taxonomy.days.parse import day_kinds
from tessella.domain.taxonomy.game import Game, Scale


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A game as of a moment."""

    game: Game
    calendar: Calendar
    #: By metric in the game's order; None: a column of rows of days.
    kinds: Mapping[str, DayKind | None]

    @property
    def of_events(self) -> dict[int, EventDayKind]:
        """The metrics that are told from events, by their place."""
        return {
            at: kind for at, kind in enumerate(self.kinds.values()) if kind is not None and not isinstance(kind, Gap)
        }

    @property
    def gaps(self) -> dict[int, Gap]:
        """The metrics that are told from days, by their place."""
        return {at: kind for at, kind in enumerate(self.kinds.values()) if isinstance(kind, Gap)}

    @property
    def columns(self) -> dict[int, str]:
        """The columns of rows of days, by the place of their metric."""
        named = enumerate(self.game.metrics.items())
        return {at: metric.column or name for at, (name, metric) in named if self.kinds[name] is None}

    @property
    def scales(self) -> tuple[Scale, ...]:
        """Of the metrics, in the game's order."""
        return tuple(each.scale for each in self.game.metrics.values())


def plan_of(game: Game, as_of: Instant) -> DayPlan:
    """What the game measures over the days up to the last one that is over at `as_of`.

    Raises what `calendar_of` and `day_kinds` raise.
    """
    return DayPlan(game, calendar_of(game, as_of), day_kinds(game))

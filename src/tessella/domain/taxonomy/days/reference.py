"""What days are, in plain Python: the meaning that the SQL has to have."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from tessella.domain.features.event import Event
from tessella.domain.identifiers import SubjectId
from tessella.domain.taxonomy.baselines import RECENT_DAYS, Baseline, Day
from tessella.domain.taxonomy.days.clean import cleaned
from tessella.domain.taxonomy.days.fold import folded, scaled
from tessella.domain.taxonomy.days.plan import DayPlan
from tessella.domain.taxonomy.game import CONTEXTS


def days_of(plan: DayPlan, events: Iterable[Event]) -> dict[SubjectId, list[Day]]:
    """Each player's days, the earliest first, with what does not count left out.

    A day is there when an event of it counts for a metric; where no metric is told from events, any event counts.
    """
    kinds = plan.of_events.values()
    held: dict[SubjectId, dict[int, list[Event]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        day, _ = plan.calendar.day_of(event.occurred_at)
        counts = not kinds or any(each.events.holds(event, plan.calendar.end) for each in kinds)
        if counts and plan.calendar.holds(day):
            held[event.subject_id][day].append(event)
    return {player: list(_days(plan, held[player])) for player in held}


def baseline_of(plan: DayPlan, player_id: SubjectId, days: Sequence[Day]) -> Baseline:
    """Their sums, and the last of them."""
    values = scaled(np.array([each.values for each in days]), plan.scales)
    contexts = np.array([CONTEXTS.index(each.context) for each in days])
    counts, sums, squares = (each[0] for each in folded(np.zeros(len(days), np.int64), contexts, values, 1))
    return Baseline(player_id, plan.calendar.last, counts, sums, squares, tuple(days[-RECENT_DAYS:]))


def _days(plan: DayPlan, held: dict[int, list[Event]]) -> Iterator[Day]:
    before: int | None = None
    for day in sorted(held):
        yield Day(day, plan.calendar.context_of(day), np.array(list(_values(plan, held[day], before, day))))
        before = day


def _values(plan: DayPlan, events: Sequence[Event], before: int | None, day: int) -> Iterator[float]:
    kinds, gaps = plan.of_events, plan.gaps
    for at, scale in enumerate(plan.scales):
        told = gaps[at].value(before, day) if at in gaps else kinds[at].value(events, plan.calendar)
        value = cleaned(told, scale)
        yield math.nan if value is None else value

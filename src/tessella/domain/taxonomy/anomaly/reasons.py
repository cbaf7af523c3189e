"""What was found on an axis, in words."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Final

from tessella.domain.taxonomy.detection import Moved
from tessella.domain.taxonomy.game import Context

USUAL: Final = "As usual for this player."
NOTHING: Final = "These days say nothing of its metrics."
_DAYS: Final = {Context.WEEKDAY: "weekdays", Context.WEEKEND: "weekends", Context.HOLIDAY: "holidays"}
#: So many of the metrics that moved are put in words.
_SAID: Final = 2


def reason_of(moved: Sequence[Moved], segment_name: str, contexts: Set[Context]) -> str:
    """The weightiest of the metrics that moved: from what to what, against whose normal on days of these contexts.

    >>> reason_of([Moved("spend", 240.0, 35.5, 60.0, 4.06, "USD")], "high-spend", {Context.WEEKEND})
    "spend 240 USD, 4.1 deviations above this player's normal of 35.5 on weekends (high-spend: 60)."
    >>> reason_of([Moved("away", 9.0, 2.0, 3.0, 2.5, "days")], "often", {Context.HOLIDAY, Context.WEEKDAY})
    "away 9 days, 2.5 deviations above this player's normal of 2 on weekdays and holidays (often: 3)."
    """
    days = " and ".join([words for context, words in _DAYS.items() if context in contexts])
    return "; ".join([_said(each, segment_name, days) for each in moved[:_SAID]]) + "." if moved else NOTHING


def _said(moved: Moved, segment_name: str, days: str) -> str:
    side = "above" if moved.deviations > 0 else "below"
    unit = " " + moved.unit if moved.unit else ""
    return (
        f"{moved.metric} {_number(moved.value)}{unit}, {abs(moved.deviations):.1f} deviations {side} "
        f"this player's normal of {_number(moved.normal)} on {days} ({segment_name}: {_number(moved.segment_normal)})"
    )


def _number(value: float) -> str:
    """Three digits that count, and all of them before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"

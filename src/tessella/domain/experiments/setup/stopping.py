"""When an experiment has said what it can say."""

from __future__ import annotations

import msgspec


class Stopping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is reported as a reason to stop. Nothing but a maximum stops an experiment by itself."""

    #: Intervals are narrowest when so many units are known.
    planned_units: int = 50_000
    #: Two variants are alike where they differ by no more than this: a unit's reward. 0: never.
    alike_within: float = 0.0
    #: The leader is good enough when another is expected to be better by less than this share of it.
    worth: float = 0.01
    #: Stop for good after so many; None: go on.
    max_units: int | None = None
    max_days: float | None = None
    #: Whether a variant that is surely worse than the control gets nobody any more.
    stop_harmful: bool = True

"""What is switched on. Source: requirement D, "Feature Flags"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Flags:
    """The flags of a namespace. `personalization_rankings` off is the kill switch: everybody gets the default order."""

    personalization_rankings: bool = True
    ml_models: bool = False
    evaluation_metrics: bool = True
    #: The share of subjects whose rankings are personal, by a stable hash.
    rollout_percent: float = 100.0
    #: Counts up with each change; 0 while nothing was ever set.
    version: int = 0


@dataclass(frozen=True, slots=True)
class SetFlags:
    """What somebody has set for a namespace. None: nothing, and what the installation says holds."""

    personalization_rankings: bool | None = None
    ml_models: bool | None = None
    evaluation_metrics: bool | None = None
    rollout_percent: float | None = None
    version: int = 0


#: What holds while nobody could say what is set: nothing personal, for somebody may have switched it off.
UNKNOWN: Final = SetFlags(personalization_rankings=False, ml_models=False, evaluation_metrics=False)


def in_force(installation: Flags, was_set: SetFlags) -> Flags:
    """The flags that hold: a namespace can switch off what the installation allows, and never on what it does not.

    >>> in_force(Flags(personalization_rankings=False), SetFlags(personalization_rankings=True, version=3))
    Flags(personalization_rankings=False, ml_models=False, evaluation_metrics=True, rollout_percent=100.0, version=3)
    >>> in_force(Flags(rollout_percent=50.0), SetFlags(rollout_percent=10.0)).rollout_percent
    10.0
    """
    percent = installation.rollout_percent if was_set.rollout_percent is None else was_set.rollout_percent
    return Flags(
        installation.personalization_rankings and was_set.personalization_rankings is not False,
        installation.ml_models and was_set.ml_models is not False,
        installation.evaluation_metrics and was_set.evaluation_metrics is not False,
        percent,
        was_set.version,
    )

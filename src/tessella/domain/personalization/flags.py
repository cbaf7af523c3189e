"""What is switched on. Source: requirement D, "Feature Flags"."""

from __future__ import annotations

from dataclasses import dataclass


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

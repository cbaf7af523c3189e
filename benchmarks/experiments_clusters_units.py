"""Units of four groups, with contexts and rewards, for the benchmark of clusters."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Final

import numpy as np

from tessella.domain.experiments.clusters.rewards import Rewards
from tessella.domain.experiments.setup.metric import Reward
from tessella.domain.identifiers import Json

SEED: Final = 1
#: By group: its source and device, its hours, how likely it comes on a weekend, and the rates of two variants.
_GROUPS: Final = (
    ("instagram", "mobile", range(7, 23), 0.3, (0.05, 0.09)),
    ("google", "desktop", range(9, 18), 0.02, (0.08, 0.05)),
    ("direct", "tablet", range(9, 22), 0.97, (0.06, 0.06)),
    ("newsletter", "mobile", (23, 0, 1, 2, 3, 4), 0.2, (0.03, 0.07)),
)
_SOURCES: Final = ("instagram", "google", "direct", "newsletter")
_DEVICES: Final = ("mobile", "desktop", "tablet")
_COUNTRIES: Final = ("ES", "MX", "US", "GB", "FR")
#: So many units in seven have the source, or the device, of their group.
_KEPT: Final = 6 / 7


def groups(units: int) -> list[int]:
    """The group of each unit."""
    return Random(SEED).choices(range(len(_GROUPS)), (4, 3, 2, 2), k=units)


def contexts(of: list[int]) -> list[Mapping[str, Json]]:
    """A context for each unit, by its group."""
    random = Random(SEED + 1)
    return [_context(random, group, number) for number, group in enumerate(of)]


def rewards(of: list[int]) -> Rewards:
    """Of two variants that are given alike."""
    random = np.random.default_rng(SEED)
    rates = np.array([each[4] for each in _GROUPS])
    variant = random.integers(0, 2, len(of))
    reward = (random.random(len(of)) < rates[np.array(of), variant]).astype(np.float64)
    return Rewards(Reward.BINARY, np.arange(len(of)), variant, reward, 0.05)


def _context(random: Random, group: int, number: int) -> Mapping[str, Json]:
    source, device, hours, weekend, _ = _GROUPS[group]
    hour, is_weekend = random.choice(hours), random.random() < weekend
    return {
        "channel": "web",
        "source": source if random.random() < _KEPT else random.choice(_SOURCES),
        "device": device if random.random() < _KEPT else random.choice(_DEVICES),
        "country": random.choice(_COUNTRIES),
        "hour": hour,
        "weekday": random.choice(("saturday", "sunday") if is_weekend else ("monday", "tuesday", "friday")),
        "is_weekend": is_weekend,
        "is_business_hours": not is_weekend and 9 <= hour < 18,
        "session": f"s-{number}",
        "previous_opens": random.randrange(9),
    }

"""What an index is built by: its moment, its setup, and the windows that a namespace uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.knobs import Knobs
from tessella.domain.ranking.setup import RankingSetup

#: The most half-lives, and the most windows, of one index. A ranking that asks for another one gets the nearest.
MOST_WINDOWS: Final = 16


@dataclass(frozen=True, slots=True)
class Windows:
    """What popularity and co-visitation are computed for, each ascending."""

    half_lives_days: tuple[float, ...]
    co_vis_windows_days: tuple[int, ...]


def windows_in_use(usual: Knobs, layers: Iterable[Knobs]) -> Windows:
    """The distinct windows of a namespace: those of the usual configuration, and what profiles and campaigns set.

    Of too many, those that are set most often.

    >>> windows_in_use({"half_life_days": 30.0, "co_vis_window_days": 90}, [{"half_life_days": 7.0}])
    Windows(half_lives_days=(7.0, 30.0), co_vis_windows_days=(90,))
    """
    written = list(layers)
    return Windows(
        _distinct(usual["half_life_days"], [each.get("half_life_days") for each in written]),
        _distinct(int(usual["co_vis_window_days"]), [each.get("co_vis_window_days") for each in written]),
    )


def _distinct(usual: Any, written: Iterable[Any]) -> tuple[Any, ...]:
    often = Counter(each for each in written if each not in (None, usual))
    return tuple(sorted([usual, *(each for each, _ in often.most_common(MOST_WINDOWS - 1))]))


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an index is built by."""

    version: str
    as_of: Instant
    setup: RankingSetup
    windows: Windows

    def steps(self) -> int:
        """How many steps `build.index_steps` takes."""
        return len(self.windows.half_lives_days) + len(self.windows.co_vis_windows_days) + 1

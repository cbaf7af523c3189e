"""How a simulated experiment is run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """How an experiment is run."""

    units: int = 50_000
    #: Units between two refreshes: so many, or a share of those there are if that is more. The share is production's.
    batch: int = 500
    growth: float = 0.10
    #: A batch ends at each of these, so that ways to learn can be compared there.
    stops: tuple[int, ...] = ()
    #: Whether policies are learned for each segment, or for everybody.
    is_segmented: bool = True
    #: Within how many batches a reward may come: one, or a multiple of the delays' resolution.
    window: int = 1
    posterior: str = "hierarchical"
    expected: float = 0.05

    def batches(self) -> list[int]:
        """The sizes of all batches."""
        sizes: list[int] = []
        done = 0
        for stop in (*(each for each in sorted(self.stops) if each < self.units), self.units):
            while done < stop:
                sizes.append(min(max(self.batch, round(self.growth * done)), stop - done))
                done += sizes[-1]
        return sizes

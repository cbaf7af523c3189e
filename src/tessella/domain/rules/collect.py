"""Reading several parts of an input, and reporting the faults of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from tessella.domain.errors import Faults, Invalid, TessellaError

Part = TypeVar("Part")
Result = TypeVar("Result")


def read_each(parts: Iterable[Part], read: Callable[[Part], Result]) -> tuple[Result, ...]:
    """`read` of each part. Raises the one fault, or `Faults` with every fault of every part."""
    results: list[Result] = []
    faults: list[TessellaError] = []
    for part in parts:
        try:
            results.append(read(part))
        except Invalid as error:
            faults.extend(error.faults())
    if faults:
        raise faults[0] if len(faults) == 1 else Faults(faults)
    return tuple(results)

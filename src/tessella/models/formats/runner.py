"""What runs one file of a model."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Runner(Protocol):
    """A file in memory. Safe to use from several threads."""

    def run(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """The scores of encoded rows: shape (rows, outputs)."""
        ...

    def run_one(self, row: array[float]) -> list[float]:
        """The score of each output for one encoded row of float32: in microseconds."""
        ...

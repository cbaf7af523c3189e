"""What runs one file of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Runner(Protocol):
    """A file in memory. Safe to use from several threads."""

    def run(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """The scores of encoded rows: shape (rows, outputs)."""
        ...

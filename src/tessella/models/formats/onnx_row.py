"""Run one row through an ONNX file, in memory that was set aside for it: most of a call is otherwise preparing it."""

from __future__ import annotations

from array import array
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The name of an input or output, and how many columns it has.
Side = tuple[str, int]


class OnnxRow:
    """The row and its scores lie at the same place for every call, so one thread at a time has them."""

    def __init__(self, session: onnxruntime.InferenceSession, taken: Side, given: Side) -> None:
        row, self._scores = _memory(taken), _memory(given)
        self._session = session
        self._binding = session.io_binding()
        self._binding.bind_ortvalue_input(taken[0], onnxruntime.OrtValue.ortvalue_from_numpy(row))
        self._binding.bind_ortvalue_output(given[0], onnxruntime.OrtValue.ortvalue_from_numpy(self._scores))
        self._row = row.data.cast("B").cast("f")
        self._lock = Lock()

    def run(self, row: array[float]) -> list[float]:
        """The scores of a row of float32."""
        with self._lock:
            self._row[:] = row
            self._session.run_with_iobinding(self._binding)
            scores: list[float] = self._scores[0].tolist()
            return scores


def _memory(side: Side) -> NDArray[np.float32]:
    return np.zeros((1, side[1]), np.float32)

"""Run TFLite files."""

from __future__ import annotations

from array import array
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from tessella.domain.errors import ModelFileBroken, ModelShapeRefused
from tessella.models.formats.packages import missing

try:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
except ModuleNotFoundError as error:
    raise missing(error, "tflite", "run from TFLite") from error

if TYPE_CHECKING:
    from numpy.typing import NDArray


class TfliteRunner:
    """An interpreter of the TFLite runtime. It holds the rows that it works on, so one thread has it at a time."""

    def __init__(self, interpreter: Any) -> None:
        self._interpreter = interpreter
        self._input = interpreter.get_input_details()[0]["index"]
        self._output = interpreter.get_output_details()[0]["index"]
        self._rows = 1
        self._lock = Lock()

    def run(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """See the protocol."""
        with self._lock:
            if len(rows) != self._rows:
                self._interpreter.resize_tensor_input(self._input, rows.shape)
                self._interpreter.allocate_tensors()
                self._rows = len(rows)
            self._interpreter.set_tensor(self._input, rows)
            self._interpreter.invoke()
            scores: NDArray[np.float32] = self._interpreter.get_tensor(self._output)
            return scores

    def run_one(self, row: array[float]) -> list[float]:
        """See the protocol."""
        scores: list[float] = self.run(np.frombuffer(row, np.float32).reshape(1, -1))[0].tolist()
        return scores


def load_tflite(file: str, content: bytes, *, width: int, outputs: int) -> TfliteRunner:
    """Load a file that was checked, and maps `width` columns to `outputs`. Raises `ModelFileRefused`."""
    try:
        # The delegate that is there by default tells of itself on standard error, and gains nothing on small networks.
        interpreter = Interpreter(
            model_content=content,
            num_threads=1,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        _check_shape(file, "input", interpreter.get_input_details(), width)
        _check_shape(file, "output", interpreter.get_output_details(), outputs)
        interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], (1, width))
        interpreter.allocate_tensors()
    except (RuntimeError, ValueError) as error:
        raise ModelFileBroken(file, str(error).partition("\n")[0].rstrip(".")[:200]) from error
    return TfliteRunner(interpreter)


def _check_shape(file: str, side: str, found: Any, columns: int) -> None:
    told = ", ".join(f"{each['dtype'].__name__} {list(each['shape'])}" for each in found) or "nothing"
    if len(found) != 1 or found[0]["dtype"] is not np.float32 or list(found[0]["shape"])[1:] != [columns]:
        raise ModelShapeRefused(file, side, told, f"any number of rows of {columns} floats")

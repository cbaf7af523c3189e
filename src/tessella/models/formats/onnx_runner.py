"""Run ONNX files."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from inspect import isclass
from typing import TYPE_CHECKING, Any, Final

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state

from tessella.domain.errors import ModelFileBroken, ModelShapeRefused
from tessella.models.formats.onnx_row import OnnxRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: What the runtime raises for a file that it cannot load or run: its errors have no root of their own.
RUNTIME_ERRORS: Final[tuple[type[Exception], ...]] = (
    RuntimeError,
    ValueError,
    *(each for each in vars(onnxruntime_pybind11_state).values() if isclass(each) and issubclass(each, Exception)),
)
_ERRORS_ONLY: Final = 4


@dataclass(frozen=True, slots=True)
class OnnxRunner:
    """A session of the ONNX runtime, which may be run from several threads at once."""

    session: onnxruntime.InferenceSession
    input: str
    outputs: tuple[str, ...]
    one: OnnxRow

    def run(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """See the protocol."""
        scores: NDArray[np.float32] = self.session.run(self.outputs, {self.input: rows})[0]
        return scores

    def run_one(self, row: array[float]) -> list[float]:
        """See the protocol."""
        return self.one.run(row)


def load_onnx(file: str, content: bytes, *, width: int, outputs: int) -> OnnxRunner:
    """Load a file that was checked, and maps `width` columns to `outputs`. Raises `ModelFileRefused`."""
    try:
        session = onnxruntime.InferenceSession(content, _options(), providers=["CPUExecutionProvider"])
    except RUNTIME_ERRORS as error:
        raise ModelFileBroken(file, _in_short(error)) from error
    taken, given = session.get_inputs(), session.get_outputs()
    _check_shape(file, "input", taken, width)
    _check_shape(file, "output", given, outputs)
    one = OnnxRow(session, (taken[0].name, width), (given[0].name, outputs))
    return OnnxRunner(session, taken[0].name, (given[0].name,), one)


def _options() -> onnxruntime.SessionOptions:
    """Requests are answered beside one another: a second thread for one of them would take it from another."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # It would guess the form by bytes that the file may hold for another purpose.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return options


def _check_shape(file: str, side: str, found: Sequence[Any], columns: int) -> None:
    told = ", ".join(f"{each.type} {each.shape}" for each in found) or "nothing"
    is_matrix = len(found) == 1 and found[0].type == "tensor(float)" and len(found[0].shape) == 2
    if not is_matrix or isinstance(found[0].shape[0], int) or found[0].shape[1] != columns:
        raise ModelShapeRefused(file, side, told, f"any number of rows of {columns} floats")


def _in_short(error: Exception) -> str:
    return str(error).partition("\n")[0].strip().rstrip(".")[:200]

"""Write what was trained, and only what says the same as it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tessella.domain.predictions.predictors.predictor import Fitted
from tessella.models.parity import check_parity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def write_onnx(fitted: Fitted, rows: NDArray[np.float32]) -> bytes:
    """`ports.models.ModelWriter` in ONNX. Raises `ParityLost`, `NotWritable` and `ModelPackageMissing`."""
    from tessella.models.formats.onnx_runner import load_onnx
    from tessella.models.formats.onnx_writer import onnx_of

    columns = rows.shape[1]
    content = onnx_of(fitted.estimator, columns)
    check_parity("ONNX", fitted, load_onnx("model.onnx", content, width=columns, outputs=1), rows)
    return content


def write_tflite(fitted: Fitted, rows: NDArray[np.float32]) -> bytes:
    """`ports.models.ModelWriter` in TFLite, for small neural networks. Raises the same."""
    from tessella.models.formats.dense import layers_of
    from tessella.models.formats.tflite_runner import load_tflite
    from tessella.models.formats.tflite_writer import tflite_of

    columns = rows.shape[1]
    content = tflite_of(layers_of(fitted.estimator))
    check_parity("TFLite", fitted, load_tflite("model.tflite", content, width=columns, outputs=1), rows)
    return content

"""Write a small neural network as TFLite, through the schema that the runtime carries. TensorFlow is not needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from tessella.models.formats.dense import Activation, Dense
from tessella.models.formats.packages import missing

try:
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema
except ModuleNotFoundError as error:
    raise missing(error, "tflite", "written as TFLite") from error

_VERSION: Final = 3
_IDENTIFIER: Final = b"TFL3"
#: Weights begin at such places, as the runtime's kernels may ask for.
_ALIGNMENT: Final = 16
_FUSED: Final = {Activation.RELU: schema.ActivationFunctionType.RELU}
_OPERATORS: Final = {
    Activation.TANH: schema.BuiltinOperator.TANH,
    Activation.LOGISTIC: schema.BuiltinOperator.LOGISTIC,
    Activation.SOFTMAX: schema.BuiltinOperator.SOFTMAX,
}


def tflite_of(layers: Sequence[Dense]) -> bytes:
    """The file of a network that takes rows of `inputs` floats, any number of them."""
    writing = _Writing(layers[0].weights.shape[1])
    for layer in layers:
        writing.add(layer)
    builder = flatbuffers.Builder(1024)
    builder.Finish(writing.model().Pack(builder), _IDENTIFIER)
    return bytes(builder.Output())


class _Aligned(schema.BufferT):  # type: ignore[misc]  # the schema comes without types
    """A buffer of weights."""

    def Pack(self, builder: Any) -> Any:  # noqa: N802 - the schema's name
        builder.Prep(_ALIGNMENT, len(self.data))
        return super().Pack(builder)


class _Writing:
    """The graph so far: its last tensor is what the next layer takes."""

    def __init__(self, columns: int) -> None:
        self._buffers = [schema.BufferT()]  # the first is empty, for tensors that hold no weights
        self._tensors: list[Any] = []
        self._operators: list[Any] = []
        self._codes: list[int] = []
        self._last = self._rows("features", columns)

    def add(self, layer: Dense) -> None:
        """Another layer at its end."""
        number, outputs = len(self._operators), layer.weights.shape[0]
        options = schema.FullyConnectedOptionsT(fusedActivationFunction=_FUSED.get(layer.activation, 0))
        taken = [
            self._last,
            self._weights(f"weights_{number}", layer.weights),
            self._weights(f"biases_{number}", layer.biases),
        ]
        kind = schema.BuiltinOptions.FullyConnectedOptions
        self._apply(schema.BuiltinOperator.FULLY_CONNECTED, taken, outputs, kind, options)
        if layer.activation in _OPERATORS:
            is_softmax = layer.activation is Activation.SOFTMAX
            kind = schema.BuiltinOptions.SoftmaxOptions if is_softmax else schema.BuiltinOptions.NONE
            softmax = schema.SoftmaxOptionsT(beta=1.0) if is_softmax else None
            self._apply(_OPERATORS[layer.activation], [self._last], outputs, kind, softmax)

    def model(self) -> Any:
        """The whole."""
        graph = schema.SubGraphT(
            tensors=self._tensors, inputs=[0], outputs=[self._last], operators=self._operators, name="main"
        )
        codes = [schema.OperatorCodeT(deprecatedBuiltinCode=code, builtinCode=code) for code in self._codes]
        return schema.ModelT(_VERSION, codes, [graph], "A dense network", self._buffers)

    def _apply(self, code: int, taken: list[int], outputs: int, kind: int, options: Any) -> None:
        if code not in self._codes:
            self._codes.append(code)
        self._last = self._rows(f"rows_{len(self._operators)}", outputs)
        place = self._codes.index(code)
        self._operators.append(schema.OperatorT(place, taken, [self._last], kind, options))

    def _rows(self, name: str, columns: int) -> int:
        return self._tensor(schema.TensorT([1, columns], name=name, shapeSignature=[-1, columns]))

    def _weights(self, name: str, values: Any) -> int:
        numbers = np.ascontiguousarray(values, np.float32)
        self._buffers.append(_Aligned(numbers.reshape(-1).view(np.uint8)))
        return self._tensor(schema.TensorT(list(numbers.shape), buffer=len(self._buffers) - 1, name=name))

    def _tensor(self, tensor: Any) -> int:
        self._tensors.append(tensor)
        return len(self._tensors) - 1

"""What a TFLite file must be before the runtime sees it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Final

from tessella.domain.errors import ModelFileBroken, ModelOperatorsRefused
from tessella.models.formats.packages import missing

try:
    from ai_edge_litert import schema_py_generated as schema
except ModuleNotFoundError as error:
    raise missing(error, "tflite", "read from TFLite") from error

#: What reading a flatbuffer raises whose offsets lead astray.
_ASTRAY: Final = (struct.error, IndexError, TypeError, ValueError, OverflowError)
#: The operators of dense networks. Others, such as loops, calls and variables, are refused, and so are custom ones.
_KNOWN: Final = frozenset(
    getattr(schema.BuiltinOperator, name)
    for name in (
        "ADD", "CONCATENATION", "DEQUANTIZE", "DIV", "EXP", "FULLY_CONNECTED", "LEAKY_RELU", "LOGISTIC", "MAXIMUM",
        "MINIMUM", "MUL", "PRELU", "QUANTIZE", "RELU", "RELU6", "RESHAPE", "SOFTMAX", "SUB", "TANH",
    )
)  # fmt: skip
_MOST: Final = 10_000


def check_tflite(file: str, content: bytes) -> None:
    """Raises `ModelFileBroken` and `ModelOperatorsRefused`."""
    try:
        for danger in _dangers(schema.Model.GetRootAs(content, 0)):
            raise ModelOperatorsRefused(file, danger)
    except _ASTRAY as error:
        raise ModelFileBroken(file, "it is no whole TFLite") from error


def _dangers(model: Any) -> Iterator[str]:
    counts = model.OperatorCodesLength(), model.BuffersLength(), model.SubgraphsLength()
    if max(counts) > _MOST:
        raise ValueError("no model has so many parts")
    if counts[-1] != 1:
        yield f"{counts[-1]} graphs"
    for code in (model.OperatorCodes(place) for place in range(counts[0])):
        number = max(code.DeprecatedBuiltinCode(), code.BuiltinCode())
        if number not in _KNOWN:
            yield f"an operator that is not one of dense networks (number {number})"
    is_elsewhere = any(model.Buffers(place).Offset() for place in range(counts[1]))
    if is_elsewhere or model.ExternalBuffersLength() or model.ExternalBufferGroupsLength():
        yield "weights outside of it"

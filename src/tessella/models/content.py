"""What a file is by its content, whatever its name says."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from tessella.domain.errors import ModelFileForeign


class Form(StrEnum):
    """The forms that are read."""

    ONNX = "ONNX"
    TFLITE = "TFLite"


#: At bytes 4 to 7 of a flatbuffer.
_TFLITE: Final = b"TFL3"
#: At the same place; the ONNX runtime would take such a file for another form, whatever else is in it.
_ORT: Final = b"ORTM"
_FOREIGN: Final = {
    b"PK\x03\x04": "a zip archive, as PyTorch, Keras and numpy write",
    b"PK\x05\x06": "an empty zip archive",
    b"\x89HDF\r\n\x1a\n": "HDF5",
    b"\x93NUMPY": "an array of numpy",
    b"\x1f\x8b": "compressed by gzip",
    b"BZh": "compressed by bzip2",
    b"\xfd7zXZ\x00": "compressed by xz",
    b"\x5d\x00\x00": "compressed by lzma",
    b"\x04\x22\x4d\x18": "compressed by lz4",
    b"\x28\xb5\x2f\xfd": "compressed by zstd",
    b"\x78\x01": "compressed by zlib, as joblib does",
    b"\x78\x5e": "compressed by zlib, as joblib does",
    b"\x78\x9c": "compressed by zlib, as joblib does",
    b"\x78\xda": "compressed by zlib, as joblib does",
    b"{": "JSON",
}
#: `PROTO` and a version. The oldest two versions have no such beginning: they are no ONNX, and refused as that.
_PICKLES: Final = tuple(bytes([0x80, protocol]) for protocol in range(2, 16))


def form_of(file: str, content: bytes) -> Form:
    """The form of a file by its first bytes; ONNX has none of its own and is what nothing else is.

    Raises `ModelFileForeign` for what is known to be something else.

    >>> form_of("churn.tflite", b"....TFL3....").value
    'TFLite'
    """
    if content.startswith(_PICKLES):
        raise ModelFileForeign(file, "a pickle")
    for beginning, found in _FOREIGN.items():
        if content.startswith(beginning):
            raise ModelFileForeign(file, found)
    if content[4:8] == _ORT:
        raise ModelFileForeign(file, "a file of the ONNX runtime's own form")
    return Form.TFLITE if content[4:8] == _TFLITE else Form.ONNX

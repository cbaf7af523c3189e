"""What a file must be before a runtime sees it."""

from __future__ import annotations

from tessella.models.content import Form, form_of
from tessella.models.formats.onnx_checks import check_onnx


def check_content(file: str, content: bytes) -> Form:
    """The form of a file that may be loaded. Raises `ModelFileRefused`."""
    form = form_of(file, content)
    if form is Form.TFLITE:
        from tessella.models.formats.tflite_checks import check_tflite  # loads the extra's packages

        check_tflite(file, content)
    else:
        check_onnx(file, content)
    return form

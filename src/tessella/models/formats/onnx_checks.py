"""What an ONNX file must be before the runtime sees it."""

from __future__ import annotations

from typing import Final

from tessella.domain.errors import ModelFileBroken, ModelOperatorsRefused, ModelOpsetRefused, shown
from tessella.models.formats.onnx_outline import STANDARD, Outline, outline_of
from tessella.models.formats.protobuf import Malformed

#: The least and greatest version of each set of operators: what every runtime that we allow can run.
OPSETS: Final = {STANDARD: (11, 23), "ai.onnx.ml": (1, 5)}


def check_onnx(file: str, content: bytes) -> None:
    """Raises `ModelFileBroken`, `ModelOpsetRefused` and `ModelOperatorsRefused`."""
    try:
        outline = outline_of(content)
    except Malformed as error:
        raise ModelFileBroken(file, f"it is no whole ONNX: {error}") from error
    if not outline.has_graph or STANDARD not in outline.opsets:
        raise ModelFileBroken(file, "it is no whole ONNX: it lacks a graph or its operators' version")
    _check_operators(file, outline)
    for domain, found in outline.opsets.items():
        least, most = OPSETS[domain]
        if not least <= found <= most:
            raise ModelOpsetRefused(file, domain, found, least, most)


def _check_operators(file: str, outline: Outline) -> None:
    foreign = sorted((outline.domains | set(outline.opsets)) - set(OPSETS))
    if foreign:
        raise ModelOperatorsRefused(file, f"operators that are not standard, of {shown(foreign[0])}")
    for danger in sorted(outline.dangers):
        raise ModelOperatorsRefused(file, danger)

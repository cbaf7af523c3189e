"""What is in an ONNX file, seen without the runtime: it may be made to harm whoever loads it.

Field numbers are those of `onnx.proto` (ONNX, "Open Neural Network Exchange - ONNX IR").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tessella.models.formats.protobuf import Malformed, fields_of

#: Of a model.
_GRAPH, _OPSETS, _TRAINING, _FUNCTIONS = 7, 8, 20, 25
#: Of a graph.
_NODE, _WEIGHTS, _SPARSE_WEIGHTS = 1, 5, 15
#: Of a node.
_ATTRIBUTE, _NODE_DOMAIN = 5, 7
#: Of an attribute: one tensor or many, one graph or many, sparse tensors likewise.
_TENSORS, _GRAPHS, _SPARSE_TENSORS = (5, 10), (6, 11), (22, 23)
#: Of a tensor: where its data are, in another file.
_ELSEWHERE, _LOCATION = 13, 14
#: Of a set of operators.
_OPSET_DOMAIN, _OPSET_VERSION = 1, 2
#: The name of the standard operators, which is empty in a file too.
STANDARD: Final = "ai.onnx"


@dataclass(slots=True)
class Outline:
    """What decides whether a file may be loaded."""

    #: The version of each set of operators.
    opsets: dict[str, int] = field(default_factory=dict)
    #: The sets that nodes take operators from.
    domains: set[str] = field(default_factory=set)
    #: In words, what is never loaded.
    dangers: set[str] = field(default_factory=set)
    has_graph: bool = False


def outline_of(content: bytes) -> Outline:
    """What is in a file. Raises `Malformed` for what is no ONNX, or is cut off."""
    outline = Outline()
    for number, value in fields_of(memoryview(content)):
        if number == _GRAPH:
            outline.has_graph = True
            _look_into_graph(_message(value), outline)
        elif number == _OPSETS:
            domain, version = _opset(_message(value))
            outline.opsets[domain] = version
        elif number in (_TRAINING, _FUNCTIONS):
            outline.dangers.add("functions of its own")
    return outline


def _look_into_graph(graph: memoryview, outline: Outline) -> None:
    for number, value in fields_of(graph):
        if number == _NODE:
            _look_into_node(_message(value), outline)
        elif number == _WEIGHTS:
            _look_into_tensor(_message(value), outline)
        elif number == _SPARSE_WEIGHTS:
            outline.dangers.add("sparse weights")


def _look_into_node(node: memoryview, outline: Outline) -> None:
    domain = STANDARD
    for number, value in fields_of(node):
        if number == _NODE_DOMAIN:
            domain = _text(_message(value)) or STANDARD
        elif number == _ATTRIBUTE:
            _look_into_attribute(_message(value), outline)
    outline.domains.add(domain)


def _look_into_attribute(attribute: memoryview, outline: Outline) -> None:
    for number, value in fields_of(attribute):
        if number in _TENSORS:
            _look_into_tensor(_message(value), outline)
        elif number in _GRAPHS:
            outline.dangers.add("loops or branches")
        elif number in _SPARSE_TENSORS:
            outline.dangers.add("sparse weights")


def _look_into_tensor(tensor: memoryview, outline: Outline) -> None:
    if any(number == _ELSEWHERE or (number == _LOCATION and value != 0) for number, value in fields_of(tensor)):
        outline.dangers.add("weights in another file")


def _opset(opset: memoryview) -> tuple[str, int]:
    found = dict(fields_of(opset))
    version = found.get(_OPSET_VERSION, 0)
    if not isinstance(version, int):
        raise Malformed("the version of an operator set is no number")
    return _text(_message(found.get(_OPSET_DOMAIN, memoryview(b"")))) or STANDARD, version


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise Malformed("a field that is a message holds a number")
    return value


def _text(value: memoryview) -> str:
    try:
        return bytes(value).decode()
    except UnicodeDecodeError as error:
        raise Malformed("a name is no text") from error

"""Model files for tests: made by hand, so that a test says what is wrong with one."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.predictions.inputs import Input
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.target import Target

INPUTS = (Input(FeatureName("spend"), typical=2.0), Input(FeatureName("visits"), typical=3.0))


def onnx_model(weights: Sequence[float] = (1.0, -1.0), *, opset: int = 17, **changed: Any) -> onnx.ModelProto:
    """The sigmoid of the weighted sum of a row."""
    rows = helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, len(weights)])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, 1])
    column = numpy_helper.from_array(np.array(weights, np.float32).reshape(-1, 1), "weights")
    nodes = [
        helper.make_node("MatMul", ["rows", "weights"], ["sums"]),
        helper.make_node("Sigmoid", ["sums"], ["scores"]),
    ]
    graph = helper.make_graph(changed.get("nodes", nodes), "graph", [rows], [scores], [column])
    sets = [helper.make_opsetid("", opset), *changed.get("sets", ())]
    return helper.make_model(graph, opset_imports=sets, ir_version=8)


def onnx_content(*weights: float) -> bytes:
    content: bytes = onnx_model(weights or (1.0, -1.0)).SerializeToString()
    return content


def part(file: str, content: bytes, *outputs: str, **changed: Any) -> Part:
    return Part(file, hashlib.sha256(content).hexdigest(), outputs or ("churn",), **changed)


def manifest_of(*parts: Part, **changed: Any) -> Manifest:
    told: dict[str, Any] = {
        "model_id": "churn", "version": 0, "target": Target.CHURN, "predictor": "logistic", "inputs": INPUTS,
        "parts": parts, "trained_at": Instant(0), "cut": Instant(0),
    }  # fmt: skip
    return Manifest(**{**told, **changed})


def model(*weights: float, **changed: Any) -> tuple[Manifest, Mapping[str, bytes]]:
    """A whole model of one ONNX file."""
    content = onnx_content(*weights)
    return manifest_of(part("churn.onnx", content), **changed), {"churn.onnx": content}


def write_model(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    return folder

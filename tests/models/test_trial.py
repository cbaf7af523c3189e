"""A model that somebody brings is first loaded where it can do no harm."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from tessella.domain.errors import ModelTrialFailed
from tessella.models.trial import try_apart
from tests.model_files import manifest_of, model, onnx_model, part, write_model


def tried(folder: Path, made: onnx.ModelProto) -> None:
    content = made.SerializeToString()
    manifest = manifest_of(part("churn.onnx", content))
    try_apart(write_model(folder, manifest, {"churn.onnx": content}), manifest)


def test_a_good_model_passes(tmp_path: Path) -> None:
    manifest, files = model()
    try_apart(write_model(tmp_path, manifest, files), manifest)


def greedy(rows: int) -> onnx.ModelProto:
    """A few hundred bytes that ask for four bytes a row."""
    made = onnx_model(
        nodes=[
            helper.make_node("Expand", ["rows", "shape"], ["wide"]),
            helper.make_node("ReduceSum", ["wide"], ["sum"], keepdims=1),
            helper.make_node("Sigmoid", ["sum"], ["scores"]),
        ]
    )
    made.graph.initializer.append(numpy_helper.from_array(np.array([rows, 1, 2], np.int64), "shape"))
    return made


def test_a_small_file_that_asks_for_much_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelTrialFailed):
        tried(tmp_path, greedy(2**30))


def test_a_model_that_says_what_is_no_probability_is_refused(tmp_path: Path) -> None:
    made = onnx_model(nodes=[helper.make_node("MatMul", ["rows", "weights"], ["scores"])])
    with pytest.raises(ModelTrialFailed) as refused:
        tried(tmp_path, made)
    assert refused.value.problem == 'Of "churn" the model "churn" says -1, which is no probability'


def test_a_model_that_says_so_only_far_from_what_is_typical_is_refused(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Sqrt", ["rows"], ["roots"]),
        helper.make_node("MatMul", ["roots", "weights"], ["apart"]),
        helper.make_node("Sigmoid", ["apart"], ["scores"]),
    ]
    with pytest.raises(ModelTrialFailed, match='"churn" says nan, which is no probability'):
        tried(tmp_path, onnx_model(nodes=nodes))


def test_a_model_that_asks_for_much_memory_a_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelTrialFailed):
        tried(tmp_path, wide(2**20))


def wide(columns: int) -> onnx.ModelProto:
    """Each row by itself is small."""
    made = onnx_model(
        nodes=[
            helper.make_node("Unsqueeze", ["rows", "second"], ["layered"]),
            helper.make_node("Expand", ["layered", "shape"], ["wide"]),
            helper.make_node("ReduceMean", ["wide"], ["rows_again"], axes=[1], keepdims=0),
            helper.make_node("MatMul", ["rows_again", "weights"], ["sums"]),
            helper.make_node("Sigmoid", ["sums"], ["scores"]),
        ]
    )
    made.graph.initializer.append(numpy_helper.from_array(np.array([1, columns, 2], np.int64), "shape"))
    made.graph.initializer.append(numpy_helper.from_array(np.array([1], np.int64), "second"))
    return made

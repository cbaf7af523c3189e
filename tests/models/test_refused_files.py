"""What a model file must be before anything loads it."""

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import onnx
import pytest
from onnx import TensorProto, external_data_helper, helper

from tessella.domain.errors import (
    ModelFileBroken,
    ModelFileChanged,
    ModelFileForeign,
    ModelFileMissing,
    ModelFileRefused,
    ModelFileTooLarge,
    ModelManifestRefused,
    ModelNameRefused,
    ModelOperatorsRefused,
    ModelOpsetRefused,
    ModelShapeRefused,
)
from tessella.domain.predictions.manifest_checks import check_manifest, read_manifest
from tessella.domain.predictions.reliability import Method, Reliability
from tessella.domain.predictions.target import Target
from tessella.models import reading
from tessella.models.checks import check_content
from tessella.models.files import CheckedFiles
from tessella.models.loading import load
from tests.model_files import manifest_of, model, onnx_content, onnx_model, part, write_model

FILE = "churn.onnx"


def zipped() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("data.pkl", b"")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        *((pickle.dumps({"weights": [1.0]}, protocol), "a pickle") for protocol in (2, 3, 4, 5)),
        (zipped(), "a zip archive, as PyTorch, Keras and numpy write"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"),
        (b"\x78\x9c" + bytes(100), "compressed by zlib, as joblib does"),
        (b"\x1f\x8b" + bytes(100), "compressed by gzip"),
        (b"\x08\x07\x12\x10ORTM" + bytes(100), "a file of the ONNX runtime's own form"),
    ],
)
def test_what_is_no_onnx_is_refused_by_its_content_whatever_its_name(content: bytes, found: str) -> None:
    with pytest.raises(ModelFileForeign) as refused:
        check_content(FILE, content)
    assert refused.value.found == found


@pytest.mark.parametrize("protocol", [0, 1])
def test_the_oldest_pickles_which_begin_like_nothing_are_refused_too(protocol: int) -> None:
    with pytest.raises(ModelFileBroken):
        check_content(FILE, pickle.dumps({"weights": [1.0]}, protocol))


def test_a_truncated_file_is_refused_wherever_it_ends() -> None:
    whole = onnx_content()
    for size in range(len(whole)):
        with pytest.raises(ModelFileRefused):
            check_content(FILE, whole[:size])
    check_content(FILE, whole)


@pytest.mark.parametrize("opset", [10, 24])
def test_another_opset_is_refused_with_the_range_that_is_read(opset: int) -> None:
    with pytest.raises(ModelOpsetRefused) as refused:
        check_content(FILE, onnx_model(opset=opset).SerializeToString())
    assert (refused.value.found, refused.value.least, refused.value.most) == (opset, 11, 23)


def custom_operator() -> onnx.ModelProto:
    node = helper.make_node("Sigmoid", ["rows"], ["scores"], domain="com.example")
    return onnx_model(nodes=[node], sets=[helper.make_opsetid("com.example", 1)])


def undeclared_domain() -> onnx.ModelProto:
    return onnx_model(nodes=[helper.make_node("Sigmoid", ["rows"], ["scores"], domain="com.example")])


def loop() -> onnx.ModelProto:
    flag = helper.make_tensor_value_info("flag", TensorProto.BOOL, [])
    body = helper.make_graph([], "body", [flag], [flag])
    return onnx_model(nodes=[helper.make_node("Loop", ["", "", "rows"], ["scores"], body=body)])


def own_function() -> onnx.ModelProto:
    made = onnx_model()
    node = helper.make_node("Sigmoid", ["x"], ["y"])
    made.functions.append(helper.make_function("", "Own", ["x"], ["y"], [node], [helper.make_opsetid("", 17)]))
    return made


def weights_elsewhere() -> onnx.ModelProto:
    made = onnx_model()
    external_data_helper.set_external_data(made.graph.initializer[0], "../../etc/passwd")
    return made


def constant_elsewhere() -> onnx.ModelProto:
    made = onnx_model()
    tensor = onnx.TensorProto(name="c", data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    made.graph.node.append(helper.make_node("Constant", [], ["c"], value=tensor))
    return made


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (custom_operator, 'operators that are not standard, of "com.example"'),
        (undeclared_domain, 'operators that are not standard, of "com.example"'),
        (loop, "loops or branches"),
        (own_function, "functions of its own"),
        (weights_elsewhere, "weights in another file"),
        (constant_elsewhere, "weights in another file"),
    ],
)
def test_operators_functions_loops_and_weights_from_elsewhere_are_refused(
    made: Callable[[], onnx.ModelProto], found: str
) -> None:
    with pytest.raises(ModelOperatorsRefused) as refused:
        check_content(FILE, made().SerializeToString())
    assert refused.value.found == found


@pytest.mark.parametrize(
    "name", ["../churn.onnx", "/etc/passwd", "a/b.onnx", "..", "", "churn.onnx\0", ".hidden.onnx", "manifest.json"]
)
def test_a_file_name_that_leads_anywhere_else_is_refused(tmp_path: Path, name: str) -> None:
    content = onnx_content()
    (tmp_path / "churn.onnx").write_bytes(content)
    folder = write_model(tmp_path / "model", manifest_of(part(name, content)), {})
    with pytest.raises(ModelNameRefused):
        CheckedFiles().read(folder)


def test_a_link_is_no_file(tmp_path: Path) -> None:
    manifest, files = model()
    (tmp_path / "elsewhere").write_bytes(files[FILE])
    folder = write_model(tmp_path / "model", manifest, {})
    (folder / FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ModelFileMissing):
        CheckedFiles().read(folder)


def test_a_file_that_is_not_the_one_that_the_manifest_names_is_refused(tmp_path: Path) -> None:
    manifest, _ = model()
    folder = write_model(tmp_path, manifest, {FILE: onnx_content(2.0, 2.0)})
    with pytest.raises(ModelFileChanged):
        load(folder, manifest)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest, files = model()
    folder = write_model(tmp_path, manifest, files)
    monkeypatch.setattr(reading, "MOST_BYTES", len(files[FILE]) - 1)
    with pytest.raises(ModelFileTooLarge):
        load(folder, manifest)


def test_a_file_that_takes_other_features_is_refused(tmp_path: Path) -> None:
    content = onnx_content(1.0, 2.0, 3.0)
    manifest = manifest_of(part(FILE, content))
    folder = write_model(tmp_path, manifest, {FILE: content})
    with pytest.raises(ModelShapeRefused) as refused:
        load(folder, manifest)
    assert (refused.value.side, refused.value.expected) == ("input", "any number of rows of 2 floats")


def test_a_file_with_other_outputs_is_refused(tmp_path: Path) -> None:
    content = onnx_content()
    manifest = manifest_of(part(FILE, content, "offer_1", "offer_2"), target=Target.NBO)
    folder = write_model(tmp_path, manifest, {FILE: content})
    with pytest.raises(ModelShapeRefused) as refused:
        load(folder, manifest)
    assert refused.value.side == "output"


def test_operators_that_no_runtime_has_are_refused_when_it_is_loaded(tmp_path: Path) -> None:
    content = onnx_model(nodes=[helper.make_node("Sigmoidal", ["rows"], ["scores"])]).SerializeToString()
    manifest = manifest_of(part(FILE, content))
    with pytest.raises(ModelFileBroken):
        load(write_model(tmp_path, manifest, {FILE: content}), manifest)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"format": 2}, "it has format 2; this Tessella reads format 1"),
        ({"model_id": "../../churn"}, "the id of a model has letters"),
        ({"inputs": []}, "its inputs must make 1 to 10000 columns"),
        ({"inputs": [{"name": "spend"}, {"name": "spend"}]}, "an input is named twice"),
        ({"parts": []}, "a model has 1 to 1000 parts"),
        ({"surprise": 1}, "Object contains unknown field `surprise`"),
        ({"parts": [{"file": "a.onnx", "sha256": "", "outputs": []}]}, "must have outputs"),
        ({"parts": [{"file": "a.onnx", "sha256": "", "outputs": ["a", "b"]}]}, "a model of churn has one output"),
        ({"parts": [{"file": "a.onnx", "sha256": "", "outputs": ["a\0"]}]}, "the name of an output has 1 to"),
        ({"inputs": [{"name": "a\0"}]}, "the name of an input is that of a feature"),
        ({"inputs": [{"name": "tier", "type": "category", "categories": ["a", "a"]}]}, "a category is named twice"),
        ({"inputs": [{"name": "tier", "type": "category", "categories": ["\0"]}]}, "no category holds"),
        ({"thresholds": {"high": 0.1, "medium": 0.4}}, "thresholds are above 0 and at most 1"),
        ({"trained_at": 10**18}, "its moments are microseconds since 1970"),
        ({"warning": "\0"}, "its predictor and its warning have 10000 characters at most"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(changed: dict[str, Any], problem: str) -> None:
    written = {**msgspec.to_builtins(model()[0]), **changed}
    with pytest.raises(ModelManifestRefused) as refused:
        read_manifest(msgspec.json.encode(written))
    assert problem in refused.value.problem


@pytest.mark.parametrize(
    ("scores", "probabilities"),
    [
        ((), ()),
        ((0.1, 0.9), (0.5,)),
        ((0.5, 0.5), (0.1, 0.2)),
        ((0.1, 0.9), (0.5, 0.4)),
        ((0.1, 0.9), (-7.0, 9.0)),
    ],
)
def test_a_mapping_that_gives_no_probability_for_some_score_is_refused(
    scores: tuple[float, ...], probabilities: tuple[float, ...]
) -> None:
    mapping = Reliability(Method.ISOTONIC, scores=scores, probabilities=probabilities)
    manifest = manifest_of(part("churn.onnx", b"", reliability=(mapping,)))
    with pytest.raises(ModelManifestRefused, match="points of a mapping"):
        check_manifest(manifest)


def test_a_folder_without_a_manifest_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelManifestRefused):
        CheckedFiles().read(tmp_path)

"""Document E's TFLite models: written, loaded, run; and what is refused."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from tessella.domain.errors import (
    ModelFileBroken,
    ModelFileRefused,
    ModelManifestRefused,
    ModelOperatorsRefused,
    ModelShapeRefused,
)
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.manifest import Manifest
from tessella.models.checks import check_content
from tessella.models.files import CheckedFiles
from tessella.models.formats.dense import Activation, Dense
from tessella.models.formats.tflite_runner import load_tflite
from tessella.models.formats.tflite_writer import tflite_of
from tessella.models.placeholders import placeholder_files

FILE = "churn.tflite"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with the placeholders."""
    folder = tmp_path_factory.mktemp("models")
    for name, content in placeholder_files(Instant(7)):
        (folder / name).write_bytes(content)
    return folder


def shapes(content: bytes) -> Iterator[list[int]]:
    graph = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0)).subgraphs[0]
    for place in [*graph.inputs, *(operator.outputs[0] for operator in graph.operators)]:
        yield list(graph.tensors[place].shape)


def test_document_e_what_it_creates_nbo_has_10_inputs_and_8_offers_by_softmax(folder: Path) -> None:
    content = (folder / "nbo.tflite").read_bytes()
    assert list(shapes(content)) == [[1, 10], [1, 32], [1, 16], [1, 8], [1, 8]]
    model = CheckedFiles().placeholder(folder, "nbo")
    assert model is not None
    told = model.one({})
    assert list(told) == [f"offer_{number}" for number in range(1, 9)]
    assert sum(told.values()) == pytest.approx(1, abs=1e-6)


def test_document_e_what_it_creates_churn_has_10_inputs_and_one_probability_by_sigmoid(folder: Path) -> None:
    content = (folder / "churn.tflite").read_bytes()
    assert list(shapes(content)) == [[1, 10], [1, 32], [1, 16], [1, 1], [1, 1]]
    model = CheckedFiles().placeholder(folder, "churn")
    assert model is not None
    assert 0 < model.one({})["churn"] < 1


def test_document_e_important_notes_a_placeholder_is_marked_and_names_its_inputs_in_order(folder: Path) -> None:
    for name in ("nbo", "churn"):
        manifest = msgspec.json.decode((folder / f"{name}.manifest.json").read_bytes(), type=Manifest)
        assert (manifest.placeholder, manifest.card) == (True, None)
        assert [each.name for each in manifest.inputs] == [
            "recency_days", "basket_count", "total_revenue", "revenue_28d", "average_basket_value",
            "active_products_count", "shopping_day_count", "tenure_days", "discount_share", "coupon_share",
        ]  # fmt: skip


def test_a_placeholder_is_the_same_each_time() -> None:
    assert dict(placeholder_files(Instant(7))) == dict(placeholder_files(Instant(7)))


def test_there_is_no_placeholder_of_another_name(folder: Path) -> None:
    assert CheckedFiles().placeholder(folder, "lapse") is None
    assert CheckedFiles().placeholder(folder / "below", "../nbo") is None


def test_a_model_that_is_no_placeholder_is_not_taken_for_one(folder: Path, tmp_path: Path) -> None:
    told = msgspec.json.decode((folder / "churn.manifest.json").read_bytes())
    (tmp_path / "churn.manifest.json").write_bytes(msgspec.json.encode({**told, "placeholder": False}))
    with pytest.raises(ModelManifestRefused):
        CheckedFiles().placeholder(tmp_path, "churn")


def test_one_row_and_many_say_the_same_in_any_order(folder: Path) -> None:
    runner = load_tflite(FILE, (folder / FILE).read_bytes(), width=10, outputs=1)
    rows = np.random.default_rng(3).random((50, 10), np.float32) * 100
    alone = [runner.run(row[None, :])[0, 0] for row in rows]
    assert runner.run(rows)[:, 0].tolist() == pytest.approx(alone, abs=1e-7)
    assert runner.run(rows[:1])[0, 0] == alone[0]


def checked_and_loaded(content: bytes) -> None:
    check_content(FILE, content)
    load_tflite(FILE, content, width=10, outputs=1)


@pytest.mark.parametrize("kept", [8, 100, 0.5, 0.99])
def test_a_truncated_tflite_file_is_refused(folder: Path, kept: float) -> None:
    whole = (folder / FILE).read_bytes()
    cut = whole[: int(kept * len(whole)) if kept < 1 else int(kept)]
    with pytest.raises(ModelFileRefused):
        checked_and_loaded(cut)


def test_a_tflite_file_with_other_features_is_refused(folder: Path) -> None:
    with pytest.raises(ModelShapeRefused):
        load_tflite(FILE, (folder / FILE).read_bytes(), width=9, outputs=1)


def changed(content: bytes, code: int, custom: str | None = None) -> bytes:
    """The same file with another first operator."""
    import flatbuffers

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    model.operatorCodes[0] = schema.OperatorCodeT(
        deprecatedBuiltinCode=min(code, 127), builtinCode=code, customCode=custom
    )
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


@pytest.mark.parametrize(
    "code", [schema.BuiltinOperator.CUSTOM, schema.BuiltinOperator.WHILE, schema.BuiltinOperator.VAR_HANDLE]
)
def test_operators_that_a_dense_network_has_not_are_refused(folder: Path, code: int) -> None:
    with pytest.raises(ModelOperatorsRefused):
        check_content(FILE, changed((folder / FILE).read_bytes(), code, "Own"))


def test_a_flatbuffer_whose_offsets_lead_astray_is_refused(folder: Path) -> None:
    content = bytearray((folder / FILE).read_bytes())
    content[0:4] = (2**31).to_bytes(4, "little")
    with pytest.raises(ModelFileBroken):
        check_content(FILE, bytes(content))


def test_a_layer_is_its_weights_times_the_row_plus_its_biases() -> None:
    layer = Dense(np.array([[1.0, 2.0]]), np.array([0.5]), Activation.IDENTITY)
    runner = load_tflite(FILE, tflite_of([layer]), width=2, outputs=1)
    assert runner.run(np.array([[3.0, 4.0]], np.float32)).tolist() == [[11.5]]

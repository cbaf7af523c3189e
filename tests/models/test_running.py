"""Models in memory: one subject and many say the same, from any thread."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from math import exp, inf, nan
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from tessella.domain.errors import ModelSaysNoProbability
from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.inputs import encode_columns
from tessella.domain.predictions.reliability import Method, Reliability
from tessella.domain.predictions.target import Target
from tessella.models.loading import load
from tessella.ports.models import LoadedModel
from tests.model_files import INPUTS, manifest_of, model, onnx_content, onnx_model, part, write_model

#: Loads the model of a folder and asks it once.
_RUN = """
import sys
from pathlib import Path

import msgspec

from tessella.domain.predictions.manifest import Manifest
from tessella.models.loading import load

folder = Path(sys.argv[1])
load(folder, msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)).one({})
"""

SPEND, VISITS = FeatureName("spend"), FeatureName("visits")


def sigmoid(value: float) -> float:
    return 1 / (1 + exp(-value))


@pytest.fixture
def churn(tmp_path: Path) -> LoadedModel:
    manifest, files = model(1.0, -1.0)
    return load(write_model(tmp_path, manifest, files), manifest)


def test_one_subject_is_told_its_probability_by_name(churn: LoadedModel) -> None:
    assert churn.one({SPEND: 5, VISITS: 4.0}) == {"churn": pytest.approx(sigmoid(1.0), abs=1e-6)}


@pytest.mark.parametrize("missing", [{}, {SPEND: inf, VISITS: nan}, {SPEND: "many"}])
def test_what_is_missing_or_no_number_is_what_is_typical(churn: LoadedModel, missing: dict[FeatureName, float]) -> None:
    assert churn.one(missing)["churn"] == pytest.approx(sigmoid(2.0 - 3.0), abs=1e-6)


def test_many_rows_say_what_each_says_alone(churn: LoadedModel) -> None:
    columns = {SPEND: np.array([5.0, nan, -inf]), VISITS: np.array([4.0, 1.0, 2.0])}
    many = churn.many(encode_columns(columns, INPUTS))
    alone = [churn.one(dict(zip(columns, row, strict=True)))["churn"] for row in zip(*columns.values(), strict=True)]
    assert many.shape == (3, 1)
    assert many[:, 0].tolist() == pytest.approx(alone, abs=1e-7)


def test_no_rows_are_no_fault(churn: LoadedModel) -> None:
    assert churn.many(np.empty((0, 2), np.float32)).shape == (0, 1)


def test_threads_that_ask_at_once_do_not_mix_their_answers(churn: LoadedModel) -> None:
    with ThreadPoolExecutor(8) as pool:
        told = list(
            pool.map(lambda spend: churn.one({SPEND: spend, VISITS: 0})["churn"], [0.01 * n for n in range(500)])
        )
    assert told == pytest.approx([sigmoid(0.01 * n) for n in range(500)], abs=1e-6)


def test_scores_become_probabilities_by_the_mapping_of_their_output(tmp_path: Path) -> None:
    content = onnx_content()
    halves = Reliability(Method.ISOTONIC, scores=(0.0, 1.0), probabilities=(0.0, 0.5))
    manifest = manifest_of(part("churn.onnx", content, reliability=(halves,)))
    mapped = load(write_model(tmp_path, manifest, {"churn.onnx": content}), manifest)
    assert mapped.one({SPEND: 0, VISITS: 0})["churn"] == pytest.approx(0.25)
    assert mapped.many(np.zeros((1, 2), np.float32))[0, 0] == pytest.approx(0.25)


def test_a_model_of_several_files_tells_all_their_outputs(tmp_path: Path) -> None:
    files = {"a.onnx": onnx_content(1.0, 0.0), "b.onnx": onnx_content(0.0, 1.0)}
    parts = (part(name, content, name[0]) for name, content in files.items())
    manifest = manifest_of(*parts, target=Target.NBO)
    offers = load(write_model(tmp_path, manifest, files), manifest)
    told = offers.one({SPEND: 1, VISITS: 2})
    assert told == {"a": pytest.approx(sigmoid(1), abs=1e-6), "b": pytest.approx(sigmoid(2), abs=1e-6)}
    assert offers.many(np.array([[1, 2]], np.float32))[0].tolist() == pytest.approx(list(told.values()))


def test_what_is_no_probability_is_never_told_and_what_was_rounded_is_cut(tmp_path: Path) -> None:
    nodes = [helper.make_node("MatMul", ["rows", "weights"], ["scores"])]
    content = onnx_model((1.0, 0.0), nodes=nodes).SerializeToString()
    manifest = manifest_of(part("churn.onnx", content))
    plain = load(write_model(tmp_path, manifest, {"churn.onnx": content}), manifest)
    assert plain.one({SPEND: 1.000001})["churn"] == 1.0
    with pytest.raises(ModelSaysNoProbability, match=r"says 1\.1"):
        plain.one({SPEND: 1.1})
    with pytest.raises(ModelSaysNoProbability, match="says nan"):
        plain.many(np.array([[0.5, 0.0], [np.nan, 0.0]], np.float32))


def test_running_a_model_leaves_no_identifier_and_calls_nobody(tmp_path: Path) -> None:
    """The runtime's official builds report to their maker unless they are told not to before they are imported."""
    manifest, files = model(1.0, -1.0)
    home, folder = tmp_path / "home", write_model(tmp_path / "model", manifest, files)
    home.mkdir()
    subprocess.run([sys.executable, "-c", _RUN, str(folder)], env={**os.environ, "HOME": str(home)}, check=True)
    assert list(home.rglob("*")) == []

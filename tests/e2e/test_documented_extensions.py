"""What the documentation shows as an operator, a feature kind and a predictor passes every check that ours pass."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from tessella.domain.features.kinds import KINDS
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.operators import OPERATORS
from tessella.models.writing import write_onnx
from tessella.warehouse.duckdb import DuckDBWorker
from tests.docs_blocks import blocks
from tests.domain.features.test_kinds import assert_conforms
from tests.domain.predictions.predictor_checks import CHECKS as PREDICTOR_CHECKS
from tests.domain.predictions.predictor_checks import sample
from tests.domain.rules.operator_checks import CHECKS
from tests.domain.rules.samples import cases

HOWTO = Path(__file__).parents[2] / "docs" / "howto"


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """Imports the file that a page shows."""
    monkeypatch.syspath_prepend(tmp_path)

    def load(page, file):
        found = blocks((HOWTO / page).read_text(encoding="utf-8"))
        (tmp_path / file).write_text(next(each.text for each in found if each.title == file), encoding="utf-8")
        monkeypatch.setitem(sys.modules, Path(file).stem, importlib.import_module(Path(file).stem))
        return sys.modules[Path(file).stem]

    return load


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_operator_that_is_shown_passes_every_check(check, shown, monkeypatch):
    monkeypatch.setitem(OPERATORS, "ends_with", shown("add-an-operator.md", "ends_with.py").EndsWith)
    assert [kind for name, kind in cases() if name == "ends_with"] == [FeatureType.STRING]
    check("ends_with", FeatureType.STRING)


def test_the_feature_kind_that_is_shown_means_the_same_in_python_and_in_duckdb(shown, monkeypatch):
    monkeypatch.setitem(KINDS, "largest", shown("add-a-feature-kind.md", "largest.py").Largest)
    with DuckDBWorker(memory_limit="500MB") as worker:
        assert_conforms(worker, "largest")


@pytest.mark.parametrize("check", PREDICTOR_CHECKS, ids=lambda check: check.__name__)
def test_the_predictor_that_is_shown_passes_every_check(check, shown):
    check(shown("add-a-predictor.md", "forest.py").Forest)


def test_the_predictor_that_is_shown_can_be_written(shown):
    rows, positive, _ = sample(300)
    fitted = shown("add-a-predictor.md", "forest.py").Forest.default().fit(rows, positive, np.ones(300), 0)
    assert write_onnx(fitted, rows)

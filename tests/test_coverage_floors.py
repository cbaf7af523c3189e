"""The floors under what tests run: they are about files that there are, and a line that nothing runs is seen."""

import sys

import pytest
from coverage import Coverage

from tools import coverage_floors
from tools.coverage_floors import FLOORS, PRODUCT, Floor, Found, found

HALF = "def run():\n    return 1\n\n\ndef leave():\n    return 2\n"


@pytest.mark.parametrize("pattern", [each for floor in FLOORS for each in floor.files])
def test_every_pattern_of_a_floor_is_about_some_file(pattern):
    assert list(PRODUCT.glob(pattern))


def test_the_floors_are_those_of_the_requirement():
    assert {each.name: each.percent for each in FLOORS} == {
        "feature extraction": 100, "row security": 100, "opt-out": 100, "ranking": 95, "taxonomy": 90, "API": 90,
    }  # fmt: skip


def test_lines_that_nothing_runs_and_files_that_nothing_imports_count(monkeypatch, tmp_path):
    (tmp_path / "half.py").write_text(HALF)
    (tmp_path / "never.py").write_text("x = 1\n")
    monkeypatch.setattr(coverage_floors, "PRODUCT", tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    counted = Coverage(data_file=None, include=[f"{tmp_path}/*"], config_file=False)
    here = sys.gettrace()
    counted.start()
    import half

    half.run()
    counted.stop()
    sys.settrace(here)  # of the run that this test is a part of
    assert found(Floor("some", 60, ("*",)), counted).missed == ("half.py:6", "never.py:1")
    assert not found(Floor("some", 61, ("*",)), counted).holds
    assert found(Floor("half", 75, ("half.py",)), counted).holds
    del sys.modules["half"]


def test_a_floor_without_files_is_not_reached():
    assert not Found(Floor("none", 1, ("nowhere/*",)), 0, ()).holds


def test_a_line_that_is_below_its_floor_names_where():
    told = Found(Floor("API", 90, ("http/*",)), 10, ("http/a.py:3", "http/a.py:4")).line()
    assert told.split() == ["API", "80.00", "%", "90", "%", "BELOW:", "http/a.py:3,", "http/a.py:4"]

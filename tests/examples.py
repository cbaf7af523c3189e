"""Looks for examples only where there are some: pytest would import every module to find out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

PROMPT = ">>> "


class ExamplesOnly:
    """Leaves files without an example to the tests in them."""

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(self, file_path: Path) -> Iterator[list[pytest.Collector]]:
        found: list[pytest.Collector] = yield
        if file_path.suffix == ".py" and PROMPT not in file_path.read_text(encoding="utf-8"):
            found = [each for each in found if type(each) is pytest.Module]  # what looks for examples is a kind of it
        return found

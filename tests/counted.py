"""Counts lines during tests of what has a floor, and not during others: to count takes as long again.

`tools/coverage_floors.py` has the floors. What has one is imported first and counted whole; what pytest does to find
the tests is not counted. Of most tests that have several cases the first is counted: the others hardly ever run
another line.
"""

from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[1]
#: Whose tests reach the floors of every line: each case of theirs is counted.
COUNTED: Final = (
    "src/tessella/domain/personalization/", "tests/domain/personalization/", "tests/http/test_odd_subject_ids.py",
    "tests/storage/test_matrix.py", "tests/storage/test_migrations.py", "tests/storage/test_vectors.py",
    "tests/storage/test_withdrawals.py",
    "tests/usecases/test_customer_rows.py", "tests/usecases/test_explain.py", "tests/usecases/test_nightly_refresh.py",
    "tests/usecases/test_opted_out.py", "tests/usecases/test_refresh_vectors.py", "tests/cli/test_subject_settings.py",
)  # fmt: skip
#: Whose tests reach the others.
COUNTED_ONCE: Final = (
    "src/tessella/domain/ranking/", "src/tessella/domain/taxonomy/", "src/tessella/http/", "tests/domain/ranking/",
    "tests/domain/taxonomy/", "tests/http/",
)  # fmt: skip
#: Of these, those that take long and run hardly a line that no other test runs.
NOT_COUNTED: Final = (
    "tests/domain/personalization/test_rule_v1.py", "tests/domain/ranking/outcomes/test_outcomes.py",
    "tests/domain/ranking/pipeline/test_gather.py", "tests/domain/ranking/pipeline/test_mmr.py",
    "tests/domain/taxonomy/test_calibration.py", "tests/domain/taxonomy/test_calibration_counts.py",
    "tests/http/test_audit.py", "tests/http/test_consistency.py", "tests/http/test_erasure.py",
    "tests/http/test_hostile_bodies.py", "tests/http/test_hung_database.py", "tests/http/test_index_faults.py",
    "tests/http/test_openapi.py", "tests/http/test_personalization.py", "tests/http/test_roles.py",
    "tests/http/test_subject_ids.py",
)  # fmt: skip


class CountedOnly:
    """Stops the count at a test that is not counted, and goes on at the next one that is."""

    def __init__(self) -> None:
        self._counts = True
        self._seen: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self, session: pytest.Session) -> Iterator[None]:
        counting = _counting(session.config)
        if counting is not None and session.config.getoption("dist", "no") == "no":  # here, not in other processes
            _import_all(counting.cov_controller.cov.get_option("run:include"))
        self._count(session.config, counts=False)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._count(item.config, counts=self._is_counted(item.nodeid))
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._count(session.config, counts=True)

    def _is_counted(self, nodeid: str) -> bool:
        if nodeid.startswith(NOT_COUNTED):
            return False
        if nodeid.startswith(COUNTED) or not nodeid.startswith(COUNTED_ONCE):
            return nodeid.startswith(COUNTED)
        test = nodeid.partition("[")[0]
        is_first = test not in self._seen
        self._seen.add(test)
        return is_first

    def _count(self, config: pytest.Config, *, counts: bool) -> None:
        counting = _counting(config)
        if counting is not None and counts != self._counts:
            (counting.cov_controller.resume if counts else counting.cov_controller.pause)()
            self._counts = counts


def _counting(config: pytest.Config) -> Any:
    return config.pluginmanager.getplugin("_cov")


def _import_all(patterns: list[str]) -> None:
    """What matches: lines at the top of a module are run once in a process."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if any(fnmatch(name, each) for each in patterns):
            import_module(name.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", "."))

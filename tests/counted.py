"""Counts lines during tests of what has a floor, and not during others: to count takes half as long again.

`tools/coverage_floors.py` has the floors. What is imported before the first test is counted whole.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

#: Whose tests reach the floors.
COUNTED: Final = (
    "src/tessella/domain/personalization/", "src/tessella/domain/ranking/", "src/tessella/domain/taxonomy/",
    "src/tessella/http/", "tests/domain/personalization/", "tests/domain/ranking/", "tests/domain/taxonomy/",
    "tests/http/", "tests/storage/test_matrix.py", "tests/storage/test_migrations.py", "tests/storage/test_subjects.py",
    "tests/storage/test_vectors.py", "tests/storage/test_withdrawals.py", "tests/usecases/test_customer_rows.py",
    "tests/usecases/test_explain.py", "tests/usecases/test_nightly_refresh.py", "tests/usecases/test_opted_out.py",
    "tests/usecases/test_refresh_vectors.py", "tests/cli/test_subject_settings.py",
)  # fmt: skip


class CountedOnly:
    """Stops the count at a test that is not counted, and goes on at the next one that is."""

    def __init__(self) -> None:
        self._counts = True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._count(item.config, counts=item.nodeid.startswith(COUNTED))
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._count(session.config, counts=True)

    def _count(self, config: pytest.Config, *, counts: bool) -> None:
        counting: Any = config.pluginmanager.getplugin("_cov")
        if counting is not None and counts != self._counts:
            (counting.cov_controller.resume if counts else counting.cov_controller.pause)()
            self._counts = counts

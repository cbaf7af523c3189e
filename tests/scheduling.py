"""Which tests one process runs: those of a module, and all that look at the demo, which is loaded once."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

#: In this order: the pages are looked at in a demo that may be changed.
OF_THE_DEMO = ("tests/e2e/test_demo.py", "tests/app/")


def in_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests of the demo behind one another, at the end; all others as they were found."""
    return sorted(items, key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    return next((1 + at for at, where in enumerate(OF_THE_DEMO) if nodeid.startswith(where)), 0)


class ByModuleAndDemo(LoadScopeScheduling):
    """As `--dist loadscope` does, with the tests of the demo as one module."""

    def _split_scope(self, nodeid: str) -> str:
        return "the demo" if _place(nodeid) else super()._split_scope(nodeid)


def scheduler(config: pytest.Config, log: Any) -> ByModuleAndDemo | None:
    """For runs in several processes by module; None for any other, which xdist knows itself."""
    return ByModuleAndDemo(config, log) if config.option.dist == "loadscope" else None

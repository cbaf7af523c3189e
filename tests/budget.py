"""Prints how long each test folder took beside the budget that CONTRIBUTING.md gives it."""

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

CONTRIBUTING = Path(__file__).parent.parent / "CONTRIBUTING.md"
BUDGET_ROW = re.compile(r"^\| `([\w/]+)` \| (\d+) \|", re.MULTILINE)


def budgets() -> dict[str, int]:
    """Seconds per folder, from the table in CONTRIBUTING.md."""
    return {folder: int(seconds) for folder, seconds in BUDGET_ROW.findall(CONTRIBUTING.read_text())}


def folder_of(nodeid: str) -> str:
    """`tests/http` for anything below it, `tests` for a file directly there, `src` for the doctests."""
    parts = Path(nodeid.partition("::")[0]).parts
    return "/".join(parts[: min(2, len(parts) - 1)]) if parts[0] == "tests" else parts[0]


def table(spent: Mapping[str, float], allowed: Mapping[str, int]) -> list[str]:
    """One line per folder: its seconds, its budget and whether it ran over."""
    rows = [f"{'folder':<20}{'seconds':>9}{'budget':>9}"]
    for folder in sorted(spent):
        budget = allowed.get(folder)
        verdict = "  no budget" if budget is None else "  OVER" if spent[folder] > budget else ""
        rows.append(f"{folder:<20}{spent[folder]:>9.1f}{budget or '-':>9}{verdict}")
    return rows


class BudgetReport:
    """Sums set-up, call and tear-down of every test by folder."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.spent[folder_of(report.nodeid)] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("time per folder")
        terminalreporter.write_line("\n".join(table(self.spent, budgets())))

"""What every test shares."""

import pytest
from hypothesis import settings

from tests.budget import BudgetReport

# No deadline: a busy machine is not a failure. The fast tier repeats itself, the long one explores.
settings.register_profile("fast", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("long" if config.option.markexpr == "long" else "fast")
    config.pluginmanager.register(BudgetReport(), "budget-report")

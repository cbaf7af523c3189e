"""Every goal of the benchmarks `experiments_regret` and `experiments_inference`, on as many worlds as they take."""

from collections.abc import Callable, Iterator

import pytest

from benchmarks import experiments_inference, experiments_regret
from benchmarks.figure import Figure

pytestmark = pytest.mark.long


@pytest.mark.parametrize("run", [experiments_regret.run, experiments_inference.run])
def test_every_goal_is_met(run: Callable[[], Iterator[Figure]]) -> None:
    pytest.importorskip("mabwiser", reason="peers are installed by `make statistics`")
    missed = [figure.record() for figure in run() if figure.holds is False]
    assert missed == []

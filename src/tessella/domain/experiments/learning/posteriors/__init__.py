"""The ways to believe something of variants by segment: one file each, one line in the registry."""

from collections.abc import Mapping
from typing import Final

from tessella.domain.experiments.learning.posteriors.beta import IndependentBeta
from tessella.domain.experiments.learning.posteriors.greedy import EpsilonGreedy
from tessella.domain.experiments.learning.posteriors.hierarchical import Hierarchical
from tessella.domain.experiments.learning.posteriors.posterior import Posterior
from tessella.domain.experiments.setup.experiment import DEFAULT_POSTERIOR

POSTERIORS: Final[Mapping[str, type[Posterior]]] = {
    DEFAULT_POSTERIOR: Hierarchical,
    "beta_thompson": IndependentBeta,
    "epsilon_greedy": EpsilonGreedy,
}

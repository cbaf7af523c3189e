"""Whether variants were given as often as their weights say: sample ratio mismatch.

Weights change from version to version, and a test that looks at each by itself finds little. Source of the test that
may be looked at any time: Lindon and Malek, "Anytime-Valid Inference for Multinomial Count Data" (NeurIPS 2022, arXiv
2011.03567), in its form for weights that vary.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
from scipy.special import logsumexp
from scipy.stats import chi2

from tessella.domain.experiments.inference.logged.logged import Logged

#: How often an alarm may be false, however often one looks.
ALARM_LEVEL: Final = 0.01
#: By how much more or less than its weight a variant may have been given.
_TILTS: Final = (-0.2, -0.1, -0.05, -0.02, 0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """What two tests say of the same counts."""

    #: The evidence against the weights, as a logarithm: a test martingale, so that it may be looked at at any time.
    log_evidence: float
    #: How likely a distance as great as this one is, at one fixed time.
    fixed_time_p: float

    def is_alarming(self, among: int = 1) -> bool:
        """Whether the evidence has reached 1 / ALARM_LEVEL, for one of so many that are looked at together."""
        return self.log_evidence >= log(among / ALARM_LEVEL)


def sample_ratio(logged: Logged) -> SampleRatio:
    """Of all rows. Give the rows of one segment or source to test that one."""
    return SampleRatio(_log_evidence(logged), _fixed_time_p(logged))


def _log_evidence(logged: Logged) -> float:
    """The mean over variants a and tilts d of prod_i (1 + d 1{A_i = a}) / (1 + d e_ia)."""
    tilts = np.array(_TILTS)
    given = np.array([logged.of(variant, logged.units) for variant in range(logged.variants)])
    rows = np.log1p(tilts[:, None, None] * logged.propensities)
    expected = np.einsum("r,trv->vt", logged.units, rows)
    logs = given[:, None] * np.log1p(tilts) - expected
    return float(logsumexp(logs) - np.log(logs.size))


def _fixed_time_p(logged: Logged) -> float:
    """(O - E)' V^+ (O - E) with V = sum(diag e - e e'), chi-squared with a degree of freedom less than variants."""
    observed = np.array([logged.of(variant, logged.units) for variant in range(logged.variants)])
    expected = logged.units @ logged.propensities
    spread = np.diag(expected) - np.einsum("r,ra,rb->ab", logged.units, logged.propensities, logged.propensities)
    away = observed - expected
    return float(chi2.sf(away @ np.linalg.pinv(spread, hermitian=True) @ away, logged.variants - 1))

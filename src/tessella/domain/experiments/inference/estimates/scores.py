"""What each unit says of a quantity: a score whose mean is that quantity, whatever the policy's weights were.

A score is linear in the unit's reward, so that sums over units follow from sums of rewards. Source of the scores:
Hadad et al., "Confidence intervals for policy evaluation in adaptive experiments" (PNAS 2021, arXiv 1911.02768).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tessella.domain.experiments.inference.logged.logged import Logged, Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """For each row of what was logged: a unit's score is `constant + slope * reward`, and counts `weight` times.

    Weights have to be known before the row's first unit was drawn.
    """

    constant: Numbers
    slope: Numbers
    weight: Numbers


def contrast(logged: Logged, variant: int, against: int, variances: Numbers) -> Scores:
    """How much more a unit brings under one variant than under another one.

    m_a - m_b + 1{A=a}(Y - m_a)/e_a - 1{A=b}(Y - m_b)/e_b, weighted by [v_a/e_a + v_b/e_b]^-1/2 with the variance v of a
    reward, shape (rows, variants). Rows in which one of the two was not given count nothing. Source of the weights:
    Bibaut et al., "Post-contextual-bandit inference" (NeurIPS 2021).
    """
    sign = (logged.variant == variant).astype(np.float64) - (logged.variant == against)
    slope = sign / logged.chosen
    expected = logged.means[:, variant] - logged.means[:, against]
    both = [variant, against]
    given = (logged.propensities[:, both] > 0).all(axis=1)
    noise = (variances[given][:, both] / logged.propensities[given][:, both]).sum(axis=1)
    weight = np.zeros(len(slope))
    weight[given] = 1 / np.sqrt(noise)
    return Scores(expected - slope * logged.expected, slope, weight)


def unweighted(scores: Scores) -> Scores:
    """The same, where every unit that counts at all counts once."""
    return replace(scores, weight=(scores.weight > 0).astype(np.float64))


def value_of(logged: Logged, policy: Numbers) -> Scores:
    """What a unit brings under a policy that gives each variant with a probability: shape (rows, variants).

    Sum_k pi_k m_k + pi_A (Y - m_A)/e_A: doubly robust.
    """
    own = policy[np.arange(len(logged.variant)), logged.variant]
    slope = own / logged.chosen
    expected = (policy * logged.means).sum(axis=1)
    return Scores(expected - slope * logged.expected, slope, np.ones(len(slope)))


def lift_over_uniform(logged: Logged) -> Scores:
    """How much more a unit brought than under equal weights of all that were given: Y less the value of that policy."""
    given = logged.propensities > 0
    uniform = value_of(logged, given / given.sum(axis=1, keepdims=True))
    return Scores(-uniform.constant, 1 - uniform.slope, uniform.weight)


def lift_between(logged: Logged, policy: Numbers, against: Numbers) -> Scores:
    """How much more a unit brings under one policy than under another one, each of shape (rows, variants)."""
    return value_of(logged, policy - against)

"""How many of many differences may be chance: the correction for having looked at so many features."""

from __future__ import annotations

from collections.abc import Sequence


def q_values(p_values: Sequence[float]) -> list[float]:
    """For each test the least share of false discoveries at which it is one: Benjamini and Hochberg's adjustment.

    q(i) = min over j >= i of p(j) m / j, for m tests by ascending p. When all with q <= 0.05 are called discoveries, at
    most 5 % of them are false on average. A profile is a list to read on from: one false line among twenty does little
    harm, while guarding against any at all (Bonferroni) hides true ones in a view of 2,000 columns. It holds for
    independent tests and for positively dependent ones, as those of related features are. Source: Benjamini and
    Hochberg, Journal of the Royal Statistical Society B 57 (1995), 289-300; Benjamini and Yekutieli, Annals of
    Statistics 29 (2001), 1165-1188.

    >>> q_values([0.01, 0.5, 0.04, 0.03])
    [0.04, 0.5, 0.05333333333333334, 0.05333333333333334]
    """
    found = [1.0] * len(p_values)
    least = 1.0
    descending = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    for rank, place in zip(range(len(p_values), 0, -1), descending, strict=True):
        least = min(least, p_values[place] * len(p_values) / rank)
        found[place] = least
    return found

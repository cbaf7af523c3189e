"""Sample ratios of all units, and by everything that tells where a mismatch comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp
from typing import Final

from tessella.domain.experiments.dimensions import SEGMENT
from tessella.domain.experiments.inference.estimates.sample_ratio import sample_ratio
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.inference.logged.rows import LoggedRows
from tessella.domain.experiments.inference.results.material import Material
from tessella.domain.experiments.inference.results.said import RatioSaid

ALL: Final = "all"
HOLDOUT: Final = "holdout"
#: Larger ones do not fit a number.
_MOST: Final = 700.0


def sample_ratios(rows: LoggedRows, material: Material) -> tuple[RatioSaid, ...]:
    """Of all units whether their rewards have come or not: `rows` are those by segment.

    The levels of a dimension are looked at together, so that each has to be that much surer.
    """
    primary = material.experiment.primary
    further = {each: material.rows(each, primary) for each in material.tallies if each != SEGMENT}
    sides = {str(inside).lower(): rows.of_side(in_holdout=inside).logged for inside in (True, False)}
    return (
        _said(ALL, ALL, rows.logged, 1),
        *_by_level(SEGMENT, rows),
        *(said for name, each in further.items() for said in _by_level(name, each)),
        *(_said(HOLDOUT, side, logged, len(sides)) for side, logged in sides.items()),
    )


def alarms(ratios: Sequence[RatioSaid]) -> list[RatioSaid]:
    """Those that are wrong."""
    return [each for each in ratios if each.is_alarming]


def _by_level(dimension: str, rows: LoggedRows) -> Iterator[RatioSaid]:
    levels = sorted(set(rows.level))
    for level in levels:
        yield _said(dimension, level, rows.where(rows.level == level).logged, len(levels))


def _said(dimension: str, level: str, logged: Logged, among: int) -> RatioSaid:
    found = sample_ratio(logged)
    evidence = exp(min(found.log_evidence, _MOST))
    units = float(logged.units.sum())
    return RatioSaid(dimension, level, units, evidence, found.is_alarming(among), found.fixed_time_p)

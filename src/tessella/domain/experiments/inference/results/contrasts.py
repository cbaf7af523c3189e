"""Variants against one another, and each by itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tessella.domain.experiments.inference.estimates.gate import Opened
from tessella.domain.experiments.inference.estimates.scores import contrast, unweighted, value_of
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.inference.logged.rows import LoggedRows
from tessella.domain.experiments.inference.results.material import Material
from tessella.domain.experiments.inference.results.measured import Precision, improvement, measured
from tessella.domain.experiments.inference.results.said import ContrastSaid, EstimateSaid, VariantSaid


def against(rows: LoggedRows, material: Material, other: int, opened: Opened) -> Iterator[ContrastSaid]:
    """Every variant that may be compared with one of them, against it.

    Corrected for as many comparisons as there are further variants. It is enough for a winner too, whichever leads: a
    wrong one beats the best variant, and only so many could.
    """
    variants = material.experiment.variants
    precision = material.precision(len(variants) - 1)
    for one in sorted(opened.beside(other)):
        scores = contrast(rows.logged, one, other, rows.foreknown.variances)
        weighted = measured(rows.logged, scores, precision)
        plain = measured(rows.logged, unweighted(scores), precision)
        if weighted is not None and plain is not None:
            yield ContrastSaid(variants[one].variant_id, variants[other].variant_id, weighted, plain)


def variants_said(rows: LoggedRows, material: Material, opened: Opened) -> tuple[VariantSaid, ...]:
    """Each variant, with what a unit would bring if all got it where enough is known of it by itself."""
    precision = material.precision(len(material.experiment.variants))
    logged = rows.logged
    return tuple(
        VariantSaid(
            each.variant_id, each.name, number not in material.given, logged.of(number, logged.units),
            logged.of(number, logged.rewarded), mean_of(logged, number),
            _value(logged, number, precision) if number in opened.known else None,
        )
        for number, each in enumerate(material.experiment.variants)
    )  # fmt: skip


def leader(variants: tuple[VariantSaid, ...], material: Material) -> int:
    """The variant that would bring most of those that are still given."""
    goal = material.experiment.primary.goal
    values = {number: variants[number].value for number in material.given}
    known = {number: improvement(value, goal).value for number, value in values.items() if value is not None}
    return max(known, key=lambda number: known[number], default=0)


def _value(logged: Logged, variant: int, precision: Precision) -> EstimateSaid | None:
    """Doubly robust, of the units that might have got the variant."""
    might = logged.where(logged.propensities[:, variant] > 0)
    certain = np.zeros_like(might.propensities)
    certain[:, variant] = 1.0
    return measured(might, value_of(might, certain), precision)


def mean_of(logged: Logged, variant: int) -> float | None:
    """What its units brought on average; None where it has none, as after a change of the attribution window."""
    units = logged.of(variant, logged.units)
    return logged.of(variant, logged.total) / units if units else None

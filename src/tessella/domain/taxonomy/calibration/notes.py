"""What a calibration met that its reader has to know."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.own_axes import OwnAxes
from tessella.domain.taxonomy.taxonomy import Standard


def notes_of(standard: Standard, positions: Array, own: OwnAxes) -> Iterator[str]:
    """Sentences: metrics that say nothing, and how many axes of the game's own there are by which rule."""
    known = np.isfinite(positions)
    for index, name in enumerate(standard.metrics):
        if not known[:, index].any():
            yield f"Nothing is known of {name}: everybody counts as alike on it."
        elif not positions[known[:, index], index].any():
            yield f"{name} is the same for everybody: it sets nobody apart."
    if own.by_parallel_analysis or own.by_broken_stick:
        yield (
            f"What universal axes leave over has {own.by_parallel_analysis} components by parallel analysis and "
            f"{own.by_broken_stick} by the broken stick; axes of the game that came of it: {len(own.plans)}."
        )

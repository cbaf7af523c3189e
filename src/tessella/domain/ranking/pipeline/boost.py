"""Step 4: a boost for what is to the subject's taste."""

from __future__ import annotations

import numpy as np

from tessella.domain.ranking.catalogue.catalogue import Catalogue, Rows
from tessella.domain.ranking.rows.weighted_rows import Floats
from tessella.domain.ranking.subject.taste import Taste


def overlaps(catalogue: Catalogue, rows: Rows, taste: Taste | None) -> Floats:
    """How much of the taste each item meets, 0 to 1."""
    return np.zeros(len(rows)) if taste is None else taste.overlap(catalogue, rows)


def boosts(blended: Floats, overlap: Floats, profile_boost: float) -> Floats:
    """profile_boost * overlap * blend: an item that nothing else speaks for gets none."""
    return profile_boost * overlap * blended

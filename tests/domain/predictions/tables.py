"""Tables to learn from whose truth is known."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tessella.domain.features.gate import DAY_US
from tessella.domain.predictions.training.table import Table

CUTS = 6
FIRST_CUT = 1_500_000_000_000_000


def planted(rows: int = 1800, seed: int = 1, shape: float = 0.0, offset: float = -1.0, **more: Any) -> Table:
    """Rows at six cuts. log-odds = offset + visits + tier, and `shape` times a wave that no line can follow."""
    random = np.random.default_rng(seed)
    visits, spend = random.normal(size=rows), random.normal(size=rows)
    tier = random.choice(np.array(["gold", "tin"], dtype=object), rows)
    logits = offset + visits + np.where(tier == "gold", -0.7, 0.7) + shape * np.cos(2 * spend)
    positive = random.random(rows) < sigmoid(logits)
    columns = {"visits": visits, "spend": spend, "tier": tier}
    return table_of(columns, positive, **more)


def table_of(columns: Mapping[str, Any], positive: Any, **more: Any) -> Table:
    """Rows spread over six cuts, four weeks apart, a subject each."""
    rows = len(positive)
    cut = FIRST_CUT + np.arange(rows) % CUTS * 28 * DAY_US
    return Table(columns, positive, more.pop("cut", cut), np.arange(rows).astype(np.str_), **more)


def sigmoid(logits: Any) -> Any:
    return 1 / (1 + np.exp(-logits))

"""What the `covisitation` benchmark counts: made-up events of Zipf's popularity, and a year of a supermarket."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
import numpy as np

import tessella.demo
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.signals.interactions import Interactions, interactions_of

EVENTS: Final = 5_000_000
SUBJECTS: Final = 500_000
ITEMS: Final = 100_000
SEED: Final = 1
WINDOW_DAYS: Final = 90
#: The made-up events end here.
NOW: Final = Instant(WINDOW_DAYS * DAY_US)

_HOUSEHOLDS: Final = Path(tessella.demo.__file__).parent / "data" / "transactions.parquet"
_TRANSACTIONS: Final = """
SELECT dense_rank() OVER (ORDER BY household_id) - 1 AS subject, dense_rank() OVER (ORDER BY product_id) - 1 AS item,
       epoch_us(transaction_timestamp) AS time, dense_rank() OVER (ORDER BY basket_id) - 1 AS basket
  FROM read_parquet(?)
"""


def made_up(events: int = EVENTS, subjects: int = SUBJECTS, items: int = ITEMS) -> Interactions:
    """Independent purchases: items by Zipf's law with exponent 1, subjects log-normally busy, times even."""
    random = np.random.default_rng(SEED)
    busy = random.lognormal(size=subjects)
    wanted = random.permutation(1 / np.arange(1, items + 1))
    ones = np.ones(events, np.float32)
    return interactions_of(
        random.choice(subjects, events, p=busy / busy.sum()).astype(np.int32),
        random.choice(items, events, p=wanted / wanted.sum()).astype(np.int32),
        random.integers(1, NOW, events),
        ones,
        ones > 0,
    )


def households() -> Interactions:
    """The demo's receipt lines: 1,469,307 of 2,469 households in a year, with their baskets."""
    found = duckdb.execute(_TRANSACTIONS, [str(_HOUSEHOLDS)]).fetchnumpy()
    ones = np.ones(len(found["item"]), np.float32)
    subjects, items = found["subject"].astype(np.int32), found["item"].astype(np.int32)
    return interactions_of(subjects, items, found["time"], ones, ones > 0, baskets=found["basket"])

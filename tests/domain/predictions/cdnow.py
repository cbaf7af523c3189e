"""The CDNOW sample as models of repeat purchases read it, in weeks, and as it was published."""

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from tessella.domain.predictions.value.purchase_histories import PurchaseHistories

FOLDER: Final = Path(__file__).parents[3] / "benchmarks" / "data" / "cdnow"


@cache
def cdnow_weeks() -> PurchaseHistories:
    """2,357 customers as of the end of September 1997."""
    path = FOLDER / "cdnow_customers_summary_with_transactions.csv"
    _, repeats, last, age, mean_value = np.loadtxt(path, delimiter=",", skiprows=1, unpack=True)
    return PurchaseHistories(repeats, last, age, np.where(repeats > 0, mean_value, np.nan))

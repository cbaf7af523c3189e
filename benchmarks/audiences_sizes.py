"""How large the `audiences` benchmarks are."""

from __future__ import annotations

import os
from typing import Final

#: The share of all sizes that a run takes, to try a benchmark; figures are those of 1.
SHARE: Final = float(os.environ.get("AUDIENCES_SHARE", "1"))
#: Customers of the three sizes that are scanned.
SIZES: Final = tuple(int(rows * SHARE) for rows in (1_000_000, 3_000_000, 10_000_000))

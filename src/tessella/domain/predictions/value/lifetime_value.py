"""What a subject's purchases to come are worth: how many are expected, times what one is expected to come to."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import Instant
from tessella.domain.predictions.value.bg_nbd import BgNbd, fit_bg_nbd
from tessella.domain.predictions.value.gamma_gamma import GammaGamma, correlation, fit_gamma_gamma
from tessella.domain.predictions.value.purchase_histories import PurchaseHistories

Values = NDArray[np.float64]

YEAR_DAYS: Final = 365.0
#: From here on how often somebody buys and what for are not independent, as the model of spend has it.
_DEPENDENT: Final = 0.3


class ValueModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Both models, fitted to one population in days, as of one moment."""

    as_of: Instant
    subjects: int
    purchases: BgNbd
    spend: GammaGamma
    #: Between repeats and their mean value; None where it has none.
    correlation: float | None = None

    def value(self, histories: PurchaseHistories, horizon_days: float) -> Values:
        """`ltv`: what each subject is expected to spend in the days that follow, in the money of the history."""
        return self.purchases.expected(histories, horizon_days) * self.spend.expected(histories)

    def warnings(self) -> list[str]:
        """What makes the values say less than they seem to, in sentences."""
        if self.correlation is None or abs(self.correlation) < _DEPENDENT:
            return []
        how = "more" if self.correlation > 0 else "less"
        told = f"Who buys often spends {how} each time (correlation {self.correlation:.2f}), which is left out."
        return [told]


def fit_value(histories: PurchaseHistories, as_of: Instant) -> ValueModel:
    """Fit both. Raises `TooFewPurchases` and `NotFitted`."""
    usable = histories.where(histories.timed())
    purchases, spend = fit_bg_nbd(usable), fit_gamma_gamma(usable)
    found = correlation(usable)
    return ValueModel(as_of, len(usable), purchases, spend, None if np.isnan(found) else found)

"""From where on somebody is to look at a model."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class DriftLevel(StrEnum):
    """How far something is from the training."""

    STABLE = "stable"
    MODERATE = "moderate"
    LARGE = "large"


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is usual of a model. Source of those of PSI: Siddiqi, "Credit Risk Scorecards" (2006)."""

    #: From this PSI on a change is moderate: it is told.
    psi_moderate: float = 0.1
    #: From this PSI on a change is large: there is an alert.
    psi_large: float = 0.25
    #: How much farther than on the card probabilities may lie from what happened, on average over ten bins.
    calibration_error: float = 0.05
    #: How far the AUC may fall below that of the card.
    auc_loss: float = 0.05

    def level(self, psi: float, by_chance: float) -> DriftLevel:
        """What a PSI says; one that chance explains says nothing.

        >>> [Limits().level(psi, 0.2).value for psi in (0.15, 0.21, 0.25)]
        ['stable', 'moderate', 'large']
        """
        if psi <= by_chance or psi < self.psi_moderate:
            return DriftLevel.STABLE
        return DriftLevel.LARGE if psi >= self.psi_large else DriftLevel.MODERATE

"""From where on somebody is to look at a model."""

from __future__ import annotations

import msgspec

from tessella.domain.drift_level import PSI_LARGE, PSI_MODERATE, DriftLevel, drift_level


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is usual of a model."""

    #: From this PSI on a change is moderate: it is told.
    psi_moderate: float = PSI_MODERATE
    #: From this PSI on a change is large: there is an alert.
    psi_large: float = PSI_LARGE
    #: How much farther than on the card probabilities may lie from what happened, on average over ten bins.
    calibration_error: float = 0.05
    #: How far the AUC may fall below that of the card.
    auc_loss: float = 0.05

    def level(self, psi: float, by_chance: float) -> DriftLevel:
        """What a PSI says; one that chance explains says nothing."""
        return drift_level(psi, by_chance, self.psi_moderate, self.psi_large)

"""What is predicted."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Target(StrEnum):
    """What a trained model tells of a subject."""

    CHURN = "churn"
    NBO = "nbo"


class PredictionType(StrEnum):
    """What can be asked for: what models tell, and the cell of RFM, which takes none. Source: requirement E."""

    CHURN = "churn"
    NBO = "nbo"
    RFM = "rfm"


#: What a positive did.
POSITIVES: Final = {Target.CHURN: "left", Target.NBO: "accepted"}

#: The target behind each type that has a model.
TARGETS: Final = {PredictionType.CHURN: Target.CHURN, PredictionType.NBO: Target.NBO}

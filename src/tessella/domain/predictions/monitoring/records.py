"""What is found of a model. Nothing that counts is loaded with it: everybody who shows or stores these reads it."""

from __future__ import annotations

import msgspec

from tessella.domain.drift_level import DriftLevel
from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.card import Interval
from tessella.domain.predictions.monitoring.limits import Limits


class Shift(msgspec.Struct, frozen=True):
    """How far an input, or what is predicted, is from the training."""

    name: FeatureName
    psi: float
    #: The PSI that so many subjects may have by chance, with a confidence of 95 %.
    by_chance: float
    level: DriftLevel
    #: The share of subjects of whom it is not known, in the training and now.
    missing_then: float
    missing_now: float
    #: Of a category: the share of subjects with a text that the model has never seen.
    unseen: float = 0.0


class Drift(msgspec.Struct, frozen=True):
    """What was compared, and how far it is apart."""

    #: How many subjects were compared.
    subjects: int
    #: The largest PSI first.
    inputs: tuple[Shift, ...] = ()
    #: Of the probabilities; None where the model tells several, or has no reference of them.
    predicted: Shift | None = None
    #: The mean of the probabilities, 0 to 1; None likewise.
    mean_predicted: float | None = None
    #: What to know before these figures are used, in sentences.
    notes: tuple[str, ...] = ()

    @property
    def worst(self) -> float | None:
        """The largest PSI of an input."""
        return self.inputs[0].psi if self.inputs else None

    def large(self) -> list[Shift]:
        """What has changed so much that somebody is to look."""
        shifts = (*self.inputs, *([] if self.predicted is None else [self.predicted]))
        return [each for each in shifts if each.level is DriftLevel.LARGE]


class OutcomeBin(msgspec.Struct, frozen=True):
    """A tenth of the subjects, by their probability."""

    subjects: int
    #: The mean of their probabilities.
    told: float
    #: The share of them to whom it has happened, and its interval of 95 %.
    happened: float
    low: float
    high: float


class Outcomes(msgspec.Struct, frozen=True):
    """What was said of subjects, against what has happened since."""

    subjects: int
    #: To how many it has happened.
    positives: int
    #: The mean of the probabilities; None, as all that follows, of too few subjects.
    mean_told: float | None = None
    #: The share to whom it has happened less the mean of the probabilities: above 0, too little was said.
    difference: Interval | None = None
    #: How far probabilities lie from what happened, on average over ten bins of equal counts.
    calibration_error: float | None = None
    #: What right probabilities stay below on so many subjects, with a confidence of 95 %.
    by_chance: float | None = None
    #: `calibration_error` less that of the card; None where there is no card.
    against_card: float | None = None
    log_loss: Interval | None = None
    #: None where only one thing has happened.
    auc: Interval | None = None
    #: That of the card's test.
    auc_of_card: float | None = None
    #: The lowest probabilities first.
    bins: tuple[OutcomeBin, ...] = ()
    #: What to know before these figures are used, in sentences.
    notes: tuple[str, ...] = ()

    def is_unreliable(self, limits: Limits) -> bool:
        """Whether probabilities lie farther from what happened than on the card, and than chance explains."""
        if self.calibration_error is None or self.by_chance is None:
            return False
        more = self.calibration_error if self.against_card is None else self.against_card
        return more > limits.calibration_error and self.calibration_error > self.by_chance

    def is_worse(self, limits: Limits) -> bool:
        """Whether the model orders subjects worse than its card says, by more than is usual and than chance."""
        if self.auc is None or self.auc_of_card is None:
            return False
        return self.auc.high < self.auc_of_card - limits.auc_loss

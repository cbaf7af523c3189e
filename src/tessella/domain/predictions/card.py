"""What a model says of itself: what it was trained on, and how good it was where it had not looked."""

from __future__ import annotations

from typing import Final

import msgspec

from tessella.domain.identifiers import FeatureName, Instant

#: Of a segment with fewer rows in the test there are no figures.
LEAST_ROWS: Final = 50


class Span(msgspec.Struct, frozen=True):
    """Some of the data: from which cuts, and how many rows of it are positive."""

    first_cut: Instant | None
    last_cut: Instant | None
    rows: int
    positives: int


class Interval(msgspec.Struct, frozen=True):
    """A figure with the bounds between which 95 of 100 bootstrap samples lie."""

    value: float
    low: float
    high: float

    def texts(self, sign: str = "-") -> tuple[str, str, str]:
        """The value and its bounds with four digits behind the point, or five where one of them would read as 0.

        >>> Interval(-0.0102, -0.0204, -0.00003).texts()
        ('-0.01020', '-0.02040', '-0.00003')
        """
        each = self.value, self.low, self.high
        digits = 5 if any(0 < abs(one) < 0.00005 for one in each) else 4
        value, low, high = (f"{one:{sign}.{digits}f}" for one in each)
        return value, low, high


class Quality(msgspec.Struct, frozen=True):
    """How good probabilities were on rows that nothing was learned from."""

    auc: Interval
    log_loss: Interval
    brier: float
    #: Over ten bins of equal counts. Source: Naeini et al. 2015.
    expected_calibration_error: float
    #: The share of positives among the tenth with the highest probability, divided by the share among all.
    lift_at_10: float


class SegmentQuality(msgspec.Struct, frozen=True):
    """The same among those of a segment; figures are None where it has too few rows, or one class only."""

    segment_id: str
    rows: int
    positives: int
    auc: float | None
    log_loss: float | None
    expected_calibration_error: float | None


class Bins(msgspec.Struct, frozen=True):
    """How an input was distributed in the training: what drift is measured against (PSI)."""

    name: FeatureName
    #: Inner edges of a number, rising; the categories of a category.
    edges: tuple[float | str, ...]
    #: The share of each bin and, last, of what was missing; they sum to 1.
    shares: tuple[float, ...]


class Candidate(msgspec.Struct, frozen=True):
    """One predictor that was tried."""

    predictor: str
    quality: Quality
    #: Its log loss less that of the baseline, on the same bootstrap samples of the test; below 0 is better.
    against_baseline: Interval | None
    #: The same on the validation rows, which decide.
    on_validation: Interval | None = None


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The card of one version."""

    target: str
    #: In words, with its windows: what counts as a positive.
    meaning: str
    #: What it learned from: all rows but the test.
    train: Span
    #: Those of them that were held out in turn, to make probabilities reliable and to choose the predictor.
    validation: Span
    #: What nothing was learned from and nothing chosen on.
    test: Span
    quality: Quality
    #: Every predictor that was tried, the baseline first.
    candidates: tuple[Candidate, ...]
    #: Why this one was published, in a sentence.
    verdict: str
    features: tuple[FeatureName, ...]
    #: What may be wrong with it, in sentences: leaks, few rows, exposure that was not logged, a split by chance.
    warnings: tuple[str, ...] = ()
    segments: tuple[SegmentQuality, ...] = ()
    reference: tuple[Bins, ...] = ()
    #: Edges and shares of the predicted probabilities in the test, for drift.
    predicted: Bins | None = None

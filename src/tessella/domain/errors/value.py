"""Why a population says nothing of what its subjects are worth."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid


@dataclass(eq=False)
class NobodyToScore(Invalid):
    """Recency, frequency and money are known of none of {subjects} subjects: nobody can be compared."""

    subjects: int

    def hint(self) -> str:
        """What to look at."""
        return "Import purchases, or look at the columns and the windows of `rfm` in the defaults."


@dataclass(eq=False)
class TooFewPurchases(Invalid):
    """{subjects} subjects bought, {repeated} of them more than once: {model} needs {fewest} of both."""

    model: str
    subjects: int
    repeated: int
    fewest: str

    def hint(self) -> str:
        """How to go on."""
        return "Import more of the past; RFM says something of fewer."


@dataclass(eq=False)
class NotFitted(Invalid):
    """{model} was not fitted: {reason}."""

    model: str
    reason: str

    def hint(self) -> str:
        """What it may come of."""
        return "Purchases that are all alike have no such model; RFM compares them all the same."

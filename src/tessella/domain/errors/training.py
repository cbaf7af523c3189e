"""Why there is nothing to train a model on."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid


@dataclass(eq=False)
class NoActivity(Invalid):
    """No event of the type {types} is stored: nobody was ever active."""

    types: str

    def hint(self) -> str:
        """How to go on."""
        return "Import some: `tessella events import`. The prediction's `activity` names the types."


@dataclass(eq=False)
class NobodyShares(Invalid):
    """Nobody shares data, so that there is nobody whom "{prediction_id}" can be learned from."""

    prediction_id: str

    def hint(self) -> str:
        """How to go on."""
        return "Store who has agreed to it: `tessella settings import FILE`, or POST /personalization/settings."


@dataclass(eq=False)
class HistoryTooShort(Invalid):
    """Somebody was active before {found} of the {cuts} moments to learn from; {least} are needed."""

    found: int
    cuts: int
    least: int

    def hint(self) -> str:
        """How to go on."""
        return "Import what people did before, or declare a shorter horizon and cuts that are closer together."


@dataclass(eq=False)
class NothingToLearn(Invalid):
    """The prediction "{prediction_id}" has no feature to learn from: its source "{source}" gives none."""

    prediction_id: str
    source: str

    def hint(self) -> str:
        """How to go on."""
        return "Declare its columns: `tessella warehouse columns SOURCE --declare`. Personal ones are not learned from."


@dataclass(eq=False)
class LabelMissing(Invalid):
    """The source "{source}" has no column "{column}", in which the prediction's {role} is to be."""

    pointer: str
    source: str
    column: str
    #: `label` or `time`.
    role: str

    def hint(self) -> str:
        """How to go on."""
        return "`tessella warehouse columns SOURCE` lists them."


@dataclass(eq=False)
class LabelUnclear(Invalid):
    """The column "{column}" does not say whether it happened: "{value}" is neither yes nor no."""

    pointer: str
    column: str
    value: str

    def hint(self) -> str:
        """How to go on."""
        return "It holds true and false, yes and no, or 1 and 0; rows with NULL are left out."

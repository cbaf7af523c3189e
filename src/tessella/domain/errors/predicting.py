"""Why nothing can be predicted."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict


@dataclass(eq=False)
class NoModel(Conflict):
    """No model of the prediction "{prediction_id}" is active."""

    prediction_id: str

    def hint(self) -> str:
        """How to go on."""
        asked = f"Train one: `tessella models train {self.prediction_id}`."
        return f"{asked} `tessella jobs list` tells of a training that goes on."


@dataclass(eq=False)
class ModelTellsOther(NoModel):
    """The model of the prediction "{prediction_id}" tells {told}, and not {asked}."""

    told: str
    asked: str


@dataclass(eq=False)
class PlaceholderSaysNothing(Conflict):
    """The model of the prediction "{prediction_id}" is a placeholder: what it says is no fact about anybody."""

    prediction_id: str

    def hint(self) -> str:
        """How to go on."""
        asked = f"Train one: `tessella models train {self.prediction_id}`."
        return f"{asked} `tessella jobs list` tells of a training that goes on."

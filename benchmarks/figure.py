"""One measured figure, and the goal that it has to meet."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

_RELATIONS: Final[dict[str, Callable[[float, float], bool]]] = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on a figure's `value` or `ratio`."""

    of: str
    relation: str
    bound: float

    def __str__(self) -> str:
        return f"{self.of} {self.relation} {self.bound:g}"

    def holds(self, measured: float) -> bool:
        """Whether the measured number is within the bound."""
        return _RELATIONS[self.relation](measured, self.bound)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, perhaps beside a peer's. `ratio` is how many times as much the peer takes."""

    name: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """The peer's value by ours."""
        return self.peer_value / self.value if self.peer_value is not None else None

    @property
    def holds(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        measured = self.value if self.goal.of == "value" else self.ratio
        return measured is not None and self.goal.holds(measured)

    def record(self) -> dict[str, Any]:
        """The figure as JSON prints it."""
        return {
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "peer": self.peer,
            "peer_value": _rounded(self.peer_value),
            "ratio": _rounded(self.ratio),
            "goal": str(self.goal) if self.goal else None,
            "holds": self.holds,
        }


def _rounded(number: float | None) -> float | None:
    """To four digits that count."""
    return None if number is None else float(f"{number:.4g}")

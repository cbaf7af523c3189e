"""Why nothing can be measured on days of the past."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid


@dataclass(eq=False)
class NoPurchases(Invalid):
    """No purchase is stored, which is an event of the type {types}: there is nothing to measure by."""

    types: str

    def hint(self) -> str:
        """How to go on."""
        return "Import some: `tessella events import`. The defaults' `ranking.purchase_types` name the types."


@dataclass(eq=False)
class NothingHeldOut(Invalid):
    """No purchase is stored from {begin} until before {end}: the last one is of {last}."""

    pointer: str
    begin: str
    end: str
    last: str
    #: The option to try.
    option: str
    value: str

    def hint(self) -> str:
        """Which days have some."""
        return f"Try {self.option} {self.value}."


@dataclass(eq=False)
class NobodyHeldOut(Invalid):
    """Nobody bought an item of the catalogue from {begin} until before {end} and was known before."""

    pointer: str
    begin: str
    end: str

    def hint(self) -> str:
        """Which days may have somebody."""
        return "Try fewer days, a later end, or import what people did before."


@dataclass(eq=False)
class NothingToSearchOn(Invalid):
    """No purchase is stored from {begin} until before {end}, the days that are searched."""

    pointer: str
    begin: str
    end: str
    #: So many days have one; None where fewer days are the way.
    days: int | None

    def hint(self) -> str:
        """How many days have some."""
        return f"Try --days {self.days}." if self.days else "Try fewer days, or a later end."

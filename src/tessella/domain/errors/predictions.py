"""Why a model cannot be learned from what is there."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid


@dataclass(eq=False)
class TooFewRows(Invalid):
    """There are {rows} rows to learn from; {least} is the least."""

    rows: int
    least: int

    def hint(self) -> str:
        """How to go on."""
        return "Take more cuts, a longer history, or a source with more customers."


@dataclass(eq=False)
class ConstantTarget(Invalid):
    """All {rows} rows are {what}: there is nothing to tell apart."""

    rows: int
    #: `positive` or `negative`.
    what: str

    def hint(self) -> str:
        """How to go on."""
        return "Look at the label, or at the horizon: with another one, some are positive and some are not."


@dataclass(eq=False)
class TooFewOfAClass(Invalid):
    """Of the {rows} rows for the {part}, {found} are {what}; {least} is the least."""

    #: `training`, `validation` or `test`.
    part: str
    rows: int
    found: int
    #: `positive` or `negative`.
    what: str
    least: int

    def hint(self) -> str:
        """How to go on."""
        return "Take cuts with more rows, or a longer horizon."


@dataclass(eq=False)
class SingleClass(Invalid):
    """All {rows} rows for the {part} are {what}: nothing can be measured on them."""

    #: `training`, `validation` or `test`.
    part: str
    rows: int
    #: `positive` or `negative`.
    what: str

    def hint(self) -> str:
        """How to go on."""
        return "Take other cuts, or another horizon."


@dataclass(eq=False)
class NothingToLearnFrom(Invalid):
    """No feature is left to learn from: {reasons}."""

    #: Why each was left out, in words.
    reasons: str

    def hint(self) -> str:
        """How to go on."""
        return "Name features that are known before the cut and differ between subjects."


@dataclass(eq=False)
class UnequalColumns(Invalid):
    """The column "{column}" has {found} rows, and the target {rows}."""

    column: str
    found: int
    rows: int

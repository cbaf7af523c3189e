"""What has to hold for a row, as SQL: the first reason against it, or NULL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tessella.domain.features.duckdb_values import literal

#: How much of a wrong value is told.
SHOWN: Final = 40
OPENING: Final = ' "'
CLOSING: Final = '" is not '


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A condition that makes a row bad, and SQL of the reason."""

    is_bad: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows of a file, checked."""

    #: SQL of every row with its `row` and `reason`; the reason is NULL for a good one.
    relation: str
    #: SQL of what the good rows store, in the columns that storage expects.
    accepted: str


def first_reason(checks: Iterable[RowCheck]) -> str:
    """The reason of the first check that fails."""
    cases = " ".join(f"WHEN {check.is_bad} THEN {check.reason}" for check in checks)
    return f"CASE {cases} END"


def is_missing(column: str, field: str) -> RowCheck:
    """An empty text."""
    return RowCheck(f"{column} IS NULL", literal(f"{field} is missing"))


def is_too_long(column: str, field: str, limit: int) -> RowCheck:
    """More characters than are stored."""
    return RowCheck(f"length({column}) > {limit:d}", literal(f"{field} is longer than {limit} characters"))


def holds_nul(column: str, field: str) -> RowCheck:
    """A character that cannot be stored."""
    return RowCheck(f"contains({column}, chr(0))", literal(f"{field} holds a NUL character"))


def is_not(column: str, text: str, field: str, expected: str) -> RowCheck:
    """A cell that is not empty, and yet has no value."""
    return RowCheck(f"{column} IS NULL AND {text} IS NOT NULL", says(text, field, expected))


def says(text: str, field: str, expected: str) -> str:
    """`field "text" is not ...`."""
    shown = f"replace(left({text}, {SHOWN:d}), chr(0), '')"
    return f"{literal(field + OPENING)} || {shown} || {literal(CLOSING + expected)}"

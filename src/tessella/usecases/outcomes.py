"""What came of what was shown: rates, and a comparison of two segments or profiles."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.errors import WrongShape
from tessella.domain.ranking.outcomes.cells import By
from tessella.domain.ranking.outcomes.comparison import Comparison, compare
from tessella.domain.ranking.outcomes.rates import OutcomeRow, outcome_rows
from tessella.ports import Session


async def list_outcomes(session: Session, by: By) -> Sequence[OutcomeRow]:
    """Click and conversion rates by segment, profile or position, since they were first counted."""
    return outcome_rows(await session.outcome_cells(), by)


async def compare_outcomes(session: Session, by: By, first: str, second: str) -> Comparison:
    """How many times as often `first` is clicked as `second`, at equal positions.

    Both are segments or both profiles; an empty name is that of the decisions without a profile. Raises `WrongShape`
    for positions, which are what is allowed for.
    """
    if by is By.POSITION:
        raise WrongShape("/by", "Positions are not compared: they are what a comparison allows for.", "Use profile.")
    return compare(await session.outcome_cells(), by, first or None, second or None)

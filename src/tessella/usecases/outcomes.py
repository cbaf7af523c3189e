"""What came of what was shown: rates, and a comparison of two segments or profiles."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.errors import Faults, UnknownReference, WrongShape
from tessella.domain.identifiers import DEFAULT_SEGMENT, nearest
from tessella.domain.ranking.outcomes.cells import By, key_of
from tessella.domain.ranking.outcomes.comparison import Comparison, compare
from tessella.domain.ranking.outcomes.rates import OutcomeRow, outcome_rows
from tessella.ports import Session


async def list_outcomes(session: Session, by: By) -> Sequence[OutcomeRow]:
    """Click and conversion rates by segment, profile or position, since they were first counted."""
    return outcome_rows(await session.outcome_cells(), by)


async def compare_outcomes(session: Session, by: By, first: str, second: str) -> Comparison:
    """How many times as often `first` is clicked as `second`, at equal positions.

    Both are segments or both profiles; an empty name is that of the decisions without a profile. Raises `WrongShape`
    for positions, which are what is allowed for, and `Faults` with an `UnknownReference` for each name that is neither
    defined nor counted.
    """
    if by is By.POSITION:
        raise WrongShape("/by", "Positions are not compared: they are what a comparison allows for.", "Use profile.")
    cells = await session.outcome_cells()
    known = _names(session, by) | {f"{key_of(cell, by) or ''}" for cell in cells}
    if unknown := [(at, name) for at, name in (("/first", first), ("/second", second)) if name and name not in known]:
        raise Faults([UnknownReference(at, by, name, nearest(name, known), known - {""}) for at, name in unknown])
    return compare(cells, by, first or None, second or None)


def _names(session: Session, by: By) -> set[str]:
    definitions = session.snapshot().definitions
    return {*definitions.profiles} if by is By.PROFILE else {*definitions.segments, DEFAULT_SEGMENT}

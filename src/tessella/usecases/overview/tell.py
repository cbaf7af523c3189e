"""The overview of a namespace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.outcomes.cells import By
from tessella.domain.ranking.outcomes.rates import OutcomeRow
from tessella.ports import Session
from tessella.ports.overview import DecisionFigures, OverviewFigures
from tessella.usecases.outcomes import list_outcomes
from tessella.usecases.overview.needs import Need, needs


@dataclass(frozen=True, slots=True)
class Setup:
    """How far a namespace is set up."""

    features: int
    sources: int
    segments: int
    has_events: bool
    has_facts: bool
    has_audiences: bool
    has_decisions: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """What needs a person now, what is decided, what comes of it, and how far the namespace is set up."""

    made_at: Instant
    needs: Sequence[Need]
    decisions: DecisionFigures
    #: By segment, since they were first counted.
    outcomes: Sequence[OutcomeRow]
    setup: Setup


async def overview(session: Session) -> Overview:
    """All of it, as of now."""
    figures = await session.overview_figures()
    return Overview(
        made_at=session.now(),
        needs=await needs(session, figures),
        decisions=figures.decisions,
        outcomes=await list_outcomes(session, By.SEGMENT),
        setup=_setup(session, figures),
    )


def _setup(session: Session, figures: OverviewFigures) -> Setup:
    declared = session.snapshot().definitions
    return Setup(
        features=len(declared.features),
        sources=len(declared.sources),
        segments=len(declared.segments),
        has_events=figures.has_events,
        has_facts=figures.has_facts,
        has_audiences=figures.audiences_made_at is not None,
        has_decisions=figures.has_decisions,
    )

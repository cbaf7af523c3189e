"""What came of what was shown: rates, and a comparison that allows for positions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.ranking.outcomes.cells import By
from tessella.domain.ranking.outcomes.comparison import Comparison, Ratio, Side
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.schemas.outcomes import (
    ComparisonShown,
    OutcomesShown,
    RatioShown,
    SideShown,
)
from tessella.http.shown.outcomes import outcome_row_shown, rate_shown

router = APIRouter(prefix="/api/v1/ranking/outcomes", tags=["ranking"])

Along = Annotated[By, Query(description="What the outcomes are summed by.")]
Named = Annotated[str, Query(max_length=128, description="A segment or profile; empty for no profile.")]


@router.get("", openapi_extra=described(answer="OutcomesShown"))
async def list_outcomes(request: Request, by: Along = By.SEGMENT) -> Response:
    """Tell click and conversion rates by segment, profile or position, with 95 % intervals."""
    async with opened(request, "outcomes.read") as session:
        rows = await usecases.list_outcomes(session, by)
    return answer(OutcomesShown(by, [outcome_row_shown(each) for each in rows]))


@router.get("/comparison", openapi_extra=described(answer="ComparisonShown"))
async def compare_outcomes(request: Request, first: Named, second: Named, by: Along = By.PROFILE) -> Response:
    """Compare the click rates of two profiles or segments at equal positions.

    The ratio is that of Mantel and Haenszel over positions: where something was shown has no effect on it.
    """
    async with opened(request, "outcomes.read") as session:
        return answer(_comparison(await usecases.compare_outcomes(session, by, first, second)))


def _comparison(found: Comparison) -> ComparisonShown:
    return ComparisonShown(
        found.by, _side(found.first), _side(found.second), found.remark, _ratio(found.ratio),
        _ratio(found.naive_ratio), found.common_positions, found.common_share,
    )  # fmt: skip


def _side(side: Side) -> SideShown:
    return SideShown(side.key, side.counts.impressions, side.counts.clicks, rate_shown(side.ctr), side.ctr_at_best)


def _ratio(ratio: Ratio | None) -> RatioShown | None:
    return None if ratio is None else RatioShown(ratio.value, ratio.interval.low, ratio.interval.high)

"""What a subject is shown of a scope. Source: requirement D, "Internal Recommendation"."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.identifiers import SUBJECT_MAX_LENGTH, ScopeId, SubjectId
from tessella.domain.personalization.ranking import ScopeRanking
from tessella.http.answers import answer
from tessella.http.auth import admit, opened
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.hot import HotRoute
from tessella.http.metrics.report import CACHED, COMPUTED
from tessella.http.openapi import described
from tessella.http.schemas.personalization import RationaleShown, ScopeAsked, ScopeItemShown, ScopeRankingShown
from tessella.http.serving import application_of, metrics_of
from tessella.usecases.personalization.recommend import RankingRequest

router = APIRouter(prefix="/personalization", tags=["personalization"])

#: Says which limit held, where it was not the one that was asked for.
LIMIT_HEADER: Final = "ranking-limit"

Whose = Annotated[str, Query(min_length=1, max_length=SUBJECT_MAX_LENGTH, description="The subject.")]
Which = Annotated[str, Query(min_length=1, max_length=128, pattern=r"^[^\x00]*$", description="The scope.")]


async def recommend_scope(request: Request) -> Response:
    """Rank the items of a scope for a subject.

    The subject is that of the key or token; other roles name it, and without one the order is the default. Who has
    opted out gets the default order too. A limit beyond that of the installation is cut to it, and the header
    `Ranking-Limit` says so.
    """
    caller = await admit(request, "personalization.recommend")
    body = await read(request, ScopeAsked, DECISION)
    subject_id = None if body.subject_id is None else SubjectId(body.subject_id)
    async with application_of(request).session(caller) as session:
        ranking = await usecases.recommend_scope(session, RankingRequest(ScopeId(body.scope), body.limit, subject_id))
        most = session.installed().most_items
    metrics_of(request).ranked(caller.namespace, _outcome(ranking))
    return answer(_shown(ranking), headers={LIMIT_HEADER: str(most)} if body.limit > most else None)


@router.get("/admin/rationale", openapi_extra=described(answer="RationaleShown"))
async def get_rationale(request: Request, subject_id: Whose, scope: Which) -> Response:
    """Read why the items of a subject's last ranking stand where they do. Nothing is kept of the default order."""
    async with opened(request, "personalization.explain") as session:
        tags = await usecases.get_rationale(session, SubjectId(subject_id), ScopeId(scope))
        return answer(RationaleShown(subject_id, scope, {item: list(each) for item, each in tags.items()}))


def _outcome(ranking: ScopeRanking) -> str:
    return ranking.why_default or (CACHED if ranking.cached else COMPUTED)


def _shown(ranking: ScopeRanking) -> ScopeRankingShown:
    items = [ScopeItemShown(each.item_id, each.score, each.confidence) for each in ranking.items]
    return ScopeRankingShown(ranking.scope, items, ranking.cached, ranking.model_version)


HOT: Final = (
    HotRoute("/personalization/recommend", recommend_scope, "personalization", "ScopeAsked", "ScopeRankingShown"),
)

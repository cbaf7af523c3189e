"""Recommend items, for one request and for many."""

from __future__ import annotations

from time import perf_counter
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.identifiers import Pointer, point
from tessella.http.answers import answer
from tessella.http.auth import admit
from tessella.http.bodies import read
from tessella.http.caps import BATCH, RECOMMENDATION
from tessella.http.hot import HotRoute
from tessella.http.routes.decide import asked
from tessella.http.schemas.recommend import RecommendationAsked, RecommendBatchBody, RecommendBody
from tessella.http.serving import application_of, metrics_of
from tessella.http.shown.items import recommendation_explained, recommendation_to
from tessella.usecases.ranking import ItemsAsked
from tessella.usecases.recommend import RecommendationRequest


async def recommend(request: Request) -> Response:
    """Rank items for one request, with the configuration that is chosen for it.

    With `explain` the answer also has every number of each item's score, and what fell out at which step.
    """
    caller = await admit(request, "recommend")
    body = await read(request, RecommendBody, RECOMMENDATION)
    if body.explain:
        return await _explained(request, body)
    async with application_of(request).session(caller) as session:
        began = perf_counter()
        made = await usecases.recommend(session, items_asked(body))
        metrics_of(request).recommended(caller.namespace, made.decision, began)
    return answer(recommendation_to(caller.role, made))


async def _explained(request: Request, body: RecommendBody) -> Response:
    caller = await admit(request, "recommend.explain")
    async with application_of(request).session(caller) as session:
        explained = await usecases.recommend_explained(session, items_asked(body))
        metrics_of(request).count_items(caller.namespace, explained.explanation.decision)
    return answer(recommendation_explained(explained))


async def recommend_batch(request: Request) -> Response:
    """Recommend items for up to 1,000 requests, each as for one. Their limits together are at most 50,000.

    One request that is wrong refuses the batch and is pointed at.
    """
    caller = await admit(request, "recommend.batch")
    body = await read(request, RecommendBatchBody, BATCH)
    requests = [items_asked(each, point("/requests", index)) for index, each in enumerate(body.requests)]
    async with application_of(request).session(caller) as session:
        made = await usecases.recommend_many(session, requests)
        for each in made:
            metrics_of(request).count_items(caller.namespace, each.decision)
    return answer({"recommendations": [recommendation_to(caller.role, each) for each in made]})


def items_asked(body: RecommendationAsked, at: Pointer = "") -> RecommendationRequest:
    """What the body asks of the use case; `at` is the body's own pointer."""
    only = None if body.item_ids is None else tuple(body.item_ids)
    return RecommendationRequest(asked(body, at), ItemsAsked(body.limit, only, tuple(body.anchor_item_ids), at))


HOT: Final = (
    HotRoute("/api/v1/recommend", recommend, "recommend", "RecommendBody", "RecommendationExplained"),
    HotRoute("/api/v1/recommend/batch", recommend_batch, "recommend", "RecommendBatchBody", "RecommendBatchAnswer"),
)

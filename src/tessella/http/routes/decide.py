"""Decide, for one request and for many."""

from __future__ import annotations

from time import perf_counter
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import CampaignId, ExperimentId, Pointer, SubjectId, point
from tessella.http.answers import answer
from tessella.http.auth import admit
from tessella.http.bodies import read
from tessella.http.caps import BATCH, DECISION
from tessella.http.hot import HotRoute
from tessella.http.schemas.decide import BatchBody, DecideBody, DecisionAsked
from tessella.http.serving import application_of, metrics_of
from tessella.http.shown.decisions import explained, shown_to
from tessella.usecases.decide import DecisionRequest


async def decide(request: Request) -> Response:
    """Choose the segment and the configuration for one request.

    With `explain` the answer also has the layer that set each knob and the truth of every rule.
    """
    caller = await admit(request, "decide")
    body = await read(request, DecideBody, DECISION)
    if body.explain:
        return await _explained(request, body)
    async with application_of(request).session(caller) as session:
        began = perf_counter()
        decision = await usecases.decide(session, asked(body))
        metrics_of(request).decided(caller.namespace, decision, began)
    return answer(shown_to(caller.role, decision))


async def _explained(request: Request, body: DecideBody) -> Response:
    caller = await admit(request, "decide.explain")
    async with application_of(request).session(caller) as session:
        explanation = await usecases.decide_explained(session, asked(body))
        metrics_of(request).count(caller.namespace, explanation.decision)
    return answer(explained(explanation))


async def decide_batch(request: Request) -> Response:
    """Choose for up to 10,000 requests, each as for one.

    All requests are checked before the first is decided: one that is wrong refuses the batch and is pointed at.
    """
    caller = await admit(request, "decide.batch")
    body = await read(request, BatchBody, BATCH)
    requests = [asked(each, point("/requests", index)) for index, each in enumerate(body.requests)]
    async with application_of(request).session(caller) as session:
        decisions = await usecases.decide_many(session, requests)
        for decision in decisions:
            metrics_of(request).count(caller.namespace, decision)
    return answer({"decisions": [shown_to(caller.role, each) for each in decisions]})


def asked(body: DecisionAsked, at: Pointer = "") -> DecisionRequest:
    """What the body asks of the use case; `at` is the body's own pointer."""
    return DecisionRequest(
        subject_id=None if body.subject_id is None else SubjectId(body.subject_id),
        context=body.context,
        campaign_id=None if body.campaign_id is None else CampaignId(body.campaign_id),
        overrides=body.overrides,
        at=None if body.at is None else read_instant(body.at, f"{at}/at"),
        experiment_id=None if body.experiment_id is None else ExperimentId(body.experiment_id),
    )


HOT: Final = (
    HotRoute("/api/v1/decide", decide, "decide", "DecideBody", "DecisionExplained"),
    HotRoute("/api/v1/decide/batch", decide_batch, "decide", "BatchBody", "BatchAnswer"),
)

"""Where players stand, and which of their days are unlike them. Source: requirement C, "API Endpoints"."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import wraps
from http import HTTPStatus
from time import perf_counter
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tessella import usecases
from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.rollout.strategy import Route, forced_route
from tessella.http.answers import answer
from tessella.http.auth import admit
from tessella.http.bodies import content, read
from tessella.http.caps import BATCH, DECISION
from tessella.http.hot import Endpoint, HotRoute
from tessella.http.player_batches import in_parts
from tessella.http.player_rows import read_players
from tessella.http.problems import status_of
from tessella.http.schemas.players import CategorizeBody, DetectBody
from tessella.http.serving import application_of, metrics_of
from tessella.http.shown.rollout import answered_anomalies, answered_profile

_PATH: Final = "/api/v1/segmentation"
_TAG: Final = "taxonomy"


def timed(endpoint: Endpoint) -> Endpoint:
    """The same, counted for the 95th percentile of answers about players and for the share of errors."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        began, status = perf_counter(), int(HTTPStatus.INTERNAL_SERVER_ERROR)
        try:
            response = await endpoint(request)
            status = response.status_code
        except TessellaError as error:
            status = status_of(error)
            raise
        finally:
            _count(request, perf_counter() - began, status)
        return response

    return answered


@timed
async def categorize(request: Request) -> Response:
    """Tell the segments of one player: the 7 weightiest, by how much the player belongs to each.

    `membership_strength` is exp(-0.5 d^2) of the Mahalanobis distance; `typicality` says how usual such a distance is
    among the segment's own players, and `share` how it compares with the axis's other segments. While the game migrates
    from a legacy system, that one may answer: `answered_by` says so.
    """
    caller = await admit(request, "taxonomy.categorize")
    body = await read(request, CategorizeBody, DECISION)
    player_id, game_id = SubjectId(body.player_id), GameId(body.game_id)
    async with application_of(request).session(caller) as session:
        told = await usecases.answer_profile(session, _migrations(request), player_id, game_id, _route(body))
    return answer(answered_profile(told, player_id, game_id))


async def categorize_batch(request: Request) -> Response:
    """Tell the segments of up to 100,000 players of one game, each as by itself.

    Those that are wrong are listed under `rejected` and cost the others nothing; each points at its player. The answer
    comes in parts, while the players are told.
    """
    caller = await admit(request, "taxonomy.categorize")
    asked = read_players(await content(request, BATCH.bytes))
    async with application_of(request).session(caller) as session:
        parts = in_parts(asked, lambda players: usecases.categorize_players(session, players, asked.game_id))
        first = await anext(parts)
    return StreamingResponse(_all(first, parts), media_type="application/json")


@timed
async def detect_anomalies(request: Request) -> Response:
    """Tell whether a player's last days are unlike that player, on each axis and over all.

    `distance_delta`, `anomaly_score` and `is_anomalous` compare distances from the segment's center; `displacement`
    compares with the player's own days of that sort, and its line means a stated rate of false alarms. `method` says
    which of the two `alerts` goes by.
    """
    caller = await admit(request, "taxonomy.detect")
    body = await read(request, DetectBody, DECISION)
    player_id, game_id = SubjectId(body.player_id), GameId(body.game_id)
    async with application_of(request).session(caller) as session:
        told = await usecases.answer_anomalies(
            session, _migrations(request), player_id, game_id, _route(body), method=body.method, days=body.days
        )
    return answer(answered_anomalies(told, player_id, game_id))


async def _all(first: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for each in others:
        yield each


def _migrations(request: Request) -> usecases.MigrationOf:
    return application_of(request).migrations.of


def _route(body: CategorizeBody | DetectBody) -> Route | None:
    return forced_route() if body.force_unified else None


def _count(request: Request, seconds: float, status: int) -> None:
    """Only of callers who are known: a wrong key is nobody's request."""
    caller = request.scope.get("caller")
    if caller is not None:
        metrics_of(request).answered_player(caller.namespace, seconds, status)


_PROFILE: Final = "BehavioralProfileShown | LegacyProfileShown"
_DETECTION: Final = "DetectionShown | LegacyDetectionShown"
HOT: Final = (
    HotRoute(f"{_PATH}/categorize", categorize, _TAG, "CategorizeBody", _PROFILE),
    HotRoute(f"{_PATH}/categorize/batch", categorize_batch, _TAG, "CategorizeBatchBody", "BehavioralProfilesShown"),
    HotRoute(f"{_PATH}/anomalies/detect", detect_anomalies, _TAG, "DetectBody", _DETECTION),
)

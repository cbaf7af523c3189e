"""The taxonomies of games: calibrated, read, and how far they hold. Source: requirement C, "API Endpoints"."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.identifiers import GameId
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.openapi import described, path_parameter
from tessella.http.routes.audiences import shown_to
from tessella.http.routes.jobs import accepted
from tessella.http.schemas.taxonomy import CalibrateBody
from tessella.http.shown.games import drift_shown, taxonomies_shown, versions_shown
from tessella.http.shown.players import kept_profile_shown, unusual_shown
from tessella.http.shown.taxonomy import card_shown, lineage_shown, taxonomy_shown

router = APIRouter(prefix="/api/v1/segmentation/taxonomy", tags=["taxonomy"])

_GAME: Final = path_parameter("game_id")
_ONE: Final = {"parameters": [_GAME]}
_BEGUN: Final = described(answer="JobRunShown", status=HTTPStatus.ACCEPTED)["responses"]
_CALIBRATED: Final = described(body="CalibrateBody", answer="TaxonomyShown")
#: A call waits so long for a calibration; proxies mostly give up then.
WAIT_SECONDS: Final = 60.0

Wait = Annotated[bool, Query(description="Whether to wait up to 60 s for the taxonomy; false: answer with the run.")]
Version = Annotated[int | None, Query(ge=1, description="A version; the one that holds when it is absent.")]
First = Annotated[int, Query(ge=1, le=100, description="The most players to give.")]


@router.post("/calibrate", openapi_extra=_CALIBRATED | {"responses": _BEGUN | _CALIBRATED["responses"]})
async def calibrate_taxonomy(request: Request, wait: Wait = True) -> Response:
    """Find the axes and segments of a game, or give those that hold where they are fresh.

    With `force_recalibration` they are found anew in any case. A calibration is a job: what takes longer than 60 s, or
    is not waited for, is answered with 202 and the run, and so is the same game asked for again meanwhile.
    """
    async with opened(request, "taxonomy.calibrate") as session:
        body = await read(request, CalibrateBody, DECISION)
        game_id = GameId(body.game_id)
        if body.force_recalibration:
            run = await usecases.ask_for_recalibration(session, game_id)
        elif (fresh := await usecases.fresh_taxonomy(session, game_id)) is not None:
            return answer(taxonomy_shown(fresh, shown_to(request, session)))
        else:
            run = await usecases.ask_for_calibration(session, game_id)
        run = await usecases.wait_for_run(session, run, WAIT_SECONDS if wait else 0.0)
        if run.state.is_open:
            return accepted(run)
        return answer(taxonomy_shown(await usecases.calibrated_by(session, game_id, run), shown_to(request, session)))


@router.get("", openapi_extra=described(answer="TaxonomiesShown"))
async def list_taxonomies(request: Request) -> Response:
    """List the games that are declared, each with the figures of the taxonomy that holds."""
    async with opened(request, "taxonomy.read") as session:
        return answer(taxonomies_shown(await usecases.list_taxonomies(session), shown_to(request, session)))


@router.get("/{game_id}", openapi_extra=described(answer="TaxonomyShown") | _ONE)
async def get_taxonomy(request: Request, version: Version = None) -> Response:
    """Read the axes of a game, and the segments on each: where they lie, how many players they hold, their names."""
    async with opened(request, "taxonomy.read") as session:
        found = await usecases.get_taxonomy(session, _game(request), version)
        return answer(taxonomy_shown(found, shown_to(request, session)))


@router.get("/{game_id}/versions", openapi_extra=described(answer="TaxonomyVersionsShown") | _ONE)
async def list_taxonomy_versions(request: Request) -> Response:
    """List the calibrations of a game, the newest first."""
    async with opened(request, "taxonomy.read") as session:
        game_id = _game(request)
        found = await usecases.list_taxonomy_versions(session, game_id)
        return answer(versions_shown(game_id, found, shown_to(request, session)))


@router.get("/{game_id}/card", openapi_extra=described(answer="TaxonomyCardShown") | _ONE)
async def get_taxonomy_card(request: Request, version: Version = None) -> Response:
    """Read how far a taxonomy can be trusted: what its axes explain, and whether players stay where they are.

    Categorization accuracy is the share of players whose best segments are the same when they are told from half of
    their days, on axes that have groups: nobody knows a player's true segment.
    """
    async with opened(request, "taxonomy.read") as session:
        return answer(card_shown(await usecases.get_taxonomy(session, _game(request), version)))


@router.get("/{game_id}/lineage", openapi_extra=described(answer="TaxonomyLineageShown") | _ONE)
async def get_taxonomy_lineage(request: Request, version: Version = None) -> Response:
    """Read what a recalibration did to segments: which it kept, split, merged, let go of, and found."""
    async with opened(request, "taxonomy.read") as session:
        return answer(lineage_shown(await usecases.get_taxonomy(session, _game(request), version)))


@router.get("/{game_id}/drift", openapi_extra=described(answer="TaxonomyDriftShown") | _ONE)
async def get_taxonomy_drift(request: Request) -> Response:
    """Read how far players are by now from those whom the taxonomy was calibrated on. Workers look every night."""
    async with opened(request, "taxonomy.read") as session:
        found = await usecases.get_taxonomy_drift(session, _game(request))
        return answer(drift_shown(found, shown_to(request, session)))


@router.get("/{game_id}/anomalies", openapi_extra=described(answer="UnusualPlayersShown") | _ONE)
async def list_unusual_players(request: Request, limit: First = 20) -> Response:
    """List the players whose last day is most unlike them, by the method of the game, flagged or not.

    Of more than 5,000 players as many are looked at, chosen evenly by a hash of their ids.
    """
    async with opened(request, "taxonomy.detect") as session:
        found = await usecases.unusual_players(session, _game(request), limit=limit)
        return answer(unusual_shown(_game(request), found, shown_to(request, session)))


@router.get(
    "/{game_id}/memberships/{player_id:path}",
    openapi_extra=described(answer="KeptProfileShown") | {"parameters": [_GAME, path_parameter("player_id")]},
)
async def get_memberships(request: Request) -> Response:
    """Read the memberships of a player as they were last kept, without telling them anew."""
    async with opened(request, "taxonomy.categorize") as session:
        kept = await usecases.kept_profile(session, request.path_params["player_id"], _game(request))
    return answer(kept_profile_shown(kept))


def _game(request: Request) -> GameId:
    return GameId(request.path_params["game_id"])

"""A game's migration from a legacy system: steps forward and back, and whether it holds. Source: requirement C."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import GameId
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.openapi import described, path_parameter
from tessella.http.routes.definitions import named
from tessella.http.schemas.rollout import RolloutBody, ValidateMigrationBody
from tessella.http.serving import application_of
from tessella.http.shown.rollout import differences_shown, rollout_shown, validation_shown

router = APIRouter(prefix="/api/v1/segmentation/taxonomy/{game_id}", tags=["taxonomy"])

_GAME: Final = {"parameters": [path_parameter("game_id")]}

Days = Annotated[int, Query(ge=1, le=90, description="How many days back.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="The most differences to give.")]


@router.get("/rollout", openapi_extra=described(answer="RolloutShown") | _GAME)
async def get_rollout(request: Request) -> Response:
    """Tell how far a game's migration is: whom the unified system answers, and for whom both are asked."""
    async with opened(request, "rollout.read") as session:
        game = usecases.game_named(session, _game(request))
        return answer(rollout_shown(game.game_id, game.rollout.strategy, session.snapshot().version))


@router.post("/rollout", openapi_extra=described(body="RolloutBody", answer="RolloutShown") | _GAME)
async def set_rollout(request: Request) -> Response:
    """Take a game's migration a step on or back: parallel_only, shadow_mode, gradual_rollout or full_rollout."""
    async with opened(request, "rollout.write") as session:
        body = await read(request, RolloutBody, DECISION)
        version = await usecases.set_migration_strategy(session, _game(request), body.strategy)
        return answer(rollout_shown(_game(request), body.strategy, version))


@router.post("/rollout/rollback", openapi_extra=described(answer="RolloutShown") | _GAME)
async def roll_back_rollout(request: Request) -> Response:
    """Have the legacy system answer everybody again, at once; both go on being compared."""
    async with opened(request, "rollout.write") as session:
        version = await usecases.roll_back_migration(session, _game(request))
        return answer(rollout_shown(_game(request), usecases.ROLLED_BACK, version))


@router.post(
    "/rollout/validate", openapi_extra=described(body="ValidateMigrationBody", answer="ValidationShown") | _GAME
)
async def validate_rollout(request: Request) -> Response:
    """Ask both systems about some players, whatever the strategy, and tell whether the migration holds.

    Profiles have to be over 90 % alike in the mean, and 90 % of players to agree in their anomalies. The answer holds
    a report to be signed. Nobody is answered, and players are named by pseudonym.
    """
    async with opened(request, "rollout.read") as session:
        body = await read(request, ValidateMigrationBody, DECISION)
        game = usecases.game_named(session, _game(request))
        migration = application_of(request).migrations.of(game)
        found = await usecases.validate_migration(session, migration, game.game_id, body.players)
        return answer(validation_shown(found, game.rollout.strategy))


@router.get("/rollout/differences", openapi_extra=described(answer="MigrationDifferences") | _GAME)
async def list_differences(request: Request, days: Days = 7, limit: Limit = 100) -> Response:
    """List requests that both systems answered otherwise, the newest first, with what differed and why."""
    async with opened(request, "rollout.read") as session:
        found = await usecases.list_migration_differences(session, _game(request), days=days, limit=limit)
        return answer(differences_shown(_game(request), found))


def _game(request: Request) -> GameId:
    return GameId(named(request, Kind.GAME))

"""The versions of one object: one set of routes, made for each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.definitions import ID_FIELD, Kind
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DEFINITION
from tessella.http.etags import expected_version
from tessella.http.openapi import described, idempotency_key, if_match, path_parameter
from tessella.http.paging import USUAL, number_after, page_below
from tessella.http.published import change_shown
from tessella.http.routes.definitions import Cursor, Limit, meaning_of, named, schema_of, shown
from tessella.http.routes.history import From, To, Version
from tessella.http.schemas.history import VersionBody, VersionPage, VersionShown
from tessella.http.shown.times import time_text
from tessella.ports import Published, StoredVersion


@dataclass(frozen=True, slots=True)
class VersionRoutes:
    """The routes of one kind."""

    kind: Kind

    def router(self) -> APIRouter:
        """All of them, for the application."""
        path = f"/{{{ID_FIELD[self.kind]}}}" if self.kind in ID_FIELD else ""
        router = APIRouter(prefix=f"/api/v1/{self.kind.plural}{path}", tags=[self.kind.plural])

        def add(method: str, end: str, endpoint: Any, **told: Any) -> None:
            parameters = [path_parameter(ID_FIELD[self.kind])] if path else []
            extra = described(**told) | {
                "parameters": parameters + ([if_match(), idempotency_key()] if method == "POST" else [])
            }
            router.add_api_route(
                end, endpoint, methods=[method], operation_id=f"{endpoint.__name__}_{self.kind}", openapi_extra=extra,
                description=meaning_of(endpoint, self.kind),
            )  # fmt: skip

        add("GET", "/versions", self.list_versions, answer="VersionPage")
        add("GET", "/versions/{version}", self.get_version, answer="VersionShown")
        add("GET", "/diff", self.diff, answer="ObjectChangeShown")
        add("POST", "/rollback", self.rollback, body="VersionBody", answer=schema_of(self.kind))
        return router

    async def list_versions(self, request: Request, cursor: Cursor = None, limit: Limit = USUAL) -> Response:
        """List the versions of the {kind}, newest first, its deletions too."""
        below = number_after(cursor)
        async with opened(request, f"{self.kind.plural}.read") as session:
            name = named(request, self.kind)
            found = await usecases.list_versions(session, self.kind, name, limit=limit + 1, below=below)
        page, next_cursor = page_below(found, limit, lambda each: each.version)
        return answer(VersionPage([_shown(each) for each in page], next_cursor))

    async def get_version(self, request: Request, version: Version) -> Response:
        """Read one version of the {kind}."""
        async with opened(request, f"{self.kind.plural}.read") as session:
            found = await usecases.get_version(session, self.kind, named(request, self.kind), version)
        return answer(_shown(found))

    async def diff(self, request: Request, before: From, after: To) -> Response:
        """Compare two versions of the {kind}, field by field."""
        async with opened(request, f"{self.kind.plural}.read") as session:
            found = await usecases.diff_object(session, self.kind, named(request, self.kind), before, after)
        return answer(change_shown(found))

    async def rollback(self, request: Request) -> Response:
        """Make an earlier version of the {kind} the active one; one that was deleted is there again.

        If-Match as for a change.
        """
        expected = expected_version(request)
        async with opened(request, f"{self.kind.plural}.write", _restored) as session:
            body = await read(request, VersionBody, DEFINITION)
            back = await usecases.rollback_object(
                session, self.kind, named(request, self.kind), body.version, expected_version=expected
            )
        return shown(back)


def _restored(published: Published) -> Response:
    return shown(published.stored[0])


def _shown(version: StoredVersion) -> VersionShown:
    return VersionShown(version.version, version.body, time_text(version.changed_at) or "", version.changed_by)

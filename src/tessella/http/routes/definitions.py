"""Features, segments and all other kinds of definition: one set of routes, made for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.audiences.source import CustomerSource, SourceEngine
from tessella.domain.definitions import DEFAULTS_ID, ID_FIELD, Kind, effective, rewritten
from tessella.domain.errors import NoSuch
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, OfferId, PredictionId, SourceId
from tessella.domain.predictions.setup import Offer, PredictionSetup
from tessella.domain.predictions.target import Target
from tessella.http.answers import answer, no_content
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DEFINITION
from tessella.http.etags import etag, expected_version
from tessella.http.openapi import (
    DRAFTED,
    described,
    idempotency_key,
    if_match,
    if_none_match,
    page_schema,
    path_parameter,
)
from tessella.http.paging import MOST, USUAL, page_of
from tessella.http.published import drafted
from tessella.ports import StoredDefinition
from tessella.usecases.definitions import Saved

Limit = Annotated[int, Query(ge=1, le=MOST, description="The most objects of one page.")]
AsDraft = Annotated[
    bool, Query(description="Keep it as a draft: nothing in force changes before the draft is published.")
]
Cursor = Annotated[str | None, Query(description="The next_cursor of the page before.")]

#: What the document calls an object, where that is not the name of its kind: a feature has a `Source` too.
_SCHEMAS: Final = {Kind.SOURCE: "CustomerSource", Kind.PREDICTION: "PredictionSetup"}
#: What it calls the body of a change, where that may say less than an answer.
_BODIES: Final = {Kind.EXPERIMENT: "ExperimentBody"}
#: A declaration is stored without what it leaves out; readers see it whole.
_WHOLE: Final = {
    kind: {field: getattr(empty, field) for field in empty.__struct_fields__}
    for kind, empty in (
        (Kind.FEATURE, Feature(FeatureName(""), FeatureType.STRING)),
        (Kind.SOURCE, CustomerSource(SourceId(""), SourceEngine.DUCKDB, "")),
        (Kind.PREDICTION, PredictionSetup(PredictionId(""), Target.CHURN)),
        (Kind.OFFER, Offer(OfferId(""), "")),
    )
}


@dataclass(frozen=True, slots=True)
class DefinitionRoutes:
    """The routes of one kind."""

    kind: Kind

    def router(self) -> APIRouter:
        """All of them, for the application."""
        kind, name = f"{self.kind}", schema_of(self.kind)
        written = _BODIES.get(self.kind, name)
        one = f"/{{{ID_FIELD[self.kind]}}}"
        router = APIRouter(prefix=f"/api/v1/{self.kind.plural}", tags=[self.kind.plural])

        def add(method: str, path: str, endpoint: Any, **told: Any) -> None:
            others = {"PUT": {201: name, **DRAFTED}, "GET": {}}.get(method, DRAFTED)
            extra = described(**told, others=others) | {"parameters": _parameters(self.kind, method, path)}
            router.add_api_route(
                path, endpoint, methods=[method], operation_id=f"{endpoint.__name__}_{kind}", openapi_extra=extra,
                status_code=told.get("status", HTTPStatus.OK), description=meaning_of(endpoint, self.kind),
            )  # fmt: skip

        add("GET", "", self.list_all, schema=page_schema(name))
        add("POST", "", self.create, body=written, answer=name, status=HTTPStatus.CREATED)
        add("GET", one, self.get, answer=name)
        add("PUT", one, self.put, body=written, answer=name)
        add("DELETE", one, self.delete, status=HTTPStatus.NO_CONTENT)
        return router

    async def list_all(self, request: Request, cursor: Cursor = None, limit: Limit = USUAL) -> Response:
        """List all {kinds}, by name, a page at a time."""
        async with opened(request, f"{self.kind.plural}.read") as session:
            stored = await usecases.list_definitions(session, self.kind)
        objects, next_cursor = page_of(stored, cursor, limit)
        return answer({"items": [_whole(each) for each in objects], "next_cursor": next_cursor})

    async def create(self, request: Request, draft: AsDraft = False) -> Response:
        """Create one {kind} under the name that it carries."""
        async with opened(request, f"{self.kind.plural}.write", _saved) as session:
            body = await read(request, dict[str, Any], DEFINITION)
            if draft:
                return drafted(await usecases.create_draft(session, self.kind, body))
            created = await usecases.create_definition(session, self.kind, body)
        return shown(created, HTTPStatus.CREATED)

    async def get(self, request: Request) -> Response:
        """Read one {kind}. Its ETag goes into If-Match of a change."""
        async with opened(request, f"{self.kind.plural}.read") as session:
            return shown(await usecases.get_definition(session, self.kind, named(request, self.kind)))

    async def put(self, request: Request, draft: AsDraft = False) -> Response:
        """Write one {kind} whole. With If-Match only if nobody changed it; with If-None-Match: * only if it is new."""
        identifier, expected = named(request, self.kind), expected_version(request)
        async with opened(request, f"{self.kind.plural}.write", _saved) as session:
            body = {ID_FIELD[self.kind]: identifier, **await read(request, dict[str, Any], DEFINITION)}
            if draft:
                return drafted(
                    await usecases.save_draft(session, self.kind, identifier, body, expected_version=expected)
                )
            saved = await usecases.save_definition(session, self.kind, identifier, body, expected_version=expected)
        return _saved(saved)

    async def delete(self, request: Request, draft: AsDraft = False) -> Response:
        """Delete one {kind} that nothing else names. If-Match as for a change."""
        identifier, expected = named(request, self.kind), expected_version(request)
        async with opened(request, f"{self.kind.plural}.write", lambda _: no_content()) as session:
            if draft:
                return drafted(await usecases.draft_deletion(session, self.kind, identifier, expected_version=expected))
            await usecases.delete_definition(session, self.kind, identifier, expected_version=expected)
        return no_content()


def schema_of(kind: Kind) -> str:
    """What the document calls an object of this kind."""
    return _SCHEMAS.get(kind, kind.capitalize())


def meaning_of(endpoint: Any, kind: Kind) -> str:
    """The endpoint's docstring, about this kind."""
    return str(endpoint.__doc__).format(kind=kind, kinds=kind.plural)


def _parameters(kind: Kind, method: str, path: str) -> list[dict[str, Any]]:
    """What the framework cannot see: the name in the path, and the headers that make a change depend on a version."""
    name = [path_parameter(ID_FIELD[kind])] if path else []
    match method:
        case "PUT":
            return [*name, if_match(), if_none_match(), idempotency_key()]
        case "DELETE":
            return [*name, if_match(), idempotency_key()]
        case "POST":
            return [*name, idempotency_key()]
        case _:
            return name


def named(request: Request, kind: Kind, parameter: str | None = None) -> str:
    """The name of an object in the path. Raises `NoSuch` for one that the database cannot even be asked for."""
    name = str(request.path_params[parameter or ID_FIELD[kind]]) if parameter or kind in ID_FIELD else DEFAULTS_ID
    if "\0" in name:
        raise NoSuch(kind, name)
    return name


def _saved(saved: Saved) -> Response:
    return shown(saved.stored, HTTPStatus.CREATED if saved.created else HTTPStatus.OK)


def shown(stored: StoredDefinition, status: int = HTTPStatus.OK) -> Response:
    """The object, with its version as ETag."""
    return answer(_whole(stored), status, {"ETag": etag(stored.version)})


def _whole(stored: StoredDefinition) -> Mapping[str, Json]:
    """With its fields in the order that they are defined in."""
    if stored.kind in (Kind.EXPERIMENT, Kind.GAME, Kind.SCOPE):
        return effective(stored.kind, stored.body)
    whole = _WHOLE.get(stored.kind)
    return rewritten(stored.kind, stored.body) if whole is None else {**whole, **stored.body}

"""Sources of customers: their columns, features declared on them, and one customer's row."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import SourceId, SubjectId
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DEFINITION
from tessella.http.openapi import described, idempotency_key, path_parameter
from tessella.http.problems import fault_of
from tessella.http.routes.definitions import named
from tessella.http.schemas.sources import ColumnsBody, ColumnsDeclared
from tessella.http.serving import application_of
from tessella.http.shown.sources import columns_shown
from tessella.usecases.sources.declare_columns import Declared

router = APIRouter(tags=["sources"])

OfSource = Annotated[str | None, Query(alias="source", description="A source; it may be left out where there is one.")]

_ONE: Final = {"parameters": [path_parameter("source_id"), idempotency_key()]}
_CREATED: Final = HTTPStatus.CREATED
#: As RFC 9111 has it: what is kept is shown, as nothing newer could be had.
_STALE: Final = {"Warning": '110 - "Response is Stale"'}
_ROW: Final = {"type": "object", "additionalProperties": True}


@router.post(
    "/api/v1/sources/{source_id}/features",
    status_code=_CREATED,
    openapi_extra=described(body="ColumnsBody", answer="ColumnsDeclared", status=_CREATED) | _ONE,
)
async def declare_columns(request: Request) -> Response:
    """Declare columns as features, each of the type that it has, all or none.

    One that is declared already stays as it is. Personal data are recognised by name and by a sample, and declared so.
    """
    source_id = SourceId(named(request, Kind.SOURCE))
    async with opened(request, "features.write", _declared) as session:
        body = await read(request, ColumnsBody, DEFINITION)
        if body.columns is None:
            declared = await usecases.declare_all_columns(session, source_id)
        else:
            declared = await usecases.declare_columns(session, source_id, body.columns)
    return _declared(declared)


@router.get("/api/loyalty/v1/dwh/columns", openapi_extra=described(answer="ColumnsShown"))
async def list_columns(request: Request, source: OfSource = None) -> Response:
    """List the columns of a source with type, group, and what a sample of rows holds in them."""
    async with opened(request, "sources.columns") as session:
        found = await usecases.describe_source(session, None if source is None else SourceId(source))
    threshold = application_of(request).settings.disclosure_threshold
    return answer(columns_shown(found, session.caller.role, threshold))


@router.get("/api/loyalty/v1/dwh/customers/{subject_id:path}", openapi_extra=described(schema=_ROW))
async def get_customer_features(request: Request, subject_id: str, source: OfSource = None) -> Response:
    """Read one customer's row of a source, as rules read it: the values of declared columns, none of them personal.

    While the source is away it is the last known row, with the header `Warning: 110`.
    """
    async with opened(request, "subjects.read") as session:
        of_source = None if source is None else SourceId(source)
        found = await usecases.customer_features(session, SubjectId(subject_id), of_source)
    return answer(found.values, headers=_STALE if found.stale else None)


def _declared(declared: Declared) -> Response:
    return answer(ColumnsDeclared(list(declared.features), [fault_of(each) for each in declared.left]), _CREATED)

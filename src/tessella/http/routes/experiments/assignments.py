"""The export of assignments, as a stream of lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.routes.experiments.named import ONE, experiment_id
from tessella.usecases.experiments.results.export import ExportedUnit, export_assignments
from tessella.usecases.experiments.results.exported_lines import ExportFormat, written

router = APIRouter(prefix="/api/v1/experiments/{experiment_id}", tags=["experiments"])

#: A text that may be compared with what is stored: no NUL.
_STORABLE: Final = r"^[^\x00]*$"

Form = Annotated[Literal["ndjson", "csv"], Query(alias="format", description="What a line is.")]
OfMetric = Annotated[
    str | None, Query(max_length=128, description="The metric of the rewards; the first one if left out.")
]
After = Annotated[
    str,
    Query(max_length=256, pattern=_STORABLE, description="Begin after this user: the last one of the page before."),
]
Most = Annotated[int | None, Query(ge=1, description="The most rows; all if left out.")]

_MEDIA: Final = {ExportFormat.NDJSON: "application/x-ndjson", ExportFormat.CSV: "text/csv; charset=utf-8"}


@router.get(
    "/assignments",
    openapi_extra=described(schema={"type": "string"}) | ONE,
)
async def list_assignments(
    request: Request,
    form: Form = "ndjson",
    metric: OfMetric = None,
    after: After = "",
    limit: Most = None,
) -> Response:
    """Export who got what, with the probabilities that they were drawn by and what they brought, by user.

    Nothing is held in memory: a million rows are a stream. For another page, send the last user of the one before.
    """
    async with opened(request, "experiments.assignments") as session:
        rows = export_assignments(session, experiment_id(request), metric, after=after)
        lines = written(_first(rows, limit), ExportFormat(form))
        begun = await anext(lines, b"")  # what is wrong is answered before the first line is sent
    return StreamingResponse(_continued(begun, lines), media_type=_MEDIA[ExportFormat(form)])


async def _first(rows: AsyncIterator[ExportedUnit], most: int | None) -> AsyncIterator[ExportedUnit]:
    number = count(1)
    async for row in rows:
        yield row
        if next(number) == most:
            return


async def _continued(begun: bytes, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield begun
    async for each in lines:
        yield each

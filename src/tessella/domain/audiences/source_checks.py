"""What a source of customers may say: where it is, how its view and its columns are called, and no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tessella.domain.audiences.source import DEFAULT_VIEW, CustomerSource, SourceEngine
from tessella.domain.errors import Faults, TessellaError, WrongShape
from tessella.domain.features.warehouse_columns import column_faults
from tessella.domain.identifiers import Pointer, point

MOST_REFRESH_HOURS: Final = 8760
_MOST_LETTERS: Final = 255

#: Words of up to three levels: catalogue, schema and view. A slash would leave the folder that a location names.
_VIEW: Final = re.compile(r"\w[\w$ -]*(\.\w[\w$ -]*){0,2}")
#: `user:password@`, and the parameters that carry a secret in URLs and connection strings.
_SECRET: Final = re.compile(
    r"://[^/@]*:[^/@]*@"
    r"|(?:^|[;?&\s])(?:[\w-]*(?:password|passwd|pwd|token|secret|signature|access_key)|sig)\s*=",
    re.IGNORECASE,
)
_CREDENTIALS: Final = (
    "Set TESSELLA_WAREHOUSE_<NAMESPACE>__<SOURCE>_USER, _PASSWORD, _TOKEN or _DSN in the server's environment."
)
#: Where PostgreSQL and Spark are may come from the environment alone: then the location is empty.
_LOCATION: Final[Mapping[SourceEngine, re.Pattern[str]]] = {
    SourceEngine.DUCKDB: re.compile(r"[^\x00-\x1f\x7f]{1,4096}"),
    SourceEngine.POSTGRESQL: re.compile(r"|(postgres(ql)?://|\s*\w+\s*=)[^\x00-\x1f\x7f]{0,4096}"),
    SourceEngine.SPARK: re.compile(r"|sc://[^\x00-\x1f\x7f]{1,4096}"),
}
_LOCATIONS: Final[Mapping[SourceEngine, str]] = {
    SourceEngine.DUCKDB: "Name a folder, a file, or a URL of Parquet or CSV.",
    SourceEngine.POSTGRESQL: "Such as postgresql://warehouse.internal/shop or host=warehouse.internal dbname=shop.",
    SourceEngine.SPARK: "Such as sc://spark.internal:15002.",
}


def check_source(source: CustomerSource, at: Pointer) -> None:
    """Raises `Faults` with every fault of a declaration."""
    faults = [
        *location_faults(source.engine, source.location, point(at, "location")),
        *view_faults(source.view, point(at, "view")),
        *column_faults(source.key, point(at, "key")),
        *(column_faults(source.updated_at, point(at, "updated_at")) if source.updated_at else ()),
        *_refresh_faults(source, point(at, "refresh_hours")),
    ]
    if faults:
        raise Faults(faults)


def location_faults(engine: SourceEngine, location: str, at: Pointer) -> Iterator[TessellaError]:
    """What an engine cannot open, and what nobody may read here."""
    if _SECRET.search(location):
        yield WrongShape(at, "A location holds no password, token or key.", _CREDENTIALS)
    elif not _LOCATION[engine].fullmatch(location):
        yield WrongShape(at, f"This is no location for {engine}.", _LOCATIONS[engine])


def view_faults(view: str, at: Pointer) -> Iterator[TessellaError]:
    """What no view is called."""
    if len(view) > _MOST_LETTERS or not _VIEW.fullmatch(view):
        yield WrongShape(at, "A view is called by up to three words with dots between.", f'Such as "{DEFAULT_VIEW}".')


def _refresh_faults(source: CustomerSource, at: Pointer) -> Iterator[TessellaError]:
    if not 0 <= source.refresh_hours <= MOST_REFRESH_HOURS:
        yield WrongShape(at, f"refresh_hours is 0 (any age) to {MOST_REFRESH_HOURS}, a year.")

"""The events that vectors are computed of, and the vectors, in the order of ids and some at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.personalization.vector import VECTOR_FIELDS, VECTOR_TYPES, FeatureVector
from tessella.ports import Session, Warehouse
from tessella.usecases.streamed_csv import Row, csv_rows

if TYPE_CHECKING:
    from tessella.domain.personalization.vectors.statement import VectorStatement

_READERS: Final[Mapping[FeatureType, Callable[[str], Any]]] = {
    FeatureType.NUMBER: float,
    FeatureType.INTEGER: int,
    FeatureType.STRING: str,
}
_OF_FIELDS: Final = tuple(_READERS[VECTOR_TYPES[each]] for each in VECTOR_FIELDS)


async def write_events(session: Session, warehouse: Warehouse, statement: VectorStatement, path: Path) -> None:
    """The events that a statement of vectors reads, as a Parquet file."""
    events = session.stream_events(statement.table.fields(), until=statement.as_of, since=statement.since())
    await warehouse.csv_to_parquet(path, statement.table.columns(), events)


async def vector_batches(
    warehouse: Warehouse, source: str, computed_at: Instant, size: int, after: SubjectId | None
) -> AsyncIterator[Sequence[FeatureVector]]:
    """The vectors of a relation, so many at a time: those of whose id comes after one, if one is given."""
    rest = "" if after is None else f"WHERE user_id > {literal(after)}"
    sql = f"SELECT user_id, {', '.join(VECTOR_FIELDS)} FROM {source} {rest} ORDER BY user_id"
    batch: list[FeatureVector] = []
    async for row in csv_rows(warehouse.result_csv(sql)):
        batch.append(_vector(row, computed_at))
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _vector(row: Row, computed_at: Instant) -> FeatureVector:
    """A row of CSV: what is empty is absent, as no field is an empty text."""
    values = (read(cell) if cell else None for read, cell in zip(_OF_FIELDS, row[1:], strict=True))
    return FeatureVector(SubjectId(row[0]), computed_at, *values)

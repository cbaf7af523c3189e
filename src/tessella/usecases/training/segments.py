"""Who was in which segment when a row to learn from was known: a model's card tells its figures by segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from tessella.domain.features.gate import Value
from tessella.domain.features.schema import Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.explain import evaluate
from tessella.domain.segments.references import features_behind
from tessella.domain.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tessella.domain.predictions.training.table import Rows, Table

#: Of more rows, so many are looked at, evenly spread.
MOST_ROWS: Final = 20_000


def segments_then(snapshot: Snapshot, table: Table, rows: Rows) -> dict[SegmentId, NDArray[np.bool_]]:
    """Of each active segment that reads nothing but the table's columns, whether it held each row of the table.

    Only `rows` are looked at; the others count as outside.
    """
    import numpy as np

    told = list(_told(snapshot, table.columns))
    looked_at = rows[:: 1 + len(rows) // MOST_ROWS]
    found = {segment_id: np.zeros(len(table), np.bool_) for segment_id in told}
    for row, values in zip(looked_at.tolist(), _values(table, looked_at, snapshot.schema), strict=True):
        for segment_id, inside in found.items():
            node: Node = snapshot.membership[segment_id]
            inside[row] = evaluate(node, values, int(table.cut[row]), snapshot.membership)
    return found


def _told(snapshot: Snapshot, columns: Iterable[FeatureName]) -> Iterator[SegmentId]:
    known = frozenset(columns)
    for segment_id, read in features_behind(snapshot.membership).items():
        if read and read <= known and snapshot.definitions.segments[segment_id].active:
            yield segment_id


def _values(table: Table, rows: Rows, schema: Schema) -> Iterator[Mapping[FeatureName, Value]]:
    """What is known of each row, as rules read it."""
    read = {name: column[rows].tolist() for name, column in table.columns.items() if name in schema}
    for row in range(len(rows)):
        yield {
            name: _value(values[row], schema[name].type) for name, values in read.items() if not _missing(values[row])
        }


def _missing(value: Any) -> bool:
    return value is None or value != value  # noqa: PLR0124 - NaN alone is not itself


def _value(value: Any, kind: FeatureType) -> Value:
    """Numbers come as float64, whatever their type."""
    if kind is FeatureType.BOOLEAN:
        return bool(value)
    found: Value = int(value) if kind is FeatureType.INTEGER else value
    return found

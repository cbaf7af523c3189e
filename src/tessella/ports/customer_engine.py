"""One source of customers, read where it is: its columns, samples of them, rows by key, and whole sets as Parquet.

Everything that waits raises `SourceError`s (away, slow, denied, changed), `QueryFailed`, `WorkerLost` or `DiskFull`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tessella.domain.audiences.changed_columns import can_be_read
from tessella.domain.audiences.reading import SourceReading
from tessella.domain.audiences.source import CustomerSource
from tessella.domain.features.gate import Value
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Namespace

if TYPE_CHECKING:
    from tessella.domain.rules.sql import Engine, Relation, Stored  # loads sqlglot


@dataclass(frozen=True, slots=True)
class EngineColumn:
    """One column of the view."""

    name: str
    #: As the engine's catalogue writes it.
    type_name: str
    #: `OTHER` for a type that no feature can have, and for a name that the engine cannot tell from another's.
    stored: Stored
    #: The type of a feature that takes the column for what it is; None where `stored` is `OTHER`.
    natural: FeatureType | None


@dataclass(frozen=True, slots=True)
class ReadAs:
    """A column as the values of a feature's type."""

    column: EngineColumn
    type: FeatureType


def read_as(reading: SourceReading, columns: Iterable[EngineColumn]) -> dict[FeatureName, ReadAs]:
    """The columns that are still as features were declared on; the others are told by name when audiences are counted.

    A customer's row is read so.
    """
    known = {each.name: each for each in columns}
    found = {name: each.natural for name, each in known.items()}
    return {
        feature.name: ReadAs(known[feature.column_name], feature.type)
        for feature in reading.features
        if can_be_read(feature, found)
    }


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """What the sampled rows hold in one column, as normalised values of its natural type."""

    #: Of the sampled rows, 0 to 1: NULL, or a value that the gate takes for absent (NaN, out of range).
    absent_share: float
    #: About how many different values.
    distinct: int
    #: The range of numbers and moments (microseconds UTC); None for other types, and without any value.
    lowest: Value | None
    highest: Value | None
    #: The five most frequent values and their rows, most first; of a list of texts, its texts.
    top: tuple[tuple[Value, int], ...]


@dataclass(frozen=True, slots=True)
class SampleStatistics:
    """Statistics over the rows that the engine gives first, whichever these are."""

    rows: int
    #: Whether these are all rows.
    is_whole: bool
    #: By column; none for a column of a type that no feature can have.
    columns: Mapping[str, ColumnStatistics]


class CustomerEngine(Protocol):
    """A source that is open. Use it from one event loop; lookups do not wait for sets."""

    @property
    def dialect(self) -> Engine:
        """The SQL that it runs."""
        ...

    async def columns(self) -> list[EngineColumn]:
        """The columns as they are now, in the view's order. Raises `ViewGone`, and `ColumnsChanged` without the key."""
        ...

    async def relation(self, columns: Mapping[FeatureName, EngineColumn]) -> Relation:
        """Where rules find the values of features."""
        ...

    async def statistics(self, columns: Sequence[EngineColumn]) -> SampleStatistics:
        """What columns hold, from up to 100,000 rows and 5,000,000 cells."""
        ...

    async def rows(
        self, keys: Sequence[str], columns: Mapping[FeatureName, ReadAs]
    ) -> dict[str, dict[FeatureName, Value]]:
        """The normalised values of customers by key; absent values, unknown keys and keys of two rows are left out.

        One query for each 1,000 keys and 200 columns, each bounded in time. Raises `KeysUnusable` when keys repeat
        without end.
        """
        ...

    async def extract(self, sql: str, path: Path) -> int:
        """Run one SELECT over the relation there, and write its rows, in their order, as Parquet here; how many.

        The file is whole or not there. Columns are texts, integers of 64 bits, float64, booleans or lists of texts.
        Raises `ColumnsChanged` when a column has gone or has another type since `columns` was read.
        """
        ...

    async def check_keys(self) -> int:
        """How many customers there are. Raises `KeysUnusable` with how many keys are missing or repeated."""
        ...

    async def close(self) -> None:
        """Leave the source; what runs on it ends with an error."""
        ...


#: Opens a source of a namespace.
OpenEngine = Callable[[Namespace, CustomerSource], CustomerEngine]

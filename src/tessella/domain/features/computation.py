"""All computed features of a namespace as one DuckDB statement over its events.

One scan: an inner projection reads each field once as each type that is needed, and every kind is one aggregate over
it, filtered by its own condition. No name from a definition becomes SQL: columns are numbered, texts are literals.
sqlglot is loaded with this module, which is therefore imported on first use only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tessella.domain.features.duckdb_values import WRITTEN, bounded, literal, moment, whole
from tessella.domain.features.kinds.kind import FeatureKind
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.readings import FIELDS, PROPERTY, FieldReading
from tessella.domain.features.types import FeatureType
from tessella.domain.features.where import Where
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.rules.sql import SqlContext, nodes
from tessella.domain.rules.sql.predicate import Predicates

STRING: Final = FeatureType.STRING

#: The table that the events are in.
EVENTS: Final = "events"
#: The types that events are loaded with; a property is its JSON text.
LOADED: Final = {"subject_id": "VARCHAR", "occurred_at": "BIGINT", "value": "DOUBLE"}


class ReadsEvents(Protocol):
    """What is computed from events: which of them count, and what is read of each."""

    @property
    def events(self) -> Selection: ...

    def readings(self) -> Iterable[FieldReading]: ...


@dataclass(frozen=True, slots=True)
class Computation:
    """Features to compute from events, for every subject, as of one moment."""

    kinds: Mapping[FeatureName, FeatureKind]
    #: The declared type of each.
    types: Mapping[FeatureName, FeatureType]
    as_of: Instant

    @property
    def table(self) -> EventTable:
        """The events that it is computed from."""
        return EventTable(tuple(self.kinds.values()), self.as_of)

    def fields(self) -> list[str]:
        """The fields of an event that have to be loaded, in the order of `columns`."""
        return self.table.fields()

    def columns(self) -> dict[str, str]:
        """The columns of the table `EVENTS`, and their DuckDB types."""
        return self.table.columns()

    def sql(self) -> str:
        """A row for each value: subject_id, feature, value as JSON text, as_of."""
        values = [WRITTEN[self.types[name]].format(f"c{at}") for at, name in enumerate(self.kinds)]
        names = map(literal, self.kinds)
        return (
            f"WITH wide AS ({self.wide_sql()}),\n"
            f"long AS (SELECT subject_id, unnest([{', '.join(names)}]) AS feature,"
            f" unnest([{', '.join(values)}]) AS value FROM wide)\n"
            f"SELECT subject_id, feature, value, {self.as_of:d} AS as_of FROM long WHERE value IS NOT NULL"
        )

    def wide_sql(self) -> str:
        """A row for each subject with events up to then: subject_id, and c0, c1 and so on in the order of `kinds`."""
        table = self.table
        sql = table.events()
        aggregates = [f"{kind.sql(sql)} AS c{at}" for at, kind in enumerate(self.kinds.values())]
        return f"WITH {table.typed()}\nSELECT subject_id, {', '.join(aggregates)} FROM typed GROUP BY subject_id"


@dataclass(frozen=True, slots=True)
class EventTable:
    """Events up to a moment, with each field read once as each type that is needed."""

    kinds: Sequence[ReadsEvents]
    as_of: Instant

    def fields(self) -> list[str]:
        """The fields of an event that have to be loaded, in the order of `columns`."""
        return ["subject_id", "occurred_at", *sorted({each.field for each in self._readings()} - {"occurred_at"})]

    def columns(self) -> dict[str, str]:
        """The columns that are loaded, and their DuckDB types."""
        return {_loaded(at, field): LOADED.get(field, "VARCHAR") for at, field in enumerate(self.fields())}

    def events(self) -> DuckDBEvents:
        """What kinds write themselves with as SQL over `typed`."""
        return DuckDBEvents(self.as_of, {reading: f"r{at}" for at, reading in enumerate(self._readings())})

    def typed(self, source: str = EVENTS) -> str:
        """Common table expressions, the last of which is `typed`: subject_id, occurred_at and the readings."""
        sql = self.events()
        return (
            f"loaded AS (SELECT subject_id, occurred_at, {self._projection(sql)} FROM {source}),\n"
            f"typed AS (SELECT *{sql.times()} FROM loaded WHERE occurred_at <= {self.as_of:d})"
        )

    def _projection(self, sql: DuckDBEvents) -> str:
        loaded = {field: _loaded(at, field) for at, field in enumerate(self.fields())}
        read = (f"{_read(loaded[each.field], each)} AS {sql.column(each)}" for each in sql.read_first())
        return ", ".join(read)

    def _readings(self) -> list[FieldReading]:
        """Everything that is read, the text behind each time included."""
        read = {each for kind in self.kinds for each in _readings_of(kind)} | {FieldReading("event_type", STRING)}
        return sorted(read | {FieldReading(each.field, STRING) for each in read if _is_parsed(each)})


@dataclass(frozen=True, slots=True)
class DuckDBEvents:
    """The parts that kinds share, as DuckDB says them."""

    as_of: Instant
    #: The column of each reading.
    columns: Mapping[FieldReading, str]

    def column(self, reading: FieldReading) -> str:
        return self.columns[reading]

    def condition(self, selection: Selection) -> str:
        parts = [selection.window.sql("occurred_at", self.as_of)]
        if selection.event_type is not None:
            parts.append(f"{self.column(FieldReading('event_type', STRING))} = {literal(selection.event_type)}")
        if selection.where is not None:
            parts.append(self.holds(selection.where))
        return " AND ".join(parts)

    def holds(self, where: Where) -> str:
        def column(name: FeatureName) -> tuple[str, FeatureType]:
            return self.column(where.readings[name]), where.readings[name].type

        predicates = Predicates(SqlContext("duckdb", self.as_of), column, str)
        return f"({nodes.render(predicates.root(where.node), 'duckdb')})"

    def read_first(self) -> Iterator[FieldReading]:
        """The readings that need nothing but a loaded column."""
        return (each for each in self.columns if not _is_parsed(each))

    def times(self) -> str:
        """The readings that are parsed from a text that was read first."""
        return "".join(
            f", {moment(self.column(FieldReading(each.field, STRING)))} AS {column}"
            for each, column in self.columns.items()
            if _is_parsed(each)
        )


def _readings_of(kind: ReadsEvents) -> Iterable[FieldReading]:
    where = kind.events.where
    return (*kind.readings(), *(where.readings.values() if where else ()))


def _is_parsed(reading: FieldReading) -> bool:
    return reading.type is FeatureType.TIMESTAMP and reading.field not in FIELDS


def _loaded(at: int, field: str) -> str:
    """The name of a loaded column: ours, never one from a definition."""
    return f"p{at}" if field.startswith(PROPERTY) else field


def _read(column: str, reading: FieldReading) -> str:
    """A loaded column as a type: what `FieldReading.of` says."""
    if reading.property_name is None:
        return bounded(column) if reading.type is FeatureType.NUMBER else column
    number = f"TRY_CAST({column} AS DOUBLE)"
    match reading.type:
        case FeatureType.NUMBER:
            return bounded(number)
        case FeatureType.BOOLEAN:
            return f"CASE {column} WHEN 'true' THEN true WHEN 'false' THEN false END"
        case _:
            text = f"WHEN {column} LIKE '\"%' THEN json_extract_string({column}, '$')"
            truth = f"WHEN {column} IN ('true', 'false') THEN {column}"
            return f"CASE {text} {truth} ELSE CAST({whole(number)} AS VARCHAR) END"

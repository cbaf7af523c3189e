"""What every feature kind has, and what it may use to write itself as SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Protocol, Self

from tessella.domain.features.event import Event
from tessella.domain.features.gate import Value
from tessella.domain.features.kinds.options import Options
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.readings import FieldReading
from tessella.domain.features.types import FeatureType
from tessella.domain.features.where import Where
from tessella.domain.identifiers import Instant


class EventSql(Protocol):
    """The SQL of the parts that kinds share. The rows are all events up to `as_of`, grouped by subject."""

    @property
    def as_of(self) -> Instant:
        """The moment that everything is computed for."""
        ...

    def column(self, reading: FieldReading) -> str:
        """The column that holds a reading; NULL where it is absent."""
        ...

    def condition(self, selection: Selection) -> str:
        """Whether an event counts; false or NULL where it does not."""
        ...

    def holds(self, where: Where) -> str:
        """Whether an event satisfies a condition: true or false."""
        ...


class FeatureKind(Protocol):
    """A way to compute one value of a subject from events: one file here, one line in the registry.

    It is computed for subjects with an event of any kind at or before `as_of`; others have no value. Later events are
    never counted.
    """

    #: The declared types that can hold its result.
    fits: ClassVar[frozenset[FeatureType]]
    #: The options that it takes beside `kind`.
    takes: ClassVar[tuple[str, ...]]

    @property
    def events(self) -> Selection:
        """The events that count."""
        ...

    @classmethod
    def parse(cls, options: Options) -> Self:
        """The kind from its options. Raises `WrongShape` and what `parse_where` raises."""
        ...

    def readings(self) -> Iterable[FieldReading]:
        """What it reads of an event, apart from its selection."""
        ...

    def value(self, events: Sequence[Event], as_of: Instant) -> Value | None:
        """The value from all events of one subject, None when it is absent: the reference meaning."""
        ...

    def sql(self, sql: EventSql) -> str:
        """An aggregate of DuckDB with the same meaning, NULL when it is absent."""
        ...

"""One field of an event, read as a value of one type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tessella.domain.features.event import Event
from tessella.domain.features.gate import INTEGER_LIMIT, Value, normalise
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Json

PROPERTY: Final = "properties."

#: The fields that every event has, and their types. Any other name is one of its properties.
FIELDS: Final[Mapping[str, FeatureType]] = {
    "event_type": FeatureType.STRING,
    "item_id": FeatureType.STRING,
    "value": FeatureType.NUMBER,
    "occurred_at": FeatureType.TIMESTAMP,
}


def field_named(name: str) -> str:
    """The one name of a field: `event.` in front is optional, and so is `properties.` unless a field has that name.

    >>> field_named("event.value"), field_named("store_id"), field_named("event.properties.value")
    ('value', 'properties.store_id', 'properties.value')
    """
    bare = name.removeprefix("event.")
    return bare if bare in FIELDS or bare.startswith(PROPERTY) else PROPERTY + bare


@dataclass(frozen=True, slots=True, order=True)
class FieldReading:
    """A field, and the type that it is read as.

    Text is text as it is, `true` and `false`, and whole numbers in digits: an id stays an id however it was sent. A
    number is finite and smaller than 2^53 in size. A time is ISO 8601 text, UTC when it carries no zone. Whatever else
    stands there is absent.
    """

    #: As `field_named` gives it.
    field: str
    type: FeatureType

    @property
    def property_name(self) -> str | None:
        """The property that is read; None for a field that every event has."""
        return self.field.removeprefix(PROPERTY) if self.field.startswith(PROPERTY) else None

    def of(self, event: Event) -> Value | None:
        """The value in one event, or None when it is absent."""
        name = self.property_name
        if name is not None:
            return _READERS[self.type]((event.properties or {}).get(name))
        held: Json = getattr(event, self.field)
        return held if self.type is FeatureType.TIMESTAMP else _READERS[self.type](held)

    def texts(self, events: Iterable[Event]) -> Iterator[str]:
        """The texts that are there in a series of events."""
        return (value for value in map(self.of, events) if isinstance(value, str))

    def numbers(self, events: Iterable[Event]) -> Iterator[float]:
        """The numbers that are there in a series of events."""
        return (value for value in map(self.of, events) if isinstance(value, float))


def _text(value: Json) -> Value | None:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            number = _number(value)
            return str(int(number)) if number is not None and number.is_integer() else None
        case _:
            return normalise(value, FeatureType.STRING)


def _number(value: Json) -> float | None:
    number: Any = normalise(value, FeatureType.NUMBER)
    return number if number is not None and abs(number) < INTEGER_LIMIT else None


def _boolean(value: Json) -> Value | None:
    return normalise(value, FeatureType.BOOLEAN)


def _time(value: Json) -> Value | None:
    return normalise(value, FeatureType.TIMESTAMP) if isinstance(value, str) else None


_READERS: Final[Mapping[FeatureType, Callable[[Json], Value | None]]] = {
    FeatureType.STRING: _text,
    FeatureType.NUMBER: _number,
    FeatureType.BOOLEAN: _boolean,
    FeatureType.TIMESTAMP: _time,
}

#: The types that a field can be read as.
READABLE: Final = frozenset(_READERS)

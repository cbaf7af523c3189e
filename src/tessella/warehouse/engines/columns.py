"""The columns of a view, and what has become of those that were read before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from tessella.domain.features.types import FeatureType
from tessella.domain.rules.sql import Stored, stored_as
from tessella.ports.customer_engine import EngineColumn

NATURAL: Final[Mapping[Stored, FeatureType]] = {
    Stored.TEXT: FeatureType.STRING,
    Stored.FLOAT: FeatureType.NUMBER,
    Stored.DECIMAL: FeatureType.NUMBER,
    Stored.INTEGER: FeatureType.INTEGER,
    Stored.BOOLEAN: FeatureType.BOOLEAN,
    Stored.TIMESTAMP: FeatureType.TIMESTAMP,
    Stored.TIMESTAMP_NS: FeatureType.TIMESTAMP,
    Stored.TIMESTAMP_WITH_ZONE: FeatureType.TIMESTAMP,
    Stored.DATE: FeatureType.TIMESTAMP,
    Stored.TEXT_LIST: FeatureType.STRING_LIST,
    Stored.JSON: FeatureType.STRING,
}


def column_of(name: str, type_name: str) -> EngineColumn:
    """A column by its name and type as the engine writes them.

    >>> column_of("spend", "DECIMAL(18,3)").natural
    <FeatureType.NUMBER: 'number'>
    """
    stored = stored_as(type_name)
    return EngineColumn(name, type_name, stored, NATURAL.get(stored))


def out_of_reach(column: EngineColumn, reason: str) -> EngineColumn:
    """The column as one that no feature can be read from."""
    return EngineColumn(column.name, f"{column.type_name} ({reason})", Stored.OTHER, None)


def told_apart(columns: Sequence[EngineColumn]) -> list[EngineColumn]:
    """The columns where an engine reads names without their case: none of several of one name can be reached."""
    named = Counter(each.name.casefold() for each in columns)
    return [
        out_of_reach(each, "another column has this name") if named[each.name.casefold()] > 1 else each
        for each in columns
    ]


def changes(before: Iterable[EngineColumn], now: Iterable[EngineColumn]) -> Iterator[str]:
    """A phrase for each column that is gone or has another type; new columns harm nobody."""
    found = {each.name: each for each in now}
    for column in before:
        if column.name not in found:
            yield f'"{column.name}" is gone'
        elif (type_name := found[column.name].type_name) != column.type_name:
            yield f'"{column.name}" was {column.type_name} and is {type_name}'

"""The rows that a lookup found, as values by customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from tessella.domain.features.gate import Value, value_of_cell
from tessella.domain.identifiers import FeatureName
from tessella.warehouse.engines.driver import Row


def values_by_key(
    rows: Sequence[Row], keys: Collection[str], features: Sequence[FeatureName]
) -> Iterator[tuple[str, dict[FeatureName, Value]]]:
    """The values that are there, of each key that has one row: of two, neither is more right than the other.

    An engine may find more than was asked for: some compare texts without their case.
    """
    found = Counter(row[0] for row in rows)
    for key, *values in rows:
        if found[key] == 1 and key in keys:
            named = zip(features, map(value_of_cell, values), strict=True)
            yield key, {name: value for name, value in named if value is not None}


def repeated(rows: Sequence[Row]) -> int:
    """How many of the keys that were found are in several rows."""
    return sum(1 for count in Counter(row[0] for row in rows).values() if count > 1)

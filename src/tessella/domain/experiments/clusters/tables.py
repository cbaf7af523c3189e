"""What a field adds to the squared distances from every cluster, by its value: prepared, so that assigning only adds.

A squared distance is a sum over fields, and most fields have few values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.experiments.clusters.fields import Amount, Field, Hours, Levels, Point

#: A number for each cluster.
Row = Sequence[float]


@dataclass(frozen=True, slots=True)
class CellTable:
    """Of a field with few values."""

    field: Levels | Hours
    #: By cell.
    rows: tuple[Row, ...]

    def row(self, value: object) -> Row:
        """What a value adds."""
        return self.rows[self.field.cell(value)]


@dataclass(frozen=True, slots=True)
class AmountTable:
    """Of a field with any number of values."""

    field: Amount
    #: By cluster: the centroid's first column, and what its second one adds where the amount is known.
    known: tuple[tuple[float, float], ...]
    unknown: Row

    def row(self, value: object) -> Row:
        """What a value adds."""
        mean, missing = self.field.point(value)
        return self.unknown if missing else [(mean - here) * (mean - here) + rest for here, rest in self.known]


Table = CellTable | AmountTable


def table_of(field: Field, centroids: Sequence[Point]) -> Table:
    """Of a field, from its part of every cluster's centroid."""
    if isinstance(field, Amount):
        known = tuple((mean, missing**2) for mean, missing in centroids)
        return AmountTable(field, known, [squared_distance(field.point(None), each) for each in centroids])
    rows = (tuple(squared_distance(point, each) for each in centroids) for point in field.points)
    return CellTable(field, tuple(rows))


def squared_distance(point: Point, other: Point) -> float:
    """Between two points of one field.

    >>> squared_distance((0.0, 1.0), (3.0, 5.0))
    25.0
    """
    return sum((here - there) ** 2 for here, there in zip(point, other, strict=True))

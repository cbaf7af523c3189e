"""What a profile asks of the rows of an audience: the SQL of DuckDB, over `audience_rows`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName

#: The types whose values are compared by their means. A timestamp is microseconds UTC.
NUMERIC: Final = frozenset({FeatureType.NUMBER, FeatureType.INTEGER, FeatureType.TIMESTAMP})
#: The levels of a text that are compared, the most frequent ones; all others are one level.
MOST_LEVELS: Final = 20
#: A text with more values than this is a name or an id, and nobody is told by it.
MOST_VALUES: Final = 10_000
#: Features of one statement.
CHUNK: Final = 200
#: The shares below and above which a number counts as if it lay at that quantile: one outlier moves no mean.
DRAWN_IN: Final = (0.01, 0.99)


@dataclass(frozen=True, slots=True)
class Compared:
    """A feature that an audience holds."""

    feature: FeatureName
    type: FeatureType
    column: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Between what a number is drawn in."""

    low: float
    high: float


def spread_sql(rows: str, features: Sequence[Compared]) -> str:
    """One row, its first cell apart a cell a feature.

    These are the two quantiles of a number, about how many values a text has, and NULL of any other.
    """
    return f"SELECT COUNT(*){''.join(f', {_spread(each)}' for each in features)} FROM ({rows})"


def groups_sql(rows: str, member: str, features: Sequence[Compared], limits: Mapping[FeatureName, Limits]) -> str:
    """A row for the segment (TRUE) and one for the rest: its subjects, then four cells a feature.

    These are how many have a value; the mean and the variance of a number, drawn in; how many are TRUE of a boolean.
    """
    cells = "".join(f", {_cells(each, limits.get(each.feature))}" for each in features)
    return f"SELECT ({member}) AS inside, COUNT(*){cells} FROM ({rows}) GROUP BY 1"


def levels_sql(rows: str, member: str, feature: Compared) -> str:
    """The most frequent levels of a text: the text, its subjects in the segment, and those of the rest."""
    return (
        f"SELECT {feature.column}, COUNT_IF({member}), COUNT_IF(NOT ({member})) FROM ({rows}) "
        f"WHERE {feature.column} IS NOT NULL GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT {MOST_LEVELS}"
    )


def _spread(feature: Compared) -> str:
    if feature.type in NUMERIC:
        return f"approx_quantile(CAST({feature.column} AS DOUBLE), {list(DRAWN_IN)})"
    return f"approx_count_distinct({feature.column})" if feature.type is FeatureType.STRING else "NULL"


def _cells(feature: Compared, limits: Limits | None) -> str:
    column, is_true = feature.column, "NULL"
    mean = variance = "NULL"
    if feature.type in NUMERIC:
        number = _drawn_in(f"CAST({column} AS DOUBLE)", limits)
        mean, variance = f"avg({number})", f"var_samp({number})"
    elif feature.type is FeatureType.BOOLEAN:
        is_true = f"COUNT_IF({column})"
    return f"COUNT({column}), {mean}, {variance}, {is_true}"


def _drawn_in(number: str, limits: Limits | None) -> str:
    """NULL stays NULL: DuckDB's least and greatest leave it out of account."""
    if limits is None:
        return number
    low, high = (f"'{each!r}'::DOUBLE" for each in (limits.low, limits.high))
    return f"CASE WHEN {number} < {low} THEN {low} WHEN {number} > {high} THEN {high} ELSE {number} END"

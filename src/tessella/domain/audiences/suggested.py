"""Which values of a feature are suggested to the author of a rule: the SQL of DuckDB over `audience_rows`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tessella.domain.audiences.column_words import looks_personal
from tessella.domain.features.gate import Value
from tessella.domain.features.types import FeatureType

#: The types of which quantiles are told. A timestamp is microseconds UTC.
WITH_QUANTILES: Final = frozenset({FeatureType.NUMBER, FeatureType.INTEGER, FeatureType.TIMESTAMP})
#: The parameter that holds the beginning of the texts.
PREFIX: Final = "prefix"
#: A text of which there are nearly as many as subjects names them.
_OF_EACH_OTHER: Final = 0.5
_FEW: Final = 20


class NoValues(StrEnum):
    """Why nothing is suggested."""

    #: Some value is, or the question was for texts of which there are none.
    NONE = ""
    NOT_CALCULATED = "not_calculated"
    #: It is declared, or declared otherwise, since the last calculation.
    NOT_IN_AUDIENCE = "not_in_audience"
    NOBODY_HAS_ONE = "nobody_has_one"
    IDENTIFIER = "identifier"
    TOO_FEW_SHARE_ONE = "too_few_share_one"
    PERSONAL = "personal"
    #: Only a request, or an item, carries it.
    NOT_STORED = "not_stored"


@dataclass(frozen=True, slots=True)
class CountedValue:
    """A value; of a list of texts, one of its texts. None subjects: it is declared, and nobody has it."""

    value: Value
    subjects: int | None


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Between what numbers lie: each is one that somebody has."""

    minimum: float
    p25: float
    median: float
    p75: float
    maximum: float


def values_sql(rows: str, column: str, kind: FeatureType, limit: int) -> str:
    """The most frequent values that begin with `$prefix`, whatever the case, and their subjects."""
    each = f"UNNEST({column})" if kind is FeatureType.STRING_LIST else column
    begins = f"starts_with(lower(CAST(v AS VARCHAR)), lower(${PREFIX}))"
    return (
        f"SELECT v, COUNT(*) AS n FROM (SELECT {each} AS v FROM ({rows})) WHERE v IS NOT NULL AND {begins} "
        f"GROUP BY v ORDER BY n DESC, v LIMIT {limit}"
    )


def summary_sql(rows: str, column: str, kind: FeatureType) -> str:
    """One row: how many subjects have a value, about how many values there are, and five quantiles of numbers."""
    if kind in WITH_QUANTILES:
        told = f"MIN({column}), quantile_disc({column}, [0.25, 0.5, 0.75]), MAX({column})"
    else:
        told = "NULL, NULL, NULL"
    return f"SELECT COUNT({column}), approx_count_distinct({column}), {told} FROM ({rows})"


def read_quantiles(low: float | None, middle: Sequence[float] | None, high: float | None) -> Quantiles | None:
    """The last three cells of the summary; None where nobody has a value, or of what is no number."""
    if low is None or high is None or middle is None:
        return None
    p25, median, p75 = middle
    return Quantiles(low, p25, median, p75, high)


def why_none(kind: FeatureType, present: int, distinct: int, found: Sequence[CountedValue]) -> NoValues:
    """Why no value of a feature may be suggested, judged without a prefix; `NONE` where some may.

    >>> why_none(FeatureType.STRING, present=5_000, distinct=4_990, found=[])
    <NoValues.IDENTIFIER: 'identifier'>
    >>> why_none(FeatureType.STRING, present=5_000, distinct=12, found=[CountedValue("ada@example.org", 400)])
    <NoValues.PERSONAL: 'personal'>
    >>> why_none(FeatureType.STRING, present=5_000, distinct=12, found=[CountedValue("gold", 400)])
    <NoValues.NONE: ''>
    """
    if not present:
        return NoValues.NOBODY_HAS_ONE
    if looks_personal(each.value for each in found):
        return NoValues.PERSONAL
    if kind is FeatureType.STRING and distinct > max(_FEW, _OF_EACH_OTHER * present):
        return NoValues.IDENTIFIER
    return NoValues.NONE


def with_declared(
    found: Sequence[CountedValue], declared: Sequence[Any], prefix: str, limit: int
) -> tuple[CountedValue, ...]:
    """The counted values, then those that are declared to be allowed and nobody has.

    >>> with_declared([CountedValue("gold", 40)], ("silver", "gold", "bronze"), "", 2)
    (CountedValue(value='gold', subjects=40), CountedValue(value='silver', subjects=None))
    """
    counted: Mapping[Any, None] = dict.fromkeys(each.value for each in found)
    begins = (each for each in declared if f"{each}".casefold().startswith(prefix.casefold()))
    return (*found, *(CountedValue(each, None) for each in begins if each not in counted))[:limit]

"""One customer's row: the values that sources of customers hold of one subject."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from tessella.domain.features.gate import Value
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import FeatureName, Instant


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """Normalised values; what is absent in the row is left out."""

    values: Mapping[FeatureName, Value] = field(default_factory=dict)
    #: When it was read; None for one that never could be.
    as_of: Instant | None = None
    #: Whether the source did not give it, or not all of it, in time.
    stale: bool = False


def merged(rows: Iterable[CustomerRow]) -> CustomerRow:
    """The rows that several sources have of one customer as one, as old as the oldest that holds a value."""
    whole = CustomerRow()
    for row in rows:
        told = [each for each in (whole, row) if each.values] or (whole, row)
        as_of = _oldest(each.as_of for each in told)
        whole = CustomerRow({**whole.values, **row.values}, as_of, whole.stale or row.stale)
    return whole


def with_row(facts: Facts, row: CustomerRow, columns: Collection[FeatureName]) -> Facts:
    """What is known of a subject with their row.

    `columns` are the features that come from sources: a fact that is stored under such a name does not count, as it
    does not where a whole source is evaluated. That a source was asked about a customer whom it does not hold makes
    nothing older: there is no value to tell the age of.
    """
    stored = {name: value for name, value in facts.values.items() if name not in columns}
    return replace(
        facts,
        values={**stored, **row.values},
        as_of=_oldest((facts.as_of, row.as_of)) if row.values else facts.as_of,
        from_row=frozenset(row.values),
        row_is_stale=row.stale,
        row_is_missing=row.stale and row.as_of is None,
    )


def _oldest(stamps: Iterable[Instant | None]) -> Instant | None:
    return min((each for each in stamps if each is not None), default=None)

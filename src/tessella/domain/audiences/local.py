"""What DuckDB beside us does with what was read from each origin: puts it together, and tells the first match."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import BITS, FIRST, ORIGINS, SUBJECT, words
from tessella.domain.audiences.rows import bits_and_features, parquet
from tessella.domain.identifiers import SUBJECT_MAX_LENGTH

#: The table of those who switched personalization off.
OPTED_OUT: Final = "opted_out"


@dataclass(frozen=True, slots=True)
class Part:
    """What was read from one origin: Parquet with `subject_id`, features, and bits that were told there."""

    path: Path
    features: Sequence[str]
    #: What `ORIGINS` has of a subject that it has a row of.
    origin: int
    #: The bits, by column, of a subject that it has no row of.
    absent_bits: Mapping[str, int] = field(default_factory=dict)


def joined(parts: Sequence[Part]) -> str:
    """A row for each subject of any part, the bits of all parts added up; nobody who has opted out."""
    bits = (f"{_sum_of(name, told)} AS {name}" for name, told in _told(parts).items())
    columns = ", ".join((SUBJECT, _origins(parts), *bits, *(each for part in parts for each in part.features)))
    sources = [f"{parquet(part.path)} AS p{at}" for at, part in enumerate(parts)]
    return (
        f"SELECT {columns} FROM {' FULL JOIN '.join(_using(sources))}"
        f" WHERE {SUBJECT} NOT IN (SELECT {SUBJECT} FROM {OPTED_OUT})"
    )


def with_bits(rows: str, given: Collection[str], path: Path, told: Collection[str]) -> str:
    """Rows with the bits that a file has of each subject added to those that are given."""
    added = ", ".join(f"r.{each} + b.{each} AS {each}" for each in told if each in given)
    new = "".join(f", b.{each}" for each in told if each not in given)
    replaced = f" REPLACE ({added})" if added else ""
    return f"SELECT r.*{replaced}{new} FROM ({rows}) AS r JOIN {parquet(path)} AS b USING ({SUBJECT})"


def bits_of(parts: Sequence[Part]) -> list[str]:
    """The columns of bits that are told by a part."""
    return list(_told(parts))


def finished(sql: str, audience: Audience) -> str:
    """Rows with the first match, in the order of their subjects."""
    first = f"{first_match(audience.tried)} AS {FIRST}"
    columns = ", ".join((SUBJECT, first, ORIGINS, *bits_and_features(audience)))
    return f"SELECT {columns} FROM (\n{sql}\n) ORDER BY {SUBJECT}"


def first_match(tried: int) -> str:
    """The position of the first segment that is tried and holds the subject: the lowest bit, from the words.

    >>> first_match(2)
    'CAST(CASE WHEN w0 & 3 <> 0 THEN 0 + bit_count((w0 & 3 & -(w0 & 3)) - 1) END AS INTEGER)'
    """
    if not tried:
        return "CAST(NULL AS INTEGER)"
    cases = (_lowest(name, number, tried) for number, name in enumerate(words(tried)))
    return f"CAST(CASE {' '.join(cases)} END AS INTEGER)"


def keys_sql(part: Path) -> str:
    """One row of a part: how many rows lack a key, and how many keys stand in more than one row."""
    usable = f"{SUBJECT} IS NOT NULL AND length({SUBJECT}) BETWEEN 1 AND {SUBJECT_MAX_LENGTH}"
    repeated = f"SELECT {SUBJECT} FROM {parquet(part)} WHERE {usable} GROUP BY {SUBJECT} HAVING count(*) > 1"
    return f"SELECT (SELECT count(*) FROM {parquet(part)} WHERE NOT ({usable})), (SELECT count(*) FROM ({repeated}))"


def _told(parts: Sequence[Part]) -> dict[str, list[str]]:
    """Per column of bits, the expressions of the parts that tell some of it."""
    found: dict[str, list[str]] = {}
    for at, part in enumerate(parts):
        for name, absent in part.absent_bits.items():
            found.setdefault(name, []).append(f"coalesce(p{at}.{name}, {absent})")
    return found


def _origins(parts: Sequence[Part]) -> str:
    found = [f"CASE WHEN p{at}.{SUBJECT} IS NULL THEN 0 ELSE {part.origin} END" for at, part in enumerate(parts)]
    return f"CAST({' + '.join(found)} AS BIGINT) AS {ORIGINS}"


def _sum_of(name: str, told: Sequence[str]) -> str:
    return f"CAST({' + '.join(told)} AS BIGINT)"


def _using(sources: Sequence[str]) -> Iterator[str]:
    yield sources[0]
    yield from (f"{each} USING ({SUBJECT})" for each in sources[1:])


def _lowest(name: str, number: int, tried: int) -> str:
    tried_here = (1 << min(BITS, tried - number * BITS)) - 1
    bits = f"{name} & {tried_here}"
    return f"WHEN {bits} <> 0 THEN {number * BITS} + bit_count(({bits} & -({bits})) - 1)"

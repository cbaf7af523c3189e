"""What has changed since a calculation becomes the rows that replace some of it, as DuckDB statements.

Tables that these read: `TOUCHED`, the subjects whose rows are made anew; `OLD`, their rows before; `REREAD`, the
subjects whose stored facts were read again, whether or not they still have any; `OPTED_OUT`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tessella.domain.audiences.audience import FACTS, Audience
from tessella.domain.audiences.layout import DELTA, GONE, ORIGINS, SUBJECT, held
from tessella.domain.audiences.local import OPTED_OUT, Part
from tessella.domain.audiences.rows import audience_rows, parquet
from tessella.domain.identifiers import Instant
from tessella.domain.rules.ast import Node
from tessella.domain.rules.reads import ReadsClock, clock_reads

TOUCHED: Final = "touched"
OLD: Final = "old_rows"
REREAD: Final = "reread"
#: The delta may have so large a share of all rows; then everything is written anew.
MOST_SHARE: Final = 0.1


class Passed(NamedTuple):
    """Moments that a cutoff has passed: those from `first` to `last`, in microseconds, of a column."""

    column: str
    first: int
    last: int


def touched_sql(parts: Sequence[Part], rows: str, passed: Sequence[Passed]) -> str:
    """The subjects of whom something was read again, and those of `rows` with a moment that time has passed."""
    read = [f"SELECT {SUBJECT} FROM {REREAD}", *(f"SELECT {SUBJECT} FROM {parquet(each.path)}" for each in parts)]
    moved = " OR ".join(f"{each.column} BETWEEN {each.first} AND {each.last}" for each in passed)
    if moved:
        read.append(f"SELECT {SUBJECT} FROM ({rows}) WHERE {moved}")
    return f"CREATE OR REPLACE TABLE {TOUCHED} AS " + " UNION ".join(read)


def passed_between(audience: Audience, trees: Iterable[Node], before: Instant, now: Instant) -> list[Passed]:
    """The moments by which the truth of some part of these rules may differ between two times, the same ones once.

    A rule's truth is that of its operators. One that reads the clock compares a moment with a cutoff that moves as time
    does, so that its truth is another only for moments from the one cutoff to the other.
    """
    if before == now:
        return []
    columns, times = audience.columns(), (min(before, now), max(before, now))
    reads = {each for tree in trees for each in clock_reads(tree)}
    return sorted({_passed(columns[each.feature], each, *times) for each in reads})


def _passed(column: str, read: ReadsClock, earlier: Instant, later: Instant) -> Passed:
    """From the one cutoff to the other; either only where the truth of a moment at the cutoff is another."""
    first, last = read.cutoff_us(earlier), read.cutoff_us(later)
    changes = [read.evaluate(each, earlier) != read.evaluate(each, later) for each in (first, last)]
    return Passed(column, first + (not changes[0]), last - (not changes[1]))


def old_rows_sql(rows: str) -> str:
    """Of rows, those of touched subjects."""
    return f"CREATE OR REPLACE TABLE {OLD} AS SELECT * FROM ({rows}) AS r SEMI JOIN {TOUCHED} USING ({SUBJECT})"


def refreshed(audience: Audience, parts: Sequence[Part]) -> str:
    """The rows of touched subjects, without bits: what was read again, else what was held before.

    The first of `parts` is that of stored facts. Whoever is found nowhere any more has no row.
    """
    facts, *sources = parts
    values = [_value(audience, at, parts) for at, _ in enumerate(audience.features)]
    origins = [f"CASE WHEN c.{SUBJECT} IS NULL THEN {_had(facts)} ELSE {_has(facts, 0)} END"]
    origins += [
        f"CASE WHEN p{at}.{SUBJECT} IS NULL THEN {_had(each)} ELSE {each.origin} END"
        for at, each in enumerate(sources, 1)
    ]
    columns = ", ".join((f"t.{SUBJECT}", f"CAST({' + '.join(origins)} AS BIGINT) AS {ORIGINS}", *values))
    joins = "".join(
        f"\nLEFT JOIN {parquet(each.path)} AS p{at} ON p{at}.{SUBJECT} = t.{SUBJECT}" for at, each in enumerate(parts)
    )
    return (
        f"SELECT * FROM (SELECT {columns}\nFROM {TOUCHED} AS t"
        f"\nLEFT JOIN {REREAD} AS c ON c.{SUBJECT} = t.{SUBJECT}{joins}"
        f"\nLEFT JOIN {OLD} AS o ON o.{SUBJECT} = t.{SUBJECT})"
        f"\nWHERE {ORIGINS} <> 0 AND {SUBJECT} NOT IN (SELECT {SUBJECT} FROM {OPTED_OUT})"
    )


def delta_sql(before: Audience, folder: Path, told: Path) -> str:
    """The rows that replace or add to those of the base: those told now, earlier ones, and who is no longer there."""
    earlier = parquet(folder / DELTA)
    kept = f"SELECT * FROM {earlier} AS d ANTI JOIN {TOUCHED} USING ({SUBJECT})"
    known = [f"SELECT {SUBJECT} FROM {OLD}", *([f"SELECT {SUBJECT} FROM {earlier}"] if before.delta_rows else [])]
    gone = (
        f"SELECT {SUBJECT}, TRUE AS {GONE} FROM {TOUCHED} ANTI JOIN {parquet(told)} USING ({SUBJECT})"
        f" SEMI JOIN ({' UNION ALL '.join(known)}) AS known USING ({SUBJECT})"
    )
    selects = [f"SELECT *, FALSE AS {GONE} FROM {parquet(told)}", *([kept] if before.delta_rows else []), gone]
    return f"SELECT * FROM ({' UNION ALL BY NAME '.join(selects)}) ORDER BY {SUBJECT}"


def compacted(audience: Audience, folder: Path) -> str:
    """All rows as one file has them."""
    return f"SELECT * FROM ({audience_rows(audience, folder)}) ORDER BY {SUBJECT}"


def _value(audience: Audience, at: int, parts: Sequence[Part]) -> str:
    """A feature of whoever was read again, else as it was held."""
    column = held(at)
    [number] = [number for number, part in enumerate(parts) if column in part.features]
    read = "c" if audience.features[at].source == FACTS else f"p{number}"
    return f"CASE WHEN {read}.{SUBJECT} IS NULL THEN o.{column} ELSE p{number}.{column} END AS {column}"


def _had(part: Part) -> str:
    return f"coalesce(o.{ORIGINS}, 0) & {part.origin}"


def _has(part: Part, at: int) -> str:
    return f"CASE WHEN p{at}.{SUBJECT} IS NULL THEN 0 ELSE {part.origin} END"

"""How calculations of audiences, and what they counted, are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tessella.cli.output import cell, console, print_table, say
from tessella.http.schemas.audiences import (
    CalculationShown,
    CalculationsShown,
    OverlapShown,
    SegmentCountsShown,
    TrendPoint,
)


def print_calculation(shown: CalculationShown) -> None:
    """How it went."""
    console.print(f"Calculation {shown.version}: {shown.state}, as of {shown.as_of}", highlight=False, soft_wrap=True)
    if shown.subjects is not None:
        console.print(f"{cell(shown.subjects)} subjects, {cell(shown.bytes)} bytes, {shown.kind}", highlight=False)
    if shown.problem:
        say(shown.problem)


def print_calculations(shown: CalculationsShown) -> None:
    """A table, a calculation a row."""
    columns = ("version", "state", "as_of", "kind", "subjects", "problem")
    print_table("Calculations", columns, [[getattr(each, column) for column in columns] for each in shown.items])
    if shown.stale is not None:
        console.print(f"Stale since {shown.stale.since}: {shown.stale.problem}", highlight=False, soft_wrap=True)


def print_counts(shown: SegmentCountsShown) -> None:
    """A table, a segment a row."""
    columns = ("segment", "members", "share", "first matches", "before")
    rows = [
        [each.segment_id, each.members, _percent(each.share), each.first_matches, _before(each.trend)]
        for each in shown.segments
    ]
    console.print(f"{cell(shown.subjects)} subjects, as of {shown.as_of}", highlight=False, soft_wrap=True)
    print_table("Segments", columns, rows)
    console.print(f"{cell(shown.in_none)} are in no active segment.", highlight=False)
    for segment_id, features in shown.request_time.items():
        console.print(f"{segment_id} is known for a request only: it reads {', '.join(features)}.", highlight=False)


def print_overlap(shown: OverlapShown) -> None:
    """A table, a segment a row and a column."""
    rows = [[name, *both] for name, both in zip(shown.segment_ids, shown.both, strict=True)]
    console.print(f"As of {shown.as_of}", highlight=False, soft_wrap=True)
    print_table("In both", ("segment", *shown.segment_ids), rows)


def print_changes(page: Mapping[str, Any]) -> None:
    """A table, a change a row."""
    columns = ("as_of", "event", "subject_id", "cause")
    print_table("Changes", columns, [[each[column] for column in columns] for each in page["items"]])
    console.print(f"Go on with --cursor {page['next_cursor']}", highlight=False)


def _before(trend: Sequence[TrendPoint]) -> object:
    return trend[-2].members if len(trend) > 1 else ""


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
